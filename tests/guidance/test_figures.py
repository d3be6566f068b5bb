"""The arithmetic of the evaluation, on outcomes made by hand."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from guidance import figures, tables
from guidance.answers import Answers
from guidance.cases import Case
from guidance.evaluation import Outcome
from guidance.figures import Share
from guidance.schema import Disposition, Knowledge


def outcome(
    small: Knowledge,
    name: str,
    category: str = "benign",
    got: str = "self_care",
    at_once: str = "",
    least: str = "self_care",
    level: str = "self_care",
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
        level=Disposition(level),
        least=Disposition(least),
        most=Disposition(most),
        for_cause="cause" in usable,
        for_triage="triage" in usable,
    )
    asked = ("screen",) * screens
    said, said_at_once = Disposition(got), Disposition(at_once or got)
    return Outcome(case, said, said_at_once, causes, causes, (), (), True, asked)


def counted(small: Knowledge, *outcomes: Outcome) -> Mapping[str, str]:
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


def test_the_interview_and_everything_at_once_are_counted_apart(small: Knowledge) -> None:
    counts = counted(
        small,
        outcome(small, "a", "dangerous", got="self_care", at_once="same_day", least="same_day"),
        outcome(small, "b", "dangerous", got="same_day", at_once="self_care", level="same_day"),
        outcome(small, "c", "dangerous", usable=()),
        outcome(small, "d", got="self_care", at_once="same_day"),
    )
    assert (counts["under_triage"], counts["under_triage_all_facts"]) == ("1/3", "0/3")
    assert (counts["over_triage_benign"], counts["over_triage_all_facts_benign"]) == ("0/1", "1/1")
    assert (counts["exact_urgency"], counts["exact_urgency_all_facts"]) == ("3/3", "0/3")
    assert counts["same_disposition_dangerous"] == "1/3"
    assert counts["lower_by_interview_dangerous"] == "1/3"


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
    outcomes = [
        *(outcome(small, right, causes=ranked, right=right) for right in ranked),
        outcome(small, "other", "other_needs_clinician", causes=ranked, right="a"),
    ]
    counts = counted(small, *outcomes)
    assert (counts["top1"], counts["top1_benign"], counts["top1_others"]) == ("2/5", "1/4", "1/1")
    assert (counts["top3"], counts["top3_benign"], counts["top3_others"]) == ("4/5", "3/4", "1/1")
    assert counts["top3_interview_benign"] == "3/4"
    ranks = [figures.right_rank(found.case, found.causes) for found in outcomes]
    assert ranks == [1, 2, 3, 4, 1]


def test_where_no_cause_is_known_there_is_no_rank(small: Knowledge) -> None:
    unknown = outcome(small, "a", usable=("triage",))
    missed = outcome(small, "b", right="nothing")
    assert figures.right_rank(unknown.case, unknown.causes) is None
    assert figures.right_rank(missed.case, missed.causes) is None


def test_a_dangerous_case_named_only_benign_is_counted(small: Knowledge) -> None:
    counts = counted(
        small,
        outcome(small, "missed", "dangerous", causes=("tear", "cramp", "tear", "dvt")),
        outcome(small, "named", "dangerous", causes=("tear", "cramp", "dvt")),
        outcome(small, "benign", causes=("tear", "cramp", "tear")),
    )
    assert counts["named_only_benign"] == counts["named_only_benign_interview"] == "1/2"


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


@pytest.mark.parametrize(
    ("count", "of", "low", "high"),
    [
        (0, 30, 0, 0.1135),
        # Newcombe 1998, Statistics in Medicine 17:857-872, table I, method 3.
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0, 0.1611),
        (1, 29, 0.0061, 0.1718),
        (29, 29, 0.8830, 1),
    ],
)
def test_the_interval_is_the_published_one(count: int, of: int, low: float, high: float) -> None:
    assert figures.interval(count, of) == pytest.approx((low, high), abs=0.00005)


def test_of_no_case_nothing_is_known() -> None:
    nobody = Share(0, 0)
    assert (nobody.share, nobody.low, nobody.high, str(nobody)) == (None, 0, 1, "no case")


def test_a_share_says_what_it_still_allows() -> None:
    assert str(Share(0, 30)) == "0 of 30 (0 to 11 %)"
    told = Share(1, 28, ("a",)).as_json()
    assert told == {
        "count": 1,
        "of": 28,
        "share": pytest.approx(1 / 28),
        "low": 0.0063,
        "high": 0.1771,
    }


def test_every_figure_has_one_row_in_the_table(small: Knowledge) -> None:
    measured = figures.metrics([outcome(small, "a")], small)
    assert sorted(row.name for row in tables.ROWS) == sorted(measured)


def test_the_table_names_the_cases_that_went_wrong(small: Knowledge) -> None:
    outcomes = [
        outcome(small, "too low", "dangerous", least="same_day", causes=("tear", "cramp", "tear")),
        outcome(small, "too high", got="same_day"),
        outcome(small, "raised", "dangerous", got="same_day", at_once="self_care"),
        outcome(small, "unseen", right="nothing"),
    ]
    floor = figures.of_checklist([found.case for found in outcomes])
    told = tables.table(figures.metrics(outcomes, small), floor, outcomes, "v1")
    assert "judged too low, through the interview: too low" in told
    assert "judged too high, through the interview: too high" in told
    assert "interview higher than everything at once: raised" in told
    assert "no right cause in the first three: unseen" in told
    assert "named only benign, everything told at once: too low" in told


def test_the_table_of_readme_has_a_dash_where_nothing_was_measured(small: Knowledge) -> None:
    outcomes = [outcome(small, "a", "dangerous", least="same_day")]
    columns = {
        "us": figures.metrics(outcomes, small),
        "floor": figures.of_checklist([found.case for found in outcomes]),
    }
    lines = tables.markdown(columns).splitlines()
    interview = next(line for line in lines if "dangerous, judged too low, through" in line)
    at_once = next(line for line in lines if "dangerous, judged too low, everything" in line)
    assert interview.endswith("| none | 1 of 1 (21 to 100 %) | – |")
    assert at_once.count("1 of 1") == 2
    assert len({line.count("|") for line in lines}) == 1


def test_a_rule_that_one_case_needs_is_told_apart() -> None:
    told = tables.needed({"clot": ("a", "b"), "tear": ("c",), "cramp": ()})
    assert "  clot: a, b" in told
    assert "1 rules are needed by no case" in told
    assert told.endswith("fitted to it: 1\n  tear: c")
