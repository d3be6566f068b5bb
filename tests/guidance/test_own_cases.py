"""Sparse stories of our own, in `cases/*.toml`: no clinician wrote them, they keep what once worked from breaking."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from guidance import evaluation
from guidance.answers import Answers
from guidance.loader import knowledge
from guidance.schema import Disposition

FOLDER = Path(__file__).parent / "cases"


def stories() -> Iterator[Mapping[str, Any]]:
    for path in sorted(FOLDER.glob("*.toml")):
        yield from tomllib.loads(path.read_text(encoding="utf-8"))["case"]


def outcome_of(story: Mapping[str, Any]) -> evaluation.Outcome:
    case = evaluation.Case(
        id=story["name"],
        category="own",
        facts=Answers.parse(story["answers"]),
        acceptable_causes=frozenset(story["causes"]),
        least=Disposition(story["least"]),
        most=Disposition(story["most"]),
        for_cause=True,
        for_triage=True,
    )
    return evaluation.judge_case(knowledge(), case)


@pytest.mark.parametrize("story", list(stories()), ids=lambda story: story["name"])
def test_a_story_ends_at_a_safe_level_with_a_right_cause_among_three(
    story: Mapping[str, Any],
) -> None:
    outcome = outcome_of(story)
    least, most = outcome.case.least, outcome.case.most
    assert least <= outcome.disposition <= most, "through the interview"
    assert least <= outcome.disposition_all_facts <= most, "with everything told at once"
    assert outcome.case.acceptable_causes & set(outcome.causes[:3]), outcome.causes[:5]


def test_every_story_names_causes_that_exist_and_no_name_is_used_twice() -> None:
    told = list(stories())
    assert len(told) >= 40
    assert len({story["name"] for story in told}) == len(told)
    named = {cause for story in told for cause in story["causes"]}
    assert named <= set(knowledge().causes)
