"""Apps that may act for somebody, seen and taken back over REST."""

from __future__ import annotations

from typing import Any

from allauth.idp.oidc.models import Client as App
from django.db import connection
from django.test.utils import CaptureQueriesContext

from athletes.services import apps
from tests.coaching.api.conftest import Client
from tests.coaching.api.test_queries import EVERY_REQUEST
from tests.factories import let_in

PATH = "/apps/"


def with_token(secret: str) -> Client:
    client = Client()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {secret}")
    return client


def test_my_own_are_listed_with_what_they_may(cast: Any) -> None:
    secret = let_in(cast.users.robin, "openid", "reports:read")
    told = cast.api.robin.get(PATH)
    (one,) = told.json()["results"]
    assert one["scopes"] == ["openid", "reports:read"]
    assert one["ends_at"] > one["renewed_at"]
    assert cast.api.robin.get(f"{PATH}{one['id']}/").json() == one
    assert secret not in told.content.decode()
    assert cast.api.kim.get(PATH).json()["count"] == 0


def test_what_is_taken_back_is_refused_in_the_next_request(cast: Any) -> None:
    app = with_token(let_in(cast.users.robin, "reports:read"))
    assert app.get("/reports/").status_code == 200
    one = f"{PATH}{apps.allowed_by(cast.users.robin)[0].app.pk}/"
    for ask in (cast.api.kim.get, cast.api.kim.delete, cast.api.owner.delete):
        assert ask(one).status_code == 404
    assert cast.api.robin.delete(one).status_code == 204
    assert app.get("/reports/").status_code == 401
    assert cast.api.robin.delete(one).status_code == 404
    assert App.objects.exists(), "the app itself stays, for others"


def test_an_app_takes_nothing_back(cast: Any) -> None:
    app = with_token(let_in(cast.users.robin, "account:write"))
    one = f"{PATH}{app.get(PATH).json()['results'][0]['id']}/"
    assert app.delete(one).status_code == 403
    assert app.get(one).status_code == 200


def test_it_costs_the_same_however_many_there_are(cast: Any) -> None:
    costs = []
    for number in (2, 8):
        for _ in range(number):
            let_in(cast.users.robin, "reports:read")
        cast.api.robin.get("/me/")
        with CaptureQueriesContext(connection) as queries:
            count = cast.api.robin.get(PATH).json()["count"]
        costs.append((len(queries), count))
    assert [count for _cost, count in costs] == [2, 10]
    assert costs[0][0] == costs[1][0] <= 2 + EVERY_REQUEST
