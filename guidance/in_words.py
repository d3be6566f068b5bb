"""Conditions, windows and lists as a person says them."""

from __future__ import annotations

from collections.abc import Iterable

from guidance.schema import NO, YES, Advice, Condition, Knowledge, When

_COMPARISONS = {
    ">": "more than",
    ">=": "at least",
    "<": "less than",
    "<=": "at most",
    "=": "exactly",
}


def when(base: Knowledge, given: When) -> list[str]:
    groups = [
        ("all of", given.all_of),
        ("at least one of", given.any_of),
        (f"at least {given.at_least_count} of", given.at_least_of),
        ("certainly none of", given.none_of),
    ]
    lines = []
    for words, conditions in groups:
        if conditions:
            lines.append(f"  {words}: " + "; ".join(condition(base, entry) for entry in conditions))
    return lines


def condition(base: Knowledge, entry: Condition) -> str:
    finding = base.findings[entry.finding]
    if entry.operator == YES:
        return finding.short
    if entry.operator == NO:
        return f"{finding.short}: no"
    if entry.operator == "is":
        chosen = [option.label for option in finding.options if option.id in entry.options]
        return f"{finding.short}: {' or '.join(chosen or sorted(entry.options))}"
    return (
        f"{finding.short}: {_COMPARISONS[entry.operator]} {entry.number:g} {finding.unit}".strip()
    )


def causes_in_words(base: Knowledge, causes: Iterable[str]) -> list[str]:
    return [
        base.causes[name].name if name in base.causes else "any cause" for name in sorted(causes)
    ]


def window(advice: Advice) -> str:
    """ "in the first 24 hours after it began", "24 to 48 hours after it began", "from 72 hours after the report on"."""
    after = _after(advice.anchor)
    start, end = advice.from_hours, advice.until_hours
    if end is None:
        return (
            f"from {start:g} hours {after} on"
            if start
            else f"from when {_ANCHORS[advice.anchor]} on"
        )
    return f"{start:g} to {end:g} hours {after}" if start else f"in the first {end:g} hours {after}"


def hours(anchor: str, start: float) -> str:
    return f"from {start:g} hours {_after(anchor)} on"


_ANCHORS = {
    "onset": "it began",
    "report": "it was reported",
    "running": "the ladder back to running may be tried",
}


def _after(anchor: str) -> str:
    return f"after {_ANCHORS[anchor]}"


def listed(words: str, entries: list[str]) -> str:
    return f"{words}: {'; '.join(entries)}." if entries else ""
