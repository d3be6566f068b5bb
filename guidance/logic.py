"""Judges conditions in three values, over sets of bits so that a hundred rules cost microseconds.

Every distinct condition in the knowledge has one bit. Reading the answers once gives three sets: the conditions that are
met, those that are possible ("not sure"), and those that the answers exclude. A condition on a question that was not
asked is in none of them, which is how "unknown" never becomes "no".
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import reduce
from operator import or_
from typing import NamedTuple, Protocol, TypeVar

from guidance.schema import NO, UNSURE, YES, Condition, Finding, Implication, When

# The three values, in rising order. An answer to a question that was open can only raise a truth.
NOT_MET, POSSIBLE, MET = 0, 1, 2

_COMPARE: Mapping[str, Callable[[float, float], bool]] = {
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
    "=": operator.eq,
}


class Reading(NamedTuple):
    """What the answers say about every condition of the knowledge, as bits."""

    met: int
    possible: int
    excluded: int


class Gate(NamedTuple):
    """A `when` as bits."""

    all_of: int
    any_of: int
    none_of: int
    least: int
    of: int
    wants: int  # where none of these is met or possible, the gate cannot be
    bits: int  # all that it names


def judge(gate: Gate, met: int, possible: int, excluded: int) -> int:
    """Is it met (2), possible (1) or not met (0)?"""
    all_of, any_of, none_of, least, of, _, _ = gate
    value = MET
    if all_of:
        if all_of & ~(met | possible):
            return NOT_MET
        if all_of & possible:
            value = POSSIBLE
    if any_of and not any_of & met:
        if not any_of & possible:
            return NOT_MET
        value = POSSIBLE
    if none_of:
        if none_of & ~(excluded | possible):
            return NOT_MET
        if none_of & possible:
            value = POSSIBLE
    if least:
        certain = (of & met).bit_count()
        if certain < least:
            if certain + (of & possible).bit_count() < least:
                return NOT_MET
            value = POSSIBLE
    return value


class Gated(Protocol):
    """Something that holds while its gate does."""

    @property
    def gate(self) -> Gate: ...

    @property
    def wants(self) -> int: ...


Test = TypeVar("Test", bound=Gated)


def raised(tests: Iterable[Test], reading: Reading) -> list[tuple[Test, int]]:
    """Those that are met or possible, with their truth. Nothing speaks for most, which is seen without judging."""
    met, possible, excluded = reading
    present = met | possible
    return [
        (test, truth)
        for test in tests
        if test.wants & present and (truth := judge(test.gate, met, possible, excluded))
    ]


class Implied(NamedTuple):
    """An implication as bits: where the gate holds, so do the conditions that the implied answer meets."""

    gate: Gate
    gives: int


@dataclass(slots=True)
class _Table:
    """The bits of one finding."""

    finding: Finding
    bits: int = 0
    by_answer: dict[str, int] = field(default_factory=dict)
    comparisons: list[tuple[Callable[[float, float], bool], float, int]] = field(
        default_factory=list
    )

    @property
    def when_unsure(self) -> int:
        """What "not sure" makes possible: nothing, where the finding says so."""
        return 0 if self.finding.unsure_says_nothing else self.bits

    def met_by(self, value: object) -> int:
        if isinstance(value, str):
            return self.by_answer.get(value, 0)
        if isinstance(value, tuple):
            met = 0
            for option in value:
                met |= self.by_answer.get(option, 0)
            return met
        assert isinstance(value, (int, float))
        met = 0
        for compare, number, bit in self.comparisons:
            if compare(value, number):
                met |= bit
        return met


class Bits:
    """Gives every condition its bit, and reads answers into sets of them."""

    def __init__(self, findings: Mapping[str, Finding]) -> None:
        self._findings = findings
        self._bit: dict[tuple[str, str, frozenset[str], float], int] = {}
        self._tables: dict[str, _Table] = {}
        self.implied: tuple[Implied, ...] = ()
        self.can_be_implied = 0

    def imply(self, implications: Iterable[Implication]) -> None:
        """Take up what answers imply. To be called last: it needs every condition to have its bit."""
        gates = [(self.gate(implication.when), implication.then) for implication in implications]
        self.implied = tuple(Implied(gate, self._met_by(then)) for gate, then in gates)
        self.can_be_implied = reduce(or_, (entry.gives for entry in self.implied), 0)

    def _met_by(self, answers: Iterable[Condition]) -> int:
        """Every condition that holds where these answers are given."""
        bits = 0
        for given in answers:
            answer = next(iter(given.options), given.operator)
            bits |= self.told_by(given.finding, answer)
        return bits

    def gate(self, when: When) -> Gate:
        """The bits of a `when`, adding those not seen before."""
        all_of, any_of = self._union(when.all_of), self._union(when.any_of)
        none_of, of = self._union(when.none_of), self._union(when.at_least_of)
        wants = all_of or any_of or of or -1  # any bit will do where it only excludes
        bits = all_of | any_of | none_of | of
        return Gate(all_of, any_of, none_of, when.at_least_count, of, wants, bits)

    @property
    def every(self) -> int:
        return (1 << len(self._bit)) - 1

    def of_findings(self, findings: Iterable[str]) -> int:
        """Every bit that answers to these findings decide, themselves or by what they imply."""
        bits = 0
        for finding in findings:
            if finding in self._tables:
                bits |= self._tables[finding].bits
        for entry in self.implied:  # in order: none feeds one before it
            if entry.gate.bits & bits:
                bits |= entry.gives
        return bits

    def told_by(self, finding: str, value: object) -> int:
        """The bits that this answer alone meets or makes possible."""
        table = self._tables.get(finding)
        if table is None:
            return 0
        return table.when_unsure if value == UNSURE else table.met_by(value)

    def bit(self, condition: Condition) -> int:
        key = (
            condition.finding,
            condition.operator,
            condition.options,
            condition.number,
        )
        if key not in self._bit:
            self._bit[key] = 1 << len(self._bit)
            self._enter(condition, self._bit[key])
        return self._bit[key]

    def read(self, answers: Mapping[str, object]) -> Reading:
        met = possible = excluded = 0
        tables = self._tables
        for finding, value in answers.items():
            table = tables.get(finding)
            if table is None:
                continue
            if value == UNSURE:
                possible |= table.when_unsure
            else:
                hit = table.met_by(value)
                met |= hit
                excluded |= table.bits & ~hit
        for gate, gives in self.implied:  # "not sure" implies nothing
            if gate.wants & met and judge(gate, met, 0, excluded):
                met, possible = met | gives, possible & ~gives
        return Reading(met, possible, excluded)

    def _union(self, conditions: Iterable[Condition]) -> int:
        bits = 0
        for condition in conditions:
            bits |= self.bit(condition)
        return bits

    def _enter(self, condition: Condition, bit: int) -> None:
        table = self._tables.setdefault(
            condition.finding, _Table(self._findings[condition.finding])
        )
        table.bits |= bit
        if condition.operator in _COMPARE:
            table.comparisons.append((_COMPARE[condition.operator], condition.number, bit))
            return
        wanted = (
            condition.options
            if condition.operator == "is"
            else {YES if condition.operator == YES else NO}
        )
        for answer in wanted:
            table.by_answer[answer] = table.by_answer.get(answer, 0) | bit
