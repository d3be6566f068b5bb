"""A club's webhooks in the hands of its owners: added, changed, rotated, stopped, removed, sent once more."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.utils import timezone

from athletes import access
from athletes.models import WebhookDelivery, WebhookEndpoint
from athletes.services import housekeeping
from athletes.services.webhooks import endpoints
from tests import factories
from tests.coaching.lookups import nobody_is_asked

pytestmark = pytest.mark.django_db
TOLD = {
    "name": "Board",
    "url": "https://hooks.example.org/x?key=hidden",
    "events": ["check_in.missed", "report.assessed"],
}


@pytest.fixture(autouse=True)
def no_lookups(monkeypatch):
    nobody_is_asked(monkeypatch)


@pytest.fixture
def endpoint(squad):
    return factories.make_webhook(squad)


def add(squad, **other):
    return endpoints.add(by=squad.coach, club=squad.club, **{**TOLD, **other})


def fresh(row):
    return type(row).objects.get(pk=row.pk)


def test_its_secret_is_given_out_once_and_neither_it_nor_the_address_can_be_read_in_the_database(
    squad,
):
    issued = add(squad)
    assert issued.secret.startswith("whsec_")
    assert fresh(issued.endpoint).secret == issued.secret
    assert fresh(issued.endpoint).events == ["report.assessed", "check_in.missed"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM athletes_webhookendpoint")
        raw = str(cursor.fetchall())
    assert issued.secret not in raw
    assert "hidden" not in raw


@pytest.mark.parametrize(
    ("field", "told"),
    [
        ("name", {"name": "  "}),
        ("name", {"name": "x" * 81}),
        ("url", {"url": "https://127.0.0.1/"}),
        ("url", {"url": ""}),
        ("events", {"events": []}),
        ("events", {"events": ["ping"]}),
        ("events", {"events": ["report.assessed", "all"]}),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field(squad, endpoint, field, told):
    with pytest.raises(ValidationError) as refusal:
        add(squad, **told)
    assert list(refusal.value.message_dict) == [field]
    before = WebhookEndpoint.objects.values().get()
    with pytest.raises(ValidationError):
        endpoints.change(by=squad.coach, endpoint=endpoint, **told)
    assert WebhookEndpoint.objects.values().get() == before


def test_the_same_address_is_not_added_twice_and_a_club_has_ten_at_most(squad):
    add(squad)
    with pytest.raises(ValidationError, match="already"):
        add(squad)
    for number in range(endpoints.MOST_OF_A_CLUB - 1):
        add(squad, url=f"https://hooks.example.org/{number}")
    with pytest.raises(ValidationError, match="10 webhooks"):
        add(squad, url="https://hooks.example.org/more")


def test_what_is_left_out_of_a_change_stays(squad, endpoint):
    url, secret = endpoint.url, endpoint.secret
    changed = endpoints.change(by=squad.coach, endpoint=endpoint, name="Other")
    assert (changed.name, changed.url, changed.secret) == ("Other", url, secret)
    changed = endpoints.change(by=squad.coach, endpoint=endpoint, url=TOLD["url"])
    assert fresh(changed).url == TOLD["url"]


@pytest.mark.parametrize("role", [access.COACH, access.CLINICIAN])
def test_only_owners_may(squad, endpoint, role):
    somebody = factories.make_coach(squad, role=role)
    delivery = endpoints.ping(by=squad.coach, endpoint=endpoint)
    assert not WebhookEndpoint.objects.visible_to(somebody).exists()
    assert not WebhookDelivery.objects.visible_to(somebody).exists()
    with pytest.raises(access.NotAllowed):
        endpoints.add(by=somebody, club=squad.club, **TOLD)
    for do in (endpoints.change, endpoints.rotate, endpoints.stop, endpoints.start,
               endpoints.remove, endpoints.ping):  # fmt: skip
        with pytest.raises(access.NotAllowed):
            do(by=somebody, endpoint=endpoint)
    with pytest.raises(access.NotAllowed):
        endpoints.redeliver(by=somebody, delivery=delivery)


def test_the_owner_of_another_club_sees_none_of_it(squad, endpoint):
    stranger = factories.make_club().coach
    endpoints.ping(by=squad.coach, endpoint=endpoint)
    assert not WebhookEndpoint.objects.visible_to(stranger).exists()
    assert not WebhookDelivery.objects.visible_to(stranger).exists()


def test_who_is_an_owner_no_more_may_no_more(squad, endpoint):
    second = factories.make_coach(squad, role=access.OWNER)
    endpoints.ping(by=second, endpoint=endpoint)
    second.memberships.update(ended_at=timezone.now())
    assert not WebhookEndpoint.objects.visible_to(second).exists()
    with pytest.raises(access.NotAllowed):
        endpoints.stop(by=second, endpoint=endpoint)


def test_a_form_that_is_sent_twice_rotates_once(squad, endpoint):
    first, mark = endpoint.secret, endpoints.mark_of(endpoint)
    assert endpoints.rotate(by=squad.coach, endpoint=endpoint, mark=mark)
    assert endpoints.rotate(by=squad.coach, endpoint=endpoint, mark=mark) is None
    assert fresh(endpoint).old_secret == first
    assert first not in mark


def test_stopped_it_gets_nothing_and_started_again_all_that_comes_from_then_on(squad, endpoint):
    waiting = endpoints.ping(by=squad.coach, endpoint=endpoint)
    endpoints.stop(by=squad.coach, endpoint=endpoint)
    assert fresh(waiting).state == "withdrawn"
    for refused in (
        lambda: endpoints.ping(by=squad.coach, endpoint=endpoint),
        lambda: endpoints.redeliver(by=squad.coach, delivery=waiting),
    ):
        with pytest.raises(ValidationError, match="Start it first"):
            refused()
    WebhookEndpoint.objects.update(failing_since=timezone.now() - timedelta(days=9))
    endpoints.start(by=squad.coach, endpoint=endpoint)
    assert (fresh(endpoint).stopped_at, fresh(endpoint).failing_since) == (None, None)
    assert endpoints.ping(by=squad.coach, endpoint=endpoint).state == "pending"


def test_removed_its_address_and_secrets_are_forgotten(squad, endpoint):
    waiting = endpoints.ping(by=squad.coach, endpoint=endpoint)
    endpoints.rotate(by=squad.coach, endpoint=endpoint)
    endpoints.remove(by=squad.coach, endpoint=endpoint)
    gone = fresh(endpoint)
    assert (gone.url, gone.secret, gone.old_secret, fresh(waiting).state) == (
        "", "", "", "withdrawn",
    )  # fmt: skip
    with pytest.raises(access.NotAllowed):
        endpoints.start(by=squad.coach, endpoint=endpoint)


def test_a_redelivery_is_the_same_event_once_more(squad, endpoint):
    first = endpoints.ping(by=squad.coach, endpoint=endpoint)
    WebhookDelivery.objects.update(state="failed")
    again = endpoints.redeliver(by=squad.coach, delivery=first)
    assert (again.event_id, again.body, again.again_of) == (first.event_id, first.body, first)
    assert again.pk != first.pk
    # Pressed once more it is the same one, and tried at once.
    later = timezone.now() + timedelta(hours=12)
    WebhookDelivery.objects.filter(pk=again.pk).update(next_attempt_at=later)
    third = endpoints.redeliver(by=squad.coach, delivery=first)
    assert third.pk == again.pk
    assert third.next_attempt_at < later


def test_a_second_test_waits_for_the_first(squad, endpoint):
    first = endpoints.ping(by=squad.coach, endpoint=endpoint)
    assert endpoints.ping(by=squad.coach, endpoint=endpoint) == first


def test_no_webhook_leads_out_of_a_demo_club_that_calls_nobody(squad):
    squad.club.is_demo = squad.club.calls_nobody = True
    squad.club.save()
    with pytest.raises(access.NotAllowed):
        add(squad)


def test_the_log_is_kept_for_thirty_days_but_what_still_waits_stays(squad, endpoint):
    old = timezone.now() - timedelta(days=31)
    states = ["sent", "failed", "withdrawn", "pending"]
    for state in states:
        row = endpoints.telling.ping(endpoint)
        WebhookDelivery.objects.filter(pk=row.pk).update(state=state, created_at=old)
    new = endpoints.telling.ping(endpoint)
    housekeeping.tidy_up()
    left = WebhookDelivery.objects.order_by("created_at")
    assert [(row.state, row.created_at == old) for row in left] == [
        ("pending", True),
        (new.state, False),
    ]
