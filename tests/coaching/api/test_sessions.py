"""Browsers in which one is logged in, seen and ended over REST."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from allauth.usersessions.models import UserSession
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext

from athletes.services import tokens
from coaching.devices import key_of
from tests.coaching.api.conftest import BASE, Client
from tests.coaching.api.test_queries import EVERY_REQUEST
from tests.factories import PASSWORD, let_in, make_session

PATH = "/sessions/"


def logged_in(user: Any) -> Browser:
    client = Browser()
    client.post("/accounts/login/", {"login": user.email, "password": PASSWORD})
    assert client.get("/accounts/").status_code == 200
    return client


def test_my_own_are_listed_by_browser_and_place(cast: Any) -> None:
    row = make_session(cast.users.robin)
    make_session(cast.users.kim)
    told = cast.api.robin.get(PATH)
    (one,) = told.json()["results"]
    assert (one["name"], one["place"]) == ("Chrome, Android", "203.0.113.*")
    assert (one["id"], one["is_this"]) == (str(key_of(row)), False)
    assert cast.api.robin.get(f"{PATH}{one['id']}/").json() == one
    for hidden in (row.session_key, "203.0.113.77"):
        assert hidden not in told.content.decode()


def test_one_with_an_old_password_or_that_has_ended_is_none(cast: Any) -> None:
    make_session(cast.users.robin)
    UserSession.objects.create(user=cast.users.robin, ip="203.0.113.7", session_key="ended")
    assert cast.api.robin.get(PATH).json()["count"] == 1
    user = cast.users.robin
    user.set_password("quite another one")
    user.save()
    assert Client().get(PATH).status_code == 401
    fresh = Client()
    fresh.credentials(HTTP_AUTHORIZATION=f"Bearer {tokens.issue(by=user).secret}")
    assert fresh.get(PATH).json()["count"] == 0


def test_one_is_ended_and_refused_on_its_next_request(cast: Any) -> None:
    phone, laptop = logged_in(cast.users.robin), logged_in(cast.users.robin)
    key = key_of(UserSession.objects.get(session_key=phone.session.session_key))
    assert cast.api.robin.delete(f"{PATH}{key}/").status_code == 204
    assert phone.get("/accounts/").status_code == 302
    assert laptop.get("/accounts/").status_code == 200
    assert cast.api.robin.delete(f"{PATH}{key}/").status_code == 404


@pytest.mark.parametrize("key", ["own", "counter", "none"])
def test_nobody_ends_somebody_elses(cast: Any, key: str) -> None:
    row = make_session(cast.users.robin)
    where = {"own": key_of(row), "counter": row.pk, "none": uuid.uuid4()}[key]
    for ask in (cast.api.kim.get, cast.api.kim.delete, cast.api.owner.delete):
        assert ask(f"{PATH}{where}/").status_code == 404
    cast.api.kim.post(f"{PATH}end-others/")
    assert UserSession.objects.filter(pk=row.pk).exists()


def test_a_token_ends_all_and_goes_on_itself(cast: Any) -> None:
    browsers = [logged_in(cast.users.robin), logged_in(cast.users.robin)]
    assert cast.api.robin.post(f"{PATH}end-others/").status_code == 204
    assert [one.get("/accounts/").status_code for one in browsers] == [302, 302]
    assert cast.api.robin.get(PATH).json()["count"] == 0


def test_a_browser_shows_who_is_there_first_and_stays(cast: Any) -> None:
    here, other = logged_in(cast.users.robin), logged_in(cast.users.robin)
    session = here.session
    session["account_authentication_methods"] = []
    session.save()
    refused = here.post(f"{BASE}{PATH}end-others/")
    assert (refused.status_code, refused.json()["code"]) == (403, "reauthentication_needed")
    assert other.get("/accounts/").status_code == 200
    here.post("/accounts/reauthenticate/", {"password": PASSWORD})
    assert here.post(f"{BASE}{PATH}end-others/").status_code == 204
    assert other.get("/accounts/").status_code == 302
    (left,) = here.get(f"{BASE}{PATH}").json()["results"]
    assert left["is_this"]


def test_an_app_sees_them_and_ends_none(cast: Any) -> None:
    row = make_session(cast.users.robin)
    app = Client()
    app.credentials(HTTP_AUTHORIZATION=f"Bearer {let_in(cast.users.robin, 'account:write')}")
    assert app.get(PATH).json()["count"] == 1
    assert app.delete(f"{PATH}{key_of(row)}/").status_code == 403
    assert app.post(f"{PATH}end-others/").status_code == 403
    assert UserSession.objects.filter(pk=row.pk).exists()


def test_it_costs_the_same_however_many_there_are(cast: Any) -> None:
    costs = []
    for number in (2, 12):
        for _ in range(number):
            make_session(cast.users.robin)
        cast.api.robin.get("/me/")
        with CaptureQueriesContext(connection) as queries:
            count = cast.api.robin.get(PATH).json()["count"]
        costs.append((len(queries), count))
    assert [count for _cost, count in costs] == [2, 14]
    assert costs[0][0] == costs[1][0] <= 3 + EVERY_REQUEST
