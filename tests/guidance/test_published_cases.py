"""The engine on published cases that nobody in this project wrote. Not clinical validation."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from guidance import measurement
from guidance.evaluation import Outcome
from guidance.figures import Share
from guidance.loader import knowledge
from tests.guidance import published

STALE = "guidance/measured.json is not what this knowledge and engine give: run `make figures`"


@pytest.fixture(scope="module", autouse=True)
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


@pytest.mark.parametrize("name", ["under_triage", "under_triage_all_facts"])
def test_no_case_is_judged_below_the_least_safe_level(name: str) -> None:
    assert figure(name).cases == ()
    assert figure(f"{name}_dangerous").of == 30  # the thirty-first tells nothing to judge by


@pytest.mark.parametrize("name", ["named_only_benign", "named_only_benign_interview"])
def test_no_dangerous_case_is_named_only_benign(name: str) -> None:
    assert figure(name).cases == ()


def test_the_interview_never_comes_out_lower_on_a_dangerous_case() -> None:
    """Higher it may: what nobody could answer counts one level lower than a yes, never as a no."""
    assert figure("lower_by_interview_dangerous").cases == ()
    assert figure("lower_by_interview_dangerous").of == 31


@pytest.mark.parametrize(("first", "least"), [("top1", 0.8), ("top3", 0.97)])
def test_a_right_cause_comes_early(first: str, least: float) -> None:
    share = figure(first).share
    assert share is not None
    assert share >= least


@pytest.mark.parametrize("name", ["over_triage_benign", "over_triage_all_facts_benign"])
def test_benign_cases_are_not_alarmed(name: str) -> None:
    assert figure(name).count <= 1


def test_the_interview_is_short() -> None:
    """Counted as the athlete sees it: one question a screen, and most of them answered by one tap."""
    figures = published.measured()
    assert figures["questions_median"] <= 11  # type: ignore[operator]
    assert figures["questions_p90"] <= 15  # type: ignore[operator]


def test_the_committed_result_is_what_the_engine_gives_today() -> None:
    today = measurement.as_text(measurement.measure(knowledge(), published.text()))
    assert measurement.FILE.read_text(encoding="utf-8") == today, STALE
