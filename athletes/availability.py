"""Who can train, now and week by week: full, modified, out, or nobody knows. Worked out from the records, never stored.

The words are those of injury surveillance (IOC 2020, UEFA): what counts is what an athlete can take part in, not
what hurts. What each means here, the worst first; docs/availability.md gives the reasons:

out       a coach holds the athlete out of training; or a report asks for a doctor today, or for a clinician's yes before
          the next run, and nobody has recorded one since; or the plan says no training at all.
modified  a coach holds the athlete out of part of training; or the plan withholds running or load; or the athlete is on,
          or before, the way back to running.
unknown   nothing restricts, and nobody can say that the athlete is well: never heard of, not for four weeks, not for a
          week with a problem open, or a check-in was missed. Silence is never full.
full      nothing restricts, and there was a word of the athlete or of who looks after them in that time.

A restriction that somebody set stands although the athlete is silent. A day is as bad as its worst hour, by the club's
clock, as a squad on one page needs one calendar; a week as its worst day.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from enum import StrEnum
from itertools import pairwise
from uuid import UUID

from django.db.models import F

from athletes.models import Athlete, CareStep, Episode
from athletes.models.availability import FULL, MODIFIED, OUT, UNKNOWN
from athletes.morning import SILENT_AFTER, TRAINING
from athletes.returning import Judged, State, WayBack
from athletes.training_rows import Rows, StoredRows
from guidance import KNOWLEDGE, Disposition

WORST_FIRST = (OUT, MODIFIED, UNKNOWN, FULL)
KNOWN_FOR = timedelta(days=28)  # without an open problem, a word is worth a block of training
DAY = timedelta(days=1)
NO_TRAINING_AT_ALL = "exercise"  # the tag of what forbids more than running


class Because(StrEnum):
    """Why somebody is said to be what they are."""

    HOLD = "hold"  # a coach or clinician said so
    CLINICIAN = "clinician"  # a clinician has to see it, or say yes, first
    PLAN = "plan"  # the care plan withholds it
    WAY_BACK = "way_back"  # before or on the way back to running
    MISSED = "missed"  # a check-in was not answered, and not a word since
    QUIET = "quiet"  # an open problem, and not a word for a week
    LONG_AGO = "long_ago"  # the last word is too old
    NEVER = "never"  # never heard of
    PROBLEM = "problem"  # full, with an open problem that restricts nothing
    WELL = "well"  # full, and nothing is open


@dataclass(frozen=True)
class Stretch:
    """A time in which something restricts the athlete. Without `until` it goes on."""

    status: str
    because: Because
    since: datetime
    until: datetime | None = None
    episode: Episode | None = None
    words: str = ""

    def holds_in(self, start: datetime, end: datetime) -> bool:
        return self.since < end and (self.until is None or self.until > start)

    def holds_at(self, moment: datetime) -> bool:
        return self.since <= moment and (self.until is None or self.until > moment)


@dataclass(frozen=True)
class Standing:
    """What an athlete is at one moment. `since` of what is not known: the last word."""

    status: str
    because: Because
    since: datetime | None = None
    until: datetime | None = None
    episode: Episode | None = None
    words: str = ""


@dataclass(frozen=True)
class Week:
    """`days` counts those that have come, from when the athlete was here."""

    monday: date
    days: Counter[str]

    @property
    def status(self) -> str:
        """The worst of its days; "" for a week in which the athlete was not here."""
        return next((status for status in WORST_FIRST if self.days[status]), "")


@dataclass(frozen=True)
class Record:
    """All that one athlete's availability is worked out from."""

    athlete: Athlete
    now: datetime
    zone: tzinfo  # in which days begin
    stretches: Sequence[Stretch] = field(default_factory=tuple)
    open_in: Sequence[tuple[datetime, datetime | None]] = field(default_factory=tuple)
    heard: Sequence[datetime] = field(default_factory=tuple)  # in order
    missed: Sequence[datetime] = field(default_factory=tuple)

    @property
    def last_heard(self) -> datetime | None:
        return self.heard[-1] if self.heard else None

    @property
    def here_from(self) -> datetime:
        return min([self.athlete.created_at, *self.heard[:1]])

    @property
    def silence(self) -> Because | None:
        """What is missing from the athlete now, also of one who is held for another reason."""
        return self._silence_at(self.now)

    def at(self, moment: datetime) -> Standing:
        holding = [part for part in self.stretches if part.holds_at(moment)]
        if holding:
            return _standing(min(holding, key=_severity))
        silence, heard = self._silence_at(moment), self._heard_by(moment)
        if silence:
            return Standing(UNKNOWN, silence, heard)
        return Standing(FULL, Because.PROBLEM if self._is_open(moment) else Because.WELL, heard)

    def week(self, monday: date) -> Week:
        days = (self._day(monday + timedelta(days=number)) for number in range(7))
        return Week(monday, Counter(status for status in days if status))

    def _day(self, day: date) -> str:
        start = datetime.combine(day, time(0), tzinfo=self.zone).astimezone(UTC)
        end = datetime.combine(day + DAY, time(0), tzinfo=self.zone).astimezone(UTC)
        if start > self.now or end <= self.here_from:
            return ""
        end = min(end, self.now + timedelta(microseconds=1))
        holding = {part.status for part in self.stretches if part.holds_in(start, end)}
        if holding:
            return min(holding, key=WORST_FIRST.index)
        return UNKNOWN if self._silence_at(end) else FULL

    def _heard_by(self, moment: datetime) -> datetime | None:
        return max((word for word in self.heard if word <= moment), default=None)

    def _is_open(self, moment: datetime) -> bool:
        return any(
            since <= moment and (until is None or until > moment) for since, until in self.open_in
        )

    def _silence_at(self, moment: datetime) -> Because | None:
        heard = self._heard_by(moment)
        if heard is None:
            return Because.NEVER
        if any(heard < missed <= moment for missed in self.missed):
            return Because.MISSED
        if self._is_open(moment) and heard <= moment - SILENT_AFTER:
            return Because.QUIET
        return Because.LONG_AGO if heard <= moment - KNOWN_FOR else None


def _severity(part: Stretch) -> tuple[int, int, float]:
    """The worst first; of two alike what a person said, then what lasts longer."""
    until = part.until.timestamp() if part.until else float("inf")
    return WORST_FIRST.index(part.status), list(Because).index(part.because), -until


def _standing(part: Stretch) -> Standing:
    return Standing(part.status, part.because, part.since, part.until, part.episode, part.words)


def mondays(until: date, weeks: int) -> list[date]:
    """The Mondays of the last `weeks` weeks, that of `until` the last."""
    newest = until - timedelta(days=until.weekday())
    return [newest - timedelta(weeks=number) for number in reversed(range(weeks))]


def records_of(
    athletes: Iterable[Athlete], now: datetime, since: date, *, zone: tzinfo
) -> list[Record]:
    """For each of these athletes in their order, back to `since`: a fixed number of queries.

    What came after `now` is left out, so that a past moment can be asked for.
    """
    asked = list(athletes)
    start = datetime.combine(since, time(0), tzinfo=UTC) - KNOWN_FOR - DAY
    facts = _Facts(StoredRows(frozenset(athlete.pk for athlete in asked), start, now))
    return [facts.record_of(athlete, zone) for athlete in asked]


def record_of(athlete: Athlete, rows: Rows, *, zone: tzinfo) -> Record:
    """From what was read already."""
    return _Facts(rows).record_of(athlete, zone)


class _Facts:
    """What the rows say, by athlete."""

    def __init__(self, rows: Rows) -> None:
        self.rows, self.now = rows, rows.now
        self.stretches: dict[UUID, list[Stretch]] = defaultdict(list)
        self.open_in: dict[UUID, list[tuple[datetime, datetime | None]]] = defaultdict(list)
        self.heard: dict[UUID, list[datetime]] = defaultdict(list)
        self.missed: dict[UUID, list[datetime]] = defaultdict(list)
        self._read_holds()
        for athlete, moment in rows.words():
            self.heard[athlete].append(moment)
        for athlete, moment in rows.missed():
            self.missed[athlete].append(moment)
        self._read_episodes()

    def record_of(self, athlete: Athlete, zone: tzinfo) -> Record:
        return Record(
            athlete=athlete,
            now=self.now,
            zone=zone,
            stretches=self.stretches[athlete.pk],
            open_in=self.open_in[athlete.pk],
            heard=sorted(word for word in self.heard[athlete.pk] if word <= self.now),
            missed=self.missed[athlete.pk],
        )

    def _read_holds(self) -> None:
        for hold in self.rows.holds():
            ends = [end for end in (hold.until, hold.released_at) if end is not None]
            self.stretches[hold.athlete_id].append(
                Stretch(
                    hold.kind,
                    Because.HOLD,
                    hold.since,
                    min(ends, default=None),
                    hold.episode,
                    hold.reason,
                )
            )
            self.heard[hold.athlete_id].append(hold.since)
            if hold.released_at and hold.released_by_id:
                self.heard[hold.athlete_id].append(hold.released_at)

    def _read_episodes(self) -> None:
        ways = self.rows.ways()
        steps = _holding_steps(ways.values())
        for way in ways.values():
            athlete, episode = way.episode.athlete_id, way.episode
            self.open_in[athlete].append((episode.opened_at, episode.closed_at))
            self.stretches[athlete] += _restrictions(way, steps)
            self.heard[athlete] += _words_on_the_way(way)


def _words_on_the_way(way: WayBack) -> Iterator[datetime]:
    if way.episode.closed_at and way.episode.closed_by_id:
        yield way.episode.closed_at
    if way.plan:
        yield from (run.ran_at for run in way.plan.runs.all())
        yield from (given.created_at for given in way.plan.clearances.all())


def _holding_steps(ways: Iterable[WayBack]) -> dict[UUID, list[CareStep]]:
    """What the newest judgement of each report withholds."""
    holding = [
        name
        for name, advice in KNOWLEDGE.advice.items()
        if advice.kind == "dont" and not TRAINING.isdisjoint(advice.tags)
    ]
    reports = [told.report_id for way in ways for told in way.judged]
    # Without the judgements themselves: they are large, and nothing of them is needed.
    rows = CareStep.objects.filter(
        assessment__report__in=reports, kind="dont", advice__in=holding
    ).annotate(report=F("assessment__report_id"))
    by_report: dict[UUID, dict[UUID, list[CareStep]]] = defaultdict(lambda: defaultdict(list))
    for step in rows.order_by("assessment__created_at", "position"):
        by_report[step.report][step.assessment_id].append(step)  # type: ignore[attr-defined]
    return {report: list(of.values())[-1] for report, of in by_report.items()}


def _restrictions(way: WayBack, steps: dict[UUID, list[CareStep]]) -> Iterator[Stretch]:
    """What restricts the athlete because of one problem, from each report to the next that was judged.

    While a report waits for its judgement, what the one before says goes on; its danger counts at once.
    """
    told = [one for one in reversed(way.judged) if one.at <= way.now]
    closed = way.episode.closed_at
    judged = [one for one in told if not one.is_pending]
    ends = [later.at for _, later in pairwise(judged)] + [closed]
    for number, (one, end) in enumerate(zip(judged, ends, strict=False)):
        so_far = judged[: number + 1]
        yield from _within(_of_clinician(way, so_far), one.at, end)
        yield from _within(_of_way_back(way, one, is_last=one is judged[-1]), one.at, end)
        yield from _within(_of_steps(way, one, steps.get(one.report_id, [])), one.at, end)
    for one in told:
        if one.is_pending and one.level >= Disposition.SAME_DAY:
            later = next((other.at for other in judged if other.at > one.at), closed)
            danger = Stretch(OUT, Because.CLINICIAN, one.at, None, way.episode)
            yield from _within([danger], one.at, later)


def _within(parts: Iterable[Stretch], start: datetime, end: datetime | None) -> Iterator[Stretch]:
    for part in parts:
        since = max(part.since, start)
        until = min((moment for moment in (part.until, end) if moment), default=None)
        if until is None or until > since:
            yield Stretch(part.status, part.because, since, until, part.episode, part.words)


def _of_clinician(way: WayBack, so_far: Sequence[Judged]) -> Iterator[Stretch]:
    """As the way back to running has it: no run before a clinician's yes that is newer than what asks for it.

    A danger without a way back (a clot) asks until a newer report calls for less.
    """
    newest = so_far[-1]
    entered = way.plan.entry_at if way.plan else None
    dangerous = any(one.level >= Disposition.SAME_DAY for one in so_far)
    strict = any(one.ladder and one.clinician_first for one in so_far)
    on_the_way = entered is not None and any(
        one.at > entered and one.level >= Disposition.WITHIN_DAYS for one in so_far
    )
    asks = newest.level >= Disposition.SAME_DAY or on_the_way
    if newest.ladder and (dangerous or strict):
        asks = True
    if asks:
        yes = _clearance_after(way, so_far)
        yield Stretch(OUT, Because.CLINICIAN, newest.at, yes, way.episode)


def _clearance_after(way: WayBack, so_far: Sequence[Judged]) -> datetime | None:
    asking = [one.at for one in so_far if one.level >= Disposition.WITHIN_DAYS]
    for given in way.plan.clearances.all() if way.plan else ():
        on_time = not asking or (
            given.created_at > asking[-1]
            and given.given_on >= asking[-1].astimezone(way.episode.athlete.zone).date()
        )
        if on_time and given.created_at <= way.now:
            return given.created_at
    return None


def _of_way_back(way: WayBack, one: Judged, *, is_last: bool) -> Iterator[Stretch]:
    """Until the last run of a way that is walked to its end; it is over for good when somebody closes it."""
    entered = way.plan.entry_at if way.plan else None
    if one.ladder is None and (entered is None or entered > one.at):
        return
    done = is_last and way.state == State.FINISHED
    until = way.runs[0].ran_at if done and way.runs else None
    yield Stretch(MODIFIED, Because.WAY_BACK, one.at, until, way.episode)


def _of_steps(way: WayBack, one: Judged, steps: Iterable[CareStep]) -> Iterator[Stretch]:
    """Until somebody took the step out; who has begun the way back goes by that, not by the plan before it."""
    entered = way.plan.entry_at if way.plan else None
    begun = entered if entered and entered > one.at else None
    for step in steps:
        ends: list[datetime | None] = [step.ends_at, begun]
        if step.state in ("done", "skipped") or step.is_off:
            ends.append(step.settled_at or step.starts_at)
        status = OUT if NO_TRAINING_AT_ALL in KNOWLEDGE.advice[step.advice].tags else MODIFIED
        until = min((end for end in ends if end), default=None)
        yield Stretch(
            status, Because.PLAN, step.starts_at, until, way.episode, step.coach_text or step.text
        )
