"""What athletes read can be read at about twelve, and holds neither jargon nor a promise to diagnose."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest
import textstat

from tests.guidance.athlete_words import Words, athlete_words, unsorted

# Flesch-Kincaid gives the US school grade that can read a text; grade 6 is eleven to twelve years.
# It counts only sentence length and syllables, so it is judged on many sentences together ...
GRADE_OF_A_KIND = 6.0
# ... and more loosely on one, where a single long word such as "antibiotics" moves it by three grades.
GRADE_OF_A_SENTENCE = 9.0
# Below this many words the formula measures nothing but the length of one word.
WORDS_TO_MEASURE = 6
# Plain-language guides for the public ask for 15 to 20 words at most.
WORDS_IN_A_SENTENCE = 20

# Words that have no plainer one, or that the athlete must recognise on a box or at a door.
STAND_INS = {
    "Achilles": "heel",  # the name of the tendon, known to runners
    "physiotherapist": "doctor",  # whom to see; everybody knows one
    "ambulance": "doctor",  # whom to call; everybody knows the word
    "emergency department": "clinic",  # the name at the door
    "ibuprofen": "tablet",  # stands on the box
    "anti-inflammatory": "pain",  # stands on the box; always said with "ibuprofen" or "pill"
    "antibiotics": "pills",  # stands on the box
    "antibiotic": "pill",
    "diabetes": "illness",  # whoever has it knows its name
    "potassium": "salt",  # stands on the bottle
    "magnesium": "salt",  # stands on the bottle
    "compartment syndrome": "leg illness",  # the only name; `plain` beside it says what it is
}
# A cause's name may end in the word that a doctor uses: "Blood clot in the leg (deep vein thrombosis)".
DOCTORS_WORD = re.compile(r"\s*\([^)]*\)")

JARGON = re.compile(
    r"\b(acute|analgesi\w*|anterior|bilateral|biomechanic\w*|contraindicat\w*|differential|disposition"
    r"|distal|dorsiflex\w*|dvt|dyspn\w*|embol\w*|erythema\w*|fascia|gastrocnemius|haemat\w*|haemo\w*"
    r"|hyponatr\w*|isch?aemi\w*|lateral|medial|mtss|musculo\w*|myalgia|necro\w*|neuropath\w*|nsaids?"
    r"|oedema\w*|palpa\w*|paraesthesia|passive|patholog\w*|periost\w*|plantar|posterior|prognos\w*"
    r"|proximal|rhabdo\w*|soleus|syncope|tachycardi\w*|tendinopath\w*|thromb\w*|triage\w*|unilateral"
    r"|\w+itis)\b",
    re.IGNORECASE,
)
# "Acute" stands in the one name of that cause; arthritis and fasciitis are what people are told they have.
KNOWN_TO_PEOPLE = {"arthritis", "fasciitis"}
NAMES_OF_CAUSES = "causes name"

ALL = athlete_words()


def plain(text: str) -> str:
    for word, stand_in in STAND_INS.items():
        text = re.sub(rf"\b{word}\b", stand_in, text, flags=re.IGNORECASE)
    return re.sub(r"\{\w+\}", "it", text)


def measured(words: Words) -> str:
    text = DOCTORS_WORD.sub("", words.text) if words.kind == NAMES_OF_CAUSES else words.text
    return plain(text)


def sentences(text: str) -> list[str]:
    return [part for part in re.split(r"(?<=[.!?])\s+", text.strip()) if part]


def too_hard(sentence: str) -> str:
    """Why a sentence is too hard, or nothing."""
    count = len(sentence.split())
    if count > WORDS_IN_A_SENTENCE:
        return f"{count} words"
    grade = textstat.flesch_kincaid_grade(sentence)
    return f"grade {grade:.1f}" if count >= WORDS_TO_MEASURE and grade > GRADE_OF_A_SENTENCE else ""


def complaints(all_words: list[Words]) -> Iterator[str]:
    for words in all_words:
        for sentence in sentences(measured(words)):
            if why := too_hard(sentence):
                yield f"{words}: {why}: “{sentence}”"


def test_every_sentence_is_short_and_easy() -> None:
    hard = list(complaints(ALL))
    assert not hard, "Make these shorter, or with shorter words:\n" + "\n".join(hard)


def test_each_kind_of_text_is_easy_as_a_whole() -> None:
    by_kind: dict[str, list[str]] = defaultdict(list)
    for words in ALL:
        by_kind[words.kind] += [
            s if s[-1] in ".!?" else f"{s}." for s in sentences(measured(words))
        ]
    grades = {kind: textstat.flesch_kincaid_grade(" ".join(text)) for kind, text in by_kind.items()}
    assert {kind: grade for kind, grade in grades.items() if grade > GRADE_OF_A_KIND} == {}


def test_no_athlete_is_told_of_a_diagnosis() -> None:
    assert [str(words) for words in ALL if "diagnos" in words.text.lower()] == []


def test_no_jargon_is_said_to_an_athlete() -> None:
    found = [
        f"{words}: {word}"
        for words in ALL
        for word in JARGON.findall(DOCTORS_WORD.sub("", words.text))
        if word.lower() not in KNOWN_TO_PEOPLE
        and not (words.kind == NAMES_OF_CAUSES and word == "Acute")
    ]
    assert not found, "\n".join(found)


def test_a_hard_sentence_is_named_with_its_place() -> None:
    sentence = "Considerable gastrointestinal complications necessitate immediate hospitalisation."
    said = list(complaints([Words("advice.toml", "cool", "text", f"Sit down. {sentence}")]))
    assert len(said) == 1
    assert said[0].startswith("advice.toml, cool, text: grade")
    assert sentence in said[0]


def test_a_long_sentence_is_named_with_its_number_of_words() -> None:
    said = list(complaints([Words("advice.toml", "cool", "text", "go " * 21)]))
    assert said[0].startswith("advice.toml, cool, text: 21 words")


@pytest.mark.parametrize("kind", ["findings question", "findings label", "screens why", "escalation tell_athlete",
    "escalation always", "causes say", "advice evidence_note", "scale text",
    "article correction"])  # fmt: skip
def test_every_kind_of_text_is_looked_at(kind: str) -> None:
    assert kind in {words.kind for words in ALL}


def test_every_field_is_sorted_into_what_athletes_read_and_what_they_do_not() -> None:
    assert [str(words) for words in unsorted()] == [], "sort these fields into athlete_words.py"


def test_a_new_field_must_be_sorted(tmp_path: Path) -> None:
    (tmp_path / "new.toml").write_text('[[thing]]\nid = "x"\nslogan = "Run!"\n', encoding="utf-8")
    assert [str(words) for words in unsorted(tmp_path)] == ["new.toml, x, slogan"]
