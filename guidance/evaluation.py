"""Judges coded cases with the engine: through the interview, and with everything told at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from guidance import engine, interview, ranking
from guidance.answers import Answers
from guidance.cases import Case
from guidance.compiled import compiled
from guidance.implied import with_implied
from guidance.results import History, Json, Question
from guidance.schema import UNSURE, Disposition, Knowledge, ScreenKind

# No case has a date. Nothing but the care plan depends on it, and the plan is not measured.
NOW = datetime(2026, 1, 1, tzinfo=UTC)
SCREENS_AT_MOST = 200


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the engine made of one case."""

    case: Case
    disposition: Disposition
    disposition_all_facts: Disposition
    causes: tuple[str, ...]
    causes_interview: tuple[str, ...]
    rules: tuple[str, ...]
    rules_all_facts: tuple[str, ...]
    in_scope: bool
    screens: tuple[str, ...]

    @property
    def too_low(self) -> bool:
        return self.disposition < self.case.least

    @property
    def too_low_at_once(self) -> bool:
        return self.disposition_all_facts < self.case.least

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
        rules_all_facts=tuple(rule.id for rule in at_once.rules),
        in_scope=through.in_scope,
        screens=tuple(screens),
    )


def needed_rules(base: Knowledge, cases: Iterable[Case]) -> dict[str, tuple[str, ...]]:
    """For every rule, the cases that would be judged too low without it.

    A rule that exactly one case needs may have been fitted to that case: look at where it comes from.
    """
    judged = [judge_case(base, case) for case in cases if case.for_triage]
    return {rule: tuple(_too_low_without(base, rule, judged)) for rule in base.rules}


def _too_low_without(base: Knowledge, rule: str, judged: Iterable[Outcome]) -> Iterator[str]:
    rest = {name: kept for name, kept in base.rules.items() if name != rule}
    poorer = replace(base, rules=rest)
    for before in judged:
        if rule not in before.rules and rule not in before.rules_all_facts:
            continue
        after = judge_case(poorer, before.case)
        falls = after.too_low and not before.too_low
        if falls or (after.too_low_at_once and not before.too_low_at_once):
            yield before.case.id


def _ranking(base: Knowledge, answers: Answers) -> tuple[str, ...]:
    """Every cause, best first, whether or not the place is one that we speak about to athletes."""
    knowledge = compiled(base)
    reading = knowledge.bits.read(answers.values_by_finding)
    fired = engine.screen(base, answers).rules
    return tuple(score.test.cause.id for score in ranking.rank(knowledge, reading, fired))


def interviewed(base: Knowledge, facts: Answers) -> tuple[Answers, list[str]]:
    """The step-by-step interview, answered from the facts and from what they imply; the rest stays unknown.

    Who "cannot walk" ticks "cannot take four steps", and who takes warfarin ticks the blood thinner.
    """
    facts = with_implied(base, facts)
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
