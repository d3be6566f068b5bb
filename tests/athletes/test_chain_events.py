"""What stands in the time line, and what a check-in that nobody answered adds to it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from athletes.models import Escalation, EscalationEvent
from athletes.services import assessments, escalations, notifications
from guidance import Disposition
from tests import factories
from tests.athletes.chain_stories import call, kinds, let_it_run_out, make_full_club, told

pytestmark = pytest.mark.django_db


@pytest.fixture
def squad():
    return make_full_club()


def told_in_app(escalation):
    """Whose message stood in the app at which level and step of the chain, as the time line has it."""
    events = escalation.events.filter(kind="told", channel="in_app")
    return list(events.values_list("actor__name", "level", "chain_step"))


def test_the_time_line_says_at_once_who_was_told_in_the_app(squad, athlete):
    athlete.own_coaches.add(squad.chris)
    waiting = call(athlete)
    assert told_in_app(waiting) == [("Chris", "same_day", 0)]
    let_it_run_out(waiting)
    assert told_in_app(waiting)[1:] == [("Carla", "same_day", 1), ("Chris", "same_day", 1)]
    call(athlete, factories.BREATHLESS)
    worse = [("Carla", "emergency_now", 1), ("Chris", "emergency_now", 1)]
    assert told_in_app(waiting)[3:] == worse


def test_the_same_message_again_is_not_told_again(squad, athlete):
    waiting = call(athlete)
    message = {"subject": "S", "path": "/", "escalation": waiting, "key": "the same"}
    notifications.queue(recipients=[squad.carla], **message)
    notifications.queue(recipients=[squad.carla, squad.chris], **message)
    told = [("Carla", "same_day", 0), ("Chris", "same_day", 0)]
    assert told_in_app(waiting) == told * 2


def test_what_is_about_no_call_stands_in_no_time_line(squad, athlete):
    waiting = call(athlete)
    notifications.queue(recipients=[squad.dora], subject="S", path="/", key="another")
    assert "Dora" not in [name for name, _, _ in told_in_app(waiting)]


def test_many_are_told_in_as_many_statements_as_few(squad, athlete, django_assert_num_queries):
    waiting = call(athlete)
    message = {"subject": "S", "path": "/", "escalation": waiting, "level": Disposition.SAME_DAY}
    for several in ([squad.carla], [squad.carla, squad.chris, squad.dora, squad.olga]):
        with django_assert_num_queries(4):  # browsers, messages, which are new, events
            notifications.queue(recipients=several, key=f"{len(several)}", **message)


def missed_check_in(report):
    now = timezone.now()
    return report.check_ins.create(
        episode=report.episode,
        kind="day_1",
        level=report.disposition,
        due_at=now - timedelta(hours=3),
        remind_at=now - timedelta(hours=2),
        missed_at=now - timedelta(hours=1),
        state="missed",
    )


def call_for(check_in):
    return escalations.open_or_raise(
        report=check_in.report,
        level=Disposition.SAME_DAY,
        reason="No answer to the check-in",
        check_in=check_in,
    )


def test_a_missed_check_in_calls_though_its_report_was_seen(squad, athlete):
    seen = call(athlete)
    escalations.acknowledge(by=squad.carla, escalation=seen)
    check_in = missed_check_in(seen.report)
    before = timezone.now()
    called = call_for(check_in)
    assert called != seen
    assert called.check_in == check_in
    assert called.events.get(kind="opened").check_in == check_in
    assert called.acknowledge_by >= before + timedelta(minutes=60)
    assert told(called) == ["Carla", "Chris"]


def test_a_missed_check_in_calls_once(squad, athlete):
    seen = call(athlete)
    escalations.acknowledge(by=squad.carla, escalation=seen)
    check_in = missed_check_in(seen.report)
    called = call_for(check_in)
    assert call_for(check_in) == called
    escalations.resolve(by=squad.carla, escalation=called, outcome="Rang her")
    assert call_for(check_in) == called
    assert Escalation.objects.count() == 2


def test_a_missed_check_in_joins_what_is_still_open(athlete):
    waiting = call(athlete)
    check_in = missed_check_in(waiting.report)
    assert call_for(check_in) == call_for(check_in) == waiting
    assert kinds(waiting) == ["opened", "told", "told", "reported_again"]


def test_a_check_in_that_was_called_for_leaves_the_judgement_of_its_report_alone(squad, athlete):
    seen = call(athlete)
    called = call_for(missed_check_in(seen.report))
    escalations.resolve(by=squad.carla, escalation=called, outcome="Rang her")
    assessments.assess_report(assessment_id=seen.report.assessment.pk, finished_by="worker")
    assert not Escalation.objects.open().exists()


def test_events_are_never_changed_or_deleted_in_bulk(athlete):
    waiting = call(athlete)
    with pytest.raises(TypeError):
        EscalationEvent.objects.filter(escalation=waiting).update(kind="resolved")
    with pytest.raises(TypeError):
        waiting.events.all().delete()
    with pytest.raises(TypeError):
        EscalationEvent.objects.bulk_update(waiting.events.all(), ["kind"])
    assert kinds(waiting) == ["opened", "told", "told"]


def test_erasing_an_athlete_takes_the_time_line_with_it(athlete):
    call(athlete)
    athlete.delete()
    assert not EscalationEvent.objects.exists()
