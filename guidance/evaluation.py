"""Measures the engine on published cases. Arithmetic only: reading files and printing belong to the command."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from guidance import engine, interview, ranking
from guidance.answers import Answers, InvalidAnswers
from guidance.compiled import compiled
from guidance.conditions import did_you_mean
from guidance.results import History, Json, Question
from guidance.schema import UNSURE, Disposition, Finding, Knowledge, ScreenKind

# No case has a date. Nothing but the care plan depends on it, and the plan is not measured.
NOW = datetime(2026, 1, 1, tzinfo=UTC)
SCREENS_AT_MOST = 200


class UnusableCase(ValueError):
    """A case names something that we do not know; the message says what."""


@dataclass(frozen=True, slots=True)
class Case:
    """One published case: what was told, and what counts as right."""

    id: str
    category: str
    facts: Answers
    acceptable_causes: frozenset[str]
    least: Disposition
    most: Disposition
    for_cause: bool
    for_triage: bool

    @property
    def dangerous(self) -> bool:
        return self.category == "dangerous"

    @property
    def benign(self) -> bool:
        return self.category == "benign"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the engine made of one case."""

    case: Case
    disposition: Disposition
    disposition_all_facts: Disposition
    causes: tuple[str, ...]
    causes_interview: tuple[str, ...]
    rules: tuple[str, ...]
    in_scope: bool
    screens: tuple[str, ...]

    def as_json(self) -> Json:
        return {
            "id": self.case.id,
            "disposition": self.disposition.value,
            "disposition_all_facts": self.disposition_all_facts.value,
            "causes": list(self.causes),
            "causes_interview": list(self.causes_interview),
            "rules": list(self.rules),
            "in_scope": self.in_scope,
            "questions_asked": len(self.screens),
        }


def read_case(line: str, base: Knowledge, *, without_clinician: bool = False) -> Case:
    """One line of a case file, or `UnusableCase` saying what is unknown."""
    try:
        raw = json.loads(line)
        triage, facts = raw["triage"], dict(raw["facts"])
        _level(triage["level"])
        if without_clinician:
            facts = _without(facts, raw.get("facts_seen_by_clinician", []))
        return Case(
            id=raw["id"],
            category=raw["category"],
            facts=_facts(facts, base),
            acceptable_causes=frozenset(raw["gold"]["acceptable_causes"] or [raw["gold"]["cause"]]),
            least=_level(triage["min"]),
            most=_level(triage["max"]),
            for_cause="cause" in raw["usable_for"],
            for_triage="triage" in raw["usable_for"],
        )
    except (json.JSONDecodeError, KeyError, TypeError) as error:
        raise UnusableCase(f"cannot be read as a case: {type(error).__name__} {error}") from error


def _without(facts: Mapping[str, object], seen_by_clinician: Sequence[str]) -> dict[str, object]:
    return {name: value for name, value in facts.items() if name not in seen_by_clinician}


def _level(word: str) -> Disposition:
    try:
        return Disposition(word)
    except ValueError:
        words = [level.value for level in Disposition]
        raise UnusableCase(f"unknown level {word!r}.{did_you_mean(str(word), words)}") from None


def _facts(facts: Mapping[str, object], base: Knowledge) -> Answers:
    whole = {name: _whole(base.findings.get(name), value) for name, value in facts.items()}
    try:
        return Answers.parse(whole, base=base)
    except InvalidAnswers as bad:
        raise UnusableCase(" ".join(bad.errors.values())) from bad


def _whole(finding: Finding | None, value: object) -> object:
    """A source that says "7.5 of 10" is not wrong, but a person would have to choose 7 or 8."""
    if (
        finding is not None
        and finding.integer
        and isinstance(value, float)
        and math.isfinite(value)
    ):
        return math.floor(value)
    return value


def judge_case(base: Knowledge, case: Case) -> Outcome:
    """The case through the interview, and with everything told at once."""
    answered, screens = interviewed(base, case.facts)
    through = engine.assess(base, answered, History(), NOW)
    at_once = engine.assess(base, case.facts, History(), NOW)
    return Outcome(
        case=case,
        disposition=through.disposition,
        disposition_all_facts=at_once.disposition,
        causes=_ranking(base, case.facts),
        causes_interview=_ranking(base, answered),
        rules=tuple(rule.id for rule in through.rules),
        in_scope=through.in_scope,
        screens=tuple(screens),
    )


def _ranking(base: Knowledge, answers: Answers) -> tuple[str, ...]:
    """Every cause, best first, whether or not the place is one that we speak about to athletes."""
    knowledge = compiled(base)
    reading = knowledge.bits.read(answers.values_by_finding)
    fired = engine.screen(base, answers).rules
    return tuple(score.test.cause.id for score in ranking.rank(knowledge, reading, fired))


def interviewed(base: Knowledge, facts: Answers) -> tuple[Answers, list[str]]:
    """The step-by-step interview, answered from the facts. A fact that is missing stays unknown."""
    answers, screens = Answers.parse({}, base=base), list[str]()
    while (question := interview.next_question(base, answers)) is not None:
        if len(screens) >= SCREENS_AT_MOST:
            raise RuntimeError("the interview does not end")
        screens.append(question.screen_id)
        answers = answers.merged(_answer(base, question, facts))
    return answers, screens


def _answer(base: Knowledge, question: Question, facts: Answers) -> Answers:
    """On a danger screen what is not stated stays open ("I can't say"); elsewhere it is "not sure"."""
    asked = [finding.id for finding in question.findings]
    told: dict[str, object] = {name: facts[name] for name in asked if name in facts}
    if question.kind is ScreenKind.DANGER:
        skipped = [question.screen_id] if len(told) < len(asked) else []
        return Answers.parse(told, skipped=skipped, base=base)
    return Answers.parse({name: told.get(name, UNSURE) for name in asked}, base=base)
