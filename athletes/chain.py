"""Who is told of an athlete, step by step: the one place that says so.

First the athlete's own coaches and who is on call; then all coaches of the squads (and their clinicians,
where the club wants that); then the club's owners; for an emergency its emergency contact too. Each step
has those of before in it. Nobody is told of themselves as long as there is anybody else.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from athletes import access
from athletes.consent import guardianships_of
from athletes.models import Athlete, Club, Membership, OnCall, Squad, User
from guidance import Disposition

FIRST, SQUADS, OWNERS, CONTACT = range(4)


@dataclass(frozen=True)
class Desk:
    """Who holds which role in a club at one moment, and who is on call."""

    roles: list[tuple[User, str, frozenset[UUID]]] = field(default_factory=list)
    on_call: list[tuple[User, frozenset[UUID]]] = field(default_factory=list)

    def holders(self, role: str, squads: frozenset[UUID] | None = None) -> set[User]:
        """Who holds `role`; with `squads`, for one of them."""
        return {
            user
            for user, held, covered in self.roles
            if held == role and (squads is None or covered & squads)
        }

    def on_call_for(self, squads: frozenset[UUID]) -> set[User]:
        """Who is on call for one of `squads`; a duty that names no squads is for the whole club."""
        return {user for user, covered in self.on_call if not covered or covered & squads}


@dataclass(frozen=True)
class Chain:
    """The chain of an athlete, or of a squad's athletes who have no coach of their own."""

    club: Club
    desk: Desk
    squads: frozenset[UUID]
    own_coaches: frozenset[int] = frozenset()
    themself: int | None = None

    def people(self, step: int) -> list[User]:
        """Everybody who has been told by `step`. Empty only if there is nobody at all by then."""
        told = self._without_themself(self._of_the_chain(step))
        if not told and step >= OWNERS:
            told = self._without_themself(self.on_desk)  # a clinician rather than nobody
        if not told and step >= OWNERS:
            told = self.on_desk
        return in_order(told)

    def first_people(self) -> list[User]:
        """Those of the first step at which there is anybody."""
        steps = (self.people(step) for step in range(OWNERS + 1))
        return next((people for people in steps if people), [])

    @property
    def on_desk(self) -> set[User]:
        """Whoever sees the athlete from the desk, the chain's or not, and themself too."""
        return {
            *self.desk.holders(access.COACH, self.squads),
            *self.desk.holders(access.CLINICIAN, self.squads),
            *self.owners,
        }

    @property
    def owners(self) -> set[User]:
        return self.desk.holders(access.OWNER)

    def has_others(self) -> bool:
        """Whether anybody but the athlete themself looks after the athlete."""
        return bool(self._without_themself(self.on_desk))

    def has_contact(self, step: int, level: Disposition) -> bool:
        """Whether the club's emergency contact is written to by `step`."""
        by_now = step >= CONTACT and level == Disposition.EMERGENCY_NOW
        return by_now and bool(self.club.contact_email)

    def _of_the_chain(self, step: int) -> set[User]:
        coaches = self.desk.holders(access.COACH, self.squads)
        own = {user for user in self.on_desk if user.pk in self.own_coaches}
        # Whoever is on call without a role here would be told of what they may not open.
        told = own | (self.desk.on_call_for(self.squads) & self.on_desk)
        if step >= SQUADS or not self._without_themself(told):
            told |= coaches
        if step >= SQUADS and self.club.clinicians_in_chain:
            told |= self.desk.holders(access.CLINICIAN, self.squads)
        if step >= OWNERS:
            told |= self.owners
        return told

    def _without_themself(self, people: set[User]) -> set[User]:
        return {user for user in people if user.pk != self.themself}


def own_side(athlete: Athlete, now: datetime) -> list[User]:
    """The athlete, and who answers for them at `now`: as far as they have a log-in that works."""
    themself = [athlete.user] if athlete.user else []
    people = [*themself, *(row.user for row in guardianships_of(athlete, now))]
    return [person for person in people if person.is_active]


def last_step(level: Disposition) -> int:
    """The last step of the chain at `level`. After it nobody is left, and the owners are told again."""
    return CONTACT if level == Disposition.EMERGENCY_NOW else OWNERS


def of_athlete(athlete: Athlete, now: datetime) -> Chain:
    return Chain(
        club=athlete.club,
        desk=desks([athlete.club_id], now)[athlete.club_id],
        squads=_all_squads_of(athlete),
        own_coaches=frozenset(person.pk for person in athlete.own_coaches.all()),
        themself=athlete.user_id,
    )


def _all_squads_of(athlete: Athlete) -> frozenset[UUID]:
    """Also where a page fetched only those that its reader sees: everybody is told, whoever looks."""
    rows = Athlete.squads.through.objects.filter(athlete=athlete)
    return frozenset(rows.values_list("squad_id", flat=True))


def of_squads(squads: Iterable[Squad], now: datetime) -> dict[UUID, Chain]:
    """For each squad (with its `club` read) the chain of athletes in it without an own coach."""
    squads = list(squads)
    found = desks([squad.club_id for squad in squads], now)
    return {
        squad.pk: Chain(squad.club, found[squad.club_id], frozenset([squad.pk])) for squad in squads
    }


def desks(clubs: Iterable[UUID], now: datetime) -> dict[UUID, Desk]:
    """The desk of each club at `now`, in four queries however many they are."""
    clubs = set(clubs)
    found: dict[UUID, Desk] = defaultdict(Desk)
    held = Membership.objects.active().filter(
        club__in=clubs, role__in=access.DESK_ROLES, user__is_active=True
    )
    for membership in held.select_related("user").prefetch_related("squads"):
        found[membership.club_id].roles.append(
            (membership.user, membership.role, _covered(membership))
        )
    running = Q(ends_at=None) | Q(ends_at__gt=now)
    on_call = OnCall.objects.filter(running, club__in=clubs, starts_at__lte=now)
    for duty in on_call.select_related("user").prefetch_related("squads"):
        found[duty.club_id].on_call.append((duty.user, _covered(duty)))
    return found


def in_order(people: Iterable[User]) -> list[User]:
    return sorted(people, key=lambda user: (user.name.casefold(), user.email))


def _covered(row: Membership | OnCall) -> frozenset[UUID]:
    return frozenset(squad.pk for squad in row.squads.all())
