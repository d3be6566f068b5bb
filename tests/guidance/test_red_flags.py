"""The red flags, row by row: the least that raises each, and the same story just below its threshold.

Rows, items and thresholds are those of the clinical notes; docs/rules-and-cases.md says what each became.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from guidance import KNOWLEDGE, Answers, Disposition, screen
from guidance.schema import UNSURE, YES
from tests.guidance.red_flags import FLAGS, Flag

DOC = Path(__file__).resolve().parents[2] / "docs" / "rules-and-cases.md"


def level(told: Mapping[str, Any]) -> Disposition:
    return screen(Answers.parse(told)).disposition


@pytest.mark.parametrize("flag", FLAGS, ids=str)
def test_the_least_that_a_row_asks_for_raises_it(flag: Flag) -> None:
    assert level(flag.told) >= flag.level


@pytest.mark.parametrize("flag", FLAGS, ids=str)
def test_just_below_its_threshold_it_stays_lower(flag: Flag) -> None:
    assert level({**flag.told, **flag.below}) < flag.level


@pytest.mark.parametrize("flag", FLAGS, ids=str)
def test_other_answers_never_talk_a_row_down(flag: Flag) -> None:
    """Another explanation at least as likely takes nothing off: the engine awards no minus two."""
    harmless = {"symptom_improving": YES, "novice": YES, "heavy_sweating": YES, "can_walk": YES}
    assert level({**harmless, **flag.told}) >= flag.level


@pytest.mark.parametrize("sign", ["swelling", "chest_pain", "dark_urine", "cannot_take_four_steps"])
def test_not_sure_about_a_sign_is_never_a_no(sign: str) -> None:
    assert level({sign: YES}).one_lower <= level({sign: UNSURE}) < level({sign: YES})


def test_two_points_are_counted_over_all_nine_items_that_somebody_can_tell() -> None:
    when = KNOWLEDGE.rules["leg_clot_signs_by_points"].when
    assert when.at_least_count == 2
    assert len(when.at_least_of) == 9
    assert when.none_of == ()


# ---------------------------------------------------------------- the page beside it


def test_the_page_names_every_rule_and_no_other() -> None:
    named = set(re.findall(r"`([a-z_0-9]+)`", DOC.read_text(encoding="utf-8")))
    assert set(KNOWLEDGE.rules) <= named
    known = {
        *KNOWLEDGE.rules,
        *KNOWLEDGE.findings,
        *KNOWLEDGE.causes,
        *KNOWLEDGE.screens,
        *KNOWLEDGE.sources,
    }
    other = {name for name in named - known - GONE if "_" in name}
    assert not other - {level.value for level in Disposition}


GONE = {
    "compartment_after_unusual_effort", "muscle_breakdown_severe", "sitting_and_one_calf",
    "unsure_says_nothing", "none_of",
}  # fmt: skip


def test_what_went_is_gone() -> None:
    assert not GONE & set(KNOWLEDGE.rules)
