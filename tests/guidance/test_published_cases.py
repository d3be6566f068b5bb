"""The engine on published cases that nobody in this project wrote. Not clinical validation."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from guidance.evaluation import Outcome
from guidance.figures import Share
from tests.guidance import published


@pytest.fixture(scope="module")
def outcomes() -> Sequence[Outcome]:
    try:
        return published.outcomes()
    except published.NoCases as absent:
        pytest.skip(str(absent))


def figure(name: str) -> Share:
    found = published.measured()[name]
    assert isinstance(found, Share)
    assert found.of, f"{name} counted no case"
    return found


@pytest.mark.parametrize("name", ["under_triage_dangerous", "under_triage_all_facts_dangerous"])
def test_no_dangerous_case_is_judged_below_the_least_safe_level(
    outcomes: Sequence[Outcome], name: str
) -> None:
    assert figure(name).cases == ()


def test_a_right_cause_is_among_the_first_three_in_four_of_five_cases(
    outcomes: Sequence[Outcome],
) -> None:
    share = figure("top3").share
    assert share is not None
    assert share >= 0.8


def test_no_dangerous_case_is_named_only_benign(outcomes: Sequence[Outcome]) -> None:
    assert figure("named_only_benign").cases == ()


def test_most_benign_cases_are_not_alarmed(outcomes: Sequence[Outcome]) -> None:
    assert figure("over_triage_benign").count <= 1
