"""Which screen to show next: what everybody is asked, then danger, then only what can still change the answer."""

from __future__ import annotations

from collections.abc import Iterator
from functools import reduce
from operator import itemgetter, or_

from guidance import dangers
from guidance.answers import Answers
from guidance.compiled import Compiled, ScreenTest, compiled
from guidance.engine import is_in_scope
from guidance.influence import Standing
from guidance.logic import NOT_MET, judge
from guidance.ranking import rank
from guidance.results import Question
from guidance.schema import NO, Disposition, Knowledge, Screen, ScreenKind

Waiting = tuple[Screen, str]  # and why it is asked


def next_question(base: Knowledge, answers: Answers) -> Question | None:
    """The next screen, or None when nothing left could change the disposition or the leading cause."""
    waiting = next(_waiting(compiled(base), answers), None)
    return _question(base, *waiting, answers) if waiting else None


def progress(base: Knowledge, answers: Answers) -> tuple[int, int]:
    """Screens done, and an estimate of how many there will be; equal when the interview is over."""
    done = sum(
        entry.id in answers.skipped or all(name in answers for name in entry.findings)
        for entry in base.screens.values()
    )
    return done, done + sum(1 for _ in _waiting(compiled(base), answers))


def _waiting(knowledge: Compiled, answers: Answers) -> Iterator[Waiting]:
    """The screens still worth showing, the next one first, each with why it is asked."""
    base, reading = knowledge.base, knowledge.bits.read(answers.values_by_finding)
    raised = dangers.raised(knowledge.rules, reading)
    disposition = dangers.highest([*raised, *dangers.not_answered(base, answers)])
    if disposition is Disposition.EMERGENCY_NOW:
        return  # certain by its nature: what is only possible counts one level lower
    details = []
    for entry in knowledge.screens:
        if _is_open(entry, answers) and judge(entry.when, *reading) != NOT_MET:
            if entry.screen.kind is ScreenKind.DETAIL:
                details.append(entry)
            else:
                yield entry.screen, entry.screen.why
    if details and is_in_scope(base, answers):
        # Outside what we know, only the general danger signs are asked.
        standing = Standing(knowledge, reading, disposition, rank(knowledge, reading, raised))
        yield from _worth_asking(standing, details, answers)


def _is_open(entry: ScreenTest, answers: Answers) -> bool:
    if entry.screen.id in answers.skipped:
        return False
    return any(finding not in answers for finding in entry.screen.findings)


def _worth_asking(standing: Standing, details: list[ScreenTest], answers: Answers) -> list[Waiting]:
    """The detail screens that could change something, the most useful first.

    The leading cause is judged one screen ahead, which keeps the interview short.
    """
    still_open = [
        standing.bits(name for name in entry.screen.findings if name not in answers)
        for entry in details
    ]
    together = reduce(or_, still_open)
    ranked = []
    for position, (entry, bits) in enumerate(zip(details, still_open, strict=True)):
        use = standing.use(entry.asked, bits, together=together)
        if use.reach or use.rivalry:
            ranked.append((use.rank, position, entry.screen, use))
    words = standing.knowledge.base.scale.words
    return [(screen, use.why(words)) for *_, screen, use in sorted(ranked, key=itemgetter(0, 1))]


def _question(base: Knowledge, entry: Screen, why: str, answers: Answers) -> Question:
    findings = [base.findings[name] for name in entry.findings]
    return Question(
        screen_id=entry.id,
        kind=entry.kind,
        title=entry.title,
        why=why,
        findings=tuple(finding for finding in findings if finding.id not in answers),
        none_of_these=entry.rest == NO,
        known=tuple(finding for finding in findings if finding.id in answers),
        rest=entry.rest,
        groups=entry.groups,
    )
