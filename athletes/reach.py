"""Whether a squad's danger would reach anybody: looked at before it matters."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _

from athletes import chain
from athletes.chain import Chain
from athletes.models import (
    Athlete,
    Escalation,
    Notification,
    OnCall,
    PushSubscription,
    Squad,
    SquadChannel,
    User,
)
from athletes.models.escalations import EMAIL, PUSH

NOBODY, ONLY_THEMSELF, NO_WAY, NO_COVER, NO_ROLE, NO_CONTACT = (
    "nobody", "only_themself", "no_way", "no_cover", "on_call_without_role", "no_contact",
)  # fmt: skip
UNREACHABLE = (NOBODY, ONLY_THEMSELF, NO_WAY)  # a danger would be seen by nobody


@dataclass(frozen=True)
class Fault:
    """What is wrong with a squad's chain, in a plain sentence."""

    squad: Squad
    code: str
    sentence: str

    @property
    def is_grave(self) -> bool:
        """Whether a danger would reach nobody at all, rather than fewer people or later."""
        return self.code in UNREACHABLE


def for_person(user: User) -> list[Fault]:
    """The faults of all squads that `user` sees from the desk."""
    return faults_of(Squad.objects.seen_from_desk_by(user))


def standstill(user: User) -> QuerySet[Escalation]:
    """What waits although all of the chain have been told, of the athletes that `user` looks after."""
    waiting = Escalation.objects.seen_from_desk_by(user).open().exclude(nobody_left_at=None)
    return waiting.select_related("athlete", "episode").by_urgency()


def faults_of(squads: Iterable[Squad]) -> list[Fault]:
    """What is wrong with the chains of `squads`, the gravest first; in a fixed number of queries."""
    squads = _with_clubs(squads)
    if not squads:
        return []
    now = timezone.now()
    chains = chain.of_squads(squads, now)
    told = {user for chained in chains.values() for user in chained.people(chain.OWNERS)}
    facts = _Facts(
        now=now,
        reachable=_reachable(told),
        rooms=_working_rooms(squads),
        athletes=_who_runs_in(squads),
        duties=_duties(squads),
    )
    found = [fault for squad in squads for fault in _faults(squad, chains[squad.pk], facts)]
    return sorted(found, key=lambda fault: not fault.is_grave)


@dataclass(frozen=True)
class _Facts:
    now: datetime
    reachable: set[int]  # users with a way on which the last message got through
    rooms: set[UUID]  # squads with a channel of their own that works
    athletes: dict[UUID, set[int]]  # the log-ins that run in a squad
    duties: dict[UUID, list[OnCall]]  # of a club, running or to come, or of before


def _faults(squad: Squad, chained: Chain, facts: _Facts) -> Iterable[Fault]:
    people = chained.people(chain.OWNERS)
    runs_here = facts.athletes[squad.pk]
    named = {"squad": squad.name}
    if not people:
        yield Fault(squad, NOBODY, _("%(squad)s: nobody would be told of a danger.") % named)
    elif len(people) == 1 and people[0].pk in runs_here:
        yield Fault(
            squad,
            ONLY_THEMSELF,
            _(
                "%(squad)s: %(who)s runs here and is the only one who would be told, "
                "even of their own reports."
            )
            % {**named, "who": people[0]},
        )
    if people and squad.pk not in facts.rooms and not any(p.pk in facts.reachable for p in people):
        yield Fault(
            squad,
            NO_WAY,
            _("%(squad)s: the last messages reached none of those who are told.") % named,
        )
    yield from _faults_on_call(squad, chained, facts)
    club = squad.club
    if not club.contact_phone and not club.contact_email:
        yield Fault(
            squad,
            NO_CONTACT,
            _("%(squad)s: %(club)s has no emergency contact, so the chain ends at its owners.")
            % {**named, "club": club.name},
        )


def _faults_on_call(squad: Squad, chained: Chain, facts: _Facts) -> Iterable[Fault]:
    duties = [duty for duty in facts.duties[squad.club_id] if _covers(duty, squad)]
    ahead = [duty for duty in duties if duty.ends_at is None or duty.ends_at > facts.now]
    for user in chain.in_order({duty.user for duty in ahead} - chained.on_desk):
        yield Fault(
            squad,
            NO_ROLE,
            _(
                "%(squad)s: %(who)s is on call but not on the desk of this squad, "
                "and so would not be told."
            )
            % {"squad": squad.name, "who": user},
        )
    if duties and not chained.people(chain.FIRST):
        yield Fault(
            squad,
            NO_COVER,
            _("%(squad)s: nobody is on call now, and the squad has no coach.")
            % {"squad": squad.name},
        )


def _covers(duty: OnCall, squad: Squad) -> bool:
    squads = duty.squads.all()
    return not squads or squad in squads


def _with_clubs(squads: Iterable[Squad]) -> list[Squad]:
    if isinstance(squads, QuerySet):
        return list(squads.select_related("club"))
    return list(Squad.objects.filter(pk__in=[squad.pk for squad in squads]).select_related("club"))


def _who_runs_in(squads: list[Squad]) -> dict[UUID, set[int]]:
    found: dict[UUID, set[int]] = defaultdict(set)
    links = Athlete.squads.through.objects.filter(
        squad__in=squads, athlete__left_at=None, athlete__user__isnull=False
    )
    for squad, user in links.values_list("squad_id", "athlete__user_id"):
        found[squad].add(user)
    return found


def _duties(squads: list[Squad]) -> dict[UUID, list[OnCall]]:
    found: dict[UUID, list[OnCall]] = defaultdict(list)
    clubs = {squad.club_id for squad in squads}
    duties = OnCall.objects.filter(club__in=clubs)
    for duty in duties.select_related("user").prefetch_related("squads"):
        found[duty.club_id].append(duty)
    return found


def _reachable(people: set[User]) -> set[int]:
    """Those with a channel whose last message was not given up. What was never tried may work."""
    by_mail = User.objects.exclude(email="").annotate(
        last=_last_state(recipient=OuterRef("pk"), channel=EMAIL)
    )
    phones = PushSubscription.objects.filter(user=OuterRef("pk"), gone_at=None).annotate(
        last=_last_state(push_subscription=OuterRef("pk"), channel=PUSH)
    )
    works = ~Q(last="failed") | Q(last=None)
    reached = by_mail.filter(works | Exists(phones.filter(works)), pk__in=[p.pk for p in people])
    return set(reached.values_list("pk", flat=True))


def _working_rooms(squads: list[Squad]) -> set[UUID]:
    channels = SquadChannel.objects.filter(squad__in=squads, removed_at=None)
    channels = channels.annotate(last=_last_state(squad_channel=OuterRef("pk")))
    works = ~Q(last="failed") | Q(last=None)
    return set(channels.filter(works).values_list("squad_id", flat=True))


def _last_state(**to: Any) -> Subquery:
    """How the newest message ended that was sent or given up."""
    ended = Notification.objects.filter(**to, state__in=["sent", "failed"])
    return Subquery(ended.order_by("-created_at").values("state")[:1])
