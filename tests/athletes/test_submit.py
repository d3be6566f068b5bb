"""A report is screened, stored once, and never lost."""

import uuid
from unittest.mock import patch

import pytest
from django.db import DataError, OperationalError

from athletes import access
from athletes.models import Assessment, Episode, Escalation, Heartbeat, Notification, PainReport
from athletes.services import reports
from guidance import Answers, Disposition
from tests import factories

pytestmark = pytest.mark.django_db


def submit(athlete, answers=factories.CRAMP, *, key=None, by=None, note=""):
    return reports.submit_pain_report(
        by=by or athlete.user,
        athlete=athlete,
        answers=Answers.parse(answers),
        client_key=key or uuid.uuid4(),
        face="phone",
        note=note,
    )


def test_a_danger_sign_opens_an_escalation_before_any_worker_has_run(athlete):
    report = submit(athlete, factories.BREATHLESS).report
    assert report.disposition == "emergency_now"
    assert report.assessment.state == "pending"
    escalation = Escalation.objects.get(report=report)
    assert escalation.level == "emergency_now"
    assert (escalation.acknowledge_by - report.reported_at).total_seconds() == 15 * 60


def test_the_coach_is_told_in_the_same_transaction(athlete):
    submit(athlete, factories.BREATHLESS)
    told = Notification.objects.filter(recipient__memberships__role=access.COACH)
    assert sorted(told.values_list("channel", "state")) == [
        ("email", "pending"),
        ("in_app", "sent"),
    ]


def test_a_self_care_report_calls_nobody_from_the_request(athlete):
    report = submit(athlete, factories.SORE).report
    assert report.disposition == "self_care"
    assert not Escalation.objects.exists()


def test_the_same_report_sent_again_is_the_same_report(athlete):
    key = uuid.uuid4()
    first, second = submit(athlete, key=key), submit(athlete, key=key)
    assert (first.created, second.created) == (True, False)
    assert first.report.pk == second.report.pk
    assert PainReport.objects.count() == Assessment.objects.count() == 1


def test_the_same_key_with_other_answers_is_refused_and_stores_nothing(athlete):
    key = uuid.uuid4()
    submit(athlete, key=key)
    with pytest.raises(reports.SameKeyOtherContent):
        submit(athlete, factories.CLOT, key=key)
    assert PainReport.objects.count() == 1


def test_two_athletes_may_use_the_same_key(athlete):
    other = factories.make_athlete(athlete.squads.get())
    key = uuid.uuid4()
    assert submit(athlete, key=key).created
    assert submit(other, key=key).created


def test_a_failing_database_still_says_what_to_do(athlete):
    with (
        patch.object(reports.PainReport.objects, "create", side_effect=OperationalError("full")),
        pytest.raises(reports.NotStored) as caught,
    ):
        submit(athlete, factories.BREATHLESS)
    assert caught.value.screening.disposition is Disposition.EMERGENCY_NOW
    assert caught.value.screening.tell_athlete


def test_a_failing_database_is_heard_of_and_nothing_of_the_row_is(athlete, caplog):
    """Whatever face it came through: the person gets a kind page, the operator a line in the log."""
    fault = DataError("Failing row contains (Lena, swelling)")
    with (
        patch.object(reports.PainReport.objects, "create", side_effect=fault),
        pytest.raises(reports.NotStored),
    ):
        submit(athlete, factories.BREATHLESS)
    assert "a report could not be stored: DataError" in caplog.text
    assert "in _store" in caplog.text
    assert "swelling" not in caplog.text


def test_a_failing_store_leaves_no_half_written_report(athlete):
    with (
        patch.object(reports.Assessment.objects, "create", side_effect=OperationalError("full")),
        pytest.raises(reports.NotStored),
    ):
        submit(athlete, factories.BREATHLESS)
    assert not PainReport.objects.exists()
    assert not Episode.objects.exists()
    assert not Escalation.objects.exists()


def test_reports_of_the_same_place_belong_to_one_episode(athlete):
    first = submit(athlete, {"site": ["calf"], "side": "left"}).report
    second = submit(athlete, {"site": ["calf_upper"], "side": "left"}).report
    other_leg = submit(athlete, {"site": ["calf"], "side": "right"}).report
    assert first.episode == second.episode != other_leg.episode


def test_a_side_that_was_not_told_joins_what_is_running_there(athlete):
    first = submit(athlete, {"site": ["calf"], "side": "left"}).report
    assert submit(athlete, {"site": ["calf"]}).report.episode == first.episode


@pytest.mark.parametrize(
    ("pain_free", "kind"), [(True, "recurrence"), (None, "recurrence"), (False, "exacerbation")]
)
def test_pain_after_a_closed_episode_came_back_or_had_never_gone(athlete, pain_free, kind):
    from athletes.services.episodes import close_episode

    coach = athlete.squads.get().memberships.get(role=access.COACH).user
    first = submit(athlete, {"site": ["calf"], "side": "left"}).report
    close_episode(by=coach, episode=first.episode, reason="Back in training", pain_free=pain_free)
    again = submit(athlete, {"site": ["calf"], "side": "left"}).report
    assert again.episode != first.episode
    assert again.episode.kind == kind


def test_what_the_profile_knows_counts_in_the_screening(athlete):
    athlete.background = {"prior_vte": "yes"}
    athlete.save()
    report = submit(athlete, {"site": ["calf"], "side": "left", "swelling": "yes"}).report
    assert report.known_facts["prior_vte"] == "yes"
    assert "prior_vte" not in report.answers
    assert Disposition(report.disposition) >= Disposition.SAME_DAY


def test_a_stranger_cannot_report_for_an_athlete(athlete):
    with pytest.raises(access.NotAllowed):
        submit(athlete, by=factories.make_user())


def test_a_squad_mate_cannot_report_for_an_athlete(athlete):
    mate = factories.make_athlete(athlete.squads.get())
    with pytest.raises(access.NotAllowed):
        submit(athlete, by=mate.user)


def test_without_a_living_dispatcher_the_request_judges_the_report_itself(athlete):
    Heartbeat.objects.all().delete()
    report = submit(athlete).report
    assessment = report.assessment
    assessment.refresh_from_db()
    assert (assessment.state, assessment.finished_by) == ("done", "web")


def test_a_database_that_goes_away_after_the_report_was_stored_takes_nothing_back(athlete):
    with patch.object(reports.clock, "is_fresh", side_effect=OperationalError("gone")):
        submission = submit(athlete, factories.BREATHLESS)
    assert submission.created
    assert submission.report.disposition == "emergency_now"
