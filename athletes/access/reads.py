"""Which rows somebody sees: every read starts from a `visible_to(user)` that is built of these.

An owner sees the whole club; a coach or clinician sees the athletes of their own squads; an athlete
sees their own record, and so does a guardian until the athlete comes of age. Whoever is none of these gets the same
answer as if nothing were there (404).
"""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db.models import Q

from athletes.access.roles import CLINICIAN, DESK_ROLES, LEADS, OWNER

if TYPE_CHECKING:
    from athletes.models import User

YOUNGEST_CONSENT_AGE, OLDEST_CONSENT_AGE = 13, 18  # GDPR Art. 8 lets states go down to 13


def clubs_led_by(user: User) -> Q:
    """Clubs that `user` owns."""
    return Q(memberships__user=user, memberships__role=OWNER, memberships__ended_at=None)


def clubs_served_by(user: User) -> Q:
    """Clubs in which `user` holds a role other than athlete."""
    return Q(
        memberships__user=user,
        memberships__role__in=DESK_ROLES,
        memberships__ended_at=None,
    )


def squads_seen_by(user: User) -> Q:
    """Squads that `user` sees from the desk: their own, or all of a club they own."""
    return _squads_held_as(DESK_ROLES, user)


def squads_led_by(user: User) -> Q:
    """Squads that `user` runs: as their coach, or as the club's owner."""
    return _squads_held_as(LEADS, user)


def squads_treated_by(user: User) -> Q:
    """Squads in which `user` is a clinician."""
    return Q(memberships__user=user, memberships__role=CLINICIAN, memberships__ended_at=None)


def wards_of(user: User, now: datetime) -> Q:
    """Athletes that `user` is the guardian of at `now`: until they come of age in their club.

    Of whom nobody knows the age, the guardianship stands.
    """
    of_age = Q(pk__in=[])
    for age in range(YOUNGEST_CONSENT_AGE, OLDEST_CONSENT_AGE + 1):
        of_age |= Q(club__consent_age=age, birth_date__lte=years_before(now.date(), age))
    standing = Q(guardianships__user=user, guardianships__ended_at=None)
    return standing & ~of_age


def years_before(day: date, years: int) -> date:
    """The same day `years` earlier; who was born on 29 February has birthday on 1 March in other years."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)


def _squads_held_as(roles: tuple[str, ...], user: User) -> Q:
    own = Q(memberships__user=user, memberships__role__in=roles, memberships__ended_at=None)
    owned = Q(
        club__memberships__user=user,
        club__memberships__role=OWNER,
        club__memberships__ended_at=None,
    )
    return own | owned
