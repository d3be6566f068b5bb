"""What must not stand in a log: links that let somebody in."""

from __future__ import annotations

import logging
import re

SECRET_PATHS = re.compile(r"(/join/|/password/reset/key/|/confirm-email/)[^\s/?'\"]+")


class HideLinks(logging.Filter):
    """Takes the secret part out of the addresses of invitations, resets and confirmations."""

    def filter(self, record: logging.LogRecord) -> bool:
        text = record.getMessage()
        if SECRET_PATHS.search(text):
            record.msg, record.args = SECRET_PATHS.sub(r"\1…", text), ()
        return True
