"""Puts answers into plain sentences, so that every verdict can name what it rests on."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from guidance.answers import Value
from guidance.compiled import Compiled, Reason, RuleTest
from guidance.logic import Reading
from guidance.schema import NO, UNSURE, YES, Finding, Kind, Knowledge


def because(
    knowledge: Compiled,
    entry: RuleTest,
    reading: Reading,
    answers: Mapping[str, Value],
) -> dict[str, str]:
    """For each finding that made the rule fire, one sentence; in the order in which they are written."""
    present = reading.met | reading.possible
    absent = reading.excluded | reading.possible
    matched: dict[str, frozenset[str]] = {}
    for reason in entry.reasons:
        if reason.bit & (absent if reason.by_absence else present):
            for told in _told(knowledge, reason, present, answers, len(knowledge.behind)):
                matched[told.finding] = told.options | matched.get(told.finding, told.options)
    base = knowledge.base
    return {
        name: sentence(base, base.findings[name], answers[name], only)
        for name, only in matched.items()
    }


def _told(
    knowledge: Compiled,
    reason: Reason,
    present: int,
    answers: Mapping[str, Value],
    implications: int,
) -> Iterable[Reason]:
    """What was told that makes this so: the answer to the question itself, or what implies it.

    Of the implications only those before the one that is looked behind count, as they are judged in order.
    """
    bits = knowledge.bits
    if reason.by_absence or not reason.bit & bits.can_be_implied:
        return (reason,)
    if reason.finding in answers and reason.bit & bits.told_by(
        reason.finding, answers[reason.finding]
    ):
        return (reason,)
    return [
        told
        for place, entry in enumerate(knowledge.behind[:implications])
        if entry.gives & reason.bit
        for source in entry.reasons
        if source.bit & present
        for told in _told(knowledge, source, present, answers, place)
    ]


def sentence(base: Knowledge, finding: Finding, value: Value, only: Collection[str] = ()) -> str:
    """One answer as a sentence, such as "Fever: no"; of several options, only those that mattered."""
    if value == YES and finding.kind is Kind.YES_NO:
        return finding.short
    return f"{finding.short}: {_value(base, finding, value, only)}"


def _value(base: Knowledge, finding: Finding, value: Value, only: Collection[str]) -> str:
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
