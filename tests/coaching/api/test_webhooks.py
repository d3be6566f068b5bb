"""A club's webhooks by REST."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext

from athletes.models import WebhookDelivery, WebhookEndpoint
from athletes.services import tokens
from athletes.services.webhooks import telling
from tests.coaching.lookups import nobody_is_asked
from tests.factories import PASSWORD, make_webhook


@pytest.fixture(autouse=True)
def no_lookups(monkeypatch: pytest.MonkeyPatch) -> None:
    nobody_is_asked(monkeypatch)
    cache.clear()


@pytest.fixture
def told(cast: Any) -> dict[str, Any]:
    return {
        "club": str(cast.squad.club.pk),
        "name": "Board",
        "url": "https://hooks.example.org/x",
        "events": ["escalation.opened"],
    }


@pytest.fixture
def webhook(cast: Any) -> WebhookEndpoint:
    return make_webhook(cast.squad)


def test_the_whole_story(cast: Any, told: dict[str, Any]) -> None:
    api = cast.api.owner
    made = api.post("/webhooks/", told)
    assert made.status_code == 201
    assert made.json()["secret"].startswith("whsec_")
    here = f"/webhooks/{made.json()['id']}/"
    assert "secret" not in api.get(here).json()
    assert [row["name"] for row in api.get("/webhooks/").json()["results"]] == ["Board"]

    changed = api.patch(here, {"events": ["report.assessed", "check_in.missed"]})
    assert changed.json()["events"] == ["report.assessed", "check_in.missed"]
    assert changed.json()["url"] == told["url"]
    rotated = api.post(f"{here}rotate/").json()
    assert rotated["secret"] != made.json()["secret"]
    assert rotated["old_secret_until"]

    sent = api.post(f"{here}test/")
    assert (sent.status_code, sent.json()["type"]) == (201, "ping")
    (row,) = api.get(f"{here}deliveries/").json()["results"]
    assert row == api.get(f"{here}deliveries/{row['id']}/").json()
    WebhookDelivery.objects.update(state="failed")
    again = api.post(f"{here}deliveries/{row['id']}/redeliver/")
    assert (again.status_code, again.json()["again_of"]) == (201, row["id"])
    assert again.json()["event_id"] == row["event_id"]
    assert [r["id"] for r in api.get(f"{here}deliveries/?state=failed").json()["results"]] == [
        row["id"]
    ]

    assert api.post(f"{here}stop/").json()["stopped_why"] == "owner"
    assert api.post(f"{here}test/").status_code == 400
    assert api.post(f"{here}start/").json()["stopped_at"] is None
    assert api.delete(here).status_code == 204
    assert api.get(here).status_code == 404
    assert api.get(f"{here}deliveries/").status_code == 404


@pytest.mark.parametrize(
    ("field", "sent"),
    [
        ("url", {"url": "https://127.0.0.1/"}),
        ("url", {"url": "http://hooks.example.org/"}),
        ("events", {"events": []}),
        ("events/0", {"events": ["ping"]}),
        ("name", {"name": ""}),
        ("secret", {"secret": "whsec_mine"}),
    ],
)
def test_what_cannot_be_is_named(
    cast: Any, told: dict[str, Any], webhook: WebhookEndpoint, field: str, sent: dict[str, Any]
) -> None:
    for answer in (
        cast.api.owner.post("/webhooks/", {**told, **sent}),
        cast.api.owner.patch(f"/webhooks/{webhook.pk}/", sent),
    ):
        assert answer.status_code == 400
        assert [part["pointer"] for part in answer.json()["errors"]] == [f"/{field}"]
    assert WebhookEndpoint.objects.count() == 1


def test_only_owners_see_them(cast: Any, told: dict[str, Any], webhook: WebhookEndpoint) -> None:
    delivery = telling.ping(webhook)
    here = f"/webhooks/{webhook.pk}/"
    for name in ("coach", "clinician", "robin", "outsider", "nobody"):
        api = getattr(cast.api, name)
        assert api.get("/webhooks/").json()["results"] == []
        for url in (here, f"{here}deliveries/", f"{here}deliveries/{delivery.pk}/"):
            assert api.get(url).status_code == 404
        for url in ("rotate/", "stop/", "test/", f"deliveries/{delivery.pk}/redeliver/"):
            assert api.post(f"{here}{url}").status_code == 404
        assert api.patch(here, {"name": "Mine"}).status_code == 404
        assert api.delete(here).status_code == 404
        assert api.post("/webhooks/", told).status_code in (400, 403)
    assert WebhookEndpoint.objects.get().name == webhook.name


def test_a_token_needs_the_clubs_scopes(
    cast: Any, told: dict[str, Any], webhook: WebhookEndpoint
) -> None:
    def ask(scopes: list[str], method: str, path: str, body: Any = None) -> int:
        made = tokens.make(by=cast.users.owner, through=None, name="T", scopes=scopes, days=1)
        header = {"Authorization": f"Bearer {made.secret}"}
        send = getattr(Browser(headers=header), method)
        more = {"data": body, "content_type": "application/json"} if body is not None else {}
        return int(send(f"/api/v1{path}", **more).status_code)

    here = f"/webhooks/{webhook.pk}/"
    assert ask(["club:read"], "get", here) == 200
    assert ask(["reports:write"], "get", here) == 403
    assert ask(["club:read"], "post", f"{here}test/", {}) == 403
    assert ask(["club:write"], "post", f"{here}test/", {}) == 201


def test_a_browser_shows_who_is_there_before_it_gets_a_secret(
    cast: Any, told: dict[str, Any], webhook: WebhookEndpoint
) -> None:
    browser = Browser()
    browser.force_login(cast.users.owner)
    here = f"/api/v1/webhooks/{webhook.pk}/"

    def attempts() -> list[int]:
        return [
            browser.post("/api/v1/webhooks/", told, "application/json").status_code,
            browser.post(f"{here}rotate/", {}, "application/json").status_code,
            browser.patch(here, {"url": told["url"]}, "application/json").status_code,
        ]

    assert attempts() == [403, 403, 403]
    browser.post("/accounts/reauthenticate/", {"password": PASSWORD})
    assert attempts()[:2] == [201, 200]


def test_deliveries_are_those_of_that_webhook(cast: Any, webhook: WebhookEndpoint) -> None:
    other = telling.ping(make_webhook(cast.squad))
    telling.ping(webhook)
    here = f"/webhooks/{webhook.pk}/deliveries/"
    assert len(cast.api.owner.get(here).json()["results"]) == 1
    assert cast.api.owner.get(f"{here}{other.pk}/").status_code == 404
    assert cast.api.owner.get("/webhooks/no-uuid/deliveries/").status_code == 404


def test_twenty_rows_cost_as_many_queries_as_two(cast: Any, webhook: WebhookEndpoint) -> None:
    def cost(path: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert cast.api.owner.get(path).status_code == 200
        return len(queries)

    lists = ["/webhooks/", f"/webhooks/{webhook.pk}/deliveries/"]
    telling.ping(webhook)
    make_webhook(cast.squad)
    telling.ping(webhook)
    cost(lists[0])  # notes that the token was used, once a minute
    few = [cost(path) for path in lists]
    for _ in range(6):
        make_webhook(cast.squad)
        telling.ping(webhook)
    assert [cost(path) for path in lists] == few
