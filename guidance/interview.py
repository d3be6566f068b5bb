"""Which screen to show next: what everybody is asked, then danger, then only what can still change the answer."""

from __future__ import annotations

from guidance.answers import Answers
from guidance.compiled import Compiled, ScreenTest, compiled
from guidance.engine import is_in_scope, screen
from guidance.influence import Standing
from guidance.logic import NOT_MET, judge
from guidance.results import Question
from guidance.schema import Disposition, Knowledge, Screen, ScreenKind


def next_question(base: Knowledge, answers: Answers) -> Question | None:
    """The next screen, or None when nothing left could change the disposition or the leading cause."""
    waiting = _waiting(compiled(base), answers)
    return _question(base, waiting[0], answers) if waiting else None


def progress(base: Knowledge, answers: Answers) -> tuple[int, int]:
    """Screens done, and an estimate of how many there will be; equal when the interview is over."""
    done = sum(
        entry.id in answers.skipped or all(name in answers for name in entry.findings)
        for entry in base.screens.values()
    )
    return done, done + len(_waiting(compiled(base), answers))


def _waiting(knowledge: Compiled, answers: Answers) -> list[Screen]:
    """The screens still worth showing, the next one first."""
    screening = screen(knowledge.base, answers)
    if screening.disposition is Disposition.EMERGENCY_NOW:
        return []  # certain by its nature: what is only possible counts one level lower
    reading = knowledge.bits.read(answers.values_by_finding)
    open_screens = [
        entry.screen
        for entry in knowledge.screens
        if _is_open(entry, answers) and judge(entry.when, *reading) != NOT_MET
    ]
    asked_always = [entry for entry in open_screens if entry.kind is not ScreenKind.DETAIL]
    details = [entry for entry in open_screens if entry.kind is ScreenKind.DETAIL]
    if not details:
        return asked_always
    standing = Standing(knowledge, answers, screening.disposition, screening.rules)
    return asked_always + _worth_asking(knowledge, answers, standing, details)


def _is_open(entry: ScreenTest, answers: Answers) -> bool:
    if entry.screen.id in answers.skipped:
        return False
    return any(finding not in answers for finding in entry.screen.findings)


def _worth_asking(
    knowledge: Compiled, answers: Answers, standing: Standing, details: list[Screen]
) -> list[Screen]:
    """The detail screens that could change something, the most useful first.

    How soon is judged over all of them together, because two signs can make a danger that neither makes alone.
    The leading cause is judged one screen ahead, which keeps the interview short.
    """
    in_scope = is_in_scope(knowledge.base, answers)
    bits = {entry.id: _open_bits(knowledge, entry, answers) for entry in details}
    together = 0
    for screen_bits in bits.values():
        together |= screen_bits
    ranked = []
    for position, entry in enumerate(details):
        reach = standing.could_raise(bits[entry.id], together)
        rivalry = standing.could_lead(bits[entry.id]) if in_scope else None
        if reach or rivalry:
            use = (
                -(reach.rank if reach else -1),
                -(rivalry.margin if rivalry else 0.0),
                position,
            )
            ranked.append((use, entry))
    ranked.sort(key=lambda pair: pair[0])
    return [entry for _, entry in ranked]


def _open_bits(knowledge: Compiled, entry: Screen, answers: Answers) -> int:
    bits = 0
    for finding in entry.findings:
        if finding not in answers:
            bits |= knowledge.bits.of_finding(finding)
    return bits


def _question(base: Knowledge, entry: Screen, answers: Answers) -> Question:
    return Question(
        screen_id=entry.id,
        kind=entry.kind,
        title=entry.title,
        why=entry.why,
        findings=tuple(base.findings[name] for name in entry.findings if name not in answers),
        none_of_these=entry.kind is ScreenKind.DANGER,
    )
