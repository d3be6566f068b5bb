"""The morning page is announced once a day, at the hour that each person chose, by the clock of their club."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from athletes.access import DESK_ROLES
from athletes.models import Club, Membership, User
from athletes.models.escalations import DIGEST
from athletes.morning import morning_of
from athletes.services import notifications

SUBJECT = "Your morning page is ready"
PATH = "/desk/morning/"
CATCH_UP = timedelta(hours=4)  # so late it is still worth a message; and never one of yesterday


def zone_of(user: User) -> ZoneInfo:
    """Of the club in which `user` has looked after athletes the longest."""
    name = _desk_clubs(Membership.objects.filter(user=user)).first()
    return ZoneInfo(name or "UTC")


def _desk_clubs(memberships: QuerySet[Membership]) -> QuerySet[Membership, str]:
    active = memberships.filter(role__in=DESK_ROLES, ended_at=None)
    return active.order_by("created_at", "pk").values_list("club__timezone", flat=True)


def due(now: datetime) -> QuerySet[User]:
    """Whose hour has come today by their club's clock, and for whom nobody looked today.

    Compared on the clock on the wall: an hour that a change of the clock leaves out has come when the
    clock has jumped past it, and one that comes twice counts the first time.
    """
    zones = Club.objects.filter(memberships__role__in=DESK_ROLES, memberships__ended_at=None)
    come = Q(pk__in=[])
    for name in zones.order_by().values_list("timezone", flat=True).distinct():
        wall = now.astimezone(ZoneInfo(name)).replace(tzinfo=None)
        hours = (_earliest(wall), wall.time())
        come |= Q(club_zone=name, digest_at__range=hours) & ~Q(digest_on=wall.date())
    own = _desk_clubs(Membership.objects.filter(user=OuterRef("pk")))
    people = User.objects.filter(is_active=True).annotate(club_zone=Subquery(own[:1]))
    return people.filter(come).order_by("pk")


def _earliest(wall: datetime) -> time:
    """The hour of today from which on it is still worth a message."""
    since = wall - CATCH_UP
    return since.time() if since.date() == wall.date() else time.min


def announce(*, user_id: int) -> bool:
    """Tell one person that there is something on their morning page. True when a message was made."""
    now = timezone.now()
    user = due(now).filter(pk=user_id).first()
    if user is None:  # somebody was faster, or midnight has come since
        return False
    today = now.astimezone(zone_of(user)).date()
    lines = [line for squad in morning_of(user, now).squads for line in squad.lines]
    has_something_to_say = any(not line.athlete.club.calls_nobody for line in lines)
    return _tell_once(user, today, has_something_to_say)


@transaction.atomic
def _tell_once(user: User, today: date, has_something_to_say: bool) -> bool:
    mine = User.objects.filter(Q(digest_on=None) | ~Q(digest_on=today), pk=user.pk)
    if not mine.update(digest_on=today):
        return False
    if has_something_to_say:
        notifications.queue(
            recipients=[user],
            key=f"digest:{today.isoformat()}",
            subject=SUBJECT,
            path=PATH,
            topic=DIGEST,
        )
    return has_something_to_say


@transaction.atomic
def choose_hour(*, by: User, at: time) -> None:
    """When `by` wants to be told of the morning page."""
    by.digest_at = at
    by.save(update_fields=["digest_at"])
