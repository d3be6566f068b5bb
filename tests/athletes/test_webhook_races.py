"""Two at the same webhook at the same moment, on PostgreSQL, where they really meet."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.utils import timezone

from athletes.models import WebhookDelivery, WebhookEndpoint
from athletes.services.senders.webhook import Outcome
from athletes.services.webhooks import endpoints, sending, telling
from tests import factories
from tests.athletes.test_races import all_at_once
from tests.coaching.lookups import nobody_is_asked

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        connection.vendor != "postgresql", reason="SQLite lets one writer in at a time"
    ),
]
ROUNDS = 5
FAILED, TAKEN = Outcome(500, 1, "answered 500"), Outcome(204, 1)


@pytest.fixture(autouse=True)
def no_lookups(monkeypatch):
    nobody_is_asked(monkeypatch)


@pytest.fixture
def endpoint(squad):
    return factories.make_webhook(squad)


def test_of_many_that_claim_an_event_one_has_it(endpoint):
    for _ in range(ROUNDS):
        row, got = telling.ping(endpoint), []
        claim = [lambda row=row, got=got: got.append(sending.claim(delivery_id=row.pk))] * 6
        all_at_once(*claim)
        assert sum(parcel is not None for parcel in got) == 1
        row.refresh_from_db()
        assert row.attempts == 1


@pytest.mark.parametrize("outcome", [FAILED, TAKEN], ids=["failed", "taken"])
def test_what_comes_back_while_an_owner_stops_it_meets_no_deadlock(squad, endpoint, outcome):
    for _ in range(ROUNDS):
        endpoints.start(by=squad.coach, endpoint=endpoint)
        parcels = [sending.claim(delivery_id=telling.ping(endpoint).pk) for _ in range(3)]
        WebhookEndpoint.objects.update(failing_since=None if outcome is FAILED else timezone.now())
        all_at_once(
            *(lambda parcel=parcel: sending.settle(parcel, outcome) for parcel in parcels),
            lambda: endpoints.stop(by=squad.coach, endpoint=endpoint),
        )
        states = set(WebhookDelivery.objects.values_list("state", flat=True))
        assert "pending" not in states or outcome is FAILED
        assert WebhookEndpoint.objects.get().stopped_at is not None
        WebhookDelivery.objects.all().delete()


def test_a_receiver_that_says_gone_to_several_at_once_tells_the_owners_once(endpoint):
    parcels = [sending.claim(delivery_id=telling.ping(endpoint).pk) for _ in range(4)]
    gone = Outcome(410, 1, "answered 410")
    all_at_once(*(lambda parcel=parcel: sending.settle(parcel, gone) for parcel in parcels))
    stopped = WebhookEndpoint.objects.get()
    assert stopped.stopped_why == sending.BY_RECEIVER
    subjects = stopped.club.memberships.get(role="owner").user.notifications.filter(
        subject=sending.STOPPED, channel="in_app"
    )
    assert subjects.count() == 1


def test_two_at_once_make_one_redelivery_and_one_address(squad, endpoint):
    first = telling.ping(endpoint)
    WebhookDelivery.objects.update(state="failed")
    all_at_once(*[lambda: endpoints.redeliver(by=squad.coach, delivery=first)] * 4)
    assert WebhookDelivery.objects.filter(again_of=first).count() == 1

    def add():
        try:
            endpoints.add(
                by=squad.coach,
                club=squad.club,
                name="Twice",
                url="https://hooks.example.org/twice",
                events=["report.assessed"],
            )
        except ValidationError:
            return

    all_at_once(*[add] * 4)
    assert WebhookEndpoint.objects.filter(name="Twice").count() == 1
