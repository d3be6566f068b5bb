"""Who is told when, in plain words, so that a coach can see it before it matters."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from athletes import chain, reach
from athletes.chain import Chain
from athletes.models import Athlete, Squad, User
from athletes.models.base import LONGEST_WAIT_MIN
from coaching.saying import listed
from coaching.words import duration
from guidance import Disposition

ROLE_WORDS = {
    "coach": gettext_lazy("coach"),
    "clinician": gettext_lazy("clinician"),
    "owner": gettext_lazy("owner"),
}


@dataclass(frozen=True)
class Told:
    """One person in a step, and why they stand in it: “Anna Berg (coach, on call)”."""

    user: User
    roles: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.user} ({listed(self.roles)})" if self.roles else str(self.user)


@dataclass(frozen=True)
class Step:
    """Who is told in it besides those of before, and after how long at each level."""

    number: int  # of athletes.chain, as an escalation's `chain_step` has it
    people: list[Told]
    contact: str
    after: dict[str, timedelta | None]  # by level; None: never told at it

    @property
    def waits(self) -> list[tuple[str, str]]:
        """The same in words, level by level; empty where it is never told."""
        return [(level, _after(after)) for level, after in self.after.items()]

    @property
    def names(self) -> list[str]:
        return [*map(str, self.people), *([self.contact] if self.contact else [])]


@dataclass(frozen=True)
class SquadChain:
    squad: Squad
    steps: list[Step]
    faults: list[reach.Fault]


def of_squads(squads: Iterable[Squad], now: datetime) -> list[SquadChain]:
    """For each squad (with its `club` read), in a number of queries that does not grow with them."""
    squads = list(squads)
    chains = chain.of_squads(squads, now)
    faults = reach.faults_of(squads)
    return [
        SquadChain(
            squad=squad,
            steps=steps_of(chains[squad.pk]),
            faults=[fault for fault in faults if fault.squad == squad],
        )
        for squad in squads
    ]


def of_athlete(athlete: Athlete, now: datetime) -> list[Step]:
    return steps_of(chain.of_athlete(athlete, now))


def steps_of(its: Chain) -> list[Step]:
    """The steps that tell anybody new: one that does not is passed over at once."""
    steps: list[Step] = []
    told: set[User] = set()
    for number in range(chain.CONTACT + 1):
        new = [user for user in its.people(number) if user not in told]
        told.update(new)
        contact = _contact(its) if its.has_contact(number, Disposition.EMERGENCY_NOW) else ""
        if new or contact:
            people = [Told(user, _roles(its, user, first=not steps)) for user in new]
            after = _after_by_level(its, len(steps), only_contact=not new)
            steps.append(Step(number, people, contact, after))
    return steps


def _contact(its: Chain) -> str:
    return _("%(name)s (emergency contact)") % {
        "name": its.club.contact_name or its.club.contact_email
    }


def _roles(its: Chain, user: User, *, first: bool) -> tuple[str, ...]:
    held = {
        role for whom, role, squads in its.desk.roles if whom == user and _counts(its, role, squads)
    }
    named = [str(words) for role, words in ROLE_WORDS.items() if role in held]
    if first and user in its.desk.on_call_for(its.squads):
        named.append(_("on call"))
    return tuple(named)


def _counts(its: Chain, role: str, squads: frozenset[object]) -> bool:
    return role == "owner" or bool(squads & its.squads)


def _after_by_level(its: Chain, place: int, *, only_contact: bool) -> dict[str, timedelta | None]:
    """After how long the step in `place` is told; an emergency contact alone only in an emergency."""
    return {
        level.value: None
        if only_contact and level != Disposition.EMERGENCY_NOW
        else its.club.wait_for(level) * place
        for level in LONGEST_WAIT_MIN
    }


def _after(wait: timedelta | None) -> str:
    if wait is None:
        return ""
    return _("after %(wait)s") % {"wait": duration(wait)} if wait else _("at once")
