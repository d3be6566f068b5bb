"""Random but valid answers to the real questions, for property tests."""

from __future__ import annotations

from dataclasses import dataclass, field

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from guidance import KNOWLEDGE, Answers, Disposition, Question, Screening, next_question
from guidance.dangers import NOT_ANSWERED
from guidance.schema import UNSURE, Finding, Kind, ScreenKind


def value(finding: Finding) -> SearchStrategy[object]:
    """Any answer that this finding accepts."""
    options = [option.id for option in finding.options]
    by_kind: dict[Kind, SearchStrategy[object]] = {Kind.YES_NO: st.sampled_from(["yes", "no"])}
    if finding.kind is Kind.ONE_OF:
        by_kind[finding.kind] = st.sampled_from(options)
    elif finding.kind is Kind.SEVERAL_OF:
        by_kind[finding.kind] = st.lists(
            st.sampled_from(options), min_size=1, max_size=3, unique=True
        )
    elif finding.kind is Kind.NUMBER:
        by_kind[finding.kind] = st.integers(int(finding.minimum or 0), int(finding.maximum or 0))
    elif finding.kind is Kind.CODES:
        by_kind[finding.kind] = st.lists(
            st.sampled_from(["levofloxacin", "warfarin", "other"]), min_size=1, max_size=5
        )
    return st.one_of(by_kind[finding.kind], st.just(UNSURE))


def danger_screens() -> list[str]:
    return [screen.id for screen in KNOWLEDGE.screens.values() if screen.kind is ScreenKind.DANGER]


def danger_signs() -> list[str]:
    screens = (KNOWLEDGE.screens[name] for name in danger_screens())
    return sorted({finding for screen in screens for finding in screen.findings})


def demanded(screening: Screening) -> Disposition:
    """What the stated signs demand. (That a screen was not answered counts only until it is.)"""
    levels = [rule.level for rule in screening.rules if rule.id != NOT_ANSWERED]
    return max(levels, default=Disposition.SELF_CARE)


@st.composite
def answers(draw: st.DrawFn, most: int = 25) -> Answers:
    """A random set of answers, some danger screens perhaps skipped."""
    askable = [finding for finding in KNOWLEDGE.findings.values() if not finding.derived]
    chosen = draw(
        st.lists(st.sampled_from(askable), max_size=most, unique_by=lambda finding: finding.id)
    )
    raw = {finding.id: draw(value(finding)) for finding in chosen}
    skipped = draw(st.lists(st.sampled_from(danger_screens()), max_size=2, unique=True))
    return Answers.parse(raw, skipped=skipped)


@dataclass
class Walk:
    """An interview as somebody went through it: each screen that was shown, with what was told there."""

    known: Answers
    steps: list[tuple[Question, Answers]] = field(default_factory=list)

    def answers(self, steps: int | None = None) -> Answers:
        """All that is known after so many steps."""
        told = self.known
        for _, more in self.steps[:steps]:
            told = told.merged(more)
        return told


@st.composite
def told(draw: st.DrawFn, question: Question) -> Answers:
    """An answer to one screen; a danger screen may be left as "I can't say", perhaps with some signs told."""
    raw = {finding.id: draw(value(finding)) for finding in question.findings}
    if question.kind is ScreenKind.DANGER and draw(st.booleans()):
        kept = draw(st.sets(st.sampled_from(sorted(raw))))
        return Answers.parse({name: raw[name] for name in kept}, skipped=[question.screen_id])
    return Answers.parse(raw)


@st.composite
def walks(draw: st.DrawFn, backs: int = 2, most_known: int = 6) -> Walk:
    """A whole interview from what a profile may know; a few times somebody goes back and answers anew."""
    walk = Walk(draw(answers(most=most_known)))
    while (question := next_question(walk.answers())) is not None:
        assert len(walk.steps) < len(KNOWLEDGE.screens), "the interview does not end"
        walk.steps.append((question, draw(told(question))))
        if backs and draw(st.booleans()):
            backs -= 1
            step = draw(st.integers(0, len(walk.steps) - 1))
            asked = walk.steps[step][0]
            walk.steps[step] = (asked, draw(told(asked)))
    return walk
