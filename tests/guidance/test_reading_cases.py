"""A file of coded cases is read, or refused with the line and what is wrong in it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from guidance.cases import UnusableCase, read_case, read_cases
from guidance.schema import Disposition, Knowledge

CASE: dict[str, Any] = {
    "id": "a",
    "category": "benign",
    "evidence": "self_report",
    "gold": {"cause": "tear", "acceptable_causes": ["tear", "cramp"]},
    "triage": {"level": "coach_review", "min": "self_care", "max": "within_days"},
    "usable_for": ["cause"],
    "facts_seen_by_clinician": ["swelling"],
    "facts": {"site": ["calf"], "swelling": True, "severity_nrs": 7.5},
}


def line(**changed: Any) -> str:
    return json.dumps({**CASE, **changed})


def lacking(name: str) -> str:
    return json.dumps({key: value for key, value in CASE.items() if key != name})


def test_a_case_is_read_with_its_facts(small: Knowledge) -> None:
    case = read_case(line(), small)
    assert case.facts.as_dict() == {"swelling": "yes", "site": ["calf"], "severity_nrs": 7}
    assert (case.for_cause, case.for_triage, case.usable) == (True, False, True)
    assert (case.benign, case.dangerous, case.evidence) == (True, False, "self_report")
    assert case.level is Disposition.COACH_REVIEW
    assert case.acceptable_causes == {"tear", "cramp"}


def test_the_one_cause_counts_where_no_others_are_accepted(small: Knowledge) -> None:
    assert read_case(line(gold={"cause": "dvt"}), small).acceptable_causes == {"dvt"}


def test_what_a_clinician_saw_can_be_left_out(small: Knowledge) -> None:
    assert "swelling" not in read_case(line(), small, without_clinician=True).facts
    assert "swelling" in read_case(lacking("facts_seen_by_clinician"), small).facts


@pytest.mark.parametrize(
    ("written", "says"),
    [
        (line(facts={"sweling": True}), "Did you mean 'swelling'"),
        (line(facts={"swelling": 3}), "Swelling: 3 is not an answer"),
        (line(facts={"site": ["calff"]}), "Did you mean 'calf'"),
        (line(facts=["calf"]), "facts must be an object {...}, not a list [...]."),
        (line(triage={**CASE["triage"], "max": "soon"}), "unknown level in triage.max: 'soon'"),
        (line(triage={**CASE["triage"], "level": ["self_care"]}), "unknown level in triage.level"),
        (line(triage={"level": "self_care"}), "missing: triage.min, triage.max."),
        (line(category="dangerus"), "unknown category: 'dangerus'. Did you mean 'dangerous'?"),
        (line(usable_for=["triag"]), "Did you mean 'triage'?"),
        (line(usable_for="triage"), "usable_for must be a list [...], not a text."),
        (line(gold={}), "missing: gold.cause."),
        (line(gold={"cause": None}), "a cause in gold must be a text, not null."),
        (line(id=7), "id must be a text, not 7."),
        (lacking("triage"), "missing: triage."),
        (lacking("gold"), "missing: gold."),
        ("[]", "must be a JSON object {...}, not a list [...]."),
        ('{"id": }', "cannot be read as JSON: Expecting value, column 8."),
    ],
)
def test_a_case_with_a_mistake_is_refused_in_plain_words(
    small: Knowledge, written: str, says: str
) -> None:
    with pytest.raises(UnusableCase) as refused:
        read_case(written, small)
    assert says in str(refused.value)


def test_everything_that_is_missing_is_told_at_once(small: Knowledge) -> None:
    with pytest.raises(UnusableCase, match="category, facts, gold, triage, usable_for"):
        read_case('{"id": "a"}', small)


def test_the_mistakes_of_all_lines_are_told_with_their_numbers(small: Knowledge) -> None:
    with pytest.raises(UnusableCase) as refused:
        read_cases("\n".join([line(), "", lacking("id"), line(), "3"]), small)
    assert str(refused.value).splitlines() == [
        "line 3: missing: id.",
        "line 5: must be a JSON object {...}, not 3.",
    ]


def test_of_very_many_mistakes_the_first_are_told(small: Knowledge) -> None:
    with pytest.raises(UnusableCase) as refused:
        read_cases("{}\n" * 25, small)
    told = str(refused.value).splitlines()
    assert (len(told), told[-1]) == (21, "... and 5 more lines")


def test_a_file_without_a_case_is_no_measurement(small: Knowledge) -> None:
    with pytest.raises(UnusableCase, match="no case"):
        read_cases("\n \n", small)


def test_a_line_break_within_a_text_is_no_new_line(small: Knowledge) -> None:
    story = json.dumps({**CASE, "text": "one\u2028two\x85three"}, ensure_ascii=False)
    assert len(read_cases(f"{story}\r\n{story}\n", small)) == 2
