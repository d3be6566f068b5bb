"""What is left to do is found in the database, with or without a broker."""

import time
from datetime import timedelta
from unittest.mock import Mock

import pytest
from django.core.management import call_command
from django.utils import timezone
from kombu.exceptions import OperationalError

from athletes import tasks
from athletes.dispatcher import Dispatcher, Publisher
from athletes.models import Assessment, Escalation, Heartbeat, Notification
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def squad():
    return factories.make_club()


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
    assert Escalation.objects.get().chain_step == 1


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
    assert Heartbeat.objects.get().name == "dispatcher"


def test_a_worker_that_takes_a_message_leaves_a_heartbeat():
    tasks.prove_alive()
    assert Heartbeat.objects.get().name == "worker"


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
