"""Every piece of advice is given by one of our own stories and, where it can be withheld, held back by one."""

from __future__ import annotations

from guidance.loader import knowledge
from guidance.schema import Advice
from tests.guidance import own_cases

CASES = own_cases.read_all()


def can_be_withheld(advice: Advice) -> bool:
    """By what it says itself, or by the tags that some danger forbids. A `dont` is never withheld by tags."""
    base = knowledge()
    forbidden = base.not_answered.withholds.union(*(r.withholds for r in base.rules.values()))
    by_tags = advice.kind == "do" and bool(advice.tags & forbidden)
    return by_tags or advice.unless is not None or bool(advice.withheld_when_likely)


def test_every_piece_of_advice_is_given_by_one_of_our_stories() -> None:
    given = {name for case in CASES for name in case.gives}
    assert sorted(knowledge().advice.keys() - given) == []


def test_whatever_can_be_withheld_is_held_back_by_one_of_our_stories() -> None:
    held_back = {name for case in CASES for name in case.holds_back}
    could = {advice.id for advice in knowledge().advice.values() if can_be_withheld(advice)}
    assert sorted(could - held_back) == []
