"""What the history knows is not asked: each finding with its threshold, and nothing that was told is overwritten."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from guidance import KNOWLEDGE, Answers, Disposition, History, PastReport, assess, next_question
from guidance.derive import with_history
from guidance.results import Assessment
from guidance.schema import UNSURE, ScreenKind

NOW = datetime(2026, 5, 20, 9, 0, tzinfo=UTC)
CALF: Mapping[str, Any] = {"site": ["calf"], "side": "left", "severity_nrs": 4}


def past(days: float, **told: Any) -> PastReport:
    plain = {"site": ("calf",), "side": "left", "pain_now": 4, "disposition": "self_care", **told}
    return PastReport(at=NOW - timedelta(days=days), **plain)


def derived(*reports: PastReport, told: Mapping[str, Any] = CALF, **history: Any) -> Any:
    answers = Answers.parse(told)
    whole = History(reports=reports, **history)
    filled = with_history(KNOWLEDGE, answers, whole, NOW)
    return {name: filled[name] for name in filled if filled[name] != answers.get(name)}


def judged(*reports: PastReport, told: Mapping[str, Any] = CALF, **history: Any) -> Assessment:
    return assess(Answers.parse(told), History(reports=reports, **history), NOW)


def fired(result: Assessment) -> dict[str, tuple[str, ...]]:
    return {rule.id: rule.because for rule in result.rules}


def test_without_a_history_nothing_is_worked_out() -> None:
    assert derived() == {}


def test_what_is_worked_out_is_never_asked_and_only_the_trend_can_be_told() -> None:
    names = {finding.id for finding in KNOWLEDGE.findings.values() if finding.derived}
    assert names == {
        "worse_since_last_report", "better_since_last_report", "days_of_episode",
        "check_ins_unanswered", "episodes_recently",
    }  # fmt: skip
    told = {name for name in names if KNOWLEDGE.findings[name].can_be_told}
    assert told == {"worse_since_last_report", "better_since_last_report"}
    assert not names & {name for s in KNOWLEDGE.screens.values() for name in s.findings}


# ---------------------------------------------------------------- days


@pytest.mark.parametrize(("hours", "days"), [(0, 0), (23, 0), (24, 1), (191, 7), (192, 8)])
def test_days_count_over_the_whole_episode(hours: int, days: int) -> None:
    filled = derived(first_onset=NOW - timedelta(hours=hours))
    assert filled["days_since_onset"] == filled["days_of_episode"] == days


def test_an_onset_in_the_future_is_today() -> None:
    assert derived(first_onset=NOW + timedelta(hours=5))["days_since_onset"] == 0


def test_days_count_the_same_whatever_zone_the_times_are_written_in() -> None:
    onset = (NOW - timedelta(days=8)).astimezone(timezone(timedelta(hours=13)))
    assert derived(first_onset=onset)["days_since_onset"] == 8
    assert "more_than_a_week" in fired(judged(first_onset=onset))


def test_what_was_told_of_the_days_stays_and_the_whole_episode_still_counts() -> None:
    told = {**CALF, "days_since_onset": 1}
    filled = derived(first_onset=NOW - timedelta(days=9), told=told)
    assert filled == {"days_of_episode": 9}
    assert fired(judged(first_onset=NOW - timedelta(days=9), told=told))["more_than_a_week"] == (
        "Days since the first report of this pain: 9 days",
    )


# ---------------------------------------------------------------- worse, better


@pytest.mark.parametrize(
    ("before", "now", "worse", "better"),
    [
        (4, 4, "no", "no"), (4, 5, "no", "no"), (4, 6, "yes", "no"),
        (4, 3, "no", "no"), (4, 2, "no", "yes"),
    ],
)  # fmt: skip
def test_worse_and_better_each_need_two_points(
    before: int, now: int, worse: str, better: str
) -> None:
    filled = derived(past(1, pain_now=before), told={**CALF, "severity_nrs": now})
    assert filled["worse_since_last_report"] == worse
    assert filled["better_since_last_report"] == better


def test_the_last_report_that_told_of_pain_counts() -> None:
    filled = derived(past(3, pain_now=8), past(1, pain_now=2), past(0.5, pain_now=None))
    assert filled["worse_since_last_report"] == "yes"


@pytest.mark.parametrize(
    "other",
    [{"side": "right"}, {"site": ("heel",)}, {"pain_now": None}],
    ids=["the other leg", "another place", "no pain told"],
)
def test_another_place_or_no_number_says_nothing_of_worse(other: dict[str, Any]) -> None:
    assert "worse_since_last_report" not in derived(past(1, **{"pain_now": 1, **other}))


@pytest.mark.parametrize("pain", [None, UNSURE])
def test_pain_that_is_not_told_now_is_neither_worse_nor_better(pain: object) -> None:
    assert "worse_since_last_report" not in derived(past(1), told={**CALF, "severity_nrs": pain})


def test_a_rise_of_pain_on_the_third_day_is_not_getting_better() -> None:
    result = judged(past(2, pain_now=2), first_onset=NOW - timedelta(days=3))
    assert {"worse_despite_rest", "not_settling_with_rest"} <= set(fired(result))
    assert fired(result)["not_settling_with_rest"] == (
        "Days since it started: 3 days",
        "Worse than in the last report",
    )


def test_less_pain_counts_as_getting_better() -> None:
    told = {**CALF, "side": "both", "severity_nrs": 2}
    (fatigue,) = (c for c in judged(past(1), told=told).causes if c.id == "muscle_fatigue")
    assert "It is getting better from day to day" in fatigue.for_


# ---------------------------------------------------------------- episodes


@pytest.mark.parametrize(
    ("days", "episodes"),
    [
        ((), None),
        ((20,), 2),
        ((7,), 1),
        ((7.01,), 2),
        ((20, 45), 3),
        ((20, 56), 3),
        ((20, 56.01), 2),
        ((8, 9, 10), 2),
    ],
)
def test_reports_more_than_a_week_apart_within_eight_weeks_are_episodes(
    days: tuple[float, ...], episodes: int | None
) -> None:
    assert derived(*map(past, days)).get("episodes_recently") == episodes


def test_a_problem_that_was_closed_is_another_episode_however_soon_the_next() -> None:
    reports = (past(6, episode="a", ended=True), past(3, episode="b", ended=True))
    assert derived(*reports, episode="c")["episodes_recently"] == 3
    assert derived(past(3, episode="c"), episode="c")["episodes_recently"] == 1


def test_the_third_episode_asks_for_a_look_at_form_shoes_and_feet() -> None:
    result = judged(past(20), past(40))
    assert fired(result)["third_time_in_eight_weeks"] == (
        "Times this place has hurt in eight weeks: 3 times",
    )
    assert result.disposition is Disposition.WITHIN_DAYS
    rule = KNOWLEDGE.rules["third_time_in_eight_weeks"]
    assert all(word in rule.tell_coach for word in ("running form", "shoes", "feet"))


def test_the_same_place_may_be_told_more_or_less_exactly() -> None:
    reports = (past(20, site=("calf_upper",)), past(40, site=("popliteal", "thigh")))
    assert derived(*reports)["episodes_recently"] == 3
    assert "episodes_recently" not in derived(past(20, site=("shin_medial",)))


@pytest.mark.parametrize("side", [None, UNSURE, "both"])
def test_a_side_that_was_not_told_is_not_another_leg(side: object) -> None:
    told = {**CALF, "side": side}
    assert derived(past(20), past(40, side=None), told=told)["episodes_recently"] == 3


# ---------------------------------------------------------------- recurrence, earlier strain


def test_a_problem_that_had_ended_and_is_back_is_a_recurrence() -> None:
    assert derived(past(90, ended=True))["recurrence"] == "yes"
    assert "it_came_back" in fired(judged(past(90, ended=True)))
    assert "recurrence" not in derived(past(90))


def test_what_was_told_of_earlier_pain_is_not_overwritten() -> None:
    assert "recurrence" not in derived(past(90, ended=True), told={**CALF, "recurrence": "no"})
    unsure = {**CALF, "recurrence": UNSURE}
    assert derived(past(90, ended=True), told=unsure)["recurrence"] == "yes"


def test_an_earlier_strain_counts_its_days() -> None:
    strains = (
        past(200, ended=True, leading_cause="muscle_strain"),
        past(100, ended=True, leading_cause="muscle_strain"),
        past(50, ended=True, leading_cause="dehydration_cramp"),
        past(3, leading_cause="muscle_strain"),
    )
    assert derived(*strains)["prior_calf_strain_days"] == 100
    assert "prior_calf_strain_days" not in derived(*strains[2:])
    (strain,) = (c for c in judged(*strains).causes if c.id == "muscle_strain")
    assert "You strained this calf before" in strain.for_


def test_a_strain_of_the_other_calf_is_none_of_this_one() -> None:
    other = past(100, ended=True, leading_cause="muscle_strain", side="right")
    assert "prior_calf_strain_days" not in derived(other)


# ---------------------------------------------------------------- check-ins


@pytest.mark.parametrize(("missed", "called"), [(0, False), (1, False), (2, True), (5, True)])
def test_two_check_ins_that_nobody_answered_call_the_coach(missed: int, called: bool) -> None:
    told = {"site": ["calf"], "side": "both", "severity_nrs": 2}
    result = judged(told=told, check_ins_unanswered=missed)
    assert ("check_ins_not_answered" in fired(result)) is called
    assert (result.disposition >= Disposition.COACH_REVIEW) is called


# ---------------------------------------------------------------- never less, never asked


def test_history_never_takes_from_what_the_request_said() -> None:
    told = {**CALF, "days_since_onset": UNSURE, "character": ["cramp"], "night_or_rest_pain": "yes"}
    without = judged(told=told)
    assert without.disposition > Disposition.COACH_REVIEW
    assert judged(told=told, first_onset=NOW).disposition >= without.disposition


def test_what_the_history_knows_does_not_end_up_in_the_questions() -> None:
    answers, asked = Answers.parse({}), set[str]()
    while (question := next_question(answers)) is not None:
        asked |= {finding.id for finding in question.findings}
        skip = question.kind is ScreenKind.DANGER
        told = {} if skip else {finding.id: UNSURE for finding in question.findings}
        answers = answers.merged(Answers.parse(told, skipped=[question.screen_id] if skip else []))
    assert not {name for name in asked if KNOWLEDGE.findings[name].derived}
