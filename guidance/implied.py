"""What somebody has told, with what that implies filled in: for whoever answers questions from what is known."""

from __future__ import annotations

from guidance.answers import Answers, Value
from guidance.compiled import compiled
from guidance.logic import MET, judge
from guidance.schema import Condition, Kind, Knowledge


def with_implied(base: Knowledge, answers: Answers) -> Answers:
    """The answers, and those that they imply to questions which have no answer yet.

    Of several options that fit, one more may be implied: who has cramps that feel tight also says "like a cramp".
    """
    bits = compiled(base).bits
    met, possible, excluded = bits.read(answers.values_by_finding)
    more: dict[str, Value] = {}
    for implication, entry in zip(base.implications.values(), bits.implied, strict=True):
        if judge(entry.gate, met, possible, excluded) == MET:
            for part in implication.then:
                given = answers.get(part.finding)
                if given is None:
                    more.setdefault(part.finding, _value(base, part))
                elif isinstance(given, tuple) and _may_have_more(base, part, given):
                    more[part.finding] = (*given, *part.options)
    return answers.merged(Answers(more, frozenset(), base)) if more else answers


def _may_have_more(base: Knowledge, part: Condition, given: tuple[str, ...]) -> bool:
    return base.findings[part.finding].kind is Kind.SEVERAL_OF and not part.options & set(given)


def _value(base: Knowledge, given: Condition) -> Value:
    answer = next(iter(given.options), given.operator)
    several = base.findings[given.finding].kind in (Kind.SEVERAL_OF, Kind.CODES)
    return (answer,) if several else answer
