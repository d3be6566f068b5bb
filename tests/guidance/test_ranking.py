"""The order of the causes where an emergency is certain, on the real knowledge."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given

from guidance import KNOWLEDGE, Answers, Disposition, History, assess
from tests.guidance import strategies

NOW = datetime(2026, 5, 20, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("answers", "named"),
    [
        (
            {"site": ["calf"], "when": ["race", "next_day"], "character": ["soreness"]}
            | {"side": "both", "faint": "yes"},
            "pulmonary_embolism",
        ),
        (
            {"site": ["calf"], "cramps": "yes", "heat_exposure": "yes", "when": ["race"]}
            | {"heavy_sweating": "yes", "confusion_or_collapse": "yes"},
            "heat_stroke",
        ),
    ],
    ids=["sore after a race, and fainted", "cramps in the heat, and confused"],
)
def test_what_an_emergency_names_stands_above_everyday_causes(
    answers: dict[str, object], named: str
) -> None:
    result = assess(Answers.parse(answers), History(), NOW)
    ranked = [cause.id for cause in result.causes]
    everyday = [place for place, cause in enumerate(result.causes) if cause.article]
    assert result.disposition is Disposition.EMERGENCY_NOW
    assert ranked.index(named) < min(everyday)


def test_without_the_emergency_the_everyday_cause_leads() -> None:
    answers = {"site": ["calf"], "when": ["race", "next_day"], "character": ["soreness"]}
    result = assess(Answers.parse(answers | {"side": "both", "faint": "no"}), History(), NOW)
    assert result.causes[0].article


@given(strategies.answers())
def test_no_everyday_cause_leads_where_an_emergency_that_is_certain_names_another(
    answers: Answers,
) -> None:
    result = assess(answers, History(), NOW)
    named = {
        cause
        for rule in result.rules
        if rule.certain and rule.level is Disposition.EMERGENCY_NOW
        for cause in rule.suggests
    }
    out = KNOWLEDGE.scale.ruled_out_at
    if any(cause.id in named and cause.points > out for cause in result.causes):
        assert not result.causes[0].article
