"""Which browsers take messages."""

import base64
import json

import pytest
from django.test import Client

from athletes.models import PushSubscription
from athletes.services import keys
from coaching.notices.push import browser_of
from tests import factories
from tests.coaching.notices.conftest import client_of

PAGE, SUBSCRIBE, UNSUBSCRIBE = "/accounts/messages/", "/push/subscribe/", "/push/unsubscribe/"
ANDROID = (
    "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 Chrome/140.0.0.0 Mobile Safari/537.36"
)


def _code(length):
    return base64.urlsafe_b64encode(bytes(range(length))).decode().rstrip("=")


def told(endpoint="https://push.example/abc", **more):
    return {
        "endpoint": endpoint,
        "expirationTime": None,
        "keys": {"p256dh": _code(65), "auth": _code(16)},
        **more,
    }


def send(client, url, body, **options):
    body = body if isinstance(body, bytes) else json.dumps(body)
    return client.post(url, body, content_type="application/json", **options)


def subscribe(client, *args, **more):
    return send(client, SUBSCRIBE, told(*args, **more), headers={"User-Agent": ANDROID})


def text(response):
    return response.content.decode()


def test_a_browser_is_added_once_and_listed_by_its_name(phone, athlete):
    assert subscribe(phone).status_code == 204
    assert subscribe(phone).status_code == 204
    stored = PushSubscription.objects.get()
    assert (stored.user, stored.p256dh, stored.auth) == (athlete.user, _code(65), _code(16))
    page = text(phone.get(PAGE))
    assert "Chrome, Android" in page
    assert stored.endpoint not in page, "whoever has the address could write to it"


def test_who_logs_in_on_the_same_device_takes_it_over(phone, desk, squad):
    subscribe(phone)
    subscribe(desk)
    assert PushSubscription.objects.get().user == squad.coach
    assert "No device tells you yet." in text(phone.get(PAGE))


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"no json",
        b"[]",
        b"{}",
        b'{"endpoint": "https://push.example/abc"}',
        b'{"endpoint": "https://push.example/abc", "keys": {"p256dh": 1, "auth": null}}',
        b'{"endpoint": "https://push.example/abc", "keys": "none"}',
        json.dumps(told("http://push.example/abc")).encode(),
        json.dumps(told("https://127.0.0.1/abc")).encode(),
        json.dumps(told(), indent=4000).encode(),
    ],
)
def test_what_no_browser_sends_is_refused(phone, body):
    answer = send(phone, SUBSCRIBE, body)
    assert (answer.status_code, answer.json()) == (
        400,
        {"error": "This browser could not be added."},
    )
    assert not PushSubscription.objects.exists()


def test_another_site_cannot_add_its_browser(athlete):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(athlete.user)
    assert subscribe(strict).status_code == 403
    page = strict.get("/push/key/").json()
    answer = send(strict, SUBSCRIBE, told(), headers={"X-CSRFToken": page["csrf_token"]})
    assert answer.status_code == 204


def test_the_public_key_is_in_the_page_and_the_private_one_nowhere(phone):
    private, public = keys.vapid()
    page, answer = text(phone.get(PAGE)), phone.get("/push/key/")
    assert f'data-key="{public}"' in page
    assert answer.json()["public_key"] == public
    assert private not in page
    assert private not in text(answer)


def test_a_browser_is_taken_off_the_list(phone):
    subscribe(phone)
    browser = PushSubscription.objects.get()
    assert phone.post(UNSUBSCRIBE, {"browser": browser.pk}).status_code == 302
    browser.refresh_from_db()
    assert browser.gone_at is not None
    assert "No device tells you yet." in text(phone.get(PAGE))


def test_a_browser_takes_itself_off_by_its_address(phone):
    subscribe(phone)
    assert send(phone, UNSUBSCRIBE, {"endpoint": told()["endpoint"]}).status_code == 204
    assert PushSubscription.objects.get().gone_at is not None


def test_nobody_takes_away_a_browser_of_another(phone, squad):
    subscribe(phone)
    browser = PushSubscription.objects.get()
    other = client_of(factories.make_athlete(squad).user)
    assert other.post(UNSUBSCRIBE, {"browser": browser.pk}).status_code == 404
    assert other.post(UNSUBSCRIBE, {"browser": "nothing"}).status_code == 404
    send(other, UNSUBSCRIBE, {"endpoint": browser.endpoint})
    send(other, UNSUBSCRIBE, b"[]")
    browser.refresh_from_db()
    assert browser.gone_at is None


def test_the_service_worker_serves_the_whole_site_and_is_asked_for_anew(client, db):
    answer = client.get("/sw.js")
    assert answer["Content-Type"] == "text/javascript; charset=utf-8"
    assert "no-cache" in answer["Cache-Control"]
    assert 'addEventListener("push"' in text(answer)


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        (ANDROID, "Chrome, Android"),
        (
            "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
            "Firefox, Linux",
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1",
            "Safari, iPhone",
        ),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/140.0 Safari/537.36 Edg/140.0", "Edge, Windows"),
        ("curl/8", ""),
    ],
)
def test_a_browser_has_a_name_that_its_owner_knows(agent, name):
    assert browser_of(agent) == name
