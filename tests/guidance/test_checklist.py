"""The floor beside us: what a plain checklist says."""

from __future__ import annotations

import pytest

from guidance import KNOWLEDGE, Answers, checklist
from guidance.checklist import EMERGENCY, SAME_DAY, SAME_DAY_IF_NOT


@pytest.mark.parametrize(
    ("told", "level"),
    [
        ({}, "self_care"),
        ({"chest_pain": True, "swelling": True}, "emergency_now"),
        ({"breathless_on_exertion_only": True}, "emergency_now"),
        ({"dark_urine": True}, "emergency_now"),
        ({"swelling": True, "days_since_onset": 20}, "same_day"),
        ({"pop_felt": True}, "same_day"),
        ({"can_walk": "no"}, "same_day"),
        ({"can_walk": "limp"}, "self_care"),
        ({"can_bear_weight": False}, "same_day"),
        ({"days_since_onset": 8}, "within_days"),
        ({"days_since_onset": 7}, "self_care"),
        ({"chest_pain": "unsure", "days_since_onset": "unsure"}, "self_care"),
        ({"numbness_tingling": True, "pale_or_cold_foot": True}, "self_care"),
    ],
)
def test_the_checklist(told: dict[str, object], level: str) -> None:
    assert checklist.checklist(Answers.parse(told)).value == level


def test_it_asks_only_what_can_be_told() -> None:
    assert {*EMERGENCY, *SAME_DAY, *SAME_DAY_IF_NOT} <= set(KNOWLEDGE.findings)
