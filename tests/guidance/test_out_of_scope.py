"""Pain elsewhere is outside what we know: kind words, the general danger signs, the coach, and never a calf answer."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from guidance import KNOWLEDGE, Answers, Disposition, History, assess, next_question, screen
from guidance.results import Assessment
from guidance.schema import UNSURE, ScreenKind

NOW = datetime(2026, 5, 20, 9, 0, tzinfo=UTC)
OUTSIDE = (
    ["elsewhere"],
    ["thigh"],
    ["low_back"],
    ["thigh", "elsewhere"],
    ["low_back", "elsewhere"],
)
OURS = (
    ["calf"], ["calf", "elsewhere"], ["calf", "thigh"], ["low_back", "calf"], ["low_back", "thigh"],
    ["whole_leg"], ["generalised"], ["foot", "elsewhere"],
)  # fmt: skip


def judged(**told: object) -> Assessment:
    return assess(Answers.parse(told), History(), NOW)


@pytest.mark.parametrize("site", OUTSIDE, ids="+".join)
def test_pain_elsewhere_goes_to_the_coach_with_kind_words(site: list[str]) -> None:
    result = judged(site=site)
    assert not result.in_scope
    assert result.disposition >= Disposition.COACH_REVIEW
    assert KNOWLEDGE.scale.words["out_of_scope"] in (result.headline, *result.summary)
    assert result.safety_net[1:] == KNOWLEDGE.safety_net.always


@pytest.mark.parametrize("site", OUTSIDE, ids="+".join)
def test_the_answer_in_the_request_says_so_as_well(site: list[str]) -> None:
    told = screen(Answers.parse({"site": site}))
    assert told.disposition >= Disposition.COACH_REVIEW
    assert told.rules


@pytest.mark.parametrize("site", OUTSIDE, ids="+".join)
def test_pain_elsewhere_never_gets_a_calf_answer(site: list[str]) -> None:
    told = {"character": ["soreness"], "when": ["next_day"], "severity_nrs": 3, "side": "both"}
    result = judged(site=site, **told, days_since_onset=1, cramps="yes", heat_exposure="yes")
    named = {cause.id for cause in result.causes}
    assert not named & {"muscle_fatigue", "muscle_strain", "dehydration_cramp", "lactic_acid"}
    given = {KNOWLEDGE.advice[step.id] for step in result.care_steps}
    assert all(advice.scope != "inside" for advice in given)


@pytest.mark.parametrize("site", OURS, ids="+".join)
def test_a_leg_that_hurts_as_well_is_judged(site: list[str]) -> None:
    assert judged(site=site, character=["soreness"]).in_scope


def test_a_place_that_nobody_told_is_no_reason_to_turn_anybody_away() -> None:
    assert judged(side="left").in_scope
    assert judged(site=UNSURE).in_scope


def test_pain_elsewhere_beside_the_calf_is_sent_to_a_person_too() -> None:
    fired = {rule.id for rule in judged(site=["calf", "elsewhere"]).rules}
    assert "outside_what_we_know" in fired


@pytest.mark.parametrize(
    ("sign", "level"),
    [
        ("faint", "emergency_now"),
        ("chest_pain", "emergency_now"),
        ("confusion_or_collapse", "emergency_now"),
        ("dark_urine", "emergency_now"),
        ("bladder_bowel", "emergency_now"),
        ("fever", "same_day"),
        ("cannot_take_four_steps", "same_day"),
        ("vomiting", "same_day"),
    ],
)
@pytest.mark.parametrize("site", OUTSIDE, ids="+".join)
def test_a_danger_is_a_danger_wherever_it_hurts(site: list[str], sign: str, level: str) -> None:
    assert judged(site=site, **{sign: "yes"}).disposition >= Disposition(level)


@pytest.mark.parametrize("site", OUTSIDE, ids="+".join)
def test_outside_what_we_know_only_the_danger_signs_are_asked(site: list[str]) -> None:
    answers, asked = Answers.parse({"site": site}), list[str]()
    while (question := next_question(answers)) is not None:
        asked.append(question.screen_id)
        skip = question.kind is ScreenKind.DANGER
        told = {} if skip else {finding.id: UNSURE for finding in question.findings}
        answers = answers.merged(Answers.parse(told, skipped=[question.screen_id] if skip else []))
    assert {"danger_body", "danger_look", "danger_ill"} <= set(asked)
    kinds = {KNOWLEDGE.screens[name].kind for name in asked}
    assert kinds == {ScreenKind.CORE, ScreenKind.DANGER}
