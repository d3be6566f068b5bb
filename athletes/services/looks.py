"""When a person last had an athlete before them, so that what is new since can be said."""

from __future__ import annotations

import logging
from datetime import datetime

from django.db import DatabaseError
from django.utils import timezone

from athletes.models import Athlete, LastLook, User

logger = logging.getLogger(__name__)


def looked(*, by: User, athlete: Athlete, at: datetime | None = None) -> None:
    """`by` has the athlete's page, report or call before them now.

    Called while a page is made that somebody may need in a hurry: where it cannot be written down, the page
    is shown all the same, and what was new stays marked as new.
    """
    look = LastLook(user=by, athlete=athlete, looked_at=at or timezone.now())
    try:
        LastLook.objects.bulk_create(  # one statement, and no savepoint around it
            [look],
            update_conflicts=True,
            unique_fields=["user", "athlete"],
            update_fields=["looked_at"],
        )
    except DatabaseError as fault:
        logger.warning("look not written down: %s", type(fault).__name__)
