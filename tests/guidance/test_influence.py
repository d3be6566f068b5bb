"""What an open question could change is foreseen: whatever an answer then does, was said to be possible."""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import given, settings
from hypothesis import strategies as st

from guidance import Answers, Disposition, dangers, ranking
from guidance.compiled import Compiled, compiled
from guidance.influence import Standing
from guidance.loader import knowledge
from tests.guidance import strategies


@dataclass
class Judged:
    """The dangers and the ranking alone."""

    knowledge: Compiled
    level: Disposition
    scores: list[ranking.Score]
    standing: Standing

    @property
    def leader(self) -> str:
        return self.scores[0].test.cause.id


def judged(answers: Answers) -> Judged:
    base = compiled(knowledge())
    reading = base.bits.read(answers.values_by_finding)
    raised = dangers.raised(base.rules, reading)
    level, scores = dangers.highest(raised), ranking.rank(base, reading, raised)
    return Judged(base, level, scores, Standing(base, reading, level, scores))


@st.composite
def one_more(draw: st.DrawFn) -> tuple[Answers, str, Answers]:
    """Some answers, a question that is open, and the answers with that one too."""
    answers = draw(strategies.answers())
    askable = [f for f, _ in compiled(knowledge()).askable if f.id not in answers]
    finding = draw(st.sampled_from(askable))
    return answers, finding.id, answers.with_(finding.id, draw(strategies.value(finding)))


@settings(max_examples=300)
@given(one_more())
def test_an_answer_raises_no_further_than_was_foreseen(case: tuple[Answers, str, Answers]) -> None:
    fewer, finding, more = case
    before, after = judged(fewer), judged(more)
    asked = before.knowledge.asked[finding]
    foreseen = before.standing.reach(asked, asked.bits, asked.bits) or before.level
    assert before.level <= after.level <= foreseen


@settings(max_examples=300)
@given(one_more())
def test_an_answer_brings_no_other_cause_to_the_top_unless_that_was_foreseen(
    case: tuple[Answers, str, Answers],
) -> None:
    fewer, finding, more = case
    before, after = judged(fewer), judged(more)
    if after.level is Disposition.EMERGENCY_NOW:
        return  # there, what the emergency names goes first whatever its points
    asked = before.knowledge.asked[finding]
    assert after.leader == before.leader or before.standing.rivalry(asked, asked.bits)
