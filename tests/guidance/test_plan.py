"""The care plan: windows in time, and what is held back because it could harm."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from guidance import engine, ranking
from guidance.answers import Answers
from guidance.compiled import compiled
from guidance.ranking import Score
from guidance.results import History, PlannedStep
from guidance.schema import Fit, Knowledge

NOW = datetime(2026, 5, 20, 9, 0, tzinfo=UTC)


def steps(
    small: Knowledge, history: History | None = None, **raw: object
) -> dict[str, PlannedStep]:
    answers = Answers.parse({"site": "calf", **raw}, base=small)
    planned = engine.assess(small, answers, history or History(), NOW).care_steps
    return {step.id: step for step in planned}


@pytest.mark.parametrize(
    ("hours", "cool_is_given"), [(0, True), (23.9, True), (24, False), (60, False)]
)
def test_a_step_whose_window_is_over_is_gone(
    small: Knowledge, hours: float, cool_is_given: bool
) -> None:
    history = History(first_onset=NOW - timedelta(hours=hours))
    assert ("cool" in steps(small, history)) is cool_is_given


def test_a_step_that_comes_later_says_when(small: Knowledge) -> None:
    warm = steps(small, History(first_onset=NOW - timedelta(hours=10)))["warm"]
    assert warm.starts == NOW + timedelta(hours=38)
    assert warm.until is None


def test_where_nobody_knows_when_it_began_it_counts_from_now(small: Knowledge) -> None:
    assert steps(small)["warm"].starts == NOW + timedelta(hours=48)


def test_what_is_open_now_comes_first_and_the_most_useful_first_of_all(small: Knowledge) -> None:
    planned = list(steps(small))
    assert planned[0] == "cool"
    assert planned[-1] == "warm"


@pytest.mark.parametrize("swelling", ["yes", "unsure"])
def test_a_danger_withholds_whether_certain_or_only_possible(
    small: Knowledge, swelling: str
) -> None:
    planned = steps(small, swelling=swelling)
    assert "massage" not in planned
    assert "never_massage" in planned


def test_without_the_danger_the_step_is_given(small: Knowledge) -> None:
    assert "massage" in steps(small, swelling="no")


@pytest.mark.parametrize(
    ("numb", "given"), [("no", True), ("unsure", False), ("yes", False), (None, False)]
)
def test_a_do_with_an_exception_needs_the_exception_excluded(
    small: Knowledge, numb: object, given: bool
) -> None:
    assert ("drink" in steps(small, numb=numb)) is given


@pytest.mark.parametrize(
    ("numb", "given"), [("no", True), ("unsure", True), ("yes", False), (None, True)]
)
def test_a_dont_falls_only_for_what_is_certain(small: Knowledge, numb: object, given: bool) -> None:
    assert ("walk_not" in steps(small, numb=numb)) is given


def test_a_step_is_given_for_its_causes_only(small: Knowledge) -> None:
    assert "stretch" in steps(small, cramps="yes")
    assert "stretch" not in steps(small)


def test_advice_is_for_causes_that_fit_and_are_not_far_behind(small: Knowledge) -> None:
    near, far = small.scale.likely_within, small.scale.likely_within + 0.1
    tests = {test.cause.id: test for test in compiled(small).causes}

    def likely(**points: float) -> list[str]:
        scores = [Score(tests[name], given, (), 0.0) for name, given in points.items()]
        return [cause.id for cause in ranking.likely(small.scale, scores)]

    assert likely(tear=5.0, cramp=5.0 - near, dvt=5.0 - far) == ["tear", "cramp"]
    assert likely(tear=small.scale.fit_possible, cramp=small.scale.fit_possible - 0.1) == ["tear"]


def test_a_step_is_withheld_while_what_it_could_harm_is_likely(small: Knowledge) -> None:
    assert "stretch" not in steps(small, cramps="yes", onset="sudden")


def test_a_second_cause_that_does_not_fit_holds_nothing_back(small: Knowledge) -> None:
    result = engine.assess(
        small, Answers.parse({"site": "calf", "cramps": "yes"}, base=small), History(), NOW
    )
    assert [(cause.id, cause.fit) for cause in result.causes[:2]] == [
        ("cramp", Fit.STRONG),
        ("tear", Fit.UNLIKELY),
    ]
    assert "stretch" in {step.id for step in result.care_steps}


def test_only_the_first_two_that_fit_or_that_a_danger_names_hold_advice_back(
    small: Knowledge,
) -> None:
    fits, not_yet = small.scale.fit_possible, small.scale.fit_possible - 0.1
    tests = {test.cause.id: test for test in compiled(small).causes}

    def guarded(*found: tuple[str, float, float]) -> set[str]:
        return ranking.guarded(
            small.scale, [Score(tests[name], points, (), boost) for name, points, boost in found]
        )

    assert guarded(("cramp", 3.0, 0.0), ("tear", fits, 0.0), ("dvt", fits, 0.0)) == {
        "cramp",
        "tear",
    }
    assert guarded(("cramp", 3.0, 0.0), ("tear", not_yet, 0.0)) == {"cramp"}
    assert guarded(("cramp", 3.0, 0.0), ("dvt", not_yet, 1.0)) == {"cramp", "dvt"}
    assert guarded(("tear", not_yet, 0.0), ("cramp", not_yet, 0.0)) == {"tear", "cramp"}
    assert guarded() == set()


def test_a_step_is_not_given_at_a_level_it_is_not_meant_for(small: Knowledge) -> None:
    assert steps(small, chest_pain="yes") == {}
