"""*Who may*: what somebody is towards an athlete, a squad or a club, and whether that role may do it (roles.py)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db.models import CharField, Q, Value
from django.utils import timezone

from athletes.access.reads import squads_led_by, wards_of
from athletes.access.roles import (
    ATHLETE,
    CLINICIAN,
    COACH,
    DESK_ROLES,
    GUARDIAN,
    OWNER,
    ROLES,
    May,
    who,
)
from athletes.access.sight import Sight

if TYPE_CHECKING:
    from athletes.models import Athlete, Club, Squad, User


class NotAllowed(PermissionDenied):
    """The person can see the thing but may not do this with it (HTTP 403)."""


def roles_towards(user: User, athlete: Athlete) -> frozenset[str]:
    """What `user` is for this athlete now: every role, as one may coach in the squad that one runs in."""
    own = {ATHLETE} if athlete.user_id == user.pk else set()
    if athlete.left_at is not None:
        return frozenset(own)
    guarded = type(athlete).objects.filter(
        wards_of(user, timezone.now()), pk=athlete.pk, left_at=None
    )
    as_guardian = guarded.order_by().values_list(Value(GUARDIAN, CharField()))
    in_their_squads = Q(role__in=(COACH, CLINICIAN), squads__athletes=athlete)
    desk = user.memberships.active().filter(Q(role=OWNER) | in_their_squads, club=athlete.club_id)
    held = desk.order_by().values_list("role").union(as_guardian)
    return frozenset(own | {role for (role,) in held})


def powers(user: User, athlete: Athlete) -> frozenset[May]:
    """All that the roles of `user` towards `athlete` allow, for a page that asks for several."""
    return frozenset(what for role in roles_towards(user, athlete) for what in ROLES[role].may)


def may(user: User, what: May, athlete: Athlete) -> bool:
    """Whether one of the roles that `user` has towards `athlete` allows it."""
    return what in powers(user, athlete)


def desk_memberships(user: User, club: Club) -> list[str]:
    """The roles other than athlete that `user` holds in `club` now."""
    held = user.memberships.active().filter(club=club, role__in=DESK_ROLES)
    return list(held.values_list("role", flat=True))


def is_on_desk_of(user: User, athlete: Athlete) -> bool:
    """Whether `user` looks after this athlete (coach, clinician or owner), not merely is them."""
    from_desk = type(athlete).objects.seen_from_desk_by(user)
    return from_desk.filter(pk=athlete.pk).exists()


def require_may_report_for(user: User, athlete: Athlete) -> None:
    if athlete.user_id != user.pk and not may(user, May.REPORT, athlete):
        raise NotAllowed("You can report for yourself and for the athletes of your squads.")


def require_on_desk_of(user: User, athlete: Athlete) -> None:
    if not may(user, May.LOOK_AFTER, athlete):
        raise NotAllowed("Only this athlete's coaches, clinicians and club owners can do this.")


def require_told_all(user: User, athlete: Athlete) -> None:
    """For what cannot be shown in part, and for writing what one then could not read."""
    if not Sight(user).is_whole(athlete):
        raise NotAllowed("This athlete shares only the status with coaches and owners.")


def require_may_choose_sharing(user: User, athlete: Athlete) -> None:
    if not may(user, May.CHOOSE_SHARING, athlete):
        raise NotAllowed("Only the athlete, or their guardian, chooses what is shared.")


def require_may_write_notes(user: User, athlete: Athlete) -> None:
    """Nobody writes a clinician's note about themself."""
    if athlete.user_id == user.pk or not may(user, May.WRITE_NOTES, athlete):
        raise NotAllowed("Only the clinicians of this athlete's squads write notes.")


def require_leads_squad(user: User, squad: Squad) -> None:
    if not type(squad).objects.led_by(user).filter(pk=squad.pk).exists():
        raise NotAllowed("Only this squad's coaches and the club's owners can do this.")


def require_takes_real_people(squad: Squad) -> None:
    """Nobody is called from a club that is only to look at: whoever is really hurt must not stand in it."""
    if squad.club.calls_nobody:
        raise NotAllowed("In a demo club nobody is called: add people to a squad of your own.")


def leads_athlete(user: User, athlete: Athlete) -> bool:
    """Whether `user` coaches one of the athlete's squads or owns the club."""
    owns = user.memberships.active().filter(club=athlete.club_id, role__in=who(May.LEAD_CLUB))
    return athlete.squads.filter(squads_led_by(user)).exists() or owns.exists()


def require_leads_athlete(user: User, athlete: Athlete) -> None:
    if not leads_athlete(user, athlete):
        raise NotAllowed("Only the coaches of this athlete's squads and the owners can do this.")


def require_owns_club(user: User, club: Club) -> None:
    if not user.memberships.active().filter(club=club, role__in=who(May.LEAD_CLUB)).exists():
        raise NotAllowed("Only the club's owners can do this.")
