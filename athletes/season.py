"""A squad over some weeks: what was reported, where and what it looked like, who answered, and how fast somebody looked.

Worked out from the records each time, never stored; in a fixed number of queries. Weeks begin on Monday: reports by the
athlete's own clock, check-ins and calls too. Causes are likely causes, never more; what a clinician found counts apart.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from statistics import median
from uuid import UUID

from django.db.models import OuterRef, QuerySet, Subquery

from athletes.models import (
    Assessment,
    Athlete,
    CheckIn,
    ClinicianFinding,
    Escalation,
    PainReport,
)
from athletes.models.follow_up import ANSWERED, ASKED, MISSED, REMINDED
from athletes.models.reports import PENDING
from guidance import Disposition

DAY = timedelta(days=1)
FARTHEST_ZONE = timedelta(hours=36)
NO_CAUSE = ""  # judged, and nothing fitted


@dataclass(frozen=True)
class Told:
    """One report: in which week, where, how bad, and what it looked most like (None: not judged yet)."""

    week: date
    athlete: UUID
    episode: UUID
    region: str
    pain: float | None
    cause: str | None
    is_answer: bool


@dataclass(frozen=True)
class Asked:
    """One check-in that was asked. `took` from the asking to the answer, where both are known."""

    week: date
    athlete: UUID
    state: str
    took: timedelta | None

    @property
    def is_settled(self) -> bool:
        return self.state in (ANSWERED, MISSED)


@dataclass(frozen=True)
class Called:
    """One escalation: how long until a person acknowledged it, and whether in its first time."""

    week: date
    level: Disposition
    took: timedelta | None
    in_time: bool | None  # None: nobody has yet, and its time is not over


@dataclass(frozen=True)
class Found:
    """What a clinician found one problem to be: an id of the knowledge, or words."""

    episode: UUID
    cause: str
    in_words: str


@dataclass(frozen=True)
class Answers:
    """How many were answered of those that were asked and are over. Waiting ones say nothing yet."""

    answered: int = 0
    missed: int = 0
    waiting: int = 0
    took: Sequence[timedelta] = field(default_factory=tuple)

    @property
    def settled(self) -> int:
        return self.answered + self.missed

    @property
    def median(self) -> timedelta | None:
        seconds = [took.total_seconds() for took in self.took]
        return timedelta(seconds=median(seconds)) if seconds else None


@dataclass(frozen=True)
class Season:
    weeks: Sequence[date]
    athletes: Sequence[Athlete]
    told: Sequence[Told]
    asked: Sequence[Asked]
    called: Sequence[Called]
    found: Sequence[Found]
    status_only: int = 0  # athletes of whom only the reports are counted

    def reports(self, week: date, *, answers: bool) -> int:
        """Reports of pain, or with `answers` those that answer a check-in."""
        return sum(one.week == week and one.is_answer == answers for one in self.told)

    def athletes_with_pain(self, week: date, region: str) -> int:
        """Who told of pain there; 0 of 10 is no pain, and pain that nobody numbered is pain."""
        return len(
            {one.athlete for one in self._hurting() if (one.week, one.region) == (week, region)}
        )

    def athletes_in(self, region: str) -> int:
        return len({one.athlete for one in self._hurting() if one.region == region})

    def worst_pain(self, week: date, region: str) -> float | None:
        pains = [
            one.pain
            for one in self.told
            if (one.week, one.region) == (week, region) and one.pain is not None
        ]
        return max(pains, default=None)

    def _hurting(self) -> Iterator[Told]:
        return (one for one in self.told if one.pain != 0)

    def causes(self) -> list[str]:
        """What problems looked most like, the most frequent first; what fitted nothing last."""
        pairs = {(one.cause or NO_CAUSE, one.episode) for one in self._judged()}
        count = Counter(cause for cause, _ in pairs)
        return sorted(count, key=lambda cause: (cause == NO_CAUSE, -count[cause], cause))

    def problems(self, cause: str, week: date | None = None) -> int:
        """How many problems looked most like `cause`, in a report of that week or of any."""
        return len(
            {
                one.episode
                for one in self._judged()
                if one.cause == cause and week in (None, one.week)
            }
        )

    def _judged(self) -> Iterator[Told]:
        return (one for one in self.told if one.cause is not None)

    def clinicians_found(self) -> list[tuple[str, str, int]]:
        """Cause, words, how many problems: the most frequent first."""
        count = Counter((one.cause, "" if one.cause else one.in_words) for one in self.found)
        return [(cause, words, number) for (cause, words), number in count.most_common()]

    def answers(self, *, week: date | None = None, athlete: UUID | None = None) -> Answers:
        """Of one week by when they were due, of one athlete, or of all."""
        asked = [
            one for one in self.asked if week in (None, one.week) and athlete in (None, one.athlete)
        ]
        return Answers(
            answered=sum(one.state == ANSWERED for one in asked),
            missed=sum(one.state == MISSED for one in asked),
            waiting=sum(not one.is_settled for one in asked),
            took=[one.took for one in asked if one.took is not None],
        )

    def calls(self, *, week: date | None = None, level: Disposition | None = None) -> list[Called]:
        return [
            one for one in self.called if week in (None, one.week) and level in (None, one.level)
        ]


def season_of(
    athletes: Iterable[Athlete],
    weeks: Sequence[date],
    now: datetime,
    *,
    zone: tzinfo,
    is_whole: Callable[[Athlete], bool],
) -> Season:
    """Of these athletes over these weeks (their Mondays, in order).

    Where `is_whole` is false an athlete's reports are counted, and nothing that they told: of few, a count by place or
    cause would say who it was.
    """
    reads = _Reads(list(athletes), weeks, now, zone, is_whole)
    return Season(
        weeks=weeks,
        athletes=reads.athletes,
        told=list(reads.told()),
        asked=list(reads.asked()),
        called=list(reads.called()),
        found=list(reads.found()),
        status_only=len(reads.of - reads.told_of),
    )


class _Reads:
    """One query a kind. A little more is read than the weeks ask for, as days begin elsewhere at another time."""

    def __init__(
        self,
        athletes: list[Athlete],
        weeks: Sequence[date],
        now: datetime,
        zone: tzinfo,
        is_whole: Callable[[Athlete], bool],
    ) -> None:
        self.told_of = {athlete.pk for athlete in athletes if is_whole(athlete)}
        self.athletes, self.weeks, self.now = athletes, frozenset(weeks), now
        self.zone = zone
        self.of = {athlete.pk for athlete in athletes}
        first = datetime.combine(min(weeks), time(0), tzinfo=UTC) - FARTHEST_ZONE
        self.between = (
            first,
            min(now, first + (max(weeks) - min(weeks)) + 7 * DAY + 2 * FARTHEST_ZONE),
        )

    def _week(self, moment: datetime) -> date | None:
        """By the club's clock: a squad on one page needs one calendar."""
        day = moment.astimezone(self.zone).date()
        monday = day - timedelta(days=day.weekday())
        return monday if monday in self.weeks else None

    def told(self) -> Iterator[Told]:
        judged: QuerySet[Assessment] = (
            Assessment.objects.filter(report=OuterRef("pk"))
            .exclude(state=PENDING)
            .order_by("-created_at")
        )
        rows = PainReport.objects.filter(
            athlete__in=self.of, reported_at__range=self.between
        ).annotate(looks_like=Subquery(judged.values("leading_cause")[:1]))
        for row in rows.order_by("reported_at").values_list(
            "athlete_id",
            "reported_at",
            "episode_id",
            "episode__region",
            "pain_now",
            "looks_like",
            "answers_check_in",
        ):
            athlete, at, episode, region, pain, cause, answers = row
            if not (week := self._week(at)):
                continue
            if athlete not in self.told_of:
                region, pain, cause = "", None, None
            yield Told(week, athlete, episode, region, pain, cause, answers is not None)

    def asked(self) -> Iterator[Asked]:
        """What was planned or cancelled was not asked."""
        rows = CheckIn.objects.filter(
            episode__athlete__in=self.of,
            due_at__range=self.between,
            state__in=(ASKED, REMINDED, ANSWERED, MISSED),
        )
        for athlete, due, state, asked_at, settled_at in rows.order_by("due_at").values_list(
            "episode__athlete_id", "due_at", "state", "asked_at", "settled_at"
        ):
            took = None
            if state == ANSWERED and asked_at and settled_at and settled_at >= asked_at:
                took = settled_at - asked_at
            if week := self._week(due):
                yield Asked(week, athlete, state, took)

    def called(self) -> Iterator[Called]:
        rows = Escalation.objects.filter(athlete__in=self.of, opened_at__range=self.between)
        for row in rows.order_by("opened_at"):
            week = self._week(row.opened_at)
            if week:
                seen = row.acknowledged_at
                yield Called(
                    week,
                    Disposition(row.level),
                    seen - row.opened_at if seen else None,
                    self._in_time(row),
                )

    def _in_time(self, call: Escalation) -> bool | None:
        if call.chain_step:
            return False  # it had to be passed on
        if call.acknowledged_at:
            return call.acknowledged_at <= call.acknowledge_by
        return False if call.acknowledge_by <= self.now else None

    def found(self) -> Iterator[Found]:
        """The newest finding of each problem that was reported in these weeks."""
        rows = ClinicianFinding.objects.filter(
            episode__athlete__in=self.told_of,
            episode__reports__reported_at__range=self.between,
        )
        newest: dict[UUID, Found] = {}
        by_week: dict[UUID, bool] = defaultdict(bool)
        for episode, at, cause, in_words in rows.order_by("created_at", "id").values_list(
            "episode_id",
            "episode__reports__reported_at",
            "cause",
            "in_words",
        ):
            newest[episode] = Found(episode, cause, in_words)
            by_week[episode] |= self._week(at) is not None
        return (one for episode, one in newest.items() if by_week[episode])
