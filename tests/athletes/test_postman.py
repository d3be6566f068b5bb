"""How many messages the dispatcher's postman has in hand, and what becomes of those that it could not send in time."""

import threading

import pytest
from django.db import OperationalError

from athletes import postman
from athletes.models import Notification
from athletes.postman import AT_WORK, Postman
from athletes.services import delivery
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def many(squad):
    """More mails than hands at work."""
    for _ in range(AT_WORK + 4):
        factories.make_report(factories.make_athlete(squad, with_login=False), factories.BREATHLESS)
    return Notification.objects.filter(channel="email")


@pytest.fixture
def held(monkeypatch):
    """Nobody comes back before it is let go."""
    let_go = threading.Event()
    monkeypatch.setattr(delivery, "send", lambda parcel: let_go.wait(30) and None)
    yield let_go
    let_go.set()


def claimed(messages):
    return messages.filter(first_attempt_at__isnull=False).count()


def test_no_more_are_claimed_than_can_be_worked_at(many, held):
    mail = Postman()
    mail.round()
    mail.round()
    assert claimed(many) == AT_WORK
    held.set()
    mail.work_off()
    assert set(many.values_list("state", flat=True)) == {"sent"}


def test_who_waits_for_somebody_out_there_leaves_the_others_their_turn(many, held, monkeypatch):
    mail = Postman()
    mail.round()
    monkeypatch.setattr(postman, "WAITS_AFTER_S", 0.0)
    mail.round()
    assert claimed(many) == AT_WORK + 4
    held.set()
    mail.work_off()


def test_what_was_claimed_too_long_ago_is_not_sent_but_given_back(many, mailoutbox, monkeypatch):
    """Its claim could run out while it is being sent, and somebody else would send it as well."""
    first = many.order_by("pk").first()
    with monkeypatch.context() as slow:
        slow.setattr(delivery, "LEASE_LONGER_S", delivery.LONGER_S - 1)
        assert not delivery.deliver(notification_id=first.pk)
    first.refresh_from_db()
    assert (first.state, first.attempts, first.first_attempt_at) == ("pending", 0, None)
    assert mailoutbox == []
    assert delivery.deliver(notification_id=first.pk)
    assert len(mailoutbox) == 1


def test_what_somebody_else_has_claimed_meanwhile_is_left_to_them(many):
    first = many.order_by("pk").first()
    parcel = delivery.claim(notification_id=first.pk)
    many.filter(pk=first.pk).update(attempts=2)
    before = many.get(pk=first.pk)
    delivery.settle(parcel, delivery.TooLate())
    after = many.get(pk=first.pk)
    assert (after.attempts, after.next_attempt_at) == (2, before.next_attempt_at)


@pytest.mark.django_db(transaction=True)
def test_what_was_sent_while_the_database_went_away_is_written_down_when_it_is_back(
    many, mailoutbox, monkeypatch
):
    first = many.order_by("pk").first()
    settle, faults = delivery.settle, [OperationalError("away"), OperationalError("coming up")]

    def settle_later(parcel, fault):
        if faults:
            raise faults.pop()
        settle(parcel, fault)

    monkeypatch.setattr(delivery, "settle", settle_later)
    monkeypatch.setattr(delivery, "ASK_AGAIN_S", 0.01)
    assert delivery.deliver(notification_id=first.pk)
    first.refresh_from_db()
    assert (first.state, len(mailoutbox)) == ("sent", 1)
