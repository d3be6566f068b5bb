"""Whose clock a page shows that belongs to neither face."""

from __future__ import annotations

from datetime import tzinfo

from athletes.models import User
from athletes.services import digests
from coaching.accounts import DESK, face_of


def zone_of(user: User) -> tzinfo:
    """The club's, for who looks after others; else the athlete's own."""
    athlete = None if face_of(user) == DESK else user.athletes.filter(left_at=None).first()
    return athlete.zone if athlete else digests.zone_of(user)
