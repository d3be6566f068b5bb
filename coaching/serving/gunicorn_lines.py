"""gunicorn's own lines, written like all others."""

from __future__ import annotations

import os
from logging.config import dictConfig
from typing import Any

from gunicorn.glogging import Logger


class Lines(Logger):
    """For `--logger-class`. gunicorn writes its first lines before it has loaded the site."""

    def setup(self, cfg: Any) -> None:
        super().setup(cfg)
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "coaching.settings")
        from django.conf import settings  # only now, when it is said where they are

        dictConfig(settings.LOGGING)
        self.error_log.handlers.clear()
        self.error_log.propagate = True
