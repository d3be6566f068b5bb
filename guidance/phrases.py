"""Says what the knowledge says in another language: known texts at once, composed sentences part by part.

Who knows the language hands in `translate`, which gives a text back as it is where it has no translation. So what
was stored long ago, in words that nobody knows any more, is still said: in English.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from string import Formatter

from guidance.schema import NO, Knowledge
from guidance.wording import Text, texts

Translate = Callable[[str], str]
Parts = Mapping[str, str]

# How `explain.py` puts an answer into a sentence. A language may put it together in another way.
ANSWER = "{finding}: {answer}"
MEASURE = "{number} {unit}"
BETWEEN = ", "
FIXED = tuple(
    Text(text, f"phrases.py#{name}")
    for name, text in (("answer", ANSWER), ("measure", MEASURE), ("between", BETWEEN), ("no", NO))
)

# What is not said to people in the JSON of an assessment or a screening: ids, times, and sources as published.
NOT_SAID = {
    "disposition", "evidence", "finding", "findings", "fit", "from", "id", "kind", "knowledge_version",
    "ladder", "level", "locator", "phase", "report", "sources", "starts", "state", "tags", "title",
    "until",
}  # fmt: skip
_NUMBER = re.compile(r"-?\d+(?:[.,]\d+)?(?:e[+-]?\d+)?")


def said(base: Knowledge, text: str, translate: Translate) -> str:
    """`text` in the language of `translate`."""
    return _phrases(base).say(text, translate)


def all_said(base: Knowledge, told: object, translate: Translate, key: str = "") -> object:
    """An assessment's or a screening's JSON with its sentences translated; ids, times and numbers as they are."""
    if isinstance(told, dict):
        return {name: all_said(base, value, translate, name) for name, value in told.items()}
    if isinstance(told, list):
        return [all_said(base, value, translate, key) for value in told]
    if isinstance(told, str) and key not in NOT_SAID:
        return said(base, told, translate)
    return told


@cache
def _phrases(base: Knowledge) -> Phrases:
    return Phrases(base)


class Phrases:
    """The texts of one knowledge, and the sentences that the engine makes of them."""

    def __init__(self, base: Knowledge) -> None:
        known = {entry.text for entry in texts(base)}
        self._texts = known | {entry.text for entry in FIXED}
        self._shorts = {finding.short for finding in base.findings.values()}
        # The longest first: it says most about what was meant.
        composed = sorted(
            (text for text in known if "{" in text), key=lambda text: (-len(text), text)
        )
        self._patterns = [Pattern(text) for text in composed]

    def say(self, text: str, translate: Translate) -> str:
        known = self._known(text, translate)
        if known is not None:
            return known
        return self._partly(text, translate) or translate(text)

    def _known(self, text: str, translate: Translate) -> str | None:
        """The translation of a text that is known in all its parts."""
        if text in self._texts:
            return translate(text)
        if _NUMBER.fullmatch(text):
            return text
        return (
            self._answer(text, translate)
            or self._measure(text, translate)
            or self._composed(text, translate)
            or self._listed(text, translate)
        )

    def _answer(self, text: str, translate: Translate) -> str | None:
        """ "Fever: no", "Which leg: Left"; what somebody typed stays as it is."""
        for colon in re.finditer(": ", text):
            short, answer = text[: colon.start()], text[colon.end() :]
            if short in self._shorts:
                told = self._known(answer, translate)
                parts = {"finding": translate(short), "answer": answer if told is None else told}
                return filled(translate(ANSWER), parts)
        return None

    def _measure(self, text: str, translate: Translate) -> str | None:
        """ "3 days"."""
        number, _, unit = text.partition(" ")
        if unit in self._texts and _NUMBER.fullmatch(number):
            return filled(translate(MEASURE), {"number": number, "unit": translate(unit)})
        return None

    def _composed(self, text: str, translate: Translate) -> str | None:
        for pattern in self._patterns:
            for parts in pattern.readings(text):
                told = {name: self._known(part, translate) for name, part in parts.items()}
                if None not in told.values():
                    return filled(translate(pattern.text), told)  # type: ignore[arg-type]
        return None

    def _listed(self, text: str, translate: Translate) -> str | None:
        """ "Calf, Heel"; the longest first part counts, because "Calf, upper part" is one place."""
        for comma in reversed(list(re.finditer(BETWEEN, text))):
            first, others = text[: comma.start()], text[comma.end() :]
            if first in self._texts and (rest := self._known(others, translate)) is not None:
                return f"{translate(first)}{translate(BETWEEN)}{rest}"
        return None

    def _partly(self, text: str, translate: Translate) -> str | None:
        """A sentence of today with a part of yesterday in it: that part stays English."""
        for pattern in self._patterns:
            for parts in pattern.readings(text):
                told = {name: self.say(part, translate) for name, part in parts.items()}
                return filled(translate(pattern.text), told)
        return None


class Pattern:
    """A sentence with {braces}, read backwards: from the filled sentence to what it was filled with."""

    def __init__(self, text: str) -> None:
        self.text = text
        pieces = [(literal, name) for literal, name, _, _ in Formatter().parse(text)]
        self._start = pieces[0][0]
        ends = [*(literal for literal, _ in pieces[1:]), ""]
        self._rest = [
            (name, end) for (_, name), end in zip(pieces, ends, strict=True) if name is not None
        ]

    def readings(self, text: str) -> Iterator[dict[str, str]]:
        """Every way in which the braces can have been filled to give `text`."""
        if text.startswith(self._start):
            yield from _readings(text[len(self._start) :], self._rest, {})


def _readings(
    text: str, rest: list[tuple[str, str]], before: dict[str, str]
) -> Iterator[dict[str, str]]:
    (name, end), *others = rest
    if not others:
        part = text.removesuffix(end)
        if part and text.endswith(end) and before.get(name, part) == part:
            yield {**before, name: part}
        return
    for place in range(1, len(text)):
        part = text[:place]
        if text.startswith(end, place) and before.get(name, part) == part:
            yield from _readings(text[place + len(end) :], others, {**before, name: part})


def filled(text: str, parts: Parts) -> str:
    """`text` with its {braces} filled. A brace that a translator got wrong stays, and breaks no page."""
    return re.sub(r"\{(\w+)\}", lambda brace: parts.get(brace[1], brace[0]), text)
