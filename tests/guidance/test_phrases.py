"""What the knowledge says can be said in another language, down to the last part of every composed sentence."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guidance import Answers, History, all_said, assess, next_question, said, schema, screen, texts
from guidance.phrases import NOT_SAID, Pattern, filled
from guidance.schema import Condition, Knowledge, Review, Scale, Source, When
from guidance.wording import NOT_READ, READ
from tests.guidance import strategies

NOW = datetime(2026, 5, 22, 7, 40, tzinfo=UTC)
KNOWN = {entry.text for entry in texts()}
TYPED = {"levofloxacin", "warfarin", "other"}  # what somebody typed, see strategies


def marked(text: str) -> str:
    """A catalogue that knows every text: «Fever»; of a sentence with braces it marks what stands between them."""
    if text not in KNOWN:
        return text
    return "".join(
        part if part.startswith("{") else f"«{part}»"
        for part in re.split(r"(\{\w+\})", text)
        if part
    )


def unmarked(text: str) -> str:
    """What stands outside of every «…», without what somebody typed."""
    while (shorter := re.sub("«[^«»]*»", "", text)) != text:
        text = shorter
    words = re.findall(r"[^\W\d]\w*", text)
    return " ".join(word for word in words if word not in TYPED)


def sentences(told: object, key: str = "") -> Iterator[str]:
    """Every string in the JSON of an assessment that is not an id, a time or the name of a source."""
    if isinstance(told, dict):
        for name, value in told.items():
            yield from sentences(value, name)
    elif isinstance(told, list):
        for value in told:
            yield from sentences(value, key)
    elif isinstance(told, str) and key not in NOT_SAID:
        yield told


@st.composite
def histories(draw: st.DrawFn) -> History:
    days = draw(st.none() | st.integers(0, 60))
    return History(first_onset=None if days is None else NOW - timedelta(days=days))


@given(answers=strategies.answers(), history=histories())
def test_nothing_in_an_assessment_stays_english(answers: Answers, history: History) -> None:
    for told in (assess(answers, history, NOW).as_json(), screen(answers).as_json()):
        left = {text for text in sentences(all_said(told, marked)) if unmarked(text)}
        assert not left


@given(answers=strategies.answers())
def test_nothing_in_a_question_stays_english(answers: Answers) -> None:
    question = next_question(answers)
    while question is not None:
        shown = [getattr(question, part.name) for part in dataclasses.fields(question)]
        left = {
            text
            for text in shown
            if isinstance(text, str)
            and text not in (question.screen_id, question.kind, question.rest)
            if unmarked(said(text, marked))
        }
        assert not left
        answers = answers.merged(
            Answers.parse({finding.id: "unsure" for finding in question.findings})
        )
        question = next_question(answers)


@given(answers=strategies.answers(), history=histories())
def test_in_english_an_assessment_is_said_as_it_was_stored(
    answers: Answers, history: History
) -> None:
    told = assess(answers, history, NOW).as_json()
    assert all_said(told, str) == told


def test_every_field_of_words_is_sorted() -> None:
    """A new field of the knowledge is read by people or it is not: say which in guidance/wording.py."""
    passed_over = (Condition, When, Source, Review, Scale, schema.Disposition)
    parts = [
        kind
        for kind in vars(schema).values()
        if dataclasses.is_dataclass(kind) and kind not in passed_over
    ]
    unsorted = {
        f"{kind.__name__}.{part.name}"
        for kind in parts
        for part in dataclasses.fields(kind)
        if "str" in str(part.type) and not str(part.type).startswith("frozenset")
        if part.name not in READ | NOT_READ and kind is not Knowledge
    }
    assert not unsorted


@pytest.mark.parametrize(
    ("english", "other"),
    [
        ("Fever", "«Fever»"),
        ("Fever: no", "«Fever»«: »«no»"),
        ("Which leg: not sure", "«Which leg»«: »«not sure»"),
        (
            "Where it hurts: Calf, upper part, Heel",
            "«Where it hurts»«: »«Calf, upper part»«, »«Heel»",
        ),
        ("Days since it started: 1 day", "«Days since it started»«: »1« »«day»"),
        ("Fever (you were not sure)", "«Fever»« (you were not sure)»"),
    ],
)
def test_a_composed_sentence_is_translated_part_by_part(english: str, other: str) -> None:
    assert said(english, marked) == other


def test_a_text_of_yesterday_stays_english() -> None:
    assert said("We said this last year.", marked) == "We said this last year."


def test_of_a_sentence_of_today_only_the_part_of_yesterday_stays_english() -> None:
    told = said("An old sign of last year. (you were not sure)", marked)
    assert told == "An old sign of last year.« (you were not sure)»"


def test_what_somebody_typed_is_not_translated() -> None:
    assert said("Which leg: sometimes this, sometimes that", marked) == (
        "«Which leg»«: »sometimes this, sometimes that"
    )


def test_a_language_may_put_a_sentence_together_in_another_order() -> None:
    catalogue = {"{number} {unit}": "{unit}: {number}", "days": "días"}
    assert said("3 days", lambda text: catalogue.get(text, text)) == "días: 3"


def test_a_pattern_finds_every_way_to_read_a_sentence() -> None:
    readings = list(Pattern("{one} and {other}.").readings("this and that and more."))
    assert readings == [
        {"one": "this", "other": "that and more"},
        {"one": "this and that", "other": "more"},
    ]


def test_a_brace_that_a_translator_got_wrong_breaks_nothing() -> None:
    assert filled("Encaja con {causa}: {cause}", {"cause": "x"}) == "Encaja con {causa}: x"
