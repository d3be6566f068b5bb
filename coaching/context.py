"""What every page may ask about the site and the person before it. Nothing is fetched until asked."""

from __future__ import annotations

from datetime import datetime
from functools import cached_property

from django.http import HttpRequest
from django.utils import timezone

from athletes.access import DESK_ROLES
from athletes.services import clock
from guidance import KNOWLEDGE


class Site:
    """Lives as long as one request."""

    def __init__(self, request: HttpRequest) -> None:
        self._user = getattr(request, "user", None)

    @cached_property
    def now(self) -> datetime:
        return timezone.now()

    @cached_property
    def is_desk(self) -> bool:
        """The person is told about somebody else's health."""
        if not self._known:
            return False
        held = self._user.memberships.active().filter(role__in=DESK_ROLES)
        return bool(held.exists())

    @cached_property
    def is_athlete(self) -> bool:
        return self._known and bool(self._user.athletes.filter(left_at=None).exists())

    @cached_property
    def watch_is_running(self) -> bool:
        """The dispatcher, which finds overdue work and unseen escalations, was busy just now."""
        return clock.is_fresh(name=clock.DISPATCHER)

    @property
    def knowledge_version(self) -> str:
        return KNOWLEDGE.version

    @property
    def _known(self) -> bool:
        return self._user is not None and self._user.is_authenticated


def site(request: HttpRequest) -> dict[str, Site]:
    return {"site": Site(request)}
