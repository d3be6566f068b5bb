"""Who looked at an athlete's health data, as the athlete is told: read from the audit, with names as they are today."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from athletes import access
from athletes.models import Athlete, AuditSubject, Guardianship, Membership, User
from athletes.models.audit import AuditSubjectQuerySet

SITE_STAFF = "staff"  # runs the site, beside the roles of `access`
ROLES = (access.OWNER, access.CLINICIAN, access.COACH)  # the one that is said of who holds several


@dataclass(frozen=True)
class Look:
    """One entry about the athlete. `name` is empty for an account that is gone."""

    athlete_key: UUID
    at: datetime
    action: str
    what: str
    face: str
    actor_key: UUID | None
    name: str
    role: str  # of `access`, SITE_STAFF, or empty: none any more


def rows_for(user: Any) -> AuditSubjectQuerySet:
    """Entries about the person themself and those they are the guardian of, the newest first."""
    return AuditSubject.objects.visible_to(user).told().newest_first()


def rows_about(athlete: Athlete) -> AuditSubjectQuerySet:
    return AuditSubject.objects.filter(athlete_key=athlete.pk).told().newest_first()


def with_names(rows: Iterable[AuditSubject]) -> list[Look]:
    """In three queries, however many there are."""
    rows = list(rows)
    keys = {row.entry.actor_key for row in rows if row.entry.actor_key}
    people = {user.uid: user for user in User.objects.filter(uid__in=keys)}
    roles = _Roles(people.values(), rows)
    return [_look(row, people.get(row.entry.actor_key), roles) for row in rows]  # type: ignore[arg-type]


def _look(row: AuditSubject, actor: User | None, roles: _Roles) -> Look:
    entry = row.entry
    return Look(
        athlete_key=row.athlete_key,
        at=entry.at,
        action=entry.action,
        what=entry.what,
        face=entry.face,
        actor_key=actor.uid if actor else None,
        name=str(actor) if actor else "",
        role=roles.of(actor, row) if actor else "",
    )


class _Roles:
    """What the people of a page are to the athletes on it, now."""

    def __init__(self, people: Iterable[User], rows: list[AuditSubject]) -> None:
        pks = [user.pk for user in people]
        self._held = set(
            Membership.objects.active()
            .filter(user__in=pks, club__in={row.entry.club_key for row in rows})
            .values_list("user_id", "club_id", "role")
        )
        self._guardians = set(
            Guardianship.objects.standing()
            .filter(user__in=pks, athlete__in={row.athlete_key for row in rows})
            .values_list("user_id", "athlete_id")
        )

    def of(self, person: User, row: AuditSubject) -> str:
        if (person.pk, row.athlete_key) in self._guardians:
            return access.GUARDIAN
        for role in ROLES:
            if (person.pk, row.entry.club_key, role) in self._held:
                return role
        return SITE_STAFF if person.is_staff else ""
