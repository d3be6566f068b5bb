"""Who needs somebody now: the rows of the first page."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Prefetch, QuerySet

from athletes.models import Assessment, Athlete, Episode, Escalation, Squad, User
from athletes.models.people import AthleteQuerySet
from athletes.services.escalations import is_for_others
from coaching import calls, words

CALM_SHOWN = 30  # open episodes that need nothing; the rest is on the athletes page


@dataclass(frozen=True)
class Row:
    """One escalation as the list shows it, at one moment."""

    escalation: Escalation
    now: datetime
    is_for_others: bool  # it is about the reader, and somebody else has to look at it

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
        it = self.escalation
        return it.is_overdue(self.now) or (self.is_waiting and it.nobody_left_at is not None)

    @property
    def waiting(self) -> str:
        return words.duration(self.now - self.escalation.opened_at)

    @property
    def left(self) -> str:
        """Time left until it is passed on (again); empty when that is due."""
        left = self.escalation.acknowledge_by - self.now
        return words.duration(left) if left > timedelta(0) else ""

    @property
    def clock(self) -> str:
        """Where the chain stands, once it was not seen in its first time."""
        it = self.escalation
        if it.nobody_left_at:
            return f"Everybody has been told, nobody has answered{self._again('told')}"
        if not it.chain_step:
            return "Overdue, being passed on"
        to = calls.passed_on_to(it.chain_step, it.level, self.athlete.club)
        return (f"Overdue, passed on to {to}" if to else "Overdue") + self._again("passed on")

    def _again(self, what: str) -> str:
        return f"; {what} again in {self.left}" if self.left else ""

    @property
    def timeline(self) -> list[calls.Line]:
        """Every event with its sentence, oldest first."""
        return calls.time_line(self.escalation.events.all(), self.athlete.club)


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


def rows_for(user: User, escalations: Iterable[Escalation], now: datetime) -> list[Row]:
    """As `user` reads them. Only who is an athlete too costs a question more, once for each club."""
    escalations = list(escalations)
    own = {it.athlete.pk: it.athlete for it in escalations if it.athlete.user_id == user.pk}
    others = {pk for pk, athlete in own.items() if is_for_others(user=user, athlete=athlete)}
    return [Row(it, now, it.athlete_id in others) for it in escalations]


def for_person(user: User, squad: Squad | None, now: datetime) -> Today:
    """Everything the first page shows to `user`, of one squad or of all."""
    rows = rows_for(user, escalations_to_see(user, squad), now)
    calm = list(_calm_episodes(user, squad)[: CALM_SHOWN + 1])
    return Today(
        waiting=[row for row in rows if row.is_waiting],
        seen=[row for row in rows if not row.is_waiting],
        calm=calm[:CALM_SHOWN],
        more_calm=len(calm) > CALM_SHOWN,
        has_athletes=bool(rows or calm) or _athletes(user, squad).real().exists(),
        checked_at=now,
    )


def escalations_to_see(user: User, squad: Squad | None) -> QuerySet[Escalation]:
    unresolved = Escalation.objects.filter(athlete__in=_athletes(user, squad)).unresolved()
    return with_row_parts(unresolved.by_urgency(), user)


def with_row_parts(escalations: QuerySet[Escalation], user: User) -> QuerySet[Escalation]:
    """With all that a row reads, so that the number of queries does not grow with the rows."""
    return escalations.select_related(
        "athlete__club", "episode", "report", "acknowledged_by"
    ).prefetch_related(
        squads_shown_to(user, "athlete__squads"),
        Prefetch("report__assessments", Assessment.objects.order_by("created_at")),
    )


def squads_shown_to(user: User, path: str) -> Prefetch[str]:
    """An athlete's squads, as far as `user` looks after them."""
    return Prefetch(path, Squad.objects.seen_from_desk_by(user))


def _athletes(user: User, squad: Squad | None) -> AthleteQuerySet:
    seen = Athlete.objects.seen_from_desk_by(user)
    return seen.filter(squads=squad) if squad else seen


def _calm_episodes(user: User, squad: Squad | None) -> QuerySet[Episode]:
    """Open episodes without anything waiting, the newest report first."""
    athletes = _athletes(user, squad).real().values("pk")
    waiting = Escalation.objects.unresolved().filter(athlete__in=athletes).values("episode")
    episodes = Episode.objects.open().filter(athlete__in=athletes).exclude(pk__in=waiting)
    return (
        episodes.with_latest()
        .select_related("athlete")
        .prefetch_related(squads_shown_to(user, "athlete__squads"))
        .order_by("-latest_at")
    )
