"""What is left to do is found in the database, with or without a broker."""

import threading
import time
from datetime import timedelta
from unittest.mock import Mock

import pytest
from django.core.management import call_command
from django.utils import timezone
from kombu.exceptions import OperationalError

from athletes import tasks
from athletes.dispatcher import AT_ONCE, SWEEPS, Dispatcher, Publisher
from athletes.models import Assessment, Escalation, Heartbeat, Notification
from athletes.paces import SWEEP_EVERY_S
from athletes.services import clock, delivery, escalations
from tests import factories
from tests.stack import wait_for

pytestmark = pytest.mark.django_db


@pytest.fixture
def report(squad):
    return factories.make_report(factories.make_athlete(squad), factories.CLOT)


class Broker(Publisher):
    """A publisher whose broker answers, and that notes what it was given."""

    def __init__(self):
        super().__init__()
        self.given = []
        self.answered_at = time.monotonic()

    def offer(self, task, *args):
        self.given.append((task.name, args))
        return True


def names(broker):
    return [name.rsplit(".", 1)[1] for name, _ in broker.given]


def test_with_a_broker_pending_work_is_handed_on_by_primary_key(report):
    broker = Broker()
    Dispatcher(broker).round()
    assert ("athletes.tasks.assess_report", (str(report.assessment.pk),)) in broker.given
    assert report.assessment.state == "pending"


def test_what_was_handed_on_is_not_handed_on_again(report):
    first, second = Broker(), Broker()
    Dispatcher(first).round()
    Dispatcher(second).round()
    assert "assess_report" in names(first)
    assert "assess_report" not in names(second)


def test_what_stays_undone_is_done_here(report):
    broker = Broker()
    Dispatcher(broker).round()
    Assessment.objects.update(dispatched_at=timezone.now() - timedelta(seconds=6))
    Dispatcher(broker).round()
    assert (Assessment.objects.get().state, Assessment.objects.get().finished_by) == (
        "done",
        "dispatcher",
    )


def test_with_a_silent_broker_the_work_is_done_here_at_once(report):
    silent = Broker()
    silent.failed_at = time.monotonic() + 1
    Dispatcher(silent).round()
    assert Assessment.objects.get().state == "done"
    assert "assess_report" not in names(silent)


def test_once_does_all_that_is_pending_without_a_broker(report, mailoutbox):
    call_command("dispatch", "--once")
    assert Assessment.objects.get().state == "done"
    assert not Notification.objects.filter(state="pending").exists()
    assert mailoutbox


def test_an_escalation_out_of_time_is_passed_on(report):
    Escalation.objects.update(acknowledge_by=timezone.now() - timedelta(seconds=1))
    Dispatcher().round()
    assert Escalation.objects.get().chain_step > 0


def test_one_report_that_cannot_be_judged_does_not_hold_up_the_others(squad, report, monkeypatch):
    from athletes.services import assessments

    other = factories.make_report(factories.make_athlete(squad))
    real = assessments.judge
    monkeypatch.setattr(assessments, "judge", lambda r: real(r) if r.pk == other.pk else 1 / 0)
    Dispatcher().round()
    states = dict(Assessment.objects.values_list("report_id", "state"))
    assert states == {report.pk: "pending", other.pk: "done"}


def test_a_round_leaves_a_heartbeat(report):
    Heartbeat.objects.all().delete()
    Dispatcher().round()
    beats = {beat.name for beat in Heartbeat.objects.all()}
    assert beats == {"dispatcher", *(f"sweep:{sweep.name}" for sweep in SWEEPS)}


def test_the_first_sign_of_life_of_each_is_written_at_once(report):
    """A site that starts is not called unready until the next round of signs."""
    Heartbeat.objects.all().delete()
    broker = Broker()
    broker.answered_at = None
    dispatcher = Dispatcher(broker)
    dispatcher.keep_clocks()
    assert not Heartbeat.objects.filter(name=clock.BROKER).exists()
    broker.answered_at = time.monotonic()
    dispatcher.keep_clocks()
    assert Heartbeat.objects.filter(name=clock.BROKER).exists()
    told = Heartbeat.objects.get(name=clock.DISPATCHER).at
    dispatcher.keep_clocks()
    assert Heartbeat.objects.get(name=clock.DISPATCHER).at == told  # the others have their pace


def test_every_sweep_has_its_pace_and_is_watched():
    names = [sweep.name for sweep in SWEEPS]
    assert sorted(names) == sorted(SWEEP_EVERY_S)
    assert {clock.sweep_beat(name) for name in names} <= set(clock.expected())


def test_a_sweep_in_which_a_row_fails_leaves_none(report, monkeypatch):
    """It stands still for that row, and somebody has to look."""
    Heartbeat.objects.all().delete()

    def fail(**_):
        raise RuntimeError("cannot be passed on")

    Escalation.objects.update(acknowledge_by=timezone.now() - timedelta(seconds=1))
    monkeypatch.setattr(escalations, "pass_on", fail)
    Dispatcher().keep_clocks()
    beats = {beat.name for beat in Heartbeat.objects.all()}
    assert "sweep:clocks" not in beats
    assert "dispatcher" in beats


def test_a_worker_that_takes_a_message_leaves_a_heartbeat():
    tasks.prove_alive()
    assert Heartbeat.objects.get().name == "worker"


def test_a_full_queue_and_a_report_that_cannot_be_judged_do_not_end_the_loop(report, monkeypatch):
    from athletes.services import assessments

    full = Broker()
    full.offer = lambda task, *args: False
    monkeypatch.setattr(assessments, "judge", lambda _: 1 / 0)
    Dispatcher(full).judge()
    assert (Assessment.objects.get().state, Assessment.objects.get().attempts) == ("pending", 1)


@pytest.mark.parametrize("fault", [OperationalError(), TimeoutError(), ConnectionResetError()])
def test_a_broker_that_fails_is_not_trusted_until_it_answers_again(fault):
    publisher, task = Publisher(), Mock()
    task.apply_async.side_effect = fault
    publisher.send(task, ["1"])
    assert not publisher.is_answering
    task.apply_async.side_effect = None
    publisher.send(task, ["1"])
    assert publisher.is_answering


def test_only_primary_keys_go_to_the_broker(report):
    broker = Broker()
    Dispatcher(broker).round()
    for _, args in broker.given:
        for arg in args:
            assert len(arg) == 36


def test_a_fault_of_the_broker_library_does_not_silence_the_publisher_for_good():
    """kombu has let a KeyError through while Redis restarted."""
    publisher, task = Publisher(), Mock()
    task.apply_async.side_effect = [KeyError("_kombu"), None]
    publisher.start()
    publisher.offer(task, "1")
    publisher.offer(task, "2")
    wait_for(lambda: task.apply_async.call_count == 2, seconds=5, what="it sends the second")
    wait_for(lambda: publisher.is_answering, seconds=5, what="the broker is trusted again")


def test_what_does_not_fit_into_the_publishers_queue_is_done_here(report):
    broker = Broker()
    broker.offer = lambda *_: False
    Dispatcher(broker).judge()
    assert Assessment.objects.get().state == "done"


def test_an_escalation_that_cannot_be_passed_on_does_not_hold_up_the_others(squad, report):
    """The worst comes first, and it is the broken one: the event of its next step is there already."""
    broken = factories.make_report(factories.make_athlete(squad), factories.BREATHLESS)
    broken.escalations.get().events.create(kind="passed_on", chain_step=3)
    Escalation.objects.update(acknowledge_by=timezone.now() - timedelta(seconds=1))
    Dispatcher().keep_clocks()
    assert report.escalations.get().chain_step > 0


def test_what_comes_last_and_is_dangerous_does_not_wait_for_all_the_others(squad):
    for _ in range(AT_ONCE + 2):
        factories.make_report(factories.make_athlete(squad, with_login=False))
    Dispatcher().judge()
    worst = factories.make_report(factories.make_athlete(squad), factories.BREATHLESS)
    Dispatcher().judge()
    in_order = Assessment.objects.filter(state="done").order_by("finished_at")
    assert list(in_order)[AT_ONCE].report == worst


def test_a_backlog_is_worked_off_without_rests(squad, monkeypatch):
    for _ in range(AT_ONCE):
        factories.make_report(factories.make_athlete(squad, with_login=False))
    dispatcher, rests = Dispatcher(), []
    monkeypatch.setattr(dispatcher, "rest", lambda: rests.append(1))
    dispatcher._round_and_rest()
    assert not rests
    dispatcher._round_and_rest()
    assert rests


@pytest.mark.parametrize("column", ["claimed_until", "dispatched_at"])
def test_a_clock_that_is_set_back_does_not_hold_a_report_for_hours(report, column):
    ahead = {"dispatched_at": timezone.now() - timedelta(seconds=60)}
    ahead[column] = timezone.now() + timedelta(hours=2)
    Assessment.objects.update(**ahead)
    Dispatcher(Broker()).judge()
    assert Assessment.objects.get().state == "done"


def test_a_sign_of_life_from_before_the_clock_was_set_back_is_none(squad):
    Heartbeat.objects.update(at=timezone.now() + timedelta(hours=2))
    assert not clock.is_fresh(name=clock.DISPATCHER)


def test_an_idle_look_costs_one_query(squad, django_assert_num_queries):
    with django_assert_num_queries(1):
        Dispatcher(Broker()).judge()


def test_mail_that_hangs_holds_up_neither_reports_nor_clocks(squad, report, monkeypatch):
    """The rounds of `run` go without mail, which has a thread of its own."""
    sent, dispatcher = [], Dispatcher()
    monkeypatch.setattr(delivery, "send", lambda _: sent.append(1))
    Escalation.objects.update(acknowledge_by=timezone.now() - timedelta(seconds=1))
    monkeypatch.setattr(dispatcher, "rest", lambda: None)
    dispatcher._round_and_rest()
    assert Assessment.objects.get().state == "done"
    assert Escalation.objects.get().chain_step > 0
    assert not sent


def test_a_dead_postman_ends_the_dispatcher_for_the_supervisor_to_start_it_anew(monkeypatch):
    dispatcher = Dispatcher()
    monkeypatch.setattr(dispatcher, "_keep_posting", lambda: None)
    with pytest.raises(RuntimeError, match="postman"):
        dispatcher.run()
    for thread in threading.enumerate():
        if thread.name in ("courier", "clerk"):
            thread.join(10)
            assert not thread.is_alive()
