"""Our danger rules as plain trees of "and", "or" and "at least", for engines that know nothing of ours.

Only what is certain is translated: a rule holds or it does not. What answers imply is written out where it is asked for,
so that the same answers give the same level everywhere.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from guidance.compiled import Compiled, compiled
from guidance.schema import Condition, Finding, Kind, Knowledge, When

_OPPOSITE = {">": ("<=",), ">=": ("<",), "<": (">=",), "<=": (">",), "=": ("<", ">")}


@dataclass(frozen=True)
class Leaf:
    """One condition on one question that was answered."""

    finding: str
    kind: Kind
    operator: str  # is (any of the options), is_not (none of them), or one of > >= < <= =
    options: tuple[str, ...] = ()
    number: float = 0.0


@dataclass(frozen=True)
class AtLeast:
    """So many of the parts hold: all of them, or one, or a few."""

    count: int
    parts: tuple[Tree, ...]


Tree = Leaf | AtLeast


@dataclass(frozen=True)
class Translated:
    """The rules, the most urgent first, and the questions that they ask about."""

    rules: Sequence[tuple[str, Tree]]  # level and condition
    kinds: Mapping[str, Kind]


def translated(base: Knowledge) -> Translated:
    """Every danger rule of the knowledge as level and tree."""
    knowledge = compiled(base)
    urgent_first = sorted(knowledge.rules, key=lambda test: -test.rule.level.rank)
    everything = len(base.implications)
    return Translated(
        rules=[
            (str(test.rule.level), _tree(knowledge, test.rule.when, everything))
            for test in urgent_first
        ],
        kinds={name: finding.kind for name, finding in base.findings.items()},
    )


def _tree(knowledge: Compiled, when: When, implications: int) -> Tree:
    """`when`, as it is judged by so many of the implications: each knows only those before it."""
    all_of = [_holds(knowledge, part, implications) for part in when.all_of]
    any_of = [_holds(knowledge, part, implications) for part in when.any_of]
    none_of = [_excluded(knowledge.base.findings[part.finding], part) for part in when.none_of]
    distinct = {knowledge.bits.bit(part): part for part in when.at_least_of}
    of = [_holds(knowledge, part, implications) for part in distinct.values()]
    parts: list[Tree] = [*all_of, *none_of]
    if any_of:
        parts.append(AtLeast(1, tuple(any_of)))
    if of:
        parts.append(AtLeast(when.at_least_count, tuple(of)))
    return AtLeast(len(parts), tuple(parts))


def _holds(knowledge: Compiled, condition: Condition, implications: int) -> Tree:
    """It was told, or something was told that implies it."""
    bit = knowledge.bits.bit(condition)
    implied = [
        _tree(knowledge, implication.when, place)
        for place, (implication, entry) in enumerate(
            zip(knowledge.base.implications.values(), knowledge.bits.implied, strict=True)
        )
        if place < implications and entry.gives & bit
    ]
    told = _told(knowledge.base.findings[condition.finding], condition)
    return AtLeast(1, (told, *implied)) if implied else told


def _told(finding: Finding, condition: Condition) -> Leaf:
    if condition.operator in ("yes", "no"):
        return Leaf(finding.id, finding.kind, "is", (condition.operator,))
    options = tuple(sorted(condition.options))
    return Leaf(finding.id, finding.kind, condition.operator, options, condition.number)


def _excluded(finding: Finding, condition: Condition) -> Tree:
    """The answer is another one."""
    leaf = _told(finding, condition)
    if finding.kind is Kind.NUMBER:
        others = [replace(leaf, operator=operator) for operator in _OPPOSITE[leaf.operator]]
        return AtLeast(1, tuple(others))
    if finding.kind in (Kind.SEVERAL_OF, Kind.CODES):
        return replace(leaf, operator="is_not")
    answers = [option.id for option in finding.options] or ["yes", "no"]
    return replace(leaf, options=tuple(sorted(set(answers) - set(leaf.options))))
