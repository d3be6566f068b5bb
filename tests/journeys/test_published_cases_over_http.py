"""Every published case, posted to running processes, ends in a finished assessment."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.client import Client
from tests.stack import ROOT

SHARED = Path(os.environ.get("NIGGLE_SHARED", ROOT.parent / "shared"))
CASES = SHARED / "cases" / "cases.jsonl"

pytestmark = [
    pytest.mark.skipif(not CASES.exists(), reason="the published cases are not on this machine"),
    pytest.mark.xdist_group("published-cases"),
]


def told(fact: Any) -> Any:
    """A fact of the file as the API takes it: yes and no in words."""
    return {True: "yes", False: "no"}[fact] if isinstance(fact, bool) else fact


def test_every_case_is_judged_as_the_command_judges_it(stack):
    cases = [json.loads(line) for line in CASES.read_text().splitlines() if line.strip()]
    coach = Client(stack)
    filed = {}
    for case in cases:
        answers = {finding: told(fact) for finding, fact in case["facts"].items()}
        answer = coach.report(coach.new_athlete(case["id"]), answers)
        assert answer.status_code == 201, f"{case['id']}: {answer.text}"
        filed[case["id"]] = answer.json()["id"]
    judged = coach.wait_finished(filed.values(), seconds=120)
    by_http = {case: judged[report]["disposition"] for case, report in filed.items()}
    command = json.loads(stack.manage("evaluate_guidance", str(CASES), "--json"))
    assert by_http == {case["id"]: case["disposition_all_facts"] for case in command["cases"]}
    assert {judged[report]["state"] for report in filed.values()} == {"done"}
    first = {case: judged[report]["causes"][:1] for case, report in filed.items()}
    assert {case: [cause["id"] for cause in causes] for case, causes in first.items()} == {
        case["id"]: case["causes"][:1] for case in command["cases"]
    }
