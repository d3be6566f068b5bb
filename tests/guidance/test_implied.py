"""What is known, with what it implies filled in: how a story answers the questions that it never heard."""

from __future__ import annotations

from guidance.answers import Answers
from guidance.implied import with_implied
from guidance.loader import knowledge


def filled(**told: object) -> dict[str, object]:
    return with_implied(knowledge(), Answers.parse(told)).as_dict()


def test_what_is_implied_is_filled_in() -> None:
    assert filled(can_walk="no") == {"can_walk": "no", "cannot_take_four_steps": "yes"}
    assert filled(medications=["warfarin"])["anticoagulant"] == "yes"


def test_what_implies_something_further_fills_that_in_too() -> None:
    told = filled(site=["generalised"], character=["cramp"])
    assert (told["widespread_cramps"], told["cramps"]) == ("yes", "yes")


def test_an_answer_that_was_given_stays_as_it_is() -> None:
    assert filled(can_walk="no", cannot_take_four_steps="no")["cannot_take_four_steps"] == "no"
    assert filled(medications=["atorvastatin"])["medications"] == ["atorvastatin"]


def test_nothing_is_filled_in_where_nothing_is_implied() -> None:
    assert filled(can_walk="yes", medications=["paracetamol"]) == {
        "can_walk": "yes",
        "medications": ["paracetamol"],
    }
