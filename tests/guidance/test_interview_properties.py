"""What must hold along any interview, on the real knowledge: with "not sure", "I can't say" and going back."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from itertools import pairwise
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from guidance import (
    KNOWLEDGE,
    Answers,
    Disposition,
    History,
    assess,
    next_question,
    progress,
    screen,
)
from guidance.schema import UNSURE
from tests.guidance import strategies
from tests.guidance.strategies import Walk

NOW = datetime(2026, 5, 20, 9, 0, tzinfo=UTC)


@settings(max_examples=60)
@given(strategies.walks())
def test_the_interview_ends_whatever_is_answered(walk: Walk) -> None:
    shown = [question.screen_id for question, _ in walk.steps]
    assert len(set(shown)) == len(shown)
    done, total = progress(walk.answers())
    assert done == total


@settings(max_examples=60)
@given(strategies.walks(backs=0))
def test_a_question_is_asked_once_and_again_only_where_nobody_could_say(walk: Walk) -> None:
    known = set(walk.known)
    for question, told in walk.steps:
        asked = {finding.id for finding in question.findings}
        assert asked
        assert not asked & known
        assert {finding.id for finding in question.known} <= known
        known |= set(told)


@settings(max_examples=60)
@given(strategies.walks(backs=0))
def test_no_answer_on_the_way_takes_back_what_a_stated_danger_demands(walk: Walk) -> None:
    told = [screen(walk.answers(step)) for step in range(len(walk.steps) + 1)]
    for before, after in pairwise(told):
        assert after.disposition >= strategies.demanded(before)
    whole = assess(walk.answers(), History(), NOW)
    assert whole.disposition >= max(strategies.demanded(screening) for screening in told)


@settings(max_examples=60)
@given(strategies.walks())
def test_the_interview_reaches_what_all_that_it_asked_gives_at_once(walk: Walk) -> None:
    answers = walk.answers()
    asked = {name for question, _ in walk.steps for name in (f.id for f in question.findings)}
    raw = {name: told for name, told in answers.as_dict().items() if name in asked | {*walk.known}}
    at_once = Answers.parse(raw, skipped=answers.skipped)
    assert assess(at_once, History(), NOW) == assess(answers, History(), NOW)


@settings(max_examples=60)
@given(strategies.walks(backs=1), st.randoms(use_true_random=False))
def test_the_same_answers_bring_the_same_question(walk: Walk, order: Random) -> None:
    for step in range(len(walk.steps) + 1):
        answers = walk.answers(step)
        told = list(json.loads(json.dumps(answers.as_dict())).items())
        order.shuffle(told)
        again = Answers.parse(dict(told), skipped=sorted(answers.skipped))
        assert next_question(again) == next_question(answers)
        assert progress(again) == progress(answers)


@settings(max_examples=60)
@given(strategies.answers())
def test_not_sure_is_an_answer_to_everything_and_is_never_worse_than_silence(
    answers: Answers,
) -> None:
    while (question := next_question(answers)) is not None:
        unsure = answers.merged(Answers.parse({f.id: UNSURE for f in question.findings}))
        assert screen(unsure).disposition >= strategies.demanded(screen(answers))
        answers = unsure


@settings(max_examples=60)
@given(strategies.answers(), st.data())
def test_a_fact_of_the_profile_is_not_asked(answers: Answers, data: st.DataObject) -> None:
    profile = [finding for finding in KNOWLEDGE.findings.values() if finding.profile]
    finding = data.draw(st.sampled_from(profile))
    known = answers.with_(finding.id, data.draw(strategies.value(finding)))
    while (question := next_question(known)) is not None:
        assert finding not in question.findings
        belongs = finding.id in KNOWLEDGE.screens[question.screen_id].findings
        assert (finding in question.known) == belongs
        known = known.merged(data.draw(strategies.told(question)))


@settings(max_examples=60)
@given(strategies.answers(), st.data())
def test_what_the_interview_leaves_unasked_could_not_change_the_leading_cause(
    answers: Answers, data: st.DataObject
) -> None:
    answers = _to_the_end(answers, data)
    before = assess(answers, History(), NOW)
    if before.disposition is Disposition.EMERGENCY_NOW or not before.causes or not before.in_scope:
        return
    unasked = sorted(
        {name for s in KNOWLEDGE.screens.values() for name in s.findings} - set(answers)
    )
    askable = [name for name in unasked if _could_be_shown(name, answers)]
    if not askable:
        return
    finding = KNOWLEDGE.findings[data.draw(st.sampled_from(askable))]
    after = assess(answers.with_(finding.id, data.draw(strategies.value(finding))), History(), NOW)
    assert after.disposition == before.disposition
    assert after.causes[0].id == before.causes[0].id


def _to_the_end(answers: Answers, data: st.DataObject) -> Answers:
    while (question := next_question(answers)) is not None:
        raw = {finding.id: data.draw(strategies.value(finding)) for finding in question.findings}
        answers = answers.merged(Answers.parse(raw))
    return answers


def _could_be_shown(finding: str, answers: Answers) -> bool:
    """On a screen without a condition, so that only its use decided against showing it."""
    return any(
        finding in s.findings and not s.when.conditions and s.id not in answers.skipped
        for s in KNOWLEDGE.screens.values()
    )
