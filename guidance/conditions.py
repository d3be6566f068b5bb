"""Reads one written condition, such as "side is left or right", against the findings it may name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from difflib import get_close_matches

from guidance.schema import NO, YES, Condition, Finding, Kind

_COMPARISON = re.compile(r"(\w+)\s*(>=|<=|>|<|=)\s*(-?\d+(?:\.\d+)?)")
_CHOICE = re.compile(r"(\w+) is (\w+(?: or \w+)*)")
_DENIAL = re.compile(r"no (\w+)")
_PLAIN = re.compile(r"\w+")


class UnreadableCondition(ValueError):
    """The sentence cannot be judged; the message says why and how to mend it."""


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """A hint at the nearest known word, or nothing."""
    near = get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f" Did you mean {near[0]!r}?" if near else ""


def read_condition(text: str, findings: Mapping[str, Finding]) -> Condition:
    """Turn the written sentence into a condition, or say what is wrong with it."""
    sentence = " ".join(text.split())
    if match := _COMPARISON.fullmatch(sentence):
        return _comparison(sentence, _known(match[1], findings), match[2], float(match[3]))
    if match := _CHOICE.fullmatch(sentence):
        return _choice(sentence, _known(match[1], findings), match[2].split(" or "))
    if match := _DENIAL.fullmatch(sentence):
        return _yes_no(sentence, _known(match[1], findings), NO)
    if _PLAIN.fullmatch(sentence):
        return _yes_no(sentence, _known(sentence, findings), YES)
    raise UnreadableCondition(
        f'cannot read the condition {text!r}. Write "swelling", "no fever", "side is left or right"'
        ' or "days_since_onset > 7".'
    )


def _known(name: str, findings: Mapping[str, Finding]) -> Finding:
    if name not in findings:
        raise UnreadableCondition(f"unknown finding {name!r}.{did_you_mean(name, findings)}")
    return findings[name]


def _yes_no(sentence: str, finding: Finding, answer: str) -> Condition:
    if finding.kind is not Kind.YES_NO:
        mend = (
            "compare it with a number"
            if finding.kind is Kind.NUMBER
            else f'write "{finding.id} is ..."'
        )
        raise UnreadableCondition(
            f"{sentence!r} treats {finding.id} as yes or no, but it is {finding.kind}: {mend}."
        )
    return Condition(finding.id, answer, text=sentence)


def _choice(sentence: str, finding: Finding, options: list[str]) -> Condition:
    if finding.kind in (Kind.YES_NO, Kind.NUMBER):
        raise UnreadableCondition(
            f"{sentence!r} names options, but {finding.id} is {finding.kind} and has none."
        )
    known = [option.id for option in finding.options]
    for option in options:
        if finding.kind is not Kind.CODES and option not in known:
            raise UnreadableCondition(
                f"{finding.id} has no option {option!r}.{did_you_mean(option, known)}"
            )
    return Condition(finding.id, "is", options=frozenset(options), text=sentence)


def _comparison(sentence: str, finding: Finding, operator: str, number: float) -> Condition:
    if finding.kind is not Kind.NUMBER:
        raise UnreadableCondition(
            f"{sentence!r} compares a number, but {finding.id} is {finding.kind}."
        )
    return Condition(finding.id, operator, number=number, text=sentence)
