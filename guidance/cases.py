"""Coded cases, read from JSON lines: what was told, and what counts as right. Mistakes name the line and the mend."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from guidance.answers import Answers, InvalidAnswers
from guidance.conditions import did_you_mean
from guidance.schema import Disposition, Finding, Knowledge

CATEGORIES = ("benign", "dangerous", "other_needs_clinician")
USES = ("cause", "triage")
MOST_TOLD = 20  # mistakes of one file that are worth reading at once


class UnusableCase(ValueError):
    """A case lacks something, or names something that we do not know; the message says what."""


@dataclass(frozen=True, slots=True)
class Case:
    """One published case: what was told, and what counts as right."""

    id: str
    category: str
    facts: Answers
    acceptable_causes: frozenset[str]
    level: Disposition
    least: Disposition
    most: Disposition
    for_cause: bool
    for_triage: bool
    evidence: str = ""  # what kind of story it is, in the word of the file

    @property
    def usable(self) -> bool:
        return self.for_cause or self.for_triage

    @property
    def dangerous(self) -> bool:
        return self.category == "dangerous"

    @property
    def benign(self) -> bool:
        return self.category == "benign"


def read_cases(text: str, base: Knowledge, *, without_clinician: bool = False) -> list[Case]:
    """Every line of a case file, or `UnusableCase` with the mistakes of all lines."""
    cases, mistakes = list[Case](), list[str]()
    for number, line in enumerate(
        text.split("\n"), 1
    ):  # a text may hold what splitlines() splits at
        if not line.strip():
            continue
        try:
            cases.append(read_case(line, base, without_clinician=without_clinician))
        except UnusableCase as problem:
            mistakes.append(f"line {number}: {problem}")
    if mistakes:
        more = len(mistakes) - MOST_TOLD
        tail = [f"... and {more} more lines"] if more > 0 else []
        raise UnusableCase("\n".join([*mistakes[:MOST_TOLD], *tail]))
    if not cases:
        raise UnusableCase("there is no case in it; each line must be one JSON object.")
    return cases


def read_case(line: str, base: Knowledge, *, without_clinician: bool = False) -> Case:
    """One line of a case file."""
    raw = _object(line)
    facts: dict[str, object] = _part(raw, "facts", dict)
    seen_by_clinician = _part(raw, "facts_seen_by_clinician", list, optional=True) or []
    if without_clinician:
        facts = {name: told for name, told in facts.items() if name not in seen_by_clinician}
    gold, triage = _part(raw, "gold", dict), _part(raw, "triage", dict)
    uses = _part(raw, "usable_for", list)
    for use in uses:
        _one_of("use in usable_for", use, USES)
    levels = {name: _level(triage, name) for name in ("level", "min", "max")}
    return Case(
        id=_part(raw, "id", str),
        category=_one_of("category", _part(raw, "category", str), CATEGORIES),
        facts=_facts(facts, base),
        acceptable_causes=frozenset(_acceptable(gold)),
        level=levels["level"],
        least=levels["min"],
        most=levels["max"],
        for_cause="cause" in uses,
        for_triage="triage" in uses,
        evidence=_part(raw, "evidence", str, optional=True) or "",
    )


def _object(line: str) -> dict[str, Any]:
    """The line as an object that has every field."""
    try:
        raw = json.loads(line)
    except json.JSONDecodeError as error:
        raise UnusableCase(f"cannot be read as JSON: {error.msg}, column {error.colno}.") from error
    if not isinstance(raw, dict):
        raise UnusableCase(f"must be a JSON object {{...}}, not {_kind_of(raw)}.")
    if missing := list(_missing(raw)):
        raise UnusableCase(f"missing: {', '.join(missing)}.")
    return raw


def _missing(raw: Mapping[str, Any]) -> Iterator[str]:
    for name in ("id", "category", "facts", "gold", "triage", "usable_for"):
        if name not in raw:
            yield name
    triage, gold = raw.get("triage"), raw.get("gold")
    if isinstance(triage, dict):
        yield from (f"triage.{name}" for name in ("level", "min", "max") if name not in triage)
    if isinstance(gold, dict) and not {"cause", "acceptable_causes"} & gold.keys():
        yield "gold.cause"


_KINDS: dict[type, str] = {dict: "an object {...}", list: "a list [...]", str: "a text"}


def _kind_of(value: object) -> str:
    return _KINDS.get(type(value), json.dumps(value))


def _part(raw: Mapping[str, Any], name: str, kind: type, *, optional: bool = False) -> Any:
    value = raw.get(name)
    if isinstance(value, kind) or (optional and value is None):
        return value
    raise UnusableCase(f"{name} must be {_KINDS[kind]}, not {_kind_of(value)}.")


def _acceptable(gold: Mapping[str, Any]) -> list[str]:
    named = _part(gold, "acceptable_causes", list, optional=True) or [gold.get("cause")]
    for cause in named:
        if not isinstance(cause, str):
            raise UnusableCase(f"a cause in gold must be a text, not {_kind_of(cause)}.")
    return named


def _one_of(what: str, word: object, known: Sequence[str]) -> str:
    if isinstance(word, str) and word in known:
        return word
    hint = did_you_mean(str(word), known)
    raise UnusableCase(f"unknown {what}: {word!r}.{hint} Known: {', '.join(known)}.")


def _level(triage: Mapping[str, object], name: str) -> Disposition:
    levels = [level.value for level in Disposition]
    return Disposition(_one_of(f"level in triage.{name}", triage[name], levels))


def _facts(facts: Mapping[str, object], base: Knowledge) -> Answers:
    whole = {name: _whole(base.findings.get(name), value) for name, value in facts.items()}
    try:
        return Answers.parse(whole, base=base)
    except InvalidAnswers as bad:
        raise UnusableCase(" ".join(bad.errors.values())) from bad


def _whole(finding: Finding | None, value: object) -> object:
    """A source that says "7.5 of 10" is not wrong, but a person would have to choose 7 or 8."""
    if (
        finding is not None
        and finding.integer
        and isinstance(value, float)
        and math.isfinite(value)
    ):
        return math.floor(value)
    return value
