"""Tokens by REST."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from rest_framework.test import APIClient

from athletes.models import ApiToken, Membership
from athletes.services import tokens
from tests.coaching.api.conftest import Client
from tests.factories import PASSWORD

pytestmark = pytest.mark.django_db

NEW = {"name": "Diary", "scopes": ["reports:read"], "expires_in_days": 7}


@pytest.fixture
def account(cast: SimpleNamespace) -> SimpleNamespace:
    """Robin, and a token that may deal in tokens and in reports."""
    issued = tokens.make(
        by=cast.users.robin, name="First", scopes=["account:write", "reports:read"], days=30
    )
    return SimpleNamespace(user=cast.users.robin, token=issued.token, api=with_token(issued.secret))


def with_token(secret: str) -> Client:
    client = Client()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {secret}")
    return client


def test_a_token_is_made_and_shown_once(account):
    answer = account.api.post("/tokens/", NEW)
    assert answer.status_code == 201
    told = answer.json()
    assert told["scopes"] == ["reports:read"]
    assert with_token(told["token"]).get("/reports/").status_code == 200
    rows = account.api.get("/tokens/").json()["results"]
    assert {row["name"] for row in rows} >= {"Diary", "First"}
    assert "token" not in rows[0]
    assert told["token"] not in account.api.get(f"/tokens/{told['id']}/").content.decode()


def test_it_can_do_what_it_says_and_no_more(account):
    narrow = with_token(account.api.post("/tokens/", NEW).json()["token"])
    assert narrow.get("/athletes/").status_code == 403
    assert narrow.post("/reports/", {}).status_code == 403
    assert narrow.get("/tokens/").status_code == 403


@pytest.mark.parametrize("scopes", [["club:read"], ["reports:read", "reports:write"]])
def test_none_gives_more_than_it_has(account, scopes):
    count = ApiToken.objects.count()
    assert account.api.post("/tokens/", {**NEW, "scopes": scopes}).status_code == 403
    assert ApiToken.objects.count() == count


@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [
        ({"name": ""}, "/name"),
        ({"scopes": []}, "/scopes"),
        ({"scopes": ["everything"]}, "/scopes/0"),
        ({"expires_in_days": 366}, "/expires_in_days"),
        ({"user": 1}, "/user"),
    ],
)
def test_what_cannot_be_is_named(account, wrong, pointer):
    answer = account.api.post("/tokens/", {**NEW, **wrong})
    assert answer.status_code == 400
    assert [one["pointer"] for one in answer.json()["errors"]] == [pointer]


def test_it_is_taken_back(account):
    told = account.api.post("/tokens/", NEW).json()
    assert account.api.delete(f"/tokens/{told['id']}/").status_code == 204
    assert with_token(told["token"]).get("/reports/").status_code == 401
    assert account.api.delete(f"/tokens/{told['id']}/").status_code == 404


def test_nobody_sees_or_ends_those_of_others(cast, account):
    theirs = f"/tokens/{account.token.pk}/"
    assert cast.api.coach.get(theirs).status_code == 404
    assert cast.api.coach.delete(theirs).status_code == 404
    assert account.api.get("/reports/").status_code == 200


def test_a_browser_shows_first_that_its_person_is_there(cast):
    browser = APIClient()
    browser.force_login(cast.users.robin)
    refused = browser.post("/api/v1/tokens/", NEW)
    assert (refused.status_code, refused.json()["code"]) == (403, "reauthentication_needed")
    shown = {"password": PASSWORD}
    assert browser.post("/accounts/reauthenticate/", shown, format="multipart").status_code == 302
    assert browser.post("/api/v1/tokens/", NEW).status_code == 201


def test_a_log_in_can_ask_for_less(cast):
    told = {"email": cast.users.robin.email, "password": PASSWORD, "scopes": ["reports:read"]}
    secret = cast.anonymous.post("/auth/login/", told).json()["token"]
    assert with_token(secret).get("/reports/").status_code == 200
    assert with_token(secret).get("/me/").status_code == 403


@pytest.mark.parametrize("change", ["role", "switched off", "password"])
def test_what_becomes_of_its_owner_holds_from_the_next_request_on(cast, change):
    coach = cast.users.coach
    coaches = with_token(tokens.issue(by=coach).secret)
    path = f"/athletes/{cast.robin.pk}/"
    assert coaches.get(path).status_code == 200
    if change == "role":
        Membership.objects.filter(user=coach).delete()
    elif change == "switched off":
        coach.is_active = False
        coach.save()
    else:
        assert coach.last_login is None, "who never came by the log-in page has tokens too"
        coach.set_password("a-new-password-for-jo")
        coach.save()
    assert coaches.get(path).status_code == (404 if change == "role" else 401)


def test_the_use_of_a_token_is_noted_after_the_answer(account):
    assert account.token.last_used_at is None
    account.api.get("/reports/")
    account.token.refresh_from_db()
    assert account.token.last_used_at is not None


@pytest.mark.parametrize("secret", ["", "ngl_", "ngl_wrong", "wrong", "ngl_ü", "a b"])
def test_a_wrong_token_is_refused_never_ignored(cast, secret):
    client = Client()
    client.force_login(cast.users.robin)
    assert client.get("/me/").status_code == 200
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {secret}")
    assert client.get("/me/").status_code == 401
