"""The clock runs until a person has seen it."""

from datetime import timedelta
from unittest.mock import patch

import pytest
from django.utils import timezone

from athletes import access
from athletes.dispatcher import Dispatcher
from athletes.models import Escalation
from athletes.services import assessments, escalations
from athletes.services.episodes import close_episode
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def waiting(squad):
    report = factories.make_report(factories.make_athlete(squad), factories.CLOT)
    return report.escalations.get()


def let_the_clock_run_out(escalation):
    past = timezone.now() - timedelta(seconds=1)
    Escalation.objects.filter(pk=escalation.pk).update(acknowledge_by=past)


def kinds(escalation):
    return list(escalation.events.values_list("kind", flat=True))


def test_a_coach_acknowledges_and_the_first_one_stays(squad, waiting):
    other = factories.make_coach(squad)
    escalations.acknowledge(by=squad.coach, escalation=waiting)
    again = escalations.acknowledge(by=other, escalation=waiting)
    assert again.acknowledged_by == squad.coach
    assert kinds(waiting) == ["opened", "told", "acknowledged"]


def test_an_athlete_cannot_acknowledge_their_own(waiting):
    with pytest.raises(access.NotAllowed):
        escalations.acknowledge(by=waiting.athlete.user, escalation=waiting)
    waiting.refresh_from_db()
    assert waiting.state == "open"


def test_a_coach_of_another_club_cannot_acknowledge(waiting):
    with pytest.raises(access.NotAllowed):
        escalations.acknowledge(by=factories.make_club().coach, escalation=waiting)


def test_unacknowledged_in_time_goes_to_the_next_in_the_chain(squad, waiting):
    other = factories.make_coach(squad)
    assert not waiting.notifications.filter(recipient=other).exists()
    let_the_clock_run_out(waiting)
    assert escalations.pass_on(escalation_id=waiting.pk)
    assert waiting.notifications.filter(recipient=other, channel="email").exists()
    waiting.refresh_from_db()
    assert waiting.chain_step == 1
    assert waiting.acknowledge_by > timezone.now()
    assert waiting.is_overdue(timezone.now())


def test_passing_on_twice_at_once_is_passing_on_once(waiting):
    let_the_clock_run_out(waiting)
    assert escalations.pass_on(escalation_id=waiting.pk)
    assert not escalations.pass_on(escalation_id=waiting.pk)
    assert kinds(waiting).count("passed_on") == 1


def test_the_chain_never_silently_ends(squad, waiting):
    for _ in range(5):
        let_the_clock_run_out(waiting)
        assert escalations.pass_on(escalation_id=waiting.pk)
    mails = waiting.notifications.filter(recipient=squad.coach, channel="email")
    assert mails.count() == 6


def test_a_squad_without_coaches_tells_the_owner_at_once(squad):
    squad.memberships.update(ended_at=timezone.now())
    report = factories.make_report(factories.make_athlete(squad), factories.CLOT, by=None)
    told = report.escalations.get().notifications.values_list("recipient__email", flat=True)
    assert set(told) == {squad.coach.email}


def test_an_acknowledged_escalation_is_not_passed_on(squad, waiting):
    let_the_clock_run_out(waiting)
    escalations.acknowledge(by=squad.coach, escalation=waiting)
    assert not escalations.pass_on(escalation_id=waiting.pk)


def test_a_worse_report_while_waiting_raises_the_same_escalation(waiting):
    factories.make_report(waiting.athlete, factories.BREATHLESS)
    raised = Escalation.objects.get()
    assert raised.pk == waiting.pk
    assert raised.level == "emergency_now"


def test_a_new_danger_after_it_was_seen_calls_again(squad, waiting):
    escalations.acknowledge(by=squad.coach, escalation=waiting)
    factories.make_report(waiting.athlete, factories.CLOT)
    assert Escalation.objects.open().count() == 1
    assert Escalation.objects.count() == 2


def test_resolving_counts_as_having_seen_it(squad, waiting):
    done = escalations.resolve(by=squad.coach, escalation=waiting, outcome="Scan was clear")
    assert (done.state, done.acknowledged_by, done.outcome) == (
        "resolved",
        squad.coach,
        "Scan was clear",
    )
    assert kinds(waiting) == ["opened", "told", "acknowledged", "resolved"]


def test_events_are_only_ever_added(waiting):
    event = waiting.events.get(kind="opened")
    event.kind = "resolved"
    with pytest.raises(TypeError):
        event.save()
    with pytest.raises(TypeError):
        event.delete()


def test_the_desk_shows_the_most_dangerous_first_and_what_was_seen_last(squad, waiting):
    emergency = factories.make_report(factories.make_athlete(squad), factories.BREATHLESS)
    seen = factories.make_report(factories.make_athlete(squad), factories.BREATHLESS)
    escalations.acknowledge(by=squad.coach, escalation=seen.escalations.get())
    order = list(Escalation.objects.seen_from_desk_by(squad.coach).by_urgency())
    assert order == [emergency.escalations.get(), waiting, seen.escalations.get()]


def test_a_report_seen_with_the_others_of_its_escalation_does_not_call_again(squad, waiting):
    """It was in the escalation when the coach acknowledged it; its judgement says nothing new."""
    again = factories.make_report(waiting.athlete, factories.CLOT)
    assert kinds(waiting) == ["opened", "told", "reported_again"]
    escalations.acknowledge(by=squad.coach, escalation=waiting)
    assessments.assess_report(assessment_id=again.assessment.pk, finished_by="worker")
    assert Escalation.objects.get().state == "acknowledged"


def test_what_was_seen_does_not_raise_the_call_about_another_report(squad, waiting):
    escalations.acknowledge(by=squad.coach, escalation=waiting)
    milder = factories.make_report(waiting.athlete, factories.SORE)
    mild = {**assessments.judge(milder), "disposition": "coach_review"}
    with patch.object(assessments, "judge", return_value=mild):
        assessments.assess_report(assessment_id=milder.assessment.pk, finished_by="worker")
    assessments.assess_report(assessment_id=waiting.report.assessment.pk, finished_by="worker")
    called = Escalation.objects.open().get()
    assert (called.level, called.report) == ("coach_review", milder)


def test_a_judgement_worse_than_what_was_seen_calls_again(squad, waiting):
    escalations.acknowledge(by=squad.coach, escalation=waiting)
    report = waiting.report
    worse = {**assessments.judge(report), "disposition": "emergency_now"}
    with patch.object(assessments, "judge", return_value=worse):
        assessments.assess_report(assessment_id=report.assessment.pk, finished_by="worker")
    called = Escalation.objects.open().get()
    assert called.level == "emergency_now"
    assert called.notifications.filter(channel="email", state="pending").exists()


def test_what_was_raised_since_somebody_looked_is_not_acknowledged(squad, waiting):
    factories.make_report(waiting.athlete, factories.BREATHLESS)
    still = escalations.acknowledge(by=squad.coach, escalation=waiting)
    assert (still.state, still.level) == ("open", "emergency_now")
    assert still.notifications.filter(channel="email", state="pending").exists()
    assert escalations.acknowledge(by=squad.coach, escalation=still).state == "acknowledged"


def test_closing_an_episode_leaves_its_escalation_open_and_its_clock_running(squad, waiting):
    close_episode(by=squad.coach, episode=waiting.episode, reason="A mistake")
    assert waiting in Escalation.objects.seen_from_desk_by(squad.coach).unresolved()
    let_the_clock_run_out(waiting)
    Dispatcher().round()
    waiting.refresh_from_db()
    assert (waiting.state, kinds(waiting).count("passed_on")) == ("open", 1)


def test_a_danger_after_the_episode_was_closed_calls_on_its_own(squad, waiting):
    close_episode(by=squad.coach, episode=waiting.episode, reason="A mistake")
    again = factories.make_report(waiting.athlete, factories.CLOT)
    assert again.episode != waiting.episode
    assert Escalation.objects.open().count() == 2


def test_a_judgement_after_the_episode_was_closed_still_calls(squad):
    report = factories.make_report(factories.make_athlete(squad), factories.SORE)
    close_episode(by=squad.coach, episode=report.episode, reason="A mistake")
    worse = {**assessments.judge(report), "disposition": "same_day"}
    with patch.object(assessments, "judge", return_value=worse):
        assessments.assess_report(assessment_id=report.assessment.pk, finished_by="worker")
    assert Escalation.objects.open().get().report == report
