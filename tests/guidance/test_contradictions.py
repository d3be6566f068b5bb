"""The article's three contradictions, settled by hours and by cause: both sides of every boundary."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from guidance import Answers, Assessment, History, assess
from guidance.schema import Fit
from tests.guidance import strategies

NOW = datetime(2026, 5, 20, 9, 0, tzinfo=UTC)
NO_DANGER_SIGN: dict[str, object] = dict.fromkeys(strategies.danger_signs(), "no")

STRAIN: dict[str, object] = {
    "site": ["calf_medial"], "side": "left", "onset": "sudden", "when": ["sprint"], "character": ["sharp"],
}  # fmt: skip
SORE: dict[str, object] = {
    "site": ["calf"], "side": "both", "onset": "gradual", "when": ["next_day"], "character": ["soreness"],
}  # fmt: skip
BURNING: dict[str, object] = {
    "site": ["calf"], "side": "both", "onset": "gradual", "when": ["hill", "sprint"], "character": ["burning"],
}  # fmt: skip
BURNING_AFTER_A_PULL: dict[str, object] = {
    "site": ["calf"], "side": "left", "onset": "sudden", "when": ["sprint"], "character": ["burning"],
}  # fmt: skip
TENDON: dict[str, object] = {
    "site": ["achilles"], "side": "left", "onset": "gradual", "when": ["start_of_run"],
    "character": ["dull_persistent"],
}  # fmt: skip
CRAMP: dict[str, object] = {
    "site": ["calf"], "side": "both", "onset": "sudden", "when": ["end_of_run"], "character": ["cramp"],
    "cramps": "yes", "heavy_sweating": "yes", "fluid_intake": "low",
}  # fmt: skip

NOT_ASKED = "not asked"
COLD = {"cool_first_day", "cool_if_it_helps"}
WARMTH = {"warm_for_burn", "warm_after_two_days"}
DRINK = {"sip_slowly_now", "electrolytes_before", "sips_while_running"}


def judged(story: dict[str, object], hours: float = 10, **more: object) -> Assessment:
    raw = {**NO_DANGER_SIGN, **story, **more}
    known = {name: value for name, value in raw.items() if value != NOT_ASKED}
    onset = NOW - timedelta(hours=hours)
    return assess(Answers.parse(known), History(first_onset=onset), NOW)


def plan(story: dict[str, object], hours: float = 10, **more: object) -> set[str]:
    return {step.id for step in judged(story, hours, **more).care_steps}


def open_now(story: dict[str, object], hours: float, **more: object) -> set[str]:
    return {step.id for step in judged(story, hours, **more).care_steps if step.starts <= NOW}


def hours_after_onset(story: dict[str, object], hours: float, step_id: str) -> float:
    """When a step starts, counted from when it began."""
    (step,) = (step for step in judged(story, hours).care_steps if step.id == step_id)
    return hours + (step.starts - NOW) / timedelta(hours=1)


def first_two(story: dict[str, object], **more: object) -> set[str]:
    return {cause.id for cause in judged(story, **more).causes[:2] if cause.fit is not Fit.UNLIKELY}


# ---------------------------------------------------------------- cold or heat


@pytest.mark.parametrize("story", [STRAIN, SORE], ids=["a strain", "sore calves"])
@pytest.mark.parametrize("hours", [0, 1, 23])
def test_in_the_first_day_it_is_cooled_and_not_warmed(
    story: dict[str, object], hours: float
) -> None:
    assert open_now(story, hours) & (COLD | WARMTH) == {"cool_first_day"}


@pytest.mark.parametrize("hours", [24, 25, 47, 47.9])
def test_a_strain_is_cooled_in_the_gap_only_if_it_helps_and_never_warmed(hours: float) -> None:
    assert open_now(STRAIN, hours) & (COLD | WARMTH) == {"cool_if_it_helps"}


@pytest.mark.parametrize("hours", [0, 23, 24, 25, 47])
def test_a_strain_that_is_younger_than_two_days_waits_for_warmth(hours: float) -> None:
    assert hours_after_onset(STRAIN, hours, "warm_after_two_days") >= 48
    assert "warm_for_burn" not in plan(STRAIN, hours)


@pytest.mark.parametrize("story", [STRAIN, SORE, BURNING], ids=["a strain", "sore", "burning"])
@pytest.mark.parametrize("hours", [48, 49, 72, 100])
def test_after_two_days_it_is_warmed_and_not_cooled(story: dict[str, object], hours: float) -> None:
    assert plan(story, hours) & (COLD | WARMTH) == {"warm_after_two_days"}


@pytest.mark.parametrize("hours", [168, 400])
def test_after_a_week_neither_helps_any_more(hours: float) -> None:
    assert plan(TENDON, hours) & (COLD | WARMTH) == set()


@pytest.mark.parametrize("story", [SORE, BURNING], ids=["sore", "burning"])
@pytest.mark.parametrize("hours", [24, 25, 47])
def test_sore_or_burning_muscle_may_be_warmed_after_one_day_for_comfort(
    story: dict[str, object], hours: float
) -> None:
    assert "muscle_strain" not in first_two(story)
    assert "warm_for_burn" in plan(story, hours)
    assert not plan(story, hours) & COLD


@pytest.mark.parametrize("hours", [0, 23, 25, 47])
def test_with_a_strain_among_the_first_two_a_burn_is_not_warmed_for_two_days(hours: float) -> None:
    assert {"muscle_strain", "lactic_acid"} <= first_two(BURNING_AFTER_A_PULL)
    assert not open_now(BURNING_AFTER_A_PULL, hours) & WARMTH
    assert "warm_for_burn" not in plan(BURNING_AFTER_A_PULL, hours)


@pytest.mark.parametrize("sign", ["swelling", "redness", "warmth"])
@pytest.mark.parametrize("answer", ["yes", "unsure", NOT_ASKED])
@pytest.mark.parametrize("hours", [30, 60])
def test_a_leg_that_may_be_swollen_red_or_warm_is_never_warmed(
    sign: str, answer: str, hours: float
) -> None:
    assert not plan(SORE, hours, side="left", **{sign: answer}) & WARMTH
    assert not plan(STRAIN, hours, **{sign: answer}) & WARMTH


# ---------------------------------------------------------------- massage, a clot or a tear


@pytest.mark.parametrize("story", [SORE, BURNING], ids=["sore", "burning"])
def test_two_sore_calves_without_a_danger_sign_may_be_rubbed_gently(
    story: dict[str, object],
) -> None:
    assert "gentle_rub" in plan(story)


@pytest.mark.parametrize("sign", ["swelling", "redness", "warmth"])
@pytest.mark.parametrize(
    ("answer", "rubbed"), [("no", True), ("unsure", False), ("yes", False), (NOT_ASKED, False)]
)
def test_one_sided_swelling_redness_or_warmth_must_be_excluded_before_anybody_rubs(
    sign: str, answer: str, rubbed: bool
) -> None:
    assert ("gentle_rub" in plan(SORE, **{sign: answer})) is rubbed


@pytest.mark.parametrize(
    "risk", ["recent_flight", "recent_surgery", "prior_vte", "pregnancy_postpartum"]
)
def test_whoever_may_have_a_clot_is_told_to_leave_the_leg_alone(risk: str) -> None:
    story = {**SORE, "side": "left", "character": ["tightness"]}
    told = open_now(story, 10, **{risk: "yes"})
    assert "dont_touch_clot" in told
    assert not plan(story, **{risk: "yes"}) & {"gentle_rub", "fascia_ball", "bandage_on", *WARMTH}


def test_a_strain_is_not_rubbed_and_not_stretched() -> None:
    assert {"dont_stretch_tear"} == plan(STRAIN) & {"gentle_rub", "dont_stretch_tear"}


@pytest.mark.parametrize(("hours", "told"), [(0, True), (71, True), (73, False)])
def test_a_fresh_tear_is_left_alone_for_three_days(hours: float, told: bool) -> None:
    assert ("dont_stretch_tear" in open_now(STRAIN, hours)) is told


@pytest.mark.parametrize("hours", [0, 71, 73, 100])
def test_a_strain_is_stretched_gently_only_after_three_days(hours: float) -> None:
    assert hours_after_onset(STRAIN, hours, "stretch_later") >= 72


@pytest.mark.parametrize(("bruised", "rubbed"), [("no", True), ("unsure", False), ("yes", False)])
def test_a_bruise_may_be_a_tear_and_is_not_rubbed(bruised: str, rubbed: bool) -> None:
    assert ("gentle_rub" in plan(SORE, bruising=bruised)) is rubbed


def test_a_cramp_is_stretched_now() -> None:
    assert "stretch_the_cramp" in open_now(CRAMP, 0)


@pytest.mark.parametrize(
    "sign",
    [
        {"pop_felt": "yes"}, {"pop_felt": "unsure"}, {"pop_felt": NOT_ASKED}, {"felt_kicked": "yes"},
        {"bruising": "yes"}, {"character": ["cramp", "sharp"]}, {"when": ["sprint"]},
        {"when": ["push_off"]},
    ],
    ids=str,
)  # fmt: skip
def test_a_cramp_that_may_be_a_tear_is_not_stretched(sign: dict[str, object]) -> None:
    assert "stretch_the_cramp" not in plan(CRAMP, 0, **sign)


# ---------------------------------------------------------------- drinking, or too much of it


@pytest.mark.parametrize("drunk", ["low", "adequate", "plain_water"])
def test_a_cramp_is_given_something_salty_to_sip(drunk: str) -> None:
    assert "sip_slowly_now" in open_now(CRAMP, 0, fluid_intake=drunk)
    assert "dont_gulp" in open_now(CRAMP, 0, fluid_intake=drunk)


@pytest.mark.parametrize("drunk", ["excessive_water", "unsure", NOT_ASKED])
def test_whoever_drank_far_too_much_or_may_have_is_not_told_to_drink(drunk: str) -> None:
    assert not plan(CRAMP, 0, fluid_intake=drunk) & DRINK


@pytest.mark.parametrize(
    "sign", ["confusion_or_collapse", "vomiting", "seizure", "weight_gain_during_race"]
)
@pytest.mark.parametrize("answer", ["yes", "unsure"])
def test_whoever_is_sick_confused_or_heavier_than_before_is_not_told_to_drink(
    sign: str, answer: str
) -> None:
    assert not plan(CRAMP, 0, **{sign: answer}) & DRINK


@pytest.mark.parametrize("sign", ["confusion_or_collapse", "vomiting"])
def test_whoever_is_confused_or_sick_after_a_long_race_is_told_to_drink_no_water(sign: str) -> None:
    told = open_now(CRAMP, 0, race_hours=4, fluid_intake="excessive_water", **{sign: "yes"})
    assert "dont_drink_confused" in told


def test_after_too_much_water_with_puffy_hands_there_is_salt_and_no_water() -> None:
    told = open_now(CRAMP, 0, race_hours=5, fluid_intake="excessive_water", puffy_hands="yes")
    assert {"dont_drink_confused", "stop_water_salty"} <= told


@pytest.mark.parametrize(("hours", "drinks"), [(1.9, True), (2, False), (4, False)])
def test_a_headache_after_two_hours_of_racing_may_be_too_much_water(
    hours: float, drinks: bool
) -> None:
    story = {**CRAMP, "heavy_sweating": "no"}
    assert bool(plan(story, 0, race_hours=hours, headache="yes") & DRINK) is drinks


@pytest.mark.parametrize(("hours", "held"), [(2.9, False), (3, True)])
def test_after_three_hours_of_effort_no_anti_inflammatory_is_safe(hours: float, held: bool) -> None:
    assert ("no_anti_inflammatory" in open_now(SORE, 1, race_hours=hours)) is held
