"""Being asked again: when, what, and what an answer leaves of what was told before. Pure, and times are durations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from typing import Any

from guidance.answers import Answers, InvalidAnswers
from guidance.kinds import UNSURE, YES, Disposition, Fit
from guidance.logic import MET, Bits, Gate, judge
from guidance.parts import ANY
from guidance.schema import CheckIn, Finding, Knowledge

DAYS_SINCE_ONSET = "days_since_onset"
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class PlannedCheckIn:
    """A check-in to come: when, counted from the report; then when to remind, and when it counts as missed."""

    id: str
    due_after: timedelta
    remind_after: timedelta  # from when it was due
    missed_after: timedelta
    at_night: bool


@dataclass(frozen=True, slots=True)
class TrendOption:
    """Better, the same or worse, and the answers that it stands for."""

    id: str
    label: str
    answers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class CheckInQuestions:
    """What one check-in asks."""

    id: str
    why: str
    question: str  # better, the same or worse
    trends: tuple[TrendOption, ...]
    asks: tuple[Finding, ...]  # of everybody: pain now, walking, a hop
    also: tuple[Finding, ...]  # whether a doctor has looked, after a danger sign
    signs: tuple[Finding, ...]  # new danger signs; "none of these" means no to each
    still: tuple[
        Finding, ...
    ]  # told before: they stay as told until somebody says that they are gone

    @property
    def findings(self) -> tuple[Finding, ...]:
        return (*self.asks, *self.also, *self.still, *self.signs)


def check_ins_for(base: Knowledge, result: Mapping[str, Any]) -> tuple[PlannedCheckIn, ...]:
    """When to ask again after an assessment (as JSON), the next first; one an hour, the first in the file."""
    level = Disposition(result["disposition"])
    likely = _likely(base, result["causes"])
    planned: dict[float, CheckIn] = {}
    for entry in base.check_ins.values():
        if level in entry.dispositions and (ANY in entry.causes or likely & entry.causes):
            planned.setdefault(entry.after_hours, entry)
    return tuple(_planned(entry) for _, entry in sorted(planned.items()))


def planned(base: Knowledge, kind: str) -> PlannedCheckIn | None:
    """The times of the check-in `kind`, counted from its report; None where the knowledge has it no more."""
    entry = base.check_ins.get(kind)
    return _planned(entry) if entry else None


def _likely(base: Knowledge, causes: Sequence[Mapping[str, Any]]) -> set[str]:
    """The first few that fit, as the plan counts them."""
    first = causes[: base.scale.likely_at_most]
    return {cause["id"] for cause in first if cause["fit"] != Fit.UNLIKELY}


def _planned(entry: CheckIn) -> PlannedCheckIn:
    return PlannedCheckIn(
        id=entry.id,
        due_after=timedelta(hours=entry.after_hours),
        remind_after=timedelta(hours=entry.remind_after_hours),
        missed_after=timedelta(hours=entry.missed_after_hours),
        at_night=entry.at_night,
    )


def questions(base: Knowledge, kind: str, earlier: Answers) -> CheckInQuestions:
    """What to ask in the check-in `kind`; one that is no more in the knowledge asks what the last one does."""
    entry = base.check_ins.get(kind) or list(base.check_ins.values())[-1]
    follow_up = base.follow_up
    still = [name for name in follow_up.passing if earlier.get(name) in (YES, UNSURE)]
    named = base.findings
    return CheckInQuestions(
        id=entry.id,
        why=entry.why,
        question=follow_up.question,
        trends=tuple(
            TrendOption(
                trend.id, trend.label, {part.finding: part.operator for part in trend.means}
            )
            for trend in follow_up.trends
        ),
        asks=tuple(named[name] for name in follow_up.asks),
        also=tuple(named[name] for name in entry.also),
        signs=tuple(named[name] for name in entry.signs if name not in still),
        still=tuple(named[name] for name in still),
    )


def told(base: Knowledge, trend: str, raw: Mapping[str, object]) -> Answers:
    """Better, same or worse with the other answers, or `InvalidAnswers` with every mistake at once."""
    errors: dict[str, str] = {}
    try:
        answers = Answers.parse(raw, base=base)
    except InvalidAnswers as mistakes:
        errors, answers = mistakes.errors, Answers.parse({}, base=base)
    means = {entry.id: entry.means for entry in base.follow_up.trends}
    if trend not in means:
        errors["trend"] = f"Say how it is: {', '.join(means)}."
    if errors:
        raise InvalidAnswers(errors)
    return answers.merged(
        Answers.parse({part.finding: part.operator for part in means[trend]}, base=base)
    )


def carried(base: Knowledge, earlier: Answers, now: Answers, *, since: timedelta) -> Answers:
    """What is known after an answer: `earlier`, told `since` ago, with what is told now in its place.

    What was only true at that moment is left out; a sign that was not asked again stays as it was told.
    """
    kept = earlier.without(base.follow_up.stale).merged(now)
    days = earlier.get(DAYS_SINCE_ONSET)
    if DAYS_SINCE_ONSET in now or not isinstance(days, (int, float)):
        return kept
    if is_over(base, kept):
        return kept.without([DAYS_SINCE_ONSET])
    most = base.findings[DAYS_SINCE_ONSET].maximum or 0.0
    return kept.with_(DAYS_SINCE_ONSET, min(days + max(since // DAY, 0), most))


def is_over(base: Knowledge, answers: Answers) -> bool:
    """The pain is said to be gone. Only told: a question that was not asked ends nothing."""
    bits, gate = _over(base)
    return judge(gate, *bits.read(answers.values_by_finding)) == MET


@lru_cache(maxsize=8)
def _over(base: Knowledge) -> tuple[Bits, Gate]:
    bits = Bits(base.findings)
    return bits, bits.gate(base.follow_up.over)
