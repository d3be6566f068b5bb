"""Passkeys: another way in beside the password, each person's own. What a browser does is in tests/browser."""

from __future__ import annotations

import json
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth import SESSION_KEY
from django.test import Client

from tests import factories

PASSWORD = "a slow river in spring"
LIST = "/accounts/passkeys/"


@pytest.fixture
def runner(db: None) -> Any:
    user = factories.make_athlete(factories.make_club("Harbour Harriers")).user
    assert user
    user.set_password(PASSWORD)
    user.save()
    return user


def passkey_of(user: Any, name: str = "Phone") -> Authenticator:
    return Authenticator.objects.create(  # type: ignore[no-any-return]
        user=user, type=Authenticator.Type.WEBAUTHN, data={"name": name, "credential": {}}
    )


@pytest.fixture
def device(runner: Any) -> Client:
    """Logged in, and the password was given once more just now."""
    client = Client()
    client.force_login(runner)
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    return client


def test_the_password_still_opens_an_account_with_a_passkey(runner: Any) -> None:
    passkey_of(runner)
    client = Client()
    client.post("/accounts/login/", {"login": runner.email, "password": PASSWORD})
    assert client.session[SESSION_KEY] == str(runner.pk)


def test_only_ones_own_are_listed_renamed_and_removed(runner: Any, device: Client) -> None:
    mine = passkey_of(runner, "Red phone")
    other = passkey_of(factories.make_club("Theirs").coach, "Blue laptop")  # type: ignore[attr-defined]
    page = device.get(LIST).content.decode()
    assert "Red phone" in page
    assert "Blue laptop" not in page
    for doing in ("rename", "remove"):
        assert device.get(f"{LIST}{other.pk}/{doing}/").status_code == 404
        assert device.post(f"{LIST}{other.pk}/{doing}/", {"name": "Mine"}).status_code == 404
    device.post(f"{LIST}{mine.pk}/rename/", {"name": "Old phone"})
    assert "Old phone" in device.get(LIST).content.decode()
    device.post(f"{LIST}{mine.pk}/remove/")
    assert list(Authenticator.objects.all()) == [other]


def test_before_anything_is_changed_the_password_is_asked_once_more(runner: Any) -> None:
    mine = passkey_of(runner)
    client = Client()
    client.force_login(runner)
    for path in ("add/", f"{mine.pk}/rename/", f"{mine.pk}/remove/"):
        assert "/accounts/reauthenticate/" in client.post(f"{LIST}{path}")["Location"]
    assert Authenticator.objects.get() == mine


def test_the_device_is_asked_who_holds_it(device: Client) -> None:
    page = device.get(f"{LIST}add/", headers={"user-agent": "Mozilla (Android) Chrome/126.0"})
    asked = page.context["js_data"]["creation_options"]["publicKey"]
    assert asked["authenticatorSelection"]["userVerification"] == "required"
    assert asked["rp"]["id"] == "testserver"
    assert page.context["form"]["name"].value() == "Chrome, Android"


@pytest.mark.parametrize("sent", ["", "no json", "{}", '{"response": {"userHandle": "MQ"}}', "[]"])
def test_what_no_browser_sends_opens_nothing(runner: Any, sent: str) -> None:
    client = Client()
    client.get(f"{LIST}log-in/", headers={"accept": "application/json"})
    answer = client.post(f"{LIST}log-in/", {"credential": sent})
    assert answer["Location"] == "/accounts/login/"
    assert SESSION_KEY not in client.session


@pytest.mark.parametrize("sent", ["no json", "{}", "[]"])
def test_what_no_browser_sends_is_kept_nowhere(device: Client, sent: str) -> None:
    answer = device.post(f"{LIST}add/", {"name": "Phone", "credential": sent})
    assert answer.status_code == 200
    assert not Authenticator.objects.exists()


def test_a_challenge_is_made_for_whoever_wants_to_log_in(client: Client, db: None) -> None:
    told = json.loads(client.get(f"{LIST}log-in/", headers={"accept": "application/json"}).content)
    asked = told["request_options"]["publicKey"]
    assert asked["userVerification"] == "required"
    assert not asked.get("allowCredentials")  # nobody learns who has one
