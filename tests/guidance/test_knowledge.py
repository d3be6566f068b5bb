"""The knowledge that ships: it loads, knows the whole vocabulary, and is as explained as it says."""

from __future__ import annotations

from collections.abc import Iterator

from guidance import KNOWLEDGE, Disposition
from guidance.prose import everything
from guidance.schema import Kind, When
from tests.guidance.vocabulary import CAUSES, NUMBERS, OPTIONS, YES_NO


def test_the_whole_vocabulary_is_known() -> None:
    wanted = {*YES_NO, *NUMBERS, *OPTIONS, "medications"}
    assert wanted - KNOWLEDGE.findings.keys() == set()


def test_yes_no_findings_are_answered_with_yes_or_no() -> None:
    assert {name for name in YES_NO if KNOWLEDGE.findings[name].kind is not Kind.YES_NO} == set()


def test_numbers_are_numbers() -> None:
    assert {name for name in NUMBERS if KNOWLEDGE.findings[name].kind is not Kind.NUMBER} == set()


def test_every_option_of_the_vocabulary_is_known() -> None:
    missing = {
        f"{name} {option}"
        for name, options in OPTIONS.items()
        for option in options
        if option not in {known.id for known in KNOWLEDGE.findings[name].options}
    }
    assert missing == set()


def test_every_cause_of_the_vocabulary_has_a_file() -> None:
    assert KNOWLEDGE.causes.keys() >= CAUSES


def test_the_article_has_its_five_causes() -> None:
    five = {
        "muscle_fatigue",
        "lactic_acid",
        "muscle_strain",
        "dehydration_cramp",
        "fascial_inflammation",
    }
    assert {cause.id for cause in KNOWLEDGE.causes.values() if cause.article} == five


def test_every_question_that_is_asked_is_used_somewhere() -> None:
    used = {condition.finding for when in _every_when() for condition in when.conditions}
    asked = {finding for screen in KNOWLEDGE.screens.values() for finding in screen.findings}
    assert asked - used == set()


def _every_when() -> Iterator[When]:
    yield from (rule.when for rule in KNOWLEDGE.rules.values())
    yield from (screen.when for screen in KNOWLEDGE.screens.values())
    yield from (sign.when for cause in KNOWLEDGE.causes.values() for sign in cause.signs)
    for advice in KNOWLEDGE.advice.values():
        yield advice.when
        if advice.unless is not None:
            yield advice.unless


def test_no_list_is_longer_than_a_phone_can_show() -> None:
    """A longer one is cut into groups, each under its own heading."""
    lists = {
        f"{screen.id} {number}": findings
        for screen in KNOWLEDGE.screens.values()
        for number, findings in enumerate(
            [group.findings for group in screen.groups] or [screen.findings]
        )
    }
    assert {name: len(findings) for name, findings in lists.items() if len(findings) > 12} == {}


def test_a_dangerous_level_is_reached_by_some_rule() -> None:
    assert {rule.level for rule in KNOWLEDGE.rules.values()} == set(Disposition) - {
        Disposition.SELF_CARE
    }


def test_every_item_can_be_shown_as_prose_that_names_what_is_missing_in_review() -> None:
    shown = dict(everything(KNOWLEDGE))
    assert len(shown) >= len(KNOWLEDGE.rules)
    for rule in KNOWLEDGE.rules.values():
        assert "not checked by a clinician yet" in shown[rule.id] or rule.review.checked_by


def test_the_version_is_short_and_the_knowledge_says_whether_it_is_reviewed() -> None:
    assert len(KNOWLEDGE.version) == 12
    signed = all(rule.review.signed for rule in KNOWLEDGE.rules.values())
    assert KNOWLEDGE.reviewed is False or signed
