"""The danger rules: which of them the answers raise, how soon each wants somebody to act, and why in words."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from guidance import logic
from guidance.answers import Answers
from guidance.compiled import Compiled, RuleTest
from guidance.explain import because
from guidance.logic import MET, Reading
from guidance.results import FiredRule
from guidance.schema import Disposition, Knowledge, ScreenKind

NOT_ANSWERED = "danger_signs_not_answered"


class Raised(NamedTuple):
    """A rule that is met or possible, before its reasons are put into words."""

    test: RuleTest
    truth: int

    @property
    def certain(self) -> bool:
        return self.truth == MET

    @property
    def level(self) -> Disposition:
        return self.test.levels[self.truth]

    @property
    def suggests(self) -> tuple[str, ...]:
        return self.test.rule.suggests


def raised(tests: Iterable[RuleTest], reading: Reading) -> list[Raised]:
    """Those of these rules that are met or possible."""
    return [Raised(test, truth) for test, truth in logic.raised(tests, reading)]


def highest(fired: Iterable[Raised | FiredRule]) -> Disposition:
    """How soon, by the most urgent of them."""
    ranks = [rule.level.rank for rule in fired]
    return tuple(Disposition)[max(ranks, default=0)]


def in_words(
    knowledge: Compiled, rules: Iterable[Raised], reading: Reading, answers: Answers
) -> list[FiredRule]:
    """The rules that were raised, each with the answers that it rests on."""
    return [_fired(knowledge, rule, reading, answers) for rule in rules]


def _fired(knowledge: Compiled, raised: Raised, reading: Reading, answers: Answers) -> FiredRule:
    rule = raised.test.rule
    reasons = because(knowledge, raised.test, reading, answers.values_by_finding)
    return FiredRule(
        id=rule.id,
        name=rule.name,
        level=raised.level,
        certain=raised.certain,
        because=tuple(reasons.values()),
        findings=tuple(reasons),
        tell_athlete=rule.tell_athlete,
        tell_coach=rule.tell_coach,
        why=rule.why,
        sources=rule.sources,
        withholds=rule.withholds,
        suggests=rule.suggests,
    )


def not_answered(base: Knowledge, answers: Answers) -> list[FiredRule]:
    """A danger screen nobody could answer: unknown is never no, so a person must look."""
    if not answers.skipped:
        return []
    screens = [
        screen
        for screen in base.screens.values()
        if screen.id in answers.skipped
        and screen.kind is ScreenKind.DANGER
        and any(finding not in answers for finding in screen.findings)
    ]
    if not screens:
        return []
    texts = base.not_answered
    return [
        FiredRule(
            id=NOT_ANSWERED,
            name=texts.name,
            level=Disposition.COACH_REVIEW,
            certain=False,
            because=tuple(screen.title for screen in screens),
            findings=tuple(
                name for screen in screens for name in screen.findings if name not in answers
            ),
            tell_athlete=texts.tell_athlete,
            tell_coach=texts.tell_coach,
            why=texts.why,
            sources=(),
            withholds=texts.withholds,
        )
    ]


def naming_what_changed(knowledge: Compiled, before: Answers, after: Answers) -> list[RuleTest]:
    """The rules that may be judged otherwise now that history has added to the answers."""
    changed = [name for name in after if after[name] != before.get(name)]
    touched = {test for name in changed for test in knowledge.asked[name].rules}
    return [test for test in knowledge.rules if test in touched]


def stronger_of(now: Iterable[FiredRule], told: Iterable[FiredRule]) -> tuple[FiredRule, ...]:
    """History may add to what the answers alone said in the request, never take from it."""
    by_id = {rule.id: rule for rule in told}
    for rule in now:
        before = by_id.get(rule.id)
        if before is None or rule.level >= before.level:
            by_id[rule.id] = rule
    return in_order(by_id.values())


def in_order(fired: Iterable[FiredRule]) -> tuple[FiredRule, ...]:
    """The most urgent first, the certain before the possible."""
    return tuple(sorted(fired, key=lambda rule: (-rule.level.rank, not rule.certain)))
