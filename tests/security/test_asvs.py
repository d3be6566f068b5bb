"""docs/asvs.md has every item of levels 1 and 2 once, with the right counts; what it and docs/security.md name is there."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest
from django.test import Client

ROOT = Path(__file__).resolve().parent.parent.parent
PAGE = (ROOT / "docs/asvs.md").read_text(encoding="utf-8")
THREATS = (ROOT / "docs/security.md").read_text(encoding="utf-8")
ROW = re.compile(r"^\| (\d+\.\d+\.\d+) \| (.+?) \| (.+?) \| (.+?) \| (.+?) \|$", re.MULTILINE)
STATES = ("met", "not applicable", "operator", "open")
MOST_WORDS = 8  # ours, beside a number: too few to be the standard's own

# Section: how many items of levels 1 and 2 it has (ASVS 5.0.0). They are its first, those of level 3 come after them.
LEVELS_1_AND_2 = {
    "1.1": 2, "1.2": 9, "1.3": 11, "1.4": 3, "1.5": 2,
    "2.1": 3, "2.2": 3, "2.3": 4, "2.4": 1,
    "3.2": 2, "3.3": 4, "3.4": 6, "3.5": 5, "3.7": 2,
    "4.1": 3, "4.2": 1, "4.3": 2, "4.4": 4,
    "5.1": 1, "5.2": 3, "5.3": 2, "5.4": 3,
    "6.1": 3, "6.2": 12, "6.3": 4, "6.4": 4, "6.5": 5, "6.6": 3, "6.8": 4,
    "7.1": 3, "7.2": 4, "7.3": 2, "7.4": 5, "7.5": 2, "7.6": 2,
    "8.1": 2, "8.2": 3, "8.3": 1, "8.4": 1,
    "9.1": 3, "9.2": 4,
    "10.1": 2, "10.2": 2, "10.3": 4, "10.4": 11, "10.5": 5, "10.6": 2, "10.7": 3,
    "11.1": 2, "11.2": 3, "11.3": 3, "11.4": 4, "11.5": 1, "11.6": 1,
    "12.1": 3, "12.2": 2, "12.3": 4,
    "13.1": 1, "13.2": 5, "13.3": 2, "13.4": 5,
    "14.1": 2, "14.2": 4, "14.3": 3,
    "15.1": 3, "15.2": 3, "15.3": 7,
    "16.1": 1, "16.2": 5, "16.3": 4, "16.4": 3, "16.5": 3,
    "17.1": 1, "17.2": 4, "17.3": 2,
}  # fmt: skip
OF_LEVEL_3 = {
    "1.2.10",
    "5.2.4",
    "6.3.5",
    "6.3.7",
    "6.3.8",
    "7.5.3",
    "8.3.2",
    "8.3.3",
    "13.2.6",
    "14.2.6",
    "14.2.7",
    "15.4.2",
    "16.5.4",
}


def rows() -> list[tuple[str, str, str, str, str]]:
    return ROW.findall(PAGE)


def test_every_item_is_there_once() -> None:
    wanted = {
        f"{section}.{n}" for section, most in LEVELS_1_AND_2.items() for n in range(1, most + 1)
    }
    assert len(wanted) == 70 + 183  # as the standard counts them itself
    assert Counter(item for item, *_ in rows()) == Counter(wanted | OF_LEVEL_3)


def test_the_counts_are_right() -> None:
    counted = Counter(state for _, _, state, _, _ in rows())
    told = {state: int(n) for state, n in re.findall(r"^\| ([a-z ]+) \| (\d+) \|", PAGE, re.M)}
    assert told == dict(counted)
    assert set(told) == set(STATES)


def test_what_is_met_or_open_leads_to_a_file_that_is_there() -> None:
    named = {item: re.findall(r"`([^`]+)`", where) for item, _, _, _, where in rows()}
    missing = [path for paths in named.values() for path in paths if not (ROOT / path).is_file()]
    assert missing == []
    bare = [
        item for item, _, state, _, _ in rows() if state != "not applicable" and not named[item]
    ]
    assert bare == []


def test_what_the_threat_model_names_is_there() -> None:
    """Also by a pattern, by a folder, or by the name of a file after another one of its folder."""
    named = re.findall(r"`(tests/[^`]+|test_[^`]+\.py)`", THREATS)
    assert len(named) > 20
    gone = [
        path
        for path in named
        if not any(ROOT.glob(path if path.startswith("tests/") else f"tests/**/{path}"))
    ]
    assert gone == []


def test_the_words_are_ours() -> None:
    assert [what for _, what, _, _, _ in rows() if len(what.split()) > MOST_WORDS] == []
    assert "Verify that" not in PAGE


@pytest.mark.parametrize(
    "path", ["/", "/livez", "/accounts/login/", "/api/v1/safety/", "/privacy/", "/join/nothing/"]
)
def test_nothing_answers_trace(path: str, db: None) -> None:
    assert Client().generic("TRACE", path).status_code == 405
