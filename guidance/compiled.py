"""The knowledge made ready to judge with: every `when` as bits, every word as points. Made once for each version."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

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
)


@dataclass(frozen=True, slots=True)
class RuleTest:
    rule: Rule
    test: Gate
    bits: int


@dataclass(frozen=True, slots=True)
class SignTest:
    sign: Sign
    test: Gate
    bits: int
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

    def unasked_bits(self, answered: Reading) -> int:
        """Every condition that an open question could still decide."""
        return self.bits.every & ~(answered.met | answered.possible | answered.excluded)


@lru_cache(maxsize=8)
def compiled(base: Knowledge) -> Compiled:
    """Compile a knowledge base; the same base is compiled once."""
    bits = Bits(base.findings)
    order = list(ScreenKind)
    return Compiled(
        base=base,
        bits=bits,
        rules=tuple(_rule(rule, bits) for rule in base.rules.values()),
        causes=tuple(_cause(cause, base, bits) for cause in base.causes.values()),
        advice=tuple(_advice(advice, bits) for advice in base.advice.values()),
        screens=tuple(
            ScreenTest(screen, bits.test(screen.when))
            for screen in sorted(base.screens.values(), key=lambda screen: order.index(screen.kind))
        ),
    )


def _rule(rule: Rule, bits: Bits) -> RuleTest:
    test = bits.test(rule.when)
    return RuleTest(rule, test, test.bits)


def _cause(cause: Cause, base: Knowledge, bits: Bits) -> CauseTest:
    return CauseTest(
        cause,
        base.scale.priors[cause.prior],
        tuple(_sign(sign, base, bits) for sign in cause.signs),
    )


def _sign(sign: Sign, base: Knowledge, bits: Bits) -> SignTest:
    test = bits.test(sign.when)
    return SignTest(
        sign,
        test,
        test.bits,
        base.scale.weights[sign.weight],
        sign.weight is Weight.RULES_OUT,
    )


def _advice(advice: Advice, bits: Bits) -> AdviceTest:
    return AdviceTest(
        advice,
        bits.test(advice.when),
        bits.test(advice.unless) if advice.unless else None,
    )
