"""The graded return to running: which step of a ladder comes next, and when. Told of every outing, it never guesses."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import IntEnum
from typing import NamedTuple

from guidance.conditions import did_you_mean
from guidance.schema import Climbing, Knowledge, Ladder

MOST_PAIN = 10
MAY_CHANGE = ("unknown", "rise")  # what the morning after can still change


@dataclass(frozen=True, slots=True)
class Outing:
    """One run on the ladder. A pain that nobody told is None, which is never "no pain"."""

    level: int
    at: datetime
    pain_before: float | None = None
    pain_during: float | None = None
    pain_after: float | None = None
    pain_next_morning: float | None = None

    def __post_init__(self) -> None:
        if self.at.tzinfo is None:
            raise ValueError("an outing needs a time with a time zone")
        for pain in self.pains:
            if pain is not None and not 0 <= pain <= MOST_PAIN:
                raise ValueError(f"pain goes from 0 to {MOST_PAIN}, not {pain}")

    @property
    def pains(self) -> tuple[float | None, ...]:
        return (self.pain_before, self.pain_during, self.pain_after, self.pain_next_morning)


@dataclass(frozen=True, slots=True)
class Standing:
    """Where somebody stands on a ladder, and why. `outings_done` counts the good ones on this level."""

    level: int
    may_run_from: datetime
    outcome: str  # start | stay | up | down | wait_for_morning | finished
    why: str
    outings_done: int
    outings_needed: int


class Verdict(IntEnum):
    """What one outing says, worst last."""

    GOOD = 0
    UNKNOWN = 1
    RISE = 2
    CLEAR_RISE = 3


class Place(NamedTuple):
    """A place on the ladder: the level, and what happened on it since it was reached."""

    level: int
    good: int
    rises: int


class Step(NamedTuple):
    """What one outing led to: the new place, and the outcome with the name of its sentence."""

    place: Place
    outcome: str
    words: str


def standing(base: Knowledge, ladder_id: str, outings: Iterable[Outing], now: datetime) -> Standing:
    """The next step after these outings. Give `now` in the athlete's zone: rest days are counted in it."""
    if now.tzinfo is None:
        raise ValueError("now must carry a time zone")
    ladder = _ladder(base, ladder_id)
    past = (outing for outing in outings if outing.at <= now)
    done = sorted(past, key=lambda outing: (outing.at, str(outing)))
    step, last = Step(Place(1, 0, 0), "start", "start"), None
    for outing in done:
        rested = last is None or outing.at >= _rested_from(ladder, last, now)
        step = _after(base.climbing, ladder, step.place, outing, rested)
        last = outing
    if last is not None and step.words in MAY_CHANGE and _still_open(base.climbing, last, now):
        step = step._replace(outcome="wait_for_morning", words="wait_for_morning")
    return _told(
        base.climbing, ladder, step, now if last is None else _rested_from(ladder, last, now)
    )


def _ladder(base: Knowledge, ladder_id: str) -> Ladder:
    if ladder_id not in base.ladders:
        raise LookupError(
            f"No ladder is called {ladder_id!r}.{did_you_mean(ladder_id, base.ladders)}"
        )
    return base.ladders[ladder_id]


def _rested_from(ladder: Ladder, last: Outing, now: datetime) -> datetime:
    """The first moment of the day after the rest days."""
    day = last.at.astimezone(now.tzinfo).date() + timedelta(days=1 + ladder.rest_days_between)
    return datetime.combine(day, time.min, tzinfo=now.tzinfo)


def _still_open(climbing: Climbing, last: Outing, now: datetime) -> bool:
    """Nobody has told of the morning after, and it is not too late to."""
    waits = timedelta(hours=climbing.morning_within_hours)
    return last.pain_next_morning is None and now < last.at + waits


def verdict(climbing: Climbing, ladder: Ladder, outing: Outing) -> Verdict:
    """How it went: a rise that is known counts even where the rest is unknown."""
    if any(pain is not None and pain > ladder.most_pain_during for pain in outing.pains):
        return Verdict.CLEAR_RISE
    rise = max(_rises(ladder, outing), default=0.0)
    if rise >= climbing.clear_rise:
        return Verdict.CLEAR_RISE
    if rise > 0:
        return Verdict.RISE
    return Verdict.UNKNOWN if None in outing.pains else Verdict.GOOD


def _rises(ladder: Ladder, outing: Outing) -> Iterable[float]:
    """By how much pain rose beyond what this ladder allows; next morning it allows nothing."""
    before = outing.pain_before
    if before is None:
        return
    allowed = ladder.rise_allowed
    for pain, may_rise in (
        (outing.pain_during, allowed),
        (outing.pain_after, allowed),
        (outing.pain_next_morning, 0.0),
    ):
        if pain is not None:
            yield pain - before - may_rise


def _after(climbing: Climbing, ladder: Ladder, place: Place, outing: Outing, rested: bool) -> Step:
    """The place after one more outing."""
    if not 1 <= outing.level <= len(ladder.levels):
        raise ValueError(f"the ladder {ladder.id} has no level {outing.level}")
    told = verdict(climbing, ladder, outing)
    if told >= Verdict.RISE:
        return _worse(climbing, place, outing, told)
    if told is Verdict.UNKNOWN:
        return Step(place, "stay", "unknown")
    if not rested:
        return Step(place, "stay", "too_soon")
    if outing.level != place.level:
        return Step(place, "stay", "other_step")
    return _better(ladder, place)


def _worse(climbing: Climbing, place: Place, outing: Outing, told: Verdict) -> Step:
    """Repeat the level that hurt; drop one where it was clear or happened again."""
    hurt = min(place.level, outing.level)
    rises = place.rises + 1 if hurt == place.level else 1
    if told is not Verdict.CLEAR_RISE and rises < climbing.rises_to_drop:
        return _to(place, Place(hurt, 0, rises), "rise")
    if hurt == 1:
        return _to(place, Place(1, 0, 0), "down_at_first")
    return _to(place, Place(hurt - 1, 0, 0), "down")


def _to(place: Place, lower: Place, words: str) -> Step:
    return Step(lower, "down" if lower.level < place.level else "stay", words)


def _better(ladder: Ladder, place: Place) -> Step:
    good = place.good + 1
    if good < ladder.outings_per_level:
        return Step(place._replace(good=good), "stay", "good")
    if place.level == len(ladder.levels):
        return Step(place._replace(good=ladder.outings_per_level), "finished", "finished")
    return Step(Place(place.level + 1, 0, 0), "up", "up")


def _told(climbing: Climbing, ladder: Ladder, step: Step, may_run_from: datetime) -> Standing:
    place, needed = step.place, ladder.outings_per_level
    why = climbing.words[step.words].format(level=place.level, done=place.good, needed=needed)
    return Standing(place.level, may_run_from, step.outcome, why, place.good, needed)
