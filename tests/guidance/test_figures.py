"""The arithmetic of the evaluation, on outcomes made by hand."""

from __future__ import annotations

import pytest

from guidance import figures
from guidance.answers import Answers
from guidance.evaluation import Case, Outcome, UnusableCase, interviewed, judge_case, read_case
from guidance.figures import Share
from guidance.schema import Disposition, Knowledge


def outcome(
    small: Knowledge,
    name: str,
    category: str = "benign",
    got: str = "self_care",
    least: str = "self_care",
    most: str = "within_days",
    causes: tuple[str, ...] = ("tear", "cramp", "dvt"),
    right: str = "tear",
    usable: tuple[str, ...] = ("cause", "triage"),
    screens: int = 3,
) -> Outcome:
    case = Case(
        id=name,
        category=category,
        facts=Answers.parse({}, base=small),
        acceptable_causes=frozenset({right}),
        least=Disposition(least),
        most=Disposition(most),
        for_cause="cause" in usable,
        for_triage="triage" in usable,
    )
    level = Disposition(got)
    return Outcome(case, level, level, causes, causes, (), True, ("screen",) * screens)


def counted(small: Knowledge, *outcomes: Outcome) -> dict[str, str]:
    measured = figures.metrics(outcomes, small)
    return {
        name: f"{value.count}/{value.of}"
        for name, value in measured.items()
        if isinstance(value, Share)
    }


def test_a_level_below_the_least_is_under_triage_and_above_the_most_is_over(
    small: Knowledge,
) -> None:
    counts = counted(
        small,
        outcome(small, "low", "dangerous", got="self_care", least="same_day", most="emergency_now"),
        outcome(
            small, "right", "dangerous", got="same_day", least="same_day", most="emergency_now"
        ),
        outcome(small, "high", got="same_day"),
        outcome(small, "edge", got="within_days"),
    )
    assert counts["under_triage"] == "1/4"
    assert counts["under_triage_dangerous"] == "1/2"
    assert counts["over_triage"] == "1/4"
    assert counts["over_triage_benign"] == "1/2"


def test_cases_not_usable_for_a_figure_are_left_out_of_it(small: Knowledge) -> None:
    counts = counted(
        small,
        outcome(small, "cause only", got="same_day", usable=("cause",)),
        outcome(small, "triage only", usable=("triage",), right="nothing"),
        outcome(small, "neither", usable=(), right="nothing", got="same_day"),
    )
    assert (counts["over_triage"], counts["top1"]) == ("0/1", "1/1")


def test_ranks_count_from_the_first(small: Knowledge) -> None:
    ranked = ("a", "b", "c", "d")
    counts = counted(
        small,
        *(outcome(small, right, causes=ranked, right=right) for right in ranked),
        outcome(small, "other", "other_needs_clinician", causes=ranked, right="a"),
    )
    assert (counts["top1"], counts["top1_benign"], counts["top1_others"]) == ("2/5", "1/4", "1/1")
    assert (counts["top3"], counts["top3_benign"], counts["top3_others"]) == ("4/5", "3/4", "1/1")


def test_a_dangerous_case_named_only_benign_is_counted(small: Knowledge) -> None:
    counts = counted(
        small,
        outcome(small, "missed", "dangerous", causes=("tear", "cramp", "tear", "dvt")),
        outcome(small, "named", "dangerous", causes=("tear", "cramp", "dvt")),
        outcome(small, "benign", causes=("tear", "cramp", "tear")),
    )
    assert counts["named_only_benign"] == "1/2"


@pytest.mark.parametrize(
    ("values", "part", "value"),
    [
        ([1, 2, 9], 0.5, 2),
        ([1, 2, 3, 4], 0.5, 2.5),
        ([5], 0.9, 5),
        ([], 0.5, 0),
        (range(1, 12), 0.9, 10),
    ],
)
def test_quantiles(values: list[int], part: float, value: float) -> None:
    assert figures.quantile(list(values), part) == pytest.approx(value)


LINE = """{"id": "a", "category": "benign", "gold": {"cause": "tear", "acceptable_causes": ["tear"]},
 "triage": {"level": "self_care", "min": "self_care", "max": "within_days"}, "usable_for": ["cause"],
 "facts_seen_by_clinician": ["swelling"], "facts": {"site": ["calf"], "swelling": true, "severity_nrs": 7.5}}"""


def test_a_case_is_read_with_its_facts(small: Knowledge) -> None:
    case = read_case(LINE, small)
    assert case.facts.as_dict() == {"swelling": "yes", "site": ["calf"], "severity_nrs": 7}
    assert (case.for_cause, case.for_triage) == (True, False)


def test_what_a_clinician_saw_can_be_left_out(small: Knowledge) -> None:
    assert "swelling" not in read_case(LINE, small, without_clinician=True).facts


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('"swelling": true', '"sweling": true', "sweling"),
        ('"swelling": true', '"swelling": 3', "Swelling: 3 is not an answer"),
        ('["calf"]', '["calff"]', "Did you mean 'calf'"),
        ('"max": "within_days"', '"max": "soon"', "unknown level 'soon'"),
        ('"level": "self_care"', '"level": "some_care"', "unknown level 'some_care'"),
        ('"triage":', '"triaje":', "triage"),
        ("{", "", "cannot be read"),
    ],
)
def test_a_case_with_something_unknown_is_refused(
    small: Knowledge, old: str, new: str, says: str
) -> None:
    with pytest.raises(UnusableCase) as refused:
        read_case(LINE.replace(old, new, 1), small)
    assert says in str(refused.value)


def test_the_interview_leaves_open_what_a_danger_screen_is_not_told(small: Knowledge) -> None:
    facts = Answers.parse({"site": "calf", "fever": True}, base=small)
    answers, screens = interviewed(small, facts)
    assert answers["fever"] == "yes"
    assert "chest_pain" not in answers
    assert answers["days_since_onset"] == "unsure"
    assert {"danger_chest", "danger_leg"} <= answers.skipped
    assert len(screens) == len(set(screens))


def test_a_case_is_judged_both_ways(small: Knowledge) -> None:
    result = judge_case(small, read_case(LINE, small))
    assert result.disposition is result.disposition_all_facts is Disposition.SAME_DAY
    assert result.causes[0] == result.causes_interview[0] == "dvt"
    assert set(result.as_json()) >= {"id", "disposition", "causes", "rules", "questions_asked"}
