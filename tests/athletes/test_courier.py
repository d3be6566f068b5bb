"""Many events for many programs: handed on or sent from here, a few of each at a time, and one that hangs holds up nobody."""

import threading
import time
from collections import Counter

import pytest
from django.utils import timezone

from athletes import courier, tasks
from athletes.courier import Courier
from athletes.dispatcher import Dispatcher
from athletes.models import Heartbeat, WebhookDelivery, WebhookEndpoint
from athletes.services import clock
from athletes.services.senders import webhook
from athletes.services.senders.webhook import Outcome
from athletes.services.webhooks import telling
from tests import factories
from tests.coaching.lookups import nobody_is_asked

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_lookups(monkeypatch):
    nobody_is_asked(monkeypatch)


@pytest.fixture
def hooks(squad):
    return [factories.make_webhook(squad) for _ in range(3)]


class Broker:
    """A publisher that answers, and keeps what it is given."""

    is_answering = True

    def __init__(self):
        self.taken = []

    def offer(self, task, *args):
        self.taken.append((task, *args))
        return True


class Outside:
    """Every address that was asked; those in `hanging` do not answer before they are let go."""

    def __init__(self, monkeypatch):
        self.asked, self.hanging, self.let_go = Counter(), set(), threading.Event()
        monkeypatch.setattr(webhook, "send", self.send)

    def send(self, *, event_id, body, to):
        self.asked[to.url] += 1
        if to.url in self.hanging:
            self.let_go.wait(30)
            return Outcome(None, 1, "timeout")
        return Outcome(204, 1)


@pytest.fixture
def outside(monkeypatch):
    there = Outside(monkeypatch)
    yield there
    there.let_go.set()


def many(endpoint, count=10):
    return [telling.ping(endpoint) for _ in range(count)]


def states():
    return Counter(WebhookDelivery.objects.values_list("state", flat=True))


def wait_until(happens):
    until = time.monotonic() + 10
    while not happens():
        assert time.monotonic() < until
        time.sleep(0.01)


def test_without_a_broker_all_of_it_is_sent_from_here(hooks, outside):
    for endpoint in hooks:
        many(endpoint, 5)
    wait_until(lambda: WebhookDelivery.objects.due().count() == 5 * len(hooks))
    Courier().work_off()
    assert states() == {"sent": 15}


def test_an_idle_look_costs_one_question(hooks, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert not Courier(Broker()).round()


def test_a_program_that_hangs_holds_up_no_other(hooks, outside):
    hanging, *well = hooks
    outside.hanging.add(hanging.url)
    many(hanging, 50)
    for endpoint in well:
        many(endpoint)
    post = Courier()

    def others_are_done():
        post.round()
        post.rest(seconds=0.01)
        return states()["sent"] == 20

    wait_until(others_are_done)
    assert outside.asked[hanging.url] == courier.EACH
    outside.let_go.set()


def test_programs_that_fail_share_a_few_hands_and_the_others_have_theirs(squad, outside):
    for number in range(12):
        squad = factories.make_club() if number % 6 == 0 else squad
        many(factories.make_webhook(squad), 3)
    outside.hanging.update(endpoint.url for endpoint in WebhookEndpoint.objects.all())
    WebhookEndpoint.objects.update(failing_since=timezone.now())
    well = factories.make_webhook(squad)
    many(well, 6)
    post = Courier()

    def is_done():
        post.round()
        post.rest(seconds=0.01)
        return states()["sent"] == 6

    wait_until(is_done)
    assert sum(outside.asked.values()) == 6 + courier.FAILING_FROM_HERE
    outside.let_go.set()


def test_with_a_broker_a_few_are_handed_on_by_primary_key(hooks):
    for endpoint in hooks:
        many(endpoint)
    broker = Broker()
    post = Courier(broker)
    for _ in range(3):
        post.round()
    assert {task for task, _key in broker.taken} == {tasks.deliver_webhook}
    handed = WebhookDelivery.objects.filter(pk__in=[key for _task, key in broker.taken])
    each = Counter(handed.values_list("endpoint", flat=True))
    assert set(each.values()) == {courier.EACH}
    assert len(broker.taken) == len(set(broker.taken)) <= courier.AT_THE_MESSENGER


def test_no_more_than_the_messenger_has_hands_for(squad):
    for number in range(12):
        squad = factories.make_club() if number % 6 == 0 else squad
        many(factories.make_webhook(squad), 3)
    broker = Broker()
    post = Courier(broker)
    for _ in range(3):
        post.round()
    assert len(broker.taken) == courier.AT_THE_MESSENGER


def test_what_the_messenger_did_nothing_about_is_sent_from_here(hooks, outside, settings):
    settings.BROKER_SILENT_S = 0.2
    many(hooks[0], 2)
    broker = Broker()
    post = Courier(broker)
    post.round()
    assert not outside.asked
    assert len(broker.taken) == 2
    wait_until(lambda: post.round() or post.is_waiting or states() == {"sent": 2})
    post.work_off()
    assert states() == {"sent": 2}
    # The tasks come late all the same, and find nothing to do.
    for task, key in broker.taken:
        task(key)
    assert sum(outside.asked.values()) == 2


def test_a_slip_of_a_library_is_a_try_that_failed(hooks, monkeypatch):
    def slip(**_):
        raise RuntimeError("of a library")

    monkeypatch.setattr(webhook, "send", slip)
    (row,) = many(hooks[0], 1)
    wait_until(lambda: WebhookDelivery.objects.due().exists())  # SQLite's clock counts milliseconds
    Courier().work_off()
    row.refresh_from_db()
    assert (row.state, row.attempts, row.error) == ("pending", 1, "RuntimeError")


def test_a_courier_that_died_does_not_end_the_dispatcher_and_a_new_one_comes(monkeypatch):
    dispatcher, came = Dispatcher(), []

    def die():
        came.append(1)
        if len(came) > 2:
            dispatcher.stopping.set()

    monkeypatch.setattr(dispatcher, "_keep_carrying", die)
    monkeypatch.setattr(dispatcher, "_keep_posting", lambda: dispatcher.stopping.wait(10))
    monkeypatch.setattr(dispatcher, "_round_and_rest", lambda: time.sleep(0.01))
    dispatcher.run()
    assert len(came) == 3


def test_it_leaves_a_sign_of_life(hooks):
    Heartbeat.objects.all().delete()
    Dispatcher()._carry_and_rest(Courier())
    assert clock.is_fresh(name=clock.COURIER)
