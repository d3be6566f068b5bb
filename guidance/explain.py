"""Puts answers into plain sentences, so that every verdict can name what it rests on."""

from __future__ import annotations

from collections.abc import Mapping

from guidance.answers import Value
from guidance.compiled import Compiled
from guidance.logic import Reading
from guidance.schema import NO, UNSURE, YES, Condition, Finding, Kind, Knowledge, When


def because(
    knowledge: Compiled, when: When, reading: Reading, answers: Mapping[str, Value]
) -> dict[str, str]:
    """For each finding that made the condition hold, one sentence; in the order in which they are written."""
    matched: dict[str, set[str]] = {}
    for condition, bits in _counting(when, reading):
        if knowledge.bits.bit(condition) & bits:
            matched.setdefault(condition.finding, set()).update(condition.options)
    base = knowledge.base
    return {
        name: sentence(base, base.findings[name], answers[name], matched[name]) for name in matched
    }


def _counting(when: When, reading: Reading) -> list[tuple[Condition, int]]:
    """Each condition with the bits under which it helped: a none-of helps where the answers exclude it."""
    present = reading.met | reading.possible
    absent = reading.excluded | reading.possible
    wanted = [(condition, present) for condition in (*when.all_of, *when.any_of, *when.at_least_of)]
    return wanted + [(condition, absent) for condition in when.none_of]


def sentence(base: Knowledge, finding: Finding, value: Value, only: set[str] | None = None) -> str:
    """One answer as a plain sentence, such as "Fever: no"; of several options, only those that mattered."""
    if value == YES and finding.kind is Kind.YES_NO:
        return finding.short
    return f"{finding.short}: {_value(base, finding, value, only or set())}"


def _value(base: Knowledge, finding: Finding, value: Value, only: set[str]) -> str:
    if value == UNSURE:
        return base.scale.words["not_sure"]
    if value == NO and finding.kind is Kind.YES_NO:
        return NO
    if isinstance(value, tuple):
        shown = [option for option in value if option in only] or list(value)
        return ", ".join(finding.label(option) for option in shown)
    if isinstance(value, str):
        return finding.label(value)
    unit = finding.unit[:-1] if value == 1 and finding.unit.endswith("s") else finding.unit
    return f"{value:g} {unit}".strip()
