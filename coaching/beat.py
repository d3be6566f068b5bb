"""Celery beat, with a sign of life in the database."""

from __future__ import annotations

import logging
from typing import Any

from celery.beat import PersistentScheduler
from django.db import DatabaseError, InterfaceError, close_old_connections, connection

from athletes.services import clock

logger = logging.getLogger(__name__)


class WatchedScheduler(PersistentScheduler):
    """Written here and not by a task: while the broker is away, nothing piles up and only it is missed."""

    def tick(self, *args: Any, **kwargs: Any) -> Any:
        wait_s = super().tick(*args, **kwargs)
        try:
            close_old_connections()
            clock.beat(name=clock.BEAT)
        except (DatabaseError, InterfaceError) as fault:
            logger.warning("database not available: %s", type(fault).__name__)
            connection.close()
        return wait_s
