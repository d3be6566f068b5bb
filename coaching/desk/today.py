"""Who needs somebody now: the rows of the first page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Prefetch, QuerySet

from athletes.models import Assessment, Athlete, Episode, Escalation, EscalationEvent, Squad, User
from coaching import words

CALM_SHOWN = 30  # open episodes that need nothing; the rest is on the athletes page
PASSED_ON_TO = {1: "the squad's coaches and clinicians"}
LAST_IN_CHAIN = "the club's owners as well"
EVENTS = {
    "opened": "Opened",
    "raised": "Raised",
    "reported_again": "Reported again",
    "told": "{actor} was sent a message",
    "passed_on": "Nobody had seen it in time: passed on to {chain}",
    "acknowledged": "Seen by {actor}",
    "resolved": "Dealt with by {actor}",
}


@dataclass(frozen=True)
class Row:
    """One escalation as the list shows it, at one moment."""

    escalation: Escalation
    now: datetime

    @property
    def athlete(self) -> Athlete:
        return self.escalation.athlete

    @property
    def cause(self) -> str:
        """The leading likely cause of the report that opened or raised it, if it is judged."""
        result = self.escalation.report.assessment.result
        causes = result["causes"] if result else []
        return causes[0]["name"] if causes and causes[0]["fit"] != "unlikely" else ""

    @property
    def is_waiting(self) -> bool:
        return self.escalation.state == "open"

    @property
    def is_overdue(self) -> bool:
        return self.escalation.is_overdue(self.now)

    @property
    def waiting(self) -> str:
        return words.duration(self.now - self.escalation.opened_at)

    @property
    def left(self) -> str:
        """Time left until it is passed on (again); empty when that is due."""
        left = self.escalation.acknowledge_by - self.now
        return words.duration(left) if left > timedelta(0) else ""

    @property
    def passed_on_to(self) -> str:
        return passed_on_to(self.escalation.chain_step)

    @property
    def timeline(self) -> list[tuple[EscalationEvent, str]]:
        """Every event with its sentence, oldest first."""
        return [(event, sentence(event)) for event in self.escalation.events.all()]


@dataclass(frozen=True)
class Today:
    """The whole list, as of `checked_at`."""

    waiting: list[Row]
    seen: list[Row]
    calm: list[Episode]
    more_calm: bool
    has_athletes: bool
    checked_at: datetime

    @property
    def overdue(self) -> int:
        return sum(row.is_overdue for row in self.waiting)


def passed_on_to(step: int) -> str:
    """Who was told besides the coaches at this step of the chain; nobody yet at step 0."""
    return PASSED_ON_TO.get(step, LAST_IN_CHAIN) if step else ""


def sentence(event: EscalationEvent) -> str:
    """What happened, in words: "Seen by Anna Berg"."""
    return EVENTS[event.kind].format(
        actor=event.actor or "somebody who has left", chain=passed_on_to(event.chain_step)
    )


def for_person(user: User, squad: Squad | None, now: datetime) -> Today:
    """Everything the first page shows to `user`, of one squad or of all."""
    rows = [Row(escalation, now) for escalation in escalations_to_see(user, squad)]
    calm = list(_calm_episodes(user, squad)[: CALM_SHOWN + 1])
    return Today(
        waiting=[row for row in rows if row.is_waiting],
        seen=[row for row in rows if not row.is_waiting],
        calm=calm[:CALM_SHOWN],
        more_calm=len(calm) > CALM_SHOWN,
        has_athletes=bool(rows or calm) or _athletes(user, squad).exists(),
        checked_at=now,
    )


def escalations_to_see(user: User, squad: Squad | None) -> QuerySet[Escalation]:
    unresolved = Escalation.objects.filter(athlete__in=_athletes(user, squad)).unresolved()
    return with_row_parts(unresolved.by_urgency(), user)


def with_row_parts(escalations: QuerySet[Escalation], user: User) -> QuerySet[Escalation]:
    """With all that a row reads, so that the number of queries does not grow with the rows."""
    return escalations.select_related(
        "athlete", "episode", "report", "acknowledged_by"
    ).prefetch_related(
        squads_shown_to(user, "athlete__squads"),
        Prefetch("report__assessments", Assessment.objects.order_by("created_at")),
    )


def squads_shown_to(user: User, path: str) -> Prefetch[str]:
    """An athlete's squads, as far as `user` looks after them."""
    return Prefetch(path, Squad.objects.seen_from_desk_by(user))


def _athletes(user: User, squad: Squad | None) -> QuerySet[Athlete]:
    seen = Athlete.objects.seen_from_desk_by(user)
    return seen.filter(squads=squad) if squad else seen


def _calm_episodes(user: User, squad: Squad | None) -> QuerySet[Episode]:
    """Open episodes without anything waiting, the newest report first."""
    athletes = _athletes(user, squad).values("pk")
    waiting = Escalation.objects.unresolved().filter(athlete__in=athletes).values("episode")
    episodes = Episode.objects.open().filter(athlete__in=athletes).exclude(pk__in=waiting)
    return (
        episodes.with_latest()
        .select_related("athlete")
        .prefetch_related(squads_shown_to(user, "athlete__squads"))
        .order_by("-latest_at")
    )
