"""What becomes of a step that is ticked off: who did it and when, and what a coach changed stays changed."""

from __future__ import annotations

import pytest
from django.utils import timezone

from athletes import access
from athletes.models import Athlete, CareStep, Squad
from athletes.services import care
from tests.factories import CRAMP, make_athlete, make_club, make_report, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def squad() -> Squad:
    return make_club()


@pytest.fixture
def athlete(squad: Squad) -> Athlete:
    return make_athlete(squad)


@pytest.fixture
def step(athlete: Athlete) -> CareStep:
    return make_report(athlete, CRAMP, assess=True).assessment.care_steps.filter(kind="do")[0]


def changed(step: CareStep, squad: Squad, text: str) -> CareStep:
    step.state, step.coach_text, step.changed_reason = "changed", text, "The physio comes."
    step.settled_at, step.settled_by = timezone.now(), squad.coach  # type: ignore[attr-defined]
    step.save()
    return step


def test_a_tick_keeps_who_and_when_and_taking_it_back_keeps_neither(
    athlete: Athlete, step: CareStep
) -> None:
    before = timezone.now()
    done = care.set_step_state(by=athlete.user, step=step, state="done")  # type: ignore[arg-type]
    assert (done.state, done.settled_by) == ("done", athlete.user)
    assert done.settled_at is not None
    assert done.settled_at >= before
    again = care.set_step_state(by=athlete.user, step=step, state="open")  # type: ignore[arg-type]
    assert (again.state, again.settled_by, again.settled_at) == ("open", None, None)


def test_a_coach_may_tick_for_an_athlete(squad: Squad, step: CareStep) -> None:
    coach = squad.coach  # type: ignore[attr-defined]
    assert care.set_step_state(by=coach, step=step, state="skipped").settled_by == coach


def test_a_changed_step_is_changed_again_when_the_tick_is_taken_back(
    athlete: Athlete, squad: Squad, step: CareStep
) -> None:
    changed(step, squad, "Walk on the flat.")
    person = athlete.user
    assert person is not None
    assert care.set_step_state(by=person, step=step, state="done").is_changed
    again = care.set_step_state(by=person, step=step, state="open")
    assert (again.state, again.coach_text) == ("changed", "Walk on the flat.")
    assert again.changed_reason == "The physio comes."


def test_what_a_coach_took_out_of_the_plan_stays_out(
    athlete: Athlete, squad: Squad, step: CareStep
) -> None:
    changed(step, squad, "")
    left = care.set_step_state(by=athlete.user, step=step, state="done")  # type: ignore[arg-type]
    assert left.is_off
    assert left.settled_by == squad.coach  # type: ignore[attr-defined]


def test_nobody_else_ticks_it(step: CareStep) -> None:
    with pytest.raises(access.NotAllowed):
        care.set_step_state(by=make_user(), step=step, state="done")
