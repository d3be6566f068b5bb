"""No plan tells anybody to do what could harm them, whatever they answer.

What is forbidden is written here a second time, from the contra-actions of the clinical notes, and reads nothing of what
the knowledge itself says that it withholds. Only which danger rule points to which cause is taken from there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from hypothesis import given, settings
from hypothesis import strategies as st

from guidance import KNOWLEDGE, Answers, Assessment, Disposition, History, PlannedStep, assess
from guidance.schema import UNSURE, YES, Fit
from tests.guidance import strategies

NOW = datetime(2026, 5, 20, 9, 0, tzinfo=UTC)

CLOTS = {"dvt", "pulmonary_embolism", "superficial_vein_thrombosis"}
TEARS = {"muscle_strain", "achilles_rupture"}
TEAR_SIGNS = ("pop_felt", "felt_kicked", "palpable_gap_or_defect", "bruising")
TEAR_MOVES = {"sprint", "jump", "push_off", "change_of_direction"}
NO_PILLS = (
    "dark_urine", "heat_exposure", "kidney_or_ulcer", "anticoagulant", "bleeding_disorder",
    "pregnancy_postpartum", "vomiting", "confusion_or_collapse", "weight_gain_during_race",
)  # fmt: skip
UNTIL_THE_AMBULANCE_COMES = {
    "dont_wait_emergency", "stay_with_someone", "sit_still", "loosen_everything", "dont_ice_or_raise",
    "keep_limb_still", "cool_first", "dont_drink_confused", "dont_touch_clot", "no_anti_inflammatory",
    "bring_urine", "guardian_told",
}  # fmt: skip
LOWER_LEG = re.compile(
    r"\b(calf|calves|shin|heel|achilles|sole|toes?|tendon|bandage|sleeve only)\b", re.I
)


class Told(NamedTuple):
    """A story: what was answered, when it began, and what came of it."""

    answers: Answers
    onset: datetime
    result: Assessment

    def maybe(self, *findings: str) -> bool:
        """Is one of these there, or may it be?"""
        return any(self.answers.get(name) in (YES, UNSURE) for name in findings)

    def not_excluded(self, *findings: str) -> bool:
        return any(self.answers.get(name) != "no" for name in findings)

    def chose(self, finding: str, *options: str) -> bool:
        value = self.answers.get(finding)
        return value == UNSURE or bool(
            set(options) & set(value if isinstance(value, tuple) else [value])
        )

    def do(self, *tags: str) -> list[PlannedStep]:
        return [s for s in self.result.care_steps if s.kind == "do" and set(tags) & set(s.tags)]

    @property
    def first_two(self) -> set[str]:
        """The first two causes, as far as they fit at all."""
        return {c.id for c in self.result.causes[:2] if c.fit is not Fit.UNLIKELY}

    @property
    def clot_possible(self) -> bool:
        pointed_at = {cause for rule in self.result.rules for cause in rule.suggests}
        looks = self.maybe("swelling", "whole_leg_swollen", "redness", "warmth")
        return bool(CLOTS & (pointed_at | self.first_two)) or looks

    @property
    def tear_plausible(self) -> bool:
        moved = self.chose("onset", "sudden") and self.chose("when", *TEAR_MOVES)
        signs = self.maybe(*TEAR_SIGNS) or self.chose("character", "sharp", "stabbing")
        first = [cause.id for cause in self.result.causes[:1]]
        return bool(TEARS & self.first_two) and (moved or signs or bool(TEARS & set(first)))

    @property
    def drank_too_much(self) -> bool:
        return self.chose("fluid_intake", "excessive_water") or self.maybe(
            "weight_gain_during_race"
        )


# ---------------------------------------------------------------- stories in which it matters

STORIES: list[dict[str, object]] = [
    {"site": ["calf_medial"], "side": "left", "onset": "sudden", "when": ["sprint"], "character": ["sharp"]},
    {"site": ["calf"], "side": "left", "onset": "gradual", "when": ["long_run"], "character": ["tightness"]},
    {"site": ["calf"], "side": "both", "onset": "gradual", "when": ["next_day"], "character": ["soreness"]},
    {"site": ["calf"], "side": "both", "onset": "gradual", "when": ["hill", "sprint"], "character": ["burning"]},
    {"site": ["calf"], "side": "left", "onset": "sudden", "when": ["end_of_run"], "character": ["cramp"],
     "cramps": "yes", "heavy_sweating": "yes", "fluid_intake": "low"},
    {"site": ["heel"], "side": "left", "onset": "gradual", "when": ["morning_first_steps"],
     "character": ["dull_persistent"]},
    {"site": ["shin_medial"], "side": "both", "onset": "gradual", "when": ["start_of_run"],
     "character": ["dull_persistent"], "diffuse_shin_tenderness": "yes"},
    {"site": ["achilles"], "side": "right", "onset": "gradual", "when": ["start_of_run"],
     "character": ["dull_persistent"]},
    {"site": ["calf_medial"], "side": "left", "onset": "sudden", "when": ["sprint"], "cramps": "yes",
     "character": ["cramp"], "heavy_sweating": "yes", "fluid_intake": "low"},
    {"site": ["heel", "calf"], "side": "left", "onset": "sudden", "when": ["morning_first_steps", "sprint"],
     "character": ["dull_persistent", "sharp"]},
    {"site": ["shin_medial"], "side": "left", "onset": "gradual", "when": ["easy_run"],
     "character": ["dull_persistent"], "hop_pain": "unsure"},
    {"site": ["elsewhere"], "side": "left"},
]  # fmt: skip
TURNS = (
    *NO_PILLS, *TEAR_SIGNS, "swelling", "whole_leg_swollen", "redness", "warmth", "numbness_tingling",
    "tense_hard_calf", "fluid_intake", "race_hours", "prior_vte", "recent_flight", "fever", "nausea",
    "bone_focal_tenderness", "hop_pain", "night_or_rest_pain", "chest_pain", "onset", "character", "when",
    "cramps", "age", "severity_nrs", "can_walk", "side", "medications", "cannot_take_four_steps",
)  # fmt: skip
ABSENT = dict.fromkeys(strategies.danger_signs(), "no")


@st.composite
def stories(draw: st.DrawFn) -> Told:
    """A likely story with every danger sign looked for, and a few answers turned or taken away."""
    raw: dict[str, object] = {
        **(ABSENT if draw(st.integers(0, 3)) else {}),
        **draw(st.sampled_from(STORIES)),
    }
    for name in draw(st.lists(st.sampled_from(TURNS), max_size=4, unique=True)):
        value = draw(strategies.value(KNOWLEDGE.findings[name]) | st.just("not asked"))
        raw.pop(name, None)
        raw |= {} if value == "not asked" else {name: value}
    return told(Answers.parse(raw), draw(st.sampled_from([0, 6, 23, 25, 47, 49, 71, 73, 120, 200])))


def told(answers: Answers, hours: int) -> Told:
    onset = NOW - timedelta(hours=hours)
    return Told(answers, onset, assess(answers, History(first_onset=onset), NOW))


ANY = st.builds(told, strategies.answers(), st.integers(0, 200))
TOLD = st.one_of(stories(), stories(), ANY)


def names(steps: Iterable[PlannedStep]) -> list[str]:
    return [step.id for step in steps]


# ---------------------------------------------------------------- what may never be


@settings(max_examples=200)
@given(TOLD)
def test_nobody_rubs_warms_rolls_or_squeezes_where_a_clot_is_possible(story: Told) -> None:
    if story.clot_possible:
        assert names(story.do("massage", "heat", "foam_roller", "compression")) == []


@settings(max_examples=200)
@given(TOLD)
def test_nobody_stretches_into_a_tear_in_the_first_three_days(story: Told) -> None:
    if story.tear_plausible:
        healed = story.onset + timedelta(hours=72)
        assert names(step for step in story.do("stretching") if step.starts < healed) == []


@settings(max_examples=200)
@given(TOLD)
def test_nobody_rubs_a_tear_or_warms_it_in_the_first_two_days(story: Told) -> None:
    if story.first_two & TEARS:
        two_days = story.onset + timedelta(hours=48)
        assert names(story.do("massage")) == []
        assert names(step for step in story.do("heat") if step.starts < two_days) == []


@settings(max_examples=200)
@given(TOLD)
def test_no_bandage_on_a_leg_that_may_be_numb_or_tense(story: Told) -> None:
    if story.not_excluded("numbness_tingling", "tense_hard_calf"):
        assert names(story.do("compression")) == []


def pills_could_harm(story: Told) -> bool:
    hours = story.answers.get("race_hours")
    long_effort = hours == UNSURE or (isinstance(hours, (int, float)) and hours >= 3)
    return story.maybe(*NO_PILLS) or long_effort or story.chose("fluid_intake", "excessive_water")


@settings(max_examples=200)
@given(TOLD)
def test_nobody_is_told_to_take_anti_inflammatories_and_whom_they_could_harm_is_told_not_to(
    story: Told,
) -> None:
    assert names(story.do("anti_inflammatory")) == []
    if pills_could_harm(story):
        said = {"no_anti_inflammatory", "dont_wait_emergency"}
        assert said & set(names(step for step in story.result.care_steps if step.starts <= NOW))


@settings(max_examples=200)
@given(TOLD)
def test_nobody_drinks_more_who_drank_too_much_or_is_confused_or_sick(story: Told) -> None:
    if story.drank_too_much or story.maybe("confusion_or_collapse", "vomiting", "seizure"):
        assert names(story.do("drink_more", "electrolytes")) == []


@settings(max_examples=200)
@given(TOLD)
def test_nobody_runs_who_must_be_seen_today_or_whose_bone_may_be_hurt(story: Told) -> None:
    seen_first = story.result.disposition >= Disposition.SAME_DAY
    if seen_first or "bone_stress_injury" in story.first_two:
        assert names(story.do("running", "exercise", "warm_up", "surface", "strengthening")) == []


@settings(max_examples=200)
@given(TOLD)
def test_pain_elsewhere_never_gets_advice_for_the_lower_leg(story: Told) -> None:
    if not story.result.in_scope:
        said = [(step.id, step.text) for step in story.result.care_steps]
        assert [found for found in said if LOWER_LEG.search(found[1])] == []
        assert said or story.result.disposition is Disposition.EMERGENCY_NOW


@settings(max_examples=200)
@given(TOLD)
def test_in_an_emergency_only_what_helps_until_the_ambulance_comes(story: Told) -> None:
    if story.result.disposition is Disposition.EMERGENCY_NOW:
        assert set(names(story.result.care_steps)) <= UNTIL_THE_AMBULANCE_COMES
        assert "dont_wait_emergency" in names(story.result.care_steps)
        assert story.result.return_to_running is None


# ---------------------------------------------------------------- and the other way: it is not all withheld


def test_the_stories_are_given_what_could_be_withheld() -> None:
    given_tags: set[str] = set()
    for raw in STORIES:
        for hours in (0, 30, 60, 100):
            story = told(Answers.parse({**ABSENT, **raw}), hours)
            given_tags |= {tag for step in story.result.care_steps for tag in step.tags}
    wanted = {"massage", "heat", "foam_roller", "compression", "stretching", "electrolytes", "drink_more",
              "running", "strengthening", "warm_up", "cold"}  # fmt: skip
    assert wanted - given_tags == set()
