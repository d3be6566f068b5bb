"""How a case is judged: through the interview, at once, and without one of the rules."""

from __future__ import annotations

import json
from typing import Any

from guidance.answers import Answers
from guidance.cases import Case, read_case
from guidance.evaluation import interviewed, judge_case, needed_rules
from guidance.schema import Disposition, Knowledge


def case(small: Knowledge, name: str, least: str, **facts: Any) -> Case:
    told = {
        "id": name,
        "category": "dangerous",
        "gold": {"cause": "dvt"},
        "triage": {"level": least, "min": least, "max": "emergency_now"},
        "usable_for": ["cause", "triage"],
        "facts": {"site": ["calf"], **facts},
    }
    return read_case(json.dumps(told), small)


def test_the_interview_leaves_open_what_a_danger_screen_is_not_told(small: Knowledge) -> None:
    facts = Answers.parse({"site": "calf", "fever": True}, base=small)
    answers, screens = interviewed(small, facts)
    assert answers["fever"] == "yes"
    assert "chest_pain" not in answers
    assert answers["days_since_onset"] == "unsure"
    assert {"danger_chest", "danger_leg"} <= answers.skipped
    assert len(screens) == len(set(screens))


def test_a_case_is_judged_both_ways(small: Knowledge) -> None:
    result = judge_case(small, case(small, "a", "same_day", swelling=True))
    assert result.disposition is result.disposition_all_facts is Disposition.SAME_DAY
    assert not result.too_low
    assert not result.too_low_at_once
    assert result.causes[0] == result.causes_interview[0] == "dvt"
    assert set(result.as_json()) >= {"id", "disposition", "causes", "rules", "questions_asked"}


def test_a_rule_is_needed_by_the_cases_that_fall_without_it(small: Knowledge) -> None:
    clot = case(small, "clot", "same_day", swelling=True)
    calm = case(small, "calm", "self_care")
    needed = needed_rules(small, [clot, calm])
    assert set(needed) == set(small.rules)
    fired = judge_case(small, clot).rules_all_facts
    assert {rule for rule, cases in needed.items() if cases} <= set(fired)
    assert ("clot",) in needed.values()
    assert not any("calm" in cases for cases in needed.values())
