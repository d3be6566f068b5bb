"""An event on its way to a club's program: signed, tried again for days, and never lost."""

import json
from datetime import timedelta
from itertools import pairwise

import pytest
import time_machine
from django.utils import timezone
from standardwebhooks import Webhook, WebhookVerificationError

from athletes import access
from athletes.models import Notification, WebhookDelivery, WebhookEndpoint
from athletes.services.senders import webhook
from athletes.services.senders.webhook import LOST_KEY, Hook, Outcome
from athletes.services.webhooks import endpoints, sending
from tests import factories
from tests.sinks import DROP, DROP_AFTER, FAIL, GONE, HANG, OK, REDIRECT, SLOW, open_sinks

pytestmark = pytest.mark.django_db
SOON_S = 0.5


@pytest.fixture
def program(settings, monkeypatch):
    """A club's program, and we who have little patience."""
    monkeypatch.setattr(webhook, "ANSWER_S", SOON_S)
    monkeypatch.setattr(webhook, "ALL_S", SOON_S * 2)
    with open_sinks() as sinks:
        settings.PRIVATE_TARGETS = [f"127.0.0.1:{sinks.program.port}"]
        yield sinks.program


@pytest.fixture
def endpoint(squad, program):
    return factories.make_webhook(squad, url=program.url)


@pytest.fixture
def event(squad, endpoint):
    return endpoints.ping(by=squad.coach, endpoint=endpoint)


def fresh(row):
    return type(row).objects.get(pk=row.pk)


def make_due(row, **more):
    past = timezone.now() - timedelta(seconds=1)
    WebhookDelivery.objects.filter(pk=row.pk).update(next_attempt_at=past, **more)


def verified(attempt, secret):
    return Webhook(secret).verify(attempt.body, attempt.headers)


def test_it_arrives_once_and_signed(program, endpoint, event):
    assert sending.deliver(delivery_id=event.pk)
    assert not sending.deliver(delivery_id=event.pk)
    (attempt,) = program.attempts
    assert attempt.headers["content-type"] == "application/json"
    assert attempt.headers["webhook-id"] == str(event.event_id)
    assert verified(attempt, endpoint.secret) == event.body
    sent = fresh(event)
    assert (sent.state, sent.status, sent.attempts, sent.error) == ("sent", 200, 1, "")
    assert sent.took_ms is not None
    assert sent.first_attempt_at <= sent.finished_at


def test_it_does_not_verify_with_another_secret_or_when_it_was_changed(program, event, endpoint):
    sending.deliver(delivery_id=event.pk)
    (attempt,) = program.attempts
    with pytest.raises(WebhookVerificationError):
        verified(attempt, webhook.new_secret())
    other = {**json.loads(attempt.body), "club": "another"}
    with pytest.raises(WebhookVerificationError):
        Webhook(endpoint.secret).verify(json.dumps(other), attempt.headers)
    six_minutes_on = time_machine.travel(timezone.now() + timedelta(minutes=6))
    with six_minutes_on, pytest.raises(WebhookVerificationError):
        verified(attempt, endpoint.secret)


def test_while_the_secret_is_rotated_both_verify_and_a_day_later_only_the_new_one(
    program, squad, event, endpoint
):
    old = endpoint.secret
    new = endpoints.rotate(by=squad.coach, endpoint=endpoint).secret
    sending.deliver(delivery_id=event.pk)
    for secret in (old, new):
        assert verified(program.attempts[0], secret)
    second = endpoints.ping(by=squad.coach, endpoint=endpoint)
    with time_machine.travel(timezone.now() + timedelta(hours=24, seconds=1)):
        sending.deliver(delivery_id=second.pk)
        assert verified(program.attempts[1], new)
        with pytest.raises(WebhookVerificationError):
            verified(program.attempts[1], old)


@pytest.mark.parametrize(
    ("mood", "status", "error"),
    [
        (FAIL, 500, "answered 500"),
        (REDIRECT, 307, "answered 307"),
        (DROP, None, "RemoteDisconnected"),
        (DROP_AFTER, None, "RemoteDisconnected"),
        (HANG, None, "TimeoutError"),
        (SLOW, None, "TimeoutError"),
        ("nobody is there", None, "Refused"),
    ],
)
def test_what_was_not_taken_is_tried_again_with_the_same_id(
    program, endpoint, event, mood, status, error
):
    program.mood = mood
    if mood == "nobody is there":
        WebhookEndpoint.objects.update(url="http://127.0.0.1:1/")
    assert not sending.deliver(delivery_id=event.pk)
    waiting = fresh(event)
    assert (waiting.state, waiting.status, waiting.attempts) == ("pending", status, 1)
    assert waiting.error == error  # the pages have words for these names
    assert timedelta(seconds=3) < waiting.next_attempt_at - timezone.now() < timedelta(seconds=6)
    assert fresh(endpoint).failing_since is not None
    assert all(attempt.to == "/events" for attempt in program.attempts)

    program.mood = OK
    WebhookEndpoint.objects.update(url=program.url)
    make_due(event)
    assert sending.deliver(delivery_id=event.pk)
    assert {attempt.message_id for attempt in program.attempts} == {str(event.event_id)}
    assert len({attempt.body for attempt in program.attempts}) == 1
    assert (fresh(event).state, fresh(endpoint).failing_since) == ("sent", None)


def test_it_is_tried_for_about_three_days_each_time_later_and_then_given_up(
    monkeypatch, endpoint, event
):
    monkeypatch.setattr(webhook, "send", lambda **_: Outcome(503, 1, "answered 503"))
    waits = []
    for _ in range(sending.MAX_ATTEMPTS):
        assert fresh(event).state == "pending"
        make_due(event)
        sending.deliver(delivery_id=event.pk)
        waits.append(fresh(event).next_attempt_at - timezone.now())
    assert (fresh(event).state, fresh(event).attempts) == ("failed", sending.MAX_ATTEMPTS)
    assert not sending.deliver(delivery_id=event.pk)
    waited = waits[:-1]
    assert all(after > before for before, after in pairwise(waited[:6]))
    assert timedelta(days=2.5) < sum(waited, timedelta()) < timedelta(days=3.5)
    assert fresh(endpoint).stopped_at is None


def test_two_that_failed_together_do_not_come_again_together():
    assert len({sending.wait_s(3) for _ in range(20)}) > 10


def test_a_receiver_that_says_gone_gets_nothing_more_and_the_owners_are_told(
    program, squad, endpoint, event
):
    owner = factories.make_coach(squad, role=access.OWNER)
    coach = factories.make_coach(squad)
    program.mood = GONE
    other = endpoints.redeliver(by=squad.coach, delivery=event)
    other = WebhookDelivery.objects.create(
        endpoint=endpoint,
        event_id=endpoint.pk,
        event="ping",
        body={},
        next_attempt_at=timezone.now(),
    )
    sending.deliver(delivery_id=event.pk)
    stopped = fresh(endpoint)
    assert (fresh(event).state, fresh(other).state) == ("failed", "withdrawn")
    assert (stopped.stopped_at is not None, stopped.stopped_why) == (True, "gone")
    told = Notification.objects.filter(subject=sending.STOPPED)
    assert {notice.recipient for notice in told} == {squad.coach, owner}
    assert coach not in {notice.recipient for notice in told}
    for notice in told:
        assert endpoint.secret not in notice.subject + notice.path
        assert "127.0.0.1" not in notice.subject + notice.path


@pytest.mark.parametrize(("days", "stops"), [(4, False), (6, True)])
def test_one_that_has_only_failed_for_five_days_is_stopped_when_an_event_is_given_up(
    monkeypatch, endpoint, event, days, stops
):
    monkeypatch.setattr(webhook, "send", lambda **_: Outcome(None, 1, "timeout"))
    since = timezone.now() - timedelta(days=days)
    WebhookEndpoint.objects.update(failing_since=since)
    make_due(event)
    sending.deliver(delivery_id=event.pk)
    assert fresh(endpoint).stopped_at is None
    make_due(event, attempts=sending.MAX_ATTEMPTS - 1)
    sending.deliver(delivery_id=event.pk)
    assert (fresh(endpoint).stopped_at is not None) == stops
    assert Notification.objects.filter(subject=sending.STOPPED).exists() == stops


def test_a_claim_keeps_others_away_until_it_runs_out(program, event):
    parcel = sending.claim(delivery_id=event.pk)
    assert sending.claim(delivery_id=event.pk) is None
    # Whoever claimed it is dead: the next one sends it.
    make_due(event)
    assert sending.deliver(delivery_id=event.pk)
    # And that one was only slow: what it says later changes nothing.
    sending.settle(parcel, Outcome(None, 1, "timeout"))
    assert (fresh(event).state, fresh(event).attempts) == ("sent", 2)


def test_one_that_fells_each_of_its_senders_is_given_up(program, event):
    make_due(event, attempts=sending.MAX_ATTEMPTS)
    assert not sending.deliver(delivery_id=event.pk)
    assert (fresh(event).state, fresh(event).error) == ("failed", "never came to an end")
    assert not program.attempts


def test_what_was_stopped_while_it_waited_is_not_sent(program, endpoint, event):
    WebhookEndpoint.objects.update(stopped_at=timezone.now())
    assert not sending.deliver(delivery_id=event.pk)
    assert (fresh(event).state, program.attempts) == ("withdrawn", [])


def test_what_was_sent_while_it_was_stopped_counts_as_sent(program, squad, endpoint, event):
    parcel = sending.claim(delivery_id=event.pk)
    outcome = sending.send(parcel)
    endpoints.stop(by=squad.coach, endpoint=endpoint)
    sending.settle(parcel, outcome)
    assert fresh(event).state == "sent"


def test_who_was_forgotten_while_it_waited_is_not_told_of(program, event):
    event.delete()
    assert not sending.deliver(delivery_id=event.pk)


def test_nothing_is_ever_sent_unsigned():
    for to in (Hook("https://8.8.8.8/", ("",)), Hook("", (webhook.new_secret(),))):
        assert webhook.send(event_id="x", body=b"{}", to=to).error == LOST_KEY


def test_the_logs_name_neither_address_nor_secret(program, endpoint, event, log_lines):
    program.mood = FAIL
    sending.deliver(delivery_id=event.pk)
    assert str(event.pk) in log_lines()
    for secret in (endpoint.secret, endpoint.url, str(program.port)):
        assert secret not in log_lines()


def test_what_is_stored_of_an_answer_is_its_status_and_no_body(program, event):
    program.answer = "200 OK\r\nX-Told: something private"
    sending.deliver(delivery_id=event.pk)
    assert "private" not in str(WebhookDelivery.objects.values().get())
