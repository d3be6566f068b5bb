"""The knowledge made ready to judge with: every `when` as bits, every word as points. Made once for each version."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from guidance.logic import Bits, Gate, Reading
from guidance.schema import (
    Advice,
    Cause,
    Disposition,
    Finding,
    Knowledge,
    Rule,
    Screen,
    ScreenKind,
    Sign,
    Weight,
    When,
)

_A_HAIR = 1e-6  # sums of decimals are not exact, and a bound must never be too low


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


@dataclass(frozen=True, eq=False, slots=True)
class RuleTest:
    rule: Rule
    gate: Gate
    wants: int
    reasons: tuple[Reason, ...]
    suggests: tuple[int, ...]  # places of causes
    level: Disposition
    levels: tuple[Disposition, ...]  # by its truth: what it counts at


@dataclass(frozen=True, eq=False, slots=True)
class SignTest:
    sign: Sign
    place: int  # in `Compiled.signs`
    cause: int  # place of its cause
    gate: Gate
    wants: int
    points: float
    rules_out: bool


@dataclass(frozen=True, slots=True)
class CauseTest:
    cause: Cause
    place: int  # in `Compiled.causes`
    prior: float


class Stake(NamedTuple):
    """What hangs on some questions for one cause."""

    gains: tuple[SignTest, ...]
    losses: tuple[SignTest, ...]
    dangers: tuple[RuleTest, ...]  # that suggest it
    most: float  # the most points that it could gain


@dataclass(frozen=True, eq=False, slots=True)
class Asked:
    """Questions that are asked together, and what hangs on them."""

    bits: int  # every condition that they decide, themselves or by what they imply
    rules: tuple[RuleTest, ...]  # the highest level first
    stakes: Mapping[int, Stake]  # by the place of the cause


@dataclass(frozen=True, slots=True)
class AdviceTest:
    advice: Advice
    when: Gate
    unless: Gate | None


@dataclass(frozen=True, slots=True)
class ScreenTest:
    screen: Screen
    when: Gate
    asked: Asked


@dataclass(frozen=True, eq=False, slots=True)
class Compiled:
    """One knowledge base, ready to judge."""

    base: Knowledge
    bits: Bits
    rules: tuple[RuleTest, ...]
    causes: tuple[CauseTest, ...]
    signs: tuple[SignTest, ...]  # of all causes
    advice: tuple[AdviceTest, ...]
    screens: tuple[ScreenTest, ...]  # core first, then danger, then detail; file order within
    behind: tuple[Behind, ...]  # for each implication, in order
    asked: Mapping[str, Asked]  # each finding by itself
    askable: tuple[tuple[Finding, Asked], ...]  # those that somebody can be asked

    def unasked_bits(self, answered: Reading) -> int:
        """Every condition that an open question could still decide."""
        return self.bits.every & ~(answered.met | answered.possible | answered.excluded)


@lru_cache(maxsize=8)
def compiled(base: Knowledge) -> Compiled:
    """Compile a knowledge base; the same base is compiled once."""
    bits = Bits(base.findings)
    rules, signs = _rules(base, bits), _signs(base, bits)
    advice = tuple(_advice(advice, bits) for advice in base.advice.values())
    screens = [(screen, bits.gate(screen.when)) for screen in _in_order(base.screens.values())]
    bits.imply(base.implications.values())  # last, when every condition has its bit

    def asked(*findings: str) -> Asked:
        return _asked(bits.of_findings(findings), rules, signs, base.scale.boost_certain)

    alone = {finding: asked(finding) for finding in base.findings}
    return Compiled(
        base=base,
        bits=bits,
        rules=rules,
        causes=tuple(
            CauseTest(cause, place, base.scale.priors[cause.prior])
            for place, cause in enumerate(base.causes.values())
        ),
        signs=signs,
        advice=advice,
        screens=tuple(
            ScreenTest(screen, gate, asked(*screen.findings)) for screen, gate in screens
        ),
        behind=tuple(
            Behind(implied.gives, _reasons(implication.when, bits))
            for implication, implied in zip(base.implications.values(), bits.implied, strict=True)
        ),
        asked=alone,
        askable=tuple(
            (finding, alone[finding.id])
            for finding in base.findings.values()
            if not finding.derived and not finding.at_check_ins
        ),
    )


def _in_order(screens: Iterable[Screen]) -> list[Screen]:
    order = list(ScreenKind)
    return sorted(screens, key=lambda screen: order.index(screen.kind))


def _rules(base: Knowledge, bits: Bits) -> tuple[RuleTest, ...]:
    places = {cause: place for place, cause in enumerate(base.causes)}
    return tuple(
        RuleTest(
            rule=rule,
            gate=(gate := bits.gate(rule.when)),
            wants=gate.wants,
            reasons=_reasons(rule.when, bits),
            suggests=tuple(places[cause] for cause in rule.suggests),
            level=rule.level,
            levels=(Disposition.SELF_CARE, rule.level.one_lower, rule.level),
        )
        for rule in base.rules.values()
    )


def _signs(base: Knowledge, bits: Bits) -> tuple[SignTest, ...]:
    signs = [
        (place, sign) for place, cause in enumerate(base.causes.values()) for sign in cause.signs
    ]
    return tuple(
        SignTest(
            sign=sign,
            place=place,
            cause=cause,
            gate=(gate := bits.gate(sign.when)),
            wants=gate.wants,
            points=base.scale.weights[sign.weight],
            rules_out=sign.weight is Weight.RULES_OUT,
        )
        for place, (cause, sign) in enumerate(signs)
    )


def _asked(bits: int, rules: Iterable[RuleTest], signs: Iterable[SignTest], boost: float) -> Asked:
    """What hangs on these conditions; `boost` is what a danger gives to the causes that it suggests."""
    rules = [test for test in rules if test.gate.bits & bits]
    signs = [sign for sign in signs if sign.gate.bits & bits]
    causes = {sign.cause for sign in signs}.union(*(test.suggests for test in rules))
    return Asked(
        bits=bits,
        rules=tuple(sorted(rules, key=lambda test: -test.level.rank)),
        stakes={cause: _stake(cause, rules, signs, boost) for cause in sorted(causes)},
    )


def _stake(cause: int, rules: Iterable[RuleTest], signs: Iterable[SignTest], boost: float) -> Stake:
    gains = tuple(sign for sign in signs if sign.cause == cause and sign.points > 0)
    losses = tuple(sign for sign in signs if sign.cause == cause and sign.points < 0)
    dangers = tuple(test for test in rules if cause in test.suggests)
    most = sum(sign.points for sign in gains) + (boost if dangers else 0.0) + _A_HAIR
    return Stake(gains, losses, dangers, most)


def _reasons(when: When, bits: Bits) -> tuple[Reason, ...]:
    conditions, absent = when.conditions, len(when.none_of)
    return tuple(
        Reason(named.finding, named.options, bits.bit(named), place >= len(conditions) - absent)
        for place, named in enumerate(conditions)
    )


def _advice(advice: Advice, bits: Bits) -> AdviceTest:
    unless = bits.gate(advice.unless) if advice.unless else None
    return AdviceTest(advice, bits.gate(advice.when), unless)
