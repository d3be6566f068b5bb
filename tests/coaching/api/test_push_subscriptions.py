"""Which browsers and apps of mine take messages."""

from __future__ import annotations

import base64
import uuid
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from athletes.models import PushSubscription
from athletes.services import keys
from tests.coaching.api.conftest import fields_of
from tests.coaching.api.test_queries import EVERY_REQUEST

PATH = "/push-subscriptions/"
ANDROID = "Mozilla/5.0 (Linux; Android 14) Chrome/126.0"


def code(length: int) -> str:
    return base64.urlsafe_b64encode(bytes(range(length))).decode().rstrip("=")


def new(number: int = 0, **more: Any) -> dict[str, Any]:
    return {
        "endpoint": f"https://push.example/abc{number}",
        "expirationTime": None,
        "keys": {"p256dh": code(65), "auth": code(16)},
        **more,
    }


def test_the_key_of_the_site_is_told(cast: Any) -> None:
    assert cast.api.robin.get(f"{PATH}key/").json() == {"public_key": keys.vapid()[1]}


def test_a_browser_is_added_once_and_listed_without_its_secrets(cast: Any) -> None:
    first = cast.api.robin.post(PATH, new(), headers={"User-Agent": ANDROID})
    again = cast.api.robin.post(PATH, new(), headers={"User-Agent": ANDROID})
    assert (first.status_code, again.json()) == (201, first.json())
    assert first.json()["browser"] == "Chrome, Android"
    stored = PushSubscription.objects.get()
    assert (stored.user, stored.auth) == (cast.users.robin, code(16))
    told = cast.api.robin.get(PATH)
    assert told.json()["results"] == [first.json()]
    for secret in (stored.endpoint, stored.auth, stored.p256dh):
        assert secret not in told.content.decode() + first.content.decode()


def test_an_app_says_what_it_is_called(cast: Any) -> None:
    assert cast.api.robin.post(PATH, new(browser="My watch")).json()["browser"] == "My watch"


def test_who_logs_in_on_the_same_device_takes_it_over(cast: Any) -> None:
    cast.api.robin.post(PATH, new())
    cast.api.kim.post(PATH, new())
    assert cast.api.robin.get(PATH).json()["count"] == 0
    assert cast.api.kim.get(PATH).json()["count"] == 1


def test_it_is_removed_by_its_owner_alone(cast: Any) -> None:
    one = f"{PATH}{cast.api.robin.post(PATH, new()).json()['id']}/"
    for ask in (cast.api.kim.get, cast.api.kim.delete, cast.api.owner.delete):
        assert ask(one).status_code == 404
    assert cast.api.robin.get(one).status_code == 200
    assert cast.api.robin.delete(one).status_code == 204
    assert cast.api.robin.get(one).status_code == 404
    assert PushSubscription.objects.get().gone_at


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"endpoint": "http://push.example/abc"}, "endpoint"),
        ({"endpoint": "https://127.0.0.1/abc"}, "endpoint"),
        ({"endpoint": "https://push.example/" + "x" * 700}, "endpoint"),
        ({"endpoint": 5}, "endpoint"),
        ({"keys": {"p256dh": code(64), "auth": code(16)}}, "endpoint"),
        ({"keys": {"p256dh": code(65)}}, "keys.auth"),
        ({"keys": "none"}, "keys"),
        ({"browser": "x" * 81}, "browser"),
        ({"user": 1}, "user"),
    ],
)
def test_what_no_browser_sends_is_refused(cast: Any, wrong: dict[str, Any], named: str) -> None:
    answer = cast.api.robin.post(PATH, new(**wrong))
    if wrong.get("endpoint") == 5:
        assert answer.status_code == 400
        return
    assert (answer.status_code, list(fields_of(answer))) == (400, [named])
    assert not PushSubscription.objects.exists()


def test_sent_twice_under_a_key_it_is_done_once(cast: Any) -> None:
    key = {"Idempotency-Key": str(uuid.uuid4())}
    first = cast.api.robin.post(PATH, new(), headers=key)
    again = cast.api.robin.post(PATH, new(), headers=key)
    assert again.content == first.content
    assert again.headers["Idempotency-Replayed"] == "true"
    cast.api.robin.delete(f"{PATH}{first.json()['id']}/")
    assert cast.api.robin.post(PATH, new(), headers=key).status_code == 404


def test_it_costs_the_same_however_many_there_are(cast: Any) -> None:
    costs = []
    for numbers in (range(2), range(2, 15)):
        for number in numbers:
            cast.api.robin.post(PATH, new(number))
        cast.api.robin.get("/me/")
        with CaptureQueriesContext(connection) as queries:
            told = cast.api.robin.get(f"{PATH}?ordering=created_at")
        costs.append((len(queries), told.json()["count"]))
    assert [count for _cost, count in costs] == [2, 15]
    assert costs[0][0] == costs[1][0] <= 3 + EVERY_REQUEST
