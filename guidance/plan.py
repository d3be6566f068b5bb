"""The care plan: what to do and not to do, when, and what is held back because it could harm."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from guidance.compiled import AdviceTest, Compiled
from guidance.logic import MET, NOT_MET, Reading, judge
from guidance.results import PlannedStep, ReturnToRunning, StepSource
from guidance.room import with_room
from guidance.schema import Advice, Disposition, Knowledge

ANY = "any"


@dataclass(frozen=True, slots=True)
class Situation:
    """What the plan is made for."""

    reading: Reading
    disposition: Disposition
    likely: tuple[str, ...]  # the causes that advice is given for, the likeliest first
    guarded: Collection[str]  # the causes whose dangers hold advice back
    withheld: frozenset[str]  # tags that a danger, certain or possible, forbids
    in_scope: bool
    onset: datetime
    now: datetime


def care_steps(
    knowledge: Compiled, situation: Situation, back: ReturnToRunning | None
) -> tuple[PlannedStep, ...]:
    """The steps that are open or still to come: what is open now first, the most useful first."""
    base, now = knowledge.base, situation.now
    anchors = _anchors(situation, back)
    fitting = [
        _planned(base, test.advice, anchors[test.advice.anchor])
        for test in knowledge.advice
        if test.advice.anchor in anchors
        and _suits(test.advice, situation)
        and _holds(test, situation.reading)
        and not _withheld(test.advice, situation)
        and not _excepted(test, situation.reading, knowledge)
    ]
    to_come = [step for step in fitting if step.until is None or step.until > now]
    placed = with_room(to_come, base, now)
    return tuple(sorted(placed, key=lambda step: (max(step.starts, now), step.priority, step.id)))


def _anchors(situation: Situation, back: ReturnToRunning | None) -> dict[str, datetime]:
    """What hours are counted from. Nobody runs again before the ladder, or before a clinician says so.

    In whole seconds, as they are written down: a step that waits for room until another ends must not
    begin and end in the same second.
    """
    anchors = {"onset": situation.onset, "report": situation.now}
    if back is not None and not back.clinician_first:
        anchors["running"] = max(back.starts, situation.now)
    return {name: moment.replace(microsecond=0) for name, moment in anchors.items()}


def return_to_running(base: Knowledge, situation: Situation) -> ReturnToRunning | None:
    """The ladder of the likeliest cause; where a bone may be hurt, the bone's, because it allows no pain."""
    if not situation.in_scope or situation.disposition is Disposition.EMERGENCY_NOW:
        return None
    ladders = {cause: ladder for ladder in base.ladders.values() for cause in ladder.causes}
    own = ladders.get(situation.likely[0]) if situation.likely else None
    if own is None:
        return None
    possible = [
        ladders[name] for name in sorted({*situation.likely, *situation.guarded} & set(ladders))
    ]
    strict = next((ladder for ladder in possible if ladder.clinician_first), own)
    anchor = situation.onset if strict.anchor == "onset" else situation.now
    return ReturnToRunning(
        ladder=strict,
        clinician_first=strict.clinician_first or situation.disposition >= Disposition.WITHIN_DAYS,
        starts=anchor + timedelta(hours=strict.from_hours),
        sources=_sources(base, strict.sources),
    )


def _sources(base: Knowledge, names: Iterable[str]) -> tuple[StepSource, ...]:
    sources = (base.sources[name] for name in names)
    return tuple(StepSource(source.id, source.title, source.locator) for source in sources)


def _suits(advice: Advice, situation: Situation) -> bool:
    """Outside what we know no advice for the lower leg is given, whatever a danger there may point to."""
    if situation.disposition not in advice.dispositions:
        return False
    if advice.scope == ("outside" if situation.in_scope else "inside"):
        return False
    return ANY in advice.causes or not advice.causes.isdisjoint(situation.likely)


def _holds(test: AdviceTest, reading: Reading) -> bool:
    """A `dont` is said where it may be so; a `do` needs certainty."""
    truth = judge(test.when, *reading)
    return truth == MET or (truth != NOT_MET and test.advice.kind == "dont")


def _withheld(advice: Advice, situation: Situation) -> bool:
    """A `dont` is never held back by a danger: "do not massage" must stay when massage is forbidden."""
    if not advice.withheld_when_likely.isdisjoint(situation.guarded):
        return True
    return advice.kind == "do" and not advice.tags.isdisjoint(situation.withheld)


def _excepted(test: AdviceTest, reading: Reading, knowledge: Compiled) -> bool:
    """For a `do`, what is not sure or was not asked counts as possible; a `dont` falls only for what is certain."""
    if test.unless is None:
        return False
    met, possible, excluded = reading
    if test.advice.kind == "do":
        return (
            judge(test.unless, met, possible | knowledge.unasked_bits(reading), excluded) != NOT_MET
        )
    return judge(test.unless, met, possible, excluded) == MET


def _planned(base: Knowledge, advice: Advice, anchor: datetime) -> PlannedStep:
    until = None if advice.until_hours is None else anchor + timedelta(hours=advice.until_hours)
    return PlannedStep(
        id=advice.id,
        kind=advice.kind,
        text=advice.text,
        why=advice.why,
        starts=anchor + timedelta(hours=advice.from_hours),
        until=until,
        evidence=advice.evidence,
        evidence_note=advice.evidence_note,
        sources=_sources(base, advice.sources),
        priority=advice.priority,
        tags=tuple(sorted(advice.tags))
        if advice.kind == "do"
        else (),  # what it does; a `dont` does nothing
    )
