"""Tokens: got, used, refused."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client as Browser
from django.utils import timezone

from athletes.models import ApiToken, User
from tests.coaching.api.conftest import Client, fields_of
from tests.factories import PASSWORD, make_club, make_user

LOGIN, LOGOUT, ME = "/auth/login/", "/auth/logout/", "/me/"


@pytest.fixture
def user() -> User:
    return make_user("Jo")


def log_in(email: str, password: str = PASSWORD) -> Any:
    return Client().post(LOGIN, {"email": email, "password": password})


def with_header(value: str) -> Any:
    client = Client()
    client.credentials(HTTP_AUTHORIZATION=value)
    return client.get(ME)


def test_a_password_gets_a_token_that_opens_the_api(user: User) -> None:
    response = log_in(user.email)
    assert response.status_code == 200
    assert set(response.json()) == {"token", "expiry", "scopes"}
    assert with_header(f"Bearer {response.json()['token']}").json()["email"] == user.email


def test_the_address_may_be_written_in_capitals(user: User) -> None:
    assert log_in(user.email.upper()).status_code == 200


def test_only_a_hash_of_the_token_is_kept(user: User) -> None:
    secret = log_in(user.email).json()["token"]
    kept = ApiToken.objects.values_list("token_hash", "prefix").get()
    assert secret not in kept
    assert with_header(f"Bearer {kept[0]}").status_code == 401
    assert with_header(f"Bearer {kept[1]}").status_code == 401


def test_a_wrong_password_an_unknown_address_and_a_closed_account_read_alike(user: User) -> None:
    closed = make_user("Gone")
    User.objects.filter(pk=closed.pk).update(is_active=False)
    answers = [
        log_in(user.email, "not the password"),
        log_in("nobody@example.test"),
        log_in(closed.email),
    ]
    assert {response.status_code for response in answers} == {401}
    assert len({response.content for response in answers}) == 1
    assert answers[0].json()["code"] == "wrong_credentials"
    assert answers[0].headers["WWW-Authenticate"].startswith("Bearer")


def test_missing_and_unknown_fields_are_named(user: User) -> None:
    response = Client().post(LOGIN, {"email": user.email, "otp": "1"})
    assert response.status_code == 400
    assert set(fields_of(response)) == {"password", "otp"}


def test_guessing_is_stopped_and_the_limit_counts_only_failures(user: User) -> None:
    assert {log_in(user.email).status_code for _ in range(7)} == {200}
    assert [log_in(user.email, "a guess").status_code for _ in range(6)] == [401] * 5 + [429]
    limited = log_in(user.email)
    assert limited.status_code == 429
    assert int(limited.headers["Retry-After"]) > 0


def test_an_unconfirmed_address_gets_no_token_where_confirming_is_mandatory(
    user: User, settings: Any
) -> None:
    settings.ACCOUNT_EMAIL_VERIFICATION = "mandatory"
    response = log_in(user.email)
    assert (response.status_code, response.json()["code"]) == (403, "email_not_verified")
    user.emailaddress_set.create(email=user.email, verified=True, primary=True)
    assert log_in(user.email).status_code == 200


def test_logging_out_ends_this_token_and_no_other(user: User) -> None:
    first, second = (log_in(user.email).json()["token"] for _ in range(2))
    client = Client()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {first}")
    assert client.post(LOGOUT).status_code == 204
    assert client.post(LOGOUT).status_code == 401
    assert with_header(f"Bearer {second}").status_code == 200


def test_an_expired_token_is_refused(user: User) -> None:
    secret = log_in(user.email).json()["token"]
    ApiToken.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    response = with_header(f"Bearer {secret}")
    assert response.status_code == 401
    assert response.json()["code"] == "invalid_token"
    assert response.headers["WWW-Authenticate"].startswith("Bearer")


def test_the_token_of_a_closed_account_is_refused(user: User) -> None:
    secret = log_in(user.email).json()["token"]
    User.objects.update(is_active=False)
    assert with_header(f"Bearer {secret}").status_code == 401


@pytest.mark.parametrize(
    "value", ["Bearer", "Bearer ", "Bearer wrong", "Bearer ngl_é", "bearer a b"]
)
def test_a_header_that_is_no_token_is_refused(value: str) -> None:
    assert with_header(value).status_code == 401


@pytest.mark.parametrize("value", ["", "Basic am86cHc=", "Token x"])
def test_another_scheme_is_nobody(value: str) -> None:
    response = with_header(value)
    assert (response.status_code, response.json()["code"]) == (401, "not_authenticated")


def test_the_browsers_session_reads_and_writes_only_with_its_csrf_token(user: User) -> None:
    squad = make_club(owner=user)
    browser = Browser(enforce_csrf_checks=True)
    browser.force_login(user)
    assert browser.get("/api/v1/me/").json()["email"] == user.email
    send: dict[str, Any] = {
        "path": "/api/v1/athletes/",
        "data": {"name": "Robin", "consent_told": True},
        "content_type": "application/json",
    }
    refused = browser.post(**send)
    assert (refused.status_code, refused.json()["code"]) == (403, "permission_denied")
    token = "a" * 32
    browser.cookies["csrftoken"] = token
    assert browser.post(**send, headers={"X-CSRFToken": token}).status_code == 201
    assert squad.athletes.count() == 1


def test_me_tells_roles_squads_and_the_athlete_that_i_am(cast: Any) -> None:
    coach = cast.api.coach.get(ME).json()
    assert coach["roles"] == [
        {
            "club": {"id": str(cast.squad.club_id), "name": "Harbour"},
            "role": "coach",
            "squads": [{"id": str(cast.squad.pk), "name": "Milers"}],
        }
    ]
    assert (coach["athlete"], coach["athletes"]) == (None, [])
    athlete = cast.api.robin.get(ME).json()
    assert athlete["athlete"] == str(cast.robin.pk)
    assert [role["role"] for role in athlete["roles"]] == ["athlete"]


def test_who_runs_in_two_clubs_is_told_both(cast: Any) -> None:
    cast.stranger.user = cast.users.robin
    cast.stranger.save()
    me = cast.api.robin.get(ME).json()
    assert me["athlete"] is None
    assert {row["id"] for row in me["athletes"]} == {str(cast.robin.pk), str(cast.stranger.pk)}
