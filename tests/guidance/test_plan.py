"""The care plan: windows in time, and what is held back because it could harm."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from guidance import engine, ranking
from guidance.answers import Answers
from guidance.compiled import compiled
from guidance.loader import BadKnowledge, load
from guidance.ranking import Score
from guidance.results import History, PlannedStep
from guidance.schema import Fit, Knowledge
from tests.guidance import small_knowledge

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


def test_windows_stand_on_whole_seconds_so_that_none_is_shorter_than_it_is_written(
    small: Knowledge,
) -> None:
    """Two reports within a second once gave a step that began and ended in the same one, and no plan at all."""
    now = NOW + timedelta(microseconds=667594)
    history = History(first_onset=now - timedelta(milliseconds=300))
    planned = engine.assess(small, Answers.parse({"site": "calf"}, base=small), history, now)
    ends = [moment for step in planned.care_steps for moment in (step.starts, step.until) if moment]
    assert len(ends) > 1
    assert {moment.microsecond for moment in ends} == {0}


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


# ---------------------------------------------------------------- room for five


def base_with(folder: Path, *advice: str, at_once: int = 2) -> Knowledge:
    """The small knowledge with this advice only, and room for a few steps."""
    files = small_knowledge.files()
    files["advice.toml"] = "".join(advice)
    scale = files["scale.toml"]
    files["scale.toml"] = scale.replace("at_once = 5", f"at_once = {at_once}")
    return load(small_knowledge.write(folder, files))


def windows(base: Knowledge, **raw: object) -> dict[str, tuple[float, float | None]]:
    """From and until of each step, in hours from now."""

    def hours(moment: datetime) -> float:
        return (moment - NOW) / timedelta(hours=1)

    return {
        step.id: (hours(step.starts), hours(step.until) if step.until else None)
        for step in steps(base, **raw).values()
    }


def step(name: str, start: int, end: int | None, priority: int, more: str = "") -> str:
    until = "" if end is None else f"until_hours = {end}\n"
    return small_knowledge.advice(
        name, f"from_hours = {start}\n{until}priority = {priority}\n{more}"
    )


def test_the_least_useful_waits_until_there_is_room(tmp_path: Path) -> None:
    base = base_with(
        tmp_path, step("a", 0, 24, 1), step("b", 0, 72, 2), step("c", 0, 48, 3), step("d", 0, 30, 4)
    )
    assert windows(base) == {"a": (0, 24), "b": (0, 72), "c": (24, 48)}


def test_a_more_useful_step_that_comes_later_keeps_its_time(tmp_path: Path) -> None:
    base = base_with(
        tmp_path, step("a", 0, 96, 1), step("late", 24, 48, 2), step("low", 0, None, 3)
    )
    assert windows(base) == {"a": (0, 96), "late": (24, 48), "low": (48, None)}


def test_a_step_that_never_finds_room_is_left_out(tmp_path: Path) -> None:
    base = base_with(tmp_path, step("a", 0, None, 1), step("b", 0, None, 2), step("c", 0, None, 3))
    assert list(windows(base)) == ["a", "b"]


def test_a_step_is_left_out_while_another_says_it_the_whole_time(tmp_path: Path) -> None:
    covered = 'covered_by = ["wide"]'
    base = base_with(
        tmp_path,
        step("wide", 0, 48, 1),
        step("within", 0, 48, 2, covered),
        step("longer", 0, 49, 3, covered),
        at_once=5,
    )
    assert list(windows(base)) == ["wide", "longer"]


def test_a_step_that_waited_is_left_out_where_another_says_it_from_then_on(tmp_path: Path) -> None:
    base = base_with(
        tmp_path,
        step("first", 0, 24, 1),
        step("second", 0, 24, 2),
        step("wide", 12, 48, 3),
        step("within", 0, 48, 4, 'covered_by = ["wide"]'),
    )
    assert windows(base) == {"first": (0, 24), "second": (0, 24), "wide": (24, 48)}


def test_who_covers_a_step_must_exist_and_be_more_useful(tmp_path: Path) -> None:
    with pytest.raises(BadKnowledge) as bad:
        base_with(
            tmp_path,
            step("a", 0, 48, 1, 'covered_by = ["b", "nix"]'),
            step("b", 0, 48, 1),
        )
    told = [f"{problem.code} {problem}" for problem in bad.value.problems]
    assert any("E005 advice.toml, advice a: covered_by names the unknown" in one for one in told)
    assert any("b covers it, but is no more useful" in one for one in told)


@pytest.mark.parametrize(
    ("site", "given"), [("calf", {"inside", "both"}), ("elsewhere", {"outside", "both"})]
)
def test_advice_for_the_lower_leg_is_for_the_lower_leg_only(
    tmp_path: Path, site: str, given: set[str]
) -> None:
    base = base_with(
        tmp_path,
        step("inside", 0, 9, 1),
        step("outside", 0, 9, 1, 'scope = "outside"'),
        step("both", 0, 9, 1, 'scope = "anywhere"'),
    )
    assert set(windows(base, site=site)) == given


def test_what_belongs_to_running_again_starts_with_the_ladder(tmp_path: Path) -> None:
    base = base_with(tmp_path, step("warm_up", 0, 48, 1, 'anchor = "running"'))
    starts = base.ladders["muscle"].from_hours
    assert windows(base, onset="sudden") == {"warm_up": (starts, starts + 48)}
    assert windows(base, onset="sudden", days_since_onset=7) == {"warm_up": (0, 48)}


@pytest.mark.parametrize("more", [{}, {"onset": "sudden", "days_since_onset": 8}])
def test_without_a_ladder_or_before_a_clinician_says_so_nobody_runs_again(
    tmp_path: Path, more: dict[str, object]
) -> None:
    base = base_with(tmp_path, step("warm_up", 0, 48, 1, 'anchor = "running"'))
    assert windows(base, **more) == {}


@pytest.mark.parametrize(("kind", "given"), [("do", False), ("dont", True)])
def test_a_dont_is_said_where_it_may_be_so(tmp_path: Path, kind: str, given: bool) -> None:
    more = f'kind = "{kind}"\nwhen = {{ any_of = ["numb"] }}'
    base = base_with(tmp_path, step("careful", 0, 48, 1, more))
    assert ("careful" in windows(base, numb="unsure")) is given
    assert "careful" in windows(base, numb="yes")
    assert "careful" not in windows(base, numb="no")
