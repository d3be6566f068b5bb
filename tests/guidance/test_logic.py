"""The three values: met, possible, not met; and a question that was not asked."""

from __future__ import annotations

from dataclasses import replace

import pytest

from guidance.answers import Answers
from guidance.conditions import UnreadableCondition, read_condition
from guidance.logic import MET, NOT_MET, POSSIBLE, Bits, judge
from guidance.schema import Knowledge, When


def truth(small: Knowledge, answers: dict[str, object], **when: object) -> int:
    at_least = when.pop("at_least", (0, []))
    assert isinstance(at_least, tuple)
    parts = {
        key: tuple(read_condition(text, small.findings) for text in texts)  # type: ignore[attr-defined]
        for key, texts in when.items()
    }
    of = tuple(read_condition(text, small.findings) for text in at_least[1])
    bits = Bits(small.findings)
    gate = bits.gate(When(**parts, at_least_count=at_least[0], at_least_of=of))
    return judge(gate, *bits.read(Answers.parse(answers, base=small)))


@pytest.mark.parametrize(
    ("answer", "plain", "denied"),
    [
        ("yes", MET, NOT_MET),
        ("no", NOT_MET, MET),
        ("unsure", POSSIBLE, POSSIBLE),
        (None, NOT_MET, NOT_MET),
    ],
)
def test_a_yes_no_answer_meets_its_condition_and_excludes_the_opposite(
    small: Knowledge, answer: object, plain: int, denied: int
) -> None:
    assert truth(small, {"fever": answer}, all_of=["fever"]) == plain
    assert truth(small, {"fever": answer}, all_of=["no fever"]) == denied


def test_a_question_not_asked_is_never_a_no(small: Knowledge) -> None:
    assert truth(small, {}, all_of=["no fever"]) == NOT_MET
    assert truth(small, {"warmth": "yes"}, all_of=["warmth"], none_of=["fever"]) == NOT_MET


def test_none_of_needs_an_explicit_no(small: Knowledge) -> None:
    assert (
        truth(small, {"warmth": "yes", "fever": "no"}, all_of=["warmth"], none_of=["fever"]) == MET
    )
    assert (
        truth(small, {"warmth": "yes", "fever": "unsure"}, all_of=["warmth"], none_of=["fever"])
        == POSSIBLE
    )
    assert (
        truth(small, {"warmth": "yes", "fever": "yes"}, all_of=["warmth"], none_of=["fever"])
        == NOT_MET
    )


def test_none_of_is_met_by_an_answer_that_excludes_it(small: Knowledge) -> None:
    assert truth(small, {"onset": "gradual"}, none_of=["onset is sudden"]) == MET
    assert truth(small, {"days_since_onset": 3}, none_of=["days_since_onset > 7"]) == MET


def test_met_beats_possible_in_any_of(small: Knowledge) -> None:
    assert truth(small, {"fever": "yes", "warmth": "unsure"}, any_of=["fever", "warmth"]) == MET
    assert truth(small, {"fever": "no", "warmth": "unsure"}, any_of=["fever", "warmth"]) == POSSIBLE


def test_possible_beats_met_in_all_of(small: Knowledge) -> None:
    assert (
        truth(small, {"fever": "yes", "warmth": "unsure"}, all_of=["fever", "warmth"]) == POSSIBLE
    )
    assert truth(small, {"fever": "yes"}, all_of=["fever", "warmth"]) == NOT_MET


def test_every_written_part_must_hold(small: Knowledge) -> None:
    answers: dict[str, object] = {"fever": "yes", "warmth": "no"}
    assert truth(small, answers, all_of=["fever"], any_of=["warmth", "numb"]) == NOT_MET
    assert (
        truth(small, {**answers, "numb": "unsure"}, all_of=["fever"], any_of=["warmth", "numb"])
        == POSSIBLE
    )


def test_at_least_counts_certain_answers_before_possible_ones(small: Knowledge) -> None:
    of = (2, ["fever", "warmth", "numb"])
    assert truth(small, {"fever": "yes", "warmth": "yes"}, at_least=of) == MET
    assert truth(small, {"fever": "yes", "warmth": "unsure"}, at_least=of) == POSSIBLE
    assert truth(small, {"fever": "yes"}, at_least=of) == NOT_MET


def test_several_of_matches_when_it_contains_an_option(small: Knowledge) -> None:
    assert truth(small, {"site": ["calf", "thigh"]}, all_of=["site is heel or thigh"]) == MET
    assert truth(small, {"site": ["calf"]}, all_of=["site is heel or thigh"]) == NOT_MET


@pytest.mark.parametrize(
    ("condition", "met"),
    [
        ("days_since_onset > 7", False),
        ("days_since_onset >= 7", True),
        ("days_since_onset < 7", False),
        ("days_since_onset <= 7", True),
        ("days_since_onset = 7", True),
    ],
)
def test_numbers_compare_at_the_boundary(small: Knowledge, condition: str, met: bool) -> None:
    assert truth(small, {"days_since_onset": 7}, all_of=[condition]) == (MET if met else NOT_MET)


def test_free_codes_match_whatever_their_case(small: Knowledge) -> None:
    assert (
        truth(small, {"medications": ["Levofloxacin"]}, all_of=["medications is levofloxacin"])
        == MET
    )


@pytest.mark.parametrize(
    ("sentence", "says"),
    [
        ("swelllling", "Did you mean 'swelling'"),
        ("site is calff", "Did you mean 'calf'"),
        ("site", 'write "site is ..."'),
        ("no days_since_onset", "compare it with a number"),
        ("fever is yes", "names options"),
        ("fever > 3", "compares a number"),
        ("fever and warmth", "cannot read"),
        ("days_since_onset > many", "cannot read"),
    ],
)
def test_an_unreadable_condition_says_how_to_mend_it(
    small: Knowledge, sentence: str, says: str
) -> None:
    with pytest.raises(UnreadableCondition) as refused:
        read_condition(sentence, small.findings)
    assert says in str(refused.value)


def test_not_sure_makes_nothing_possible_where_the_finding_says_so(small: Knowledge) -> None:
    pain = replace(small.findings["severity_nrs"], unsure_says_nothing=True)
    vague = replace(small, findings={**small.findings, "severity_nrs": pain})
    assert truth(small, {"severity_nrs": "unsure"}, all_of=["severity_nrs >= 8"]) == POSSIBLE
    assert truth(vague, {"severity_nrs": "unsure"}, all_of=["severity_nrs >= 8"]) == NOT_MET
    assert truth(vague, {"severity_nrs": 8}, all_of=["severity_nrs >= 8"]) == MET
