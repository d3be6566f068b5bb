"""A club's webhooks at the desk: only owners, the secret once, a log that says what became of each sending."""

import http.client
import re
import socket
import ssl
from datetime import timedelta

import pytest
import urllib3
from django.utils import timezone

from athletes import access
from athletes.models import WebhookDelivery, WebhookEndpoint
from athletes.services.senders import outgoing
from athletes.services.webhooks import endpoints, sending, telling
from coaching import words
from tests import factories
from tests.coaching.desk.conftest import MOST_QUERIES, client_of, htmx, queries_of
from tests.coaching.lookups import nobody_is_asked

TOLD = {
    "name": "Board",
    "url": "https://hooks.example.org/x?key=hidden",
    "events": ["escalation.opened", "report.assessed"],
}
SECRET = re.compile(r"whsec_[A-Za-z0-9+/=]{44}")


@pytest.fixture(autouse=True)
def no_lookups(monkeypatch):
    nobody_is_asked(monkeypatch)


@pytest.fixture
def pages(squad):
    return f"/desk/clubs/{squad.club.pk}/webhooks/"


@pytest.fixture
def webhook(squad):
    return factories.make_webhook(squad, name="Board")


@pytest.fixture
def owner(desk):
    """One who has just given the password again."""
    desk.post("/accounts/reauthenticate/", {"password": factories.PASSWORD})
    return desk


def text(response):
    return response.content.decode()


def page_of(webhook):
    return f"/desk/webhooks/{webhook.pk}/"


def test_it_is_added_its_secret_shown_once_and_in_no_page_after(owner, pages, squad):
    answer = owner.post(f"{pages}new/", TOLD)
    (secret,) = set(SECRET.findall(text(answer)))
    stored = WebhookEndpoint.objects.get()
    assert (stored.secret, stored.url, stored.added_by) == (secret, TOLD["url"], squad.coach)
    assert "no-store" in answer["Cache-Control"]
    for page in (pages, page_of(stored), f"{page_of(stored)}change/", f"{page_of(stored)}secret/"):
        assert secret not in text(owner.get(page))
    assert "Board" in text(owner.get(pages))
    assert "key=hidden" in text(owner.get(page_of(stored)))


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("name", "", "Please fill this in."),
        ("url", "", "Please fill this in."),
        ("url", "http://hooks.example.org/", "must begin with https://"),
        ("url", "https://127.0.0.1/", "not open to the internet"),
        ("url", "https://us:pw@hooks.example.org/", "Leave out the user name"),
        ("events", [], "Tick at least one."),
        ("events", ["ping"], "ping is not one of the available choices"),
    ],
)
def test_what_is_wrong_is_said_beside_the_field_and_what_was_typed_stays(
    owner, pages, field, typed, said
):
    answer = owner.post(f"{pages}new/", {**TOLD, field: typed})
    assert answer.status_code == 422
    errors = answer.context["form"].errors
    assert list(errors) == [field]
    assert said in str(errors[field])
    if field != "name":
        assert 'value="Board"' in text(answer)
    assert not WebhookEndpoint.objects.exists()


@pytest.mark.parametrize("where", ["new", "change", "secret"])
def test_what_deals_in_addresses_and_secrets_asks_for_the_password_again(
    desk, pages, webhook, where
):
    page = f"{pages}new/" if where == "new" else f"{page_of(webhook)}{where}/"
    before = list(WebhookEndpoint.objects.values())
    mark = endpoints.mark_of(webhook)
    for answer in (desk.get(page), desk.post(page, {**TOLD, "mark": mark})):
        assert answer.status_code == 302
        assert answer["Location"].startswith("/accounts/reauthenticate/")
    assert list(WebhookEndpoint.objects.values()) == before


def test_what_was_typed_is_done_once_the_password_was_given(desk, pages):
    asked = desk.post(f"{pages}new/", TOLD)
    password = {"password": factories.PASSWORD, "next": f"{pages}new/"}
    answer = desk.post(asked["Location"], password)
    assert SECRET.search(text(answer))
    assert WebhookEndpoint.objects.get().url == TOLD["url"]


def test_a_new_secret_is_shown_once_and_sent_twice_it_is_changed_once(owner, webhook):
    page = f"{page_of(webhook)}secret/"
    mark = owner.get(page).context["form"].initial["mark"]
    first = SECRET.search(text(owner.post(page, {"mark": mark}))).group()
    again = owner.post(page, {"mark": mark})
    assert again.status_code == 302
    stored = WebhookEndpoint.objects.get()
    assert (stored.secret, stored.old_secret) == (first, webhook.secret)
    assert "the one before it until" in text(owner.get(page_of(webhook)))


def test_it_is_changed(owner, webhook):
    owner.post(f"{page_of(webhook)}change/", TOLD)
    stored = WebhookEndpoint.objects.get()
    assert (stored.url, stored.events) == (TOLD["url"], ["report.assessed", "escalation.opened"])


def test_it_is_stopped_started_and_removed(desk, pages, webhook):
    desk.post(f"{page_of(webhook)}stop/")
    shown = text(desk.get(page_of(webhook)))
    assert "An owner stopped it." in shown
    assert f"{page_of(webhook)}test/" not in shown
    desk.post(f"{page_of(webhook)}start/")
    assert f"{page_of(webhook)}test/" in text(desk.get(page_of(webhook)))
    assert desk.post(f"{page_of(webhook)}remove/")["Location"] == pages
    assert desk.get(page_of(webhook)).status_code == 404
    assert "No webhook yet" in text(desk.get(pages))


@pytest.mark.parametrize(
    ("why", "said"),
    [
        (sending.BY_RECEIVER, "wants nothing more (410)"),
        (sending.FAILED_FOR_DAYS, "Nothing got through for five days"),
    ],
)
def test_the_page_says_why_it_was_stopped(desk, webhook, why, said):
    WebhookEndpoint.objects.update(stopped_at=timezone.now(), stopped_why=why)
    assert said in text(desk.get(page_of(webhook)))


def test_a_test_is_on_its_way_and_the_page_looks_again(desk, webhook):
    desk.post(f"{page_of(webhook)}test/")
    shown = text(desk.get(page_of(webhook)))
    assert 'hx-trigger="every 2s"' in shown
    part = text(htmx(desk, page_of(webhook)))
    assert "<html" not in part
    long_ago = timezone.now() - timedelta(minutes=2)
    WebhookDelivery.objects.update(created_at=long_ago)
    assert "every 2s" not in text(desk.get(page_of(webhook)))


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"state": "sent", "status": 204, "attempts": 1, "took_ms": 87}, ["Taken", "204", "87 ms"]),
        (
            {"state": "failed", "attempts": 12, "status": 500, "error": "answered 500"},
            ["Given up", "answered 500"],
        ),
        (
            {"state": "pending", "attempts": 2, "error": "TimeoutError"},
            ["Waiting", "next try in", "it took too long"],
        ),
        ({"state": "pending", "attempts": 2, "error": "OddFault"}, ["Waiting", "OddFault"]),
        ({"state": "withdrawn"}, ["No longer needed"]),
    ],
)
def test_the_log_says_what_became_of_it(desk, webhook, fields, said):
    telling.ping(webhook)
    later = timezone.now() + timedelta(hours=1)
    WebhookDelivery.objects.update(next_attempt_at=later, **fields)
    shown = text(desk.get(page_of(webhook)))
    for part in said:
        assert part in shown


def test_what_breaks_on_the_wire_has_words():
    """Known by name, so the names have to be right."""
    faults = (
        socket.gaierror,
        http.client.RemoteDisconnected,
        ssl.SSLCertVerificationError,
        urllib3.exceptions.NameResolutionError,
        outgoing.Refused,
        outgoing.TookTooLong,
        ConnectionRefusedError,
        ConnectionResetError,
        TimeoutError,
    )
    said = {words.wire_fault(fault.__name__, None) for fault in faults}
    assert not said & {fault.__name__ for fault in faults}


def test_it_is_sent_once_more_by_hand(desk, webhook):
    first = telling.ping(webhook)
    WebhookDelivery.objects.update(state="failed")
    desk.post(f"/desk/deliveries/{first.pk}/redeliver/")
    again = WebhookDelivery.objects.get(again_of=first)
    assert (again.event_id, again.state) == (first.event_id, "pending")
    assert "sent again by hand" in text(desk.get(page_of(webhook)))
    endpoints.stop(by=webhook.added_by, endpoint=webhook)
    refused = desk.post(f"/desk/deliveries/{first.pk}/redeliver/", follow=True)
    assert "Start it first." in text(refused)


def all_of_it(pages, webhook, delivery):
    one = page_of(webhook)
    yield from [("get", pages), ("get", f"{pages}new/"), ("post", f"{pages}new/")]
    yield from [("get", one), ("get", f"{one}change/"), ("get", f"{one}secret/")]
    for what in ("change", "secret", "stop", "start", "remove", "test"):
        yield "post", f"{one}{what}/"
    yield "post", f"/desk/deliveries/{delivery.pk}/redeliver/"


def test_who_is_no_owner_of_the_club_sees_and_does_none_of_it(squad, pages, webhook):
    delivery = telling.ping(webhook)
    before = list(WebhookEndpoint.objects.values())
    others = [
        (factories.make_coach(squad), 403),
        (factories.make_coach(squad, role=access.CLINICIAN), 403),
        (factories.make_club().coach, 404),
    ]
    for user, at_the_club in others:
        client = client_of(user)
        for method, url in all_of_it(pages, webhook, delivery):
            expected = at_the_club if url.startswith(pages) else 404
            assert getattr(client, method)(url).status_code == expected, (user, url)
    assert list(WebhookEndpoint.objects.values()) == before
    assert WebhookDelivery.objects.count() == 1


def test_the_clubs_page_leads_there_for_owners_alone(desk, squad, pages):
    club = f"/desk/clubs/{squad.club.pk}/"
    assert pages in text(desk.get(club))
    assert pages not in text(client_of(factories.make_coach(squad)).get(club))


def test_no_more_queries_for_many(desk, squad, pages, webhook):
    telling.ping(webhook)
    few, few_sent = queries_of(desk, pages), queries_of(desk, page_of(webhook))
    for _ in range(8):
        factories.make_webhook(squad)
    for _ in range(30):
        telling.ping(webhook)
    assert queries_of(desk, pages) == few <= MOST_QUERIES
    # One more, for how many pages there are.
    assert queries_of(desk, page_of(webhook)) <= few_sent + 1 <= MOST_QUERIES
