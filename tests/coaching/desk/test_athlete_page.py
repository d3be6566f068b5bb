"""What a coach decides on an athlete's page: a step of the plan, holding and releasing training."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from athletes.models import CareStep, LastLook, TrainingHold
from athletes.services import care, hand_overs, holds, step_changes
from tests import factories
from tests.coaching.desk.conftest import client_of

KEPT = "Easy runs up to 30 minutes"


@pytest.fixture
def report(athlete):
    at = timezone.now() - timedelta(hours=5)
    return factories.make_report(athlete, factories.SORE, assess=True, reported_at=at)


@pytest.fixture
def step(report):
    steps = report.assessment.care_steps.filter(kind="do")
    return next(
        step
        for step in steps
        if step.phase(timezone.now()) == "now" and not step_changes.why_fixed(step)
    )


def page(client, athlete):
    return client.get(reverse("desk:athlete", args=[athlete.pk])).content.decode()


def hold_page(athlete):
    return reverse("desk:hold", args=[athlete.pk])


# ---------------------------------------------------------------- what happened


def test_everything_that_happened_stands_beside_the_curve(squad, desk, athlete, report, step):
    care.set_step_state(by=athlete.user, step=step, state="done")
    holds.hold_training(by=squad.coach, athlete=athlete, kind="out", reason="Wait for the scan")
    hand_overs.hand_over(by=squad.coach, episode=report.episode, to_name="Dr Weber")
    shown = page(desk, athlete)
    assert f"Ticked: {step.text}" in shown
    assert f"{squad.coach}: no training. Wait for the scan" in shown
    assert f"{squad.coach} handed it over to Dr Weber" in shown
    assert "Pain 3 of 10, told once." in shown


def test_a_report_without_pain_is_a_question_mark_in_the_curve(desk, athlete):
    untold = {key: value for key, value in factories.SORE.items() if key != "severity_nrs"}
    factories.make_report(athlete, untold, assess=True)
    shown = page(desk, athlete)
    assert "Nobody has said how much it hurts." in shown
    assert "curve-unknown" in shown


def test_what_was_ticked_says_by_whom(desk, athlete, step):
    care.set_step_state(by=athlete.user, step=step, state="skipped")
    assert f"Skipped by {athlete.user}" in page(desk, athlete)


def test_who_opens_the_page_has_looked(squad, desk, athlete, report):
    page(desk, athlete)
    assert LastLook.objects.get().user == squad.coach


# ---------------------------------------------------------------- training


def test_training_is_held_and_the_page_says_so_large(desk, athlete, report):
    until = (timezone.now().astimezone(athlete.zone) + timedelta(days=2)).replace(
        hour=7, minute=30, second=0, microsecond=0
    )
    told = {"kind": "modified", "reason": KEPT, "until": f"{until:%Y-%m-%dT%H:%M}"}
    shown = desk.post(hold_page(athlete), told, follow=True).content.decode()
    held = TrainingHold.objects.get()
    assert held.until == until  # by the athlete's clock
    assert 'data-training="modified"' in shown
    assert KEPT in shown
    assert "07:30" in shown


def test_the_form_shows_what_holds_now_by_the_athletes_clock(squad, desk, athlete):
    until = timezone.now().replace(second=0, microsecond=0) + timedelta(days=1)
    holds.hold_training(by=squad.coach, athlete=athlete, kind="out", reason=KEPT, until=until)
    shown = desk.get(hold_page(athlete)).content.decode()
    assert f"{until.astimezone(athlete.zone):%Y-%m-%dT%H:%M}" in shown
    assert KEPT in shown


@pytest.mark.parametrize(
    "wrong",
    [{"kind": ""}, {"reason": ""}, {"until": "2020-01-01T00:00"}, {"until": "soon"}],
    ids=str,
)
def test_a_hold_that_cannot_be_is_explained_and_kept(desk, athlete, wrong):
    again = desk.post(hold_page(athlete), {"kind": "out", "reason": KEPT, **wrong})
    assert again.status_code == 422
    shown = again.content.decode()
    assert "field-error" in shown
    assert KEPT in shown or "reason" in wrong
    assert not TrainingHold.objects.exists()


def test_a_release_ends_the_coachs_hold_and_nothing_else(squad, desk, athlete):
    """The clot still asks for a doctor: the athlete stays out, and the page says why."""
    factories.make_report(athlete, factories.CLOT, assess=True)
    held = holds.hold_training(by=squad.coach, athlete=athlete, kind="modified", reason=KEPT)
    address = reverse("desk:release", args=[held.pk])
    assert "This ends only what a coach or clinician decided." in desk.get(address).content.decode()
    shown = desk.post(address, {"reason": "Feels well"}, follow=True).content.decode()
    held.refresh_from_db()
    assert held.release_reason == "Feels well"
    assert 'data-training="out"' in shown
    assert "no release ends it" in shown


# ---------------------------------------------------------------- a step of the plan


def change(step):
    return reverse("desk:change_step", args=[step.pk])


def test_a_step_is_changed_in_the_coachs_words_with_a_reason(desk, athlete, step):
    told = {"how": "instead", "text": "Walk on flat ground", "reason": "The pool is closed"}
    shown = desk.post(change(step), told, follow=True).content.decode()
    for words in ("Walk on flat ground", "The pool is closed", step.text):
        assert words in shown


def test_a_step_is_taken_out_and_back_in(desk, athlete, step):
    desk.post(change(step), {"how": "off", "reason": "Not needed"})
    step.refresh_from_db()
    assert step.is_off
    assert "Taken out by" in page(desk, athlete)
    desk.post(reverse("desk:undo_step", args=[step.pk]))
    step.refresh_from_db()
    assert not step.is_changed
    assert "took a change back" in page(desk, athlete)


@pytest.mark.parametrize(
    "wrong",
    [
        {"how": ""},
        {"how": "instead", "text": ""},
        {"how": "off"},  # and words were typed: one of the two is a mistake
        {"reason": ""},
    ],
    ids=str,
)
def test_a_change_that_cannot_be_is_explained_and_kept(desk, step, wrong):
    told = {"how": "instead", "text": "Walk on flat ground", "reason": "Closed pool", **wrong}
    again = desk.post(change(step), told)
    assert again.status_code == 422
    shown = again.content.decode()
    assert "field-error" in shown
    assert "Closed pool" in shown or "reason" in wrong
    assert "Walk on flat ground" in shown or "text" in wrong
    assert not CareStep.objects.filter(state="changed").exists()


def test_the_plan_of_a_danger_offers_no_change_and_takes_none(desk, athlete):
    danger = factories.make_report(athlete, factories.CLOT, assess=True)
    step = danger.assessment.care_steps.first()
    assert "step-change" not in page(desk, athlete)
    assert "nobody changes its plan here" in page(desk, athlete)
    told = {"how": "off", "reason": "I know this athlete", "text": ""}
    refused = desk.post(change(step), told)
    assert refused.status_code == 422
    assert "I know this athlete" in refused.content.decode()
    step.refresh_from_db()
    assert step.state == "open"


def test_nobody_changes_their_own_plan(squad, athlete, step):
    athlete.user = squad.coach
    athlete.save()
    coach = client_of(squad.coach)
    assert "step-change" not in page(coach, athlete)
    assert coach.post(change(step), {"how": "off", "reason": "why"}).status_code == 403


# ---------------------------------------------------------------- escaping


def test_what_people_type_is_shown_as_text(squad, desk, athlete, report, step):
    bad = "<script>alert(1)</script>"
    step_changes.change_step(by=squad.coach, step=step, reason=bad, text=bad)
    holds.hold_training(by=squad.coach, athlete=athlete, kind="out", reason=bad)
    hand_overs.hand_over(by=squad.coach, episode=report.episode, to_name=bad, note=bad)
    for shown in (
        page(desk, athlete),
        desk.get(reverse("desk:sheet", args=[report.episode_id])).content.decode(),
    ):
        assert bad not in shown
        assert "&lt;script&gt;" in shown


# ---------------------------------------------------------------- the talk after the end


@pytest.mark.parametrize(("days", "may_write"), [(1, True), (31, False)])
def test_after_the_end_the_talk_goes_on_for_a_month(desk, athlete, report, days, may_write):
    report.episode.closed_at = timezone.now() - timedelta(days=days)
    report.episode.save()
    comment = reverse("desk:comment", args=[report.episode_id])
    assert (f'action="{comment}"' in page(desk, athlete)) is may_write
    answer = desk.post(comment, {"text": "Keep up the calf raises"})
    said = report.episode.comments.filter(text="Keep up the calf raises")
    assert said.exists() is may_write
    if not may_write:
        assert "Keep up the calf raises</textarea>" in answer.content.decode()
        assert "its talk is over" in answer.content.decode()
