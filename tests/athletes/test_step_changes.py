"""A coach changes a step of the plan, and what nobody may change."""

import pytest
from django.core.exceptions import ValidationError

from athletes import access
from athletes.models import CareStep
from athletes.services.care import set_step_state
from athletes.services.step_changes import Fixed, change_step, undo_change, why_fixed
from guidance import KNOWLEDGE, Disposition
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def squad():
    return factories.make_club()


@pytest.fixture
def athlete(squad):
    return factories.make_athlete(squad)


@pytest.fixture
def step(athlete):
    steps = factories.make_report(athlete, factories.SORE, assess=True).assessment.care_steps
    return next(step for step in steps.filter(kind="do") if not why_fixed(step))


def notices(athlete):
    return athlete.user.notifications.filter(channel="in_app", topic="talk")


def test_other_words_hold_with_who_when_and_why(squad, athlete, step):
    change_step(by=squad.coach, step=step, reason="Pool is closed", text="Walk 20 minutes")
    step.refresh_from_db()
    assert (step.state, step.coach_text, step.changed_reason) == (
        "changed",
        "Walk 20 minutes",
        "Pool is closed",
    )
    assert step.settled_by == squad.coach
    assert step.settled_at is not None
    assert step.is_changed
    assert not step.is_off
    assert [notice.subject for notice in notices(athlete)] == ["Your coach has changed your plan"]


def test_without_words_it_is_off(squad, step):
    assert change_step(by=squad.coach, step=step, reason="Not needed").is_off


def test_the_same_change_sent_twice_tells_the_athlete_once(squad, athlete, step):
    for _ in range(2):
        change_step(by=squad.coach, step=step, reason="Not needed")
    assert notices(athlete).count() == 1


def test_it_can_be_taken_back_and_the_reason_stays_on_record(squad, athlete, step):
    change_step(by=squad.coach, step=step, reason="Pool is closed", text="Walk")
    undone = undo_change(by=squad.coach, step=step)
    assert (undone.state, undone.coach_text, undone.is_changed) == ("open", "", False)
    assert undone.changed_reason == "Pool is closed"
    assert undone.settled_by == squad.coach
    undo_change(by=squad.coach, step=step)
    assert notices(athlete).count() == 2


def test_a_changed_step_can_be_ticked_and_still_says_the_coachs_words(squad, athlete, step):
    change_step(by=squad.coach, step=step, reason="Pool is closed", text="Walk")
    ticked = set_step_state(by=athlete.user, step=step, state="done")
    assert (ticked.state, ticked.coach_text, ticked.is_changed) == ("done", "Walk", True)


@pytest.mark.parametrize(
    ("told", "field"),
    [
        ({"reason": " "}, "reason"),
        ({"reason": "x" * 301}, "reason"),
        ({"reason": "why", "text": "x" * 301}, "text"),
    ],
)
def test_what_cannot_be_is_refused_with_its_field(squad, step, told, field):
    with pytest.raises(ValidationError) as wrong:
        change_step(by=squad.coach, step=step, **told)
    assert list(wrong.value.message_dict) == [field]


def test_nobody_changes_the_plan_of_an_answer_that_asks_for_a_doctor_today(squad, athlete):
    plan = factories.make_report(athlete, factories.CLOT, assess=True).assessment.care_steps
    assert plan.exists()
    for step in plan.all():
        with pytest.raises(Fixed):
            change_step(by=squad.coach, step=step, reason="I know better")
    assert not CareStep.objects.filter(state="changed").exists()


def test_what_guards_against_a_danger_stays_in_every_plan(athlete):
    """Each “don't” that is also said on a day with a doctor, and each step that says to watch or to be seen."""
    plan = factories.make_report(athlete, factories.SORE, assess=True).assessment
    for advice in KNOWLEDGE.advice.values():
        step = CareStep(assessment=plan, advice=advice.id, kind=advice.kind)
        guards = (
            max(advice.dispositions) >= Disposition.SAME_DAY
            if advice.kind == "dont"
            else min(advice.dispositions) >= Disposition.WITHIN_DAYS
            or "wait_and_see" in advice.tags
        )
        assert bool(why_fixed(step)) == guards, advice.id
    assert why_fixed(CareStep(assessment=plan, advice="dont_touch_clot", kind="dont"))
    assert why_fixed(CareStep(assessment=plan, advice="tell_the_doctor", kind="do"))
    assert why_fixed(CareStep(assessment=plan, advice="watch_list", kind="do"))
    assert not why_fixed(CareStep(assessment=plan, advice="rest_a_day", kind="do"))
    assert why_fixed(CareStep(assessment=plan, advice="of an earlier knowledge", kind="dont"))
    assert not why_fixed(CareStep(assessment=plan, advice="of an earlier knowledge", kind="do"))


def test_only_who_looks_after_the_athlete_may_and_nobody_changes_their_own(squad, athlete, step):
    for outsider in (factories.make_club().coach, athlete.user):
        with pytest.raises(access.NotAllowed):
            change_step(by=outsider, step=step, reason="why")
    athlete.user = squad.coach
    athlete.save()
    step = CareStep.objects.get(pk=step.pk)
    with pytest.raises(access.NotAllowed):
        change_step(by=squad.coach, step=step, reason="why")
    with pytest.raises(access.NotAllowed):
        undo_change(by=squad.coach, step=step)
