"""The plan that ships: five things at once at most, and what keeps from harm never gives way to comfort."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from itertools import combinations

import pytest
from hypothesis import given

from guidance import KNOWLEDGE, Disposition, History, PlannedStep, engine, plan
from guidance.compiled import Compiled, compiled
from guidance.loader import knowledge
from guidance.logic import Reading
from guidance.schema import Knowledge, When
from tests.guidance.test_contra_actions import NOW, TOLD, Told

# What somebody could be badly hurt by, whatever else would do them good.
KEEPS_FROM_HARM = {
    "dont_wait_emergency", "dont_touch_clot", "dont_ice_or_raise", "dont_drink_confused", "dont_gulp",
    "no_anti_inflammatory", "dont_stretch_tear", "dont_test_tendon", "dont_run_on_bone",
    "dont_roll_bone", "dont_train_rhabdo",
}  # fmt: skip
# And the few things to do that save a leg or a life.
SAVES = {"cool_first", "loosen_everything"}
# What helps at once is no comfort.
FIRST_AID = {"stretch_the_cramp", "stop_water_salty", "sip_slowly_now"}


def open_at(steps: Sequence[PlannedStep], moment: datetime) -> list[PlannedStep]:
    return [
        step
        for step in steps
        if step.starts <= moment and (step.until is None or moment < step.until)
    ]


def moments(steps: Sequence[PlannedStep]) -> Iterator[datetime]:
    """Steps only open at these, so that no other moment can be fuller."""
    yield NOW
    yield from (step.starts for step in steps if step.starts > NOW)


@given(TOLD)
def test_at_no_instant_are_more_than_five_open(story: Told) -> None:
    steps = story.result.care_steps
    assert KNOWLEDGE.scale.at_once == 5
    assert max(len(open_at(steps, moment)) for moment in moments(steps)) <= 5


@cache
def roomy() -> Knowledge:
    """Our knowledge with room for every step."""
    base = knowledge()
    return replace(base, scale=replace(base.scale, at_once=len(base.advice)))


@given(TOLD)
def test_whoever_waits_or_is_left_out_gives_way_to_five_that_are_more_useful(story: Told) -> None:
    history = History(first_onset=story.onset)
    placed = {step.id: step for step in story.result.care_steps}
    for wanted in engine.assess(roomy(), story.answers, history, NOW).care_steps:
        got = placed.get(wanted.id)
        if got is None and placed.keys() & set(KNOWLEDGE.advice[wanted.id].covered_by):
            continue
        before = got.starts if got else wanted.until
        assert before is not None
        if before > wanted.starts and before > NOW:
            last = before - timedelta(seconds=1)
            better = [step for step in open_at([*placed.values()], last) if step.id != wanted.id]
            assert len(better) == 5
            assert max((step.priority, step.id) for step in better) < (wanted.priority, wanted.id)


@given(TOLD)
def test_what_is_open_now_comes_first_and_the_most_useful_first_of_all(story: Told) -> None:
    steps = story.result.care_steps
    assert list(steps) == sorted(
        steps, key=lambda step: (max(step.starts, NOW), step.priority, step.id)
    )


# ---------------------------------------------------------------- safety before comfort


@cache
def everything_suits() -> Compiled:
    """Our knowledge, with every step given that its causes and its level bring: the fullest plans there are."""
    base = knowledge()
    nothing = frozenset[str]()
    free = {
        name: replace(advice, when=When(), unless=None, withheld_when_likely=nothing)
        for name, advice in base.advice.items()
    }
    return compiled(replace(base, advice=free))


def fullest(likely: tuple[str, ...], level: Disposition, onset: datetime) -> list[PlannedStep]:
    situation = plan.Situation(
        reading=Reading(0, 0, 0), disposition=level, likely=likely, guarded=(),
        withheld=frozenset(), in_scope=True, onset=onset, now=NOW,
    )  # fmt: skip
    knowledge = everything_suits()
    return list(
        plan.care_steps(knowledge, situation, plan.return_to_running(knowledge.base, situation))
    )


def missing(likely: tuple[str, ...], level: Disposition, onset: datetime) -> set[str]:
    """What keeps from harm here, and is neither there at once nor said by another step."""
    steps = {step.id: step for step in fullest(likely, level, onset)}
    at_once = {name for name, step in steps.items() if step.starts <= NOW}
    wanted = {
        advice.id
        for advice in KNOWLEDGE.advice.values()
        if advice.id in KEEPS_FROM_HARM | SAVES
        and level in advice.dispositions
        and ("any" in advice.causes or advice.causes & set(likely))
        and (advice.anchor == "report" or onset + timedelta(hours=advice.until_hours or 0) > NOW)
    }
    return {
        name for name in wanted - at_once if not at_once & set(KNOWLEDGE.advice[name].covered_by)
    }


@pytest.mark.parametrize("level", list(Disposition))
def test_what_keeps_from_harm_is_never_squeezed_out(level: Disposition) -> None:
    together = [
        causes for count in (1, 2, 3) for causes in combinations(sorted(KNOWLEDGE.causes), count)
    ]
    lost = {causes: gone for causes in together if (gone := missing(causes, level, NOW))}
    assert not lost, f"{len(lost)} of {len(together)}, such as {next(iter(lost.items()))}"


def test_what_keeps_from_harm_is_more_useful_than_any_comfort() -> None:
    safety = [KNOWLEDGE.advice[name].priority for name in KEEPS_FROM_HARM]
    comfort = {"cold", "heat", "massage", "compression", "foam_roller", "stretching", "food", "shoes",
               "surface", "warm_up", "load", "walking", "elevation", "strengthening"}  # fmt: skip
    others = [
        advice.priority
        for advice in KNOWLEDGE.advice.values()
        if advice.kind == "do" and advice.tags & comfort and advice.id not in FIRST_AID
    ]
    assert max(safety) < min(others)


def test_every_step_ends() -> None:
    assert [advice.id for advice in KNOWLEDGE.advice.values() if advice.until_hours is None] == []
