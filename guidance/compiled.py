"""The knowledge made ready to judge with: every `when` as bits, every word as points. Made once for each version."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeVar

from guidance.logic import Bits, Gate, Reading
from guidance.schema import (
    Advice,
    Cause,
    Knowledge,
    Rule,
    Screen,
    ScreenKind,
    Sign,
    Weight,
    When,
)

Place = TypeVar("Place", int, tuple[int, int])


@dataclass(frozen=True, slots=True)
class Reason:
    """One condition of a rule: which finding it names, and when it counts as a reason."""

    finding: str
    options: frozenset[str]
    bit: int
    by_absence: bool  # of a none-of: it helps where the answers exclude it


@dataclass(frozen=True, slots=True)
class Behind:
    """What an implication gives, and the conditions that it is told by."""

    gives: int
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class RuleTest:
    rule: Rule
    gate: Gate
    wants: int
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class SignTest:
    sign: Sign
    gate: Gate
    wants: int
    points: float
    rules_out: bool


@dataclass(frozen=True, slots=True)
class CauseTest:
    cause: Cause
    prior: float
    signs: tuple[SignTest, ...]


@dataclass(frozen=True, slots=True)
class AdviceTest:
    advice: Advice
    when: Gate
    unless: Gate | None


@dataclass(frozen=True, slots=True)
class ScreenTest:
    screen: Screen
    when: Gate


@dataclass(frozen=True, eq=False, slots=True)
class Compiled:
    """One knowledge base, ready to judge."""

    base: Knowledge
    bits: Bits
    rules: tuple[RuleTest, ...]
    causes: tuple[CauseTest, ...]
    advice: tuple[AdviceTest, ...]
    screens: tuple[ScreenTest, ...]  # core first, then danger, then detail; file order within
    behind: tuple[Behind, ...]  # for each implication, in order
    rules_of: Mapping[str, tuple[int, ...]]  # finding → places in `rules`
    signs_of: Mapping[str, tuple[tuple[int, int], ...]]  # finding → cause and sign, as places

    def unasked_bits(self, answered: Reading) -> int:
        """Every condition that an open question could still decide."""
        return self.bits.every & ~(answered.met | answered.possible | answered.excluded)


@lru_cache(maxsize=8)
def compiled(base: Knowledge) -> Compiled:
    """Compile a knowledge base; the same base is compiled once."""
    bits = Bits(base.findings)
    order = list(ScreenKind)
    rules = tuple(_rule(rule, bits) for rule in base.rules.values())
    causes = tuple(_cause(cause, base, bits) for cause in base.causes.values())
    advice = tuple(_advice(advice, bits) for advice in base.advice.values())
    screens = tuple(
        ScreenTest(screen, bits.gate(screen.when))
        for screen in sorted(base.screens.values(), key=lambda screen: order.index(screen.kind))
    )
    bits.imply(base.implications.values())  # last, when every condition has its bit
    return Compiled(
        base=base,
        bits=bits,
        rules=rules,
        causes=causes,
        advice=advice,
        screens=screens,
        behind=tuple(
            Behind(implied.gives, _reasons(implication.when, bits))
            for implication, implied in zip(base.implications.values(), bits.implied, strict=True)
        ),
        rules_of=_by_finding(
            base, ((rule.when, place) for place, rule in enumerate(base.rules.values()))
        ),
        signs_of=_by_finding(
            base,
            (
                (sign.when, (place, sign_place))
                for place, cause in enumerate(base.causes.values())
                for sign_place, sign in enumerate(cause.signs)
            ),
        ),
    )


def _by_finding(
    base: Knowledge, places: Iterable[tuple[When, Place]]
) -> dict[str, tuple[Place, ...]]:
    """Where each finding is named, itself or by what it implies, in order."""
    found: dict[str, dict[Place, None]] = {}
    for when, place in places:
        for condition in when.conditions:
            found.setdefault(condition.finding, {})[place] = None
    for implication in reversed(list(base.implications.values())):
        implied = [place for part in implication.then for place in found.get(part.finding, ())]
        for condition in implication.when.conditions:
            found.setdefault(condition.finding, {}).update(dict.fromkeys(implied))
    return {finding: tuple(sorted(named)) for finding, named in found.items()}


def _rule(rule: Rule, bits: Bits) -> RuleTest:
    gate = bits.gate(rule.when)
    return RuleTest(rule, gate, gate.wants, _reasons(rule.when, bits))


def _reasons(when: When, bits: Bits) -> tuple[Reason, ...]:
    conditions, absent = when.conditions, len(when.none_of)
    return tuple(
        Reason(named.finding, named.options, bits.bit(named), place >= len(conditions) - absent)
        for place, named in enumerate(conditions)
    )


def _cause(cause: Cause, base: Knowledge, bits: Bits) -> CauseTest:
    signs = tuple(_sign(sign, base, bits) for sign in cause.signs)
    return CauseTest(cause, base.scale.priors[cause.prior], signs)


def _sign(sign: Sign, base: Knowledge, bits: Bits) -> SignTest:
    gate, points = bits.gate(sign.when), base.scale.weights[sign.weight]
    return SignTest(sign, gate, gate.wants, points, sign.weight is Weight.RULES_OUT)


def _advice(advice: Advice, bits: Bits) -> AdviceTest:
    unless = bits.gate(advice.unless) if advice.unless else None
    return AdviceTest(advice, bits.gate(advice.when), unless)
