"""What must hold for any answers whatever, on the real knowledge."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from guidance import (
    KNOWLEDGE,
    Answers,
    History,
    assess,
    screen,
)
from guidance.schema import Fit
from tests.guidance import strategies

NOW = datetime(2026, 5, 20, 9, 0, tzinfo=UTC)
ONSETS = st.none() | st.integers(0, 24 * 20).map(lambda hours: NOW - timedelta(hours=hours))


@given(strategies.answers(), st.data())
def test_a_danger_sign_never_lowers_the_disposition(answers: Answers, data: st.DataObject) -> None:
    sign = data.draw(st.sampled_from(strategies.danger_signs()))
    before = screen(answers.without([sign])).disposition
    assert screen(answers.with_(sign, "yes")).disposition >= before


@given(strategies.answers(), st.data())
def test_unsure_about_a_danger_sign_is_never_less_than_no(
    answers: Answers, data: st.DataObject
) -> None:
    sign = data.draw(st.sampled_from(strategies.danger_signs()))
    assert (
        screen(answers.with_(sign, "unsure")).disposition
        >= screen(answers.with_(sign, "no")).disposition
    )


@given(strategies.answers(), st.data())
def test_yes_to_a_danger_sign_is_never_less_than_unsure(
    answers: Answers, data: st.DataObject
) -> None:
    sign = data.draw(st.sampled_from(strategies.danger_signs()))
    assert (
        screen(answers.with_(sign, "yes")).disposition
        >= screen(answers.with_(sign, "unsure")).disposition
    )


@given(strategies.answers(), st.data())
def test_answering_an_open_question_never_lowers_the_disposition(
    answers: Answers, data: st.DataObject
) -> None:
    finding = data.draw(st.sampled_from([f for f in KNOWLEDGE.findings.values() if not f.derived]))
    fewer = Answers.parse(answers.without([finding.id]).as_dict())
    more = fewer.with_(finding.id, data.draw(strategies.value(finding)))
    assert screen(more).disposition >= screen(fewer).disposition


@given(strategies.answers(), ONSETS, st.data())
def test_a_danger_sign_never_lowers_what_the_whole_assessment_says(
    answers: Answers, onset: datetime | None, data: st.DataObject
) -> None:
    sign = data.draw(st.sampled_from(strategies.danger_signs()))
    history = History(first_onset=onset)
    before = assess(answers.without([sign]), history, NOW).disposition
    assert assess(answers.with_(sign, "yes"), history, NOW).disposition >= before


@given(strategies.answers(), st.data())
def test_an_answer_never_lowers_the_assessment_below_what_a_stated_danger_demands(
    answers: Answers, data: st.DataObject
) -> None:
    finding = data.draw(st.sampled_from([f for f in KNOWLEDGE.findings.values() if not f.derived]))
    fewer = answers.without([finding.id])
    more = fewer.with_(finding.id, data.draw(strategies.value(finding)))
    assert assess(more, History(), NOW).disposition >= strategies.demanded(screen(fewer))


@given(strategies.answers(), ONSETS)
def test_no_plan_holds_a_step_that_a_danger_withholds(
    answers: Answers, onset: datetime | None
) -> None:
    result = assess(answers, History(first_onset=onset), NOW)
    withheld = {tag for rule in result.rules for tag in rule.withholds}
    unknown = not result.causes or result.causes[0].fit is Fit.UNLIKELY
    guarded = {c.id for c in result.causes[:2] if unknown or c.fit is not Fit.UNLIKELY}
    for step in result.care_steps:
        assert not withheld & set(step.tags), step.id
        assert not KNOWLEDGE.advice[step.id].withheld_when_likely & guarded, step.id
        assert step.until is None or step.until > NOW


@given(strategies.answers(), ONSETS)
def test_every_assessment_is_plain_json_with_a_safety_net(
    answers: Answers, onset: datetime | None
) -> None:
    result = assess(answers, History(first_onset=onset), NOW)
    told = json.loads(json.dumps(result.as_json()))
    assert told["safety_net"]
    assert told["headline"]
    assert result.disposition >= screen(answers).disposition
    json.dumps(screen(answers).as_json())


@given(strategies.answers())
def test_the_same_answers_are_judged_the_same_twice(answers: Answers) -> None:
    again = Answers.parse(json.loads(json.dumps(answers.as_dict())), skipped=answers.skipped)
    assert assess(again, History(), NOW) == assess(answers, History(), NOW)
