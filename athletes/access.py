"""Who may see and do what. Every read starts from a `visible_to(user)` that is built here.

An owner sees the whole club; a coach or clinician sees the athletes of their own squads; an athlete
sees their own record. Whoever is none of these gets the same answer as if nothing were there (404).
"""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db.models import Q

if TYPE_CHECKING:
    from athletes.models import Athlete, Club, Squad, User

OWNER, COACH, CLINICIAN, ATHLETE = "owner", "coach", "clinician", "athlete"
GUARDIAN = "guardian"  # of one athlete, and no member of the club
DESK_ROLES = (OWNER, COACH, CLINICIAN)  # those who are told about somebody else's health
YOUNGEST_CONSENT_AGE, OLDEST_CONSENT_AGE = 13, 18  # GDPR Art. 8 lets states go down to 13
LEADS = (OWNER, COACH)  # those who run a squad: invite, move, name


class NotAllowed(PermissionDenied):
    """The person can see the thing but may not do this with it (HTTP 403)."""


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


def desk_memberships(user: User, club: Club) -> list[str]:
    """The roles other than athlete that `user` holds in `club` now."""
    held = user.memberships.active().filter(club=club, role__in=DESK_ROLES)
    return list(held.values_list("role", flat=True))


def is_on_desk_of(user: User, athlete: Athlete) -> bool:
    """Whether `user` looks after this athlete (coach, clinician or owner), not merely is them."""
    from_desk = type(athlete).objects.seen_from_desk_by(user)
    return from_desk.filter(pk=athlete.pk).exists()


def require_may_report_for(user: User, athlete: Athlete) -> None:
    if athlete.user_id != user.pk and not is_on_desk_of(user, athlete):
        raise NotAllowed("You can report for yourself and for the athletes of your squads.")


def require_on_desk_of(user: User, athlete: Athlete) -> None:
    if not is_on_desk_of(user, athlete):
        raise NotAllowed("Only this athlete's coaches, clinicians and club owners can do this.")


def require_leads_squad(user: User, squad: Squad) -> None:
    if not type(squad).objects.led_by(user).filter(pk=squad.pk).exists():
        raise NotAllowed("Only this squad's coaches and the club's owners can do this.")


def require_takes_real_people(squad: Squad) -> None:
    """Nobody is called from a club that is only to look at: whoever is really hurt must not stand in it."""
    if squad.club.calls_nobody:
        raise NotAllowed("In a demo club nobody is called: add people to a squad of your own.")


def leads_athlete(user: User, athlete: Athlete) -> bool:
    """Whether `user` coaches one of the athlete's squads or owns the club."""
    owns = user.memberships.active().filter(club=athlete.club_id, role=OWNER)
    return athlete.squads.filter(squads_led_by(user)).exists() or owns.exists()


def require_leads_athlete(user: User, athlete: Athlete) -> None:
    if not leads_athlete(user, athlete):
        raise NotAllowed("Only the coaches of this athlete's squads and the owners can do this.")


def require_owns_club(user: User, club: Club) -> None:
    if not user.memberships.active().filter(club=club, role=OWNER).exists():
        raise NotAllowed("Only the club's owners can do this.")
