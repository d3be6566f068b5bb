"""What a browser gets to judge with: plain data, complete, and the same whenever it is made."""

from __future__ import annotations

import json
from typing import Any, cast

import pytest

from guidance import KNOWLEDGE, pocket_knowledge
from guidance.schema import ScreenKind, When


def english(text: str) -> str:
    return text


@pytest.fixture(scope="module")
def pocket() -> dict[str, Any]:
    return cast("dict[str, Any]", pocket_knowledge(english))


def test_it_is_plain_data_and_always_the_same(pocket: dict[str, Any]) -> None:
    assert json.loads(json.dumps(pocket)) == pocket
    assert pocket_knowledge(english) == pocket


def test_nothing_that_is_judged_is_left_out(pocket: dict[str, Any]) -> None:
    assert pocket["version"] == KNOWLEDGE.version
    assert [rule["id"] for rule in pocket["rules"]] == list(KNOWLEDGE.rules)
    assert {screen["id"] for screen in pocket["screens"]} == KNOWLEDGE.screens.keys()
    assert len(pocket["implications"]) == len(KNOWLEDGE.implications)
    kinds = [screen["kind"] for screen in pocket["screens"]]
    assert kinds == sorted(kinds, key=[kind.value for kind in ScreenKind].index)


def test_each_condition_stands_once_and_every_place_is_one(pocket: dict[str, Any]) -> None:
    told = [json.dumps(condition, sort_keys=True) for condition in pocket["conditions"]]
    assert len(set(told)) == len(told)
    gates = [item["when"] for kind in ("rules", "implications", "screens") for item in pocket[kind]]
    places = {
        place
        for gate in gates
        for name, group in gate.items()
        if name != "at_least"
        for place in group
    }
    assert places == set(range(len(told)))


def test_what_is_only_excluded_raises_nothing() -> None:
    """`logic.raised` asks that something speaks for a rule; the browser judges without that short cut."""
    whens: list[When] = [
        *(rule.when for rule in KNOWLEDGE.rules.values()),
        *(implication.when for implication in KNOWLEDGE.implications.values()),
    ]
    assert all(when.all_of or when.any_of or when.at_least_of for when in whens)


def test_the_words_are_said_in_the_readers_language() -> None:
    loud = cast("dict[str, Any]", pocket_knowledge(str.upper))
    texts = [
        *(rule["tell_athlete"] for rule in loud["rules"]),
        *loud["watch_for"],
        *loud["how_soon"].values(),
        loud["not_answered"]["tell_athlete"],
    ]
    assert texts
    assert all(text == text.upper() for text in texts)


def test_nothing_is_in_it_that_an_athlete_need_not_read(pocket: dict[str, Any]) -> None:
    whole = json.dumps(pocket)
    assert "tell_coach" not in whole
    assert all(rule.tell_coach not in whole for rule in KNOWLEDGE.rules.values())
