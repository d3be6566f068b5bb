"""The second factor: switched on, asked for, never gone around, sealed in the database."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.contrib.auth import SESSION_KEY
from django.db import connection
from django.test import Client
from django.utils import timezone

from athletes.models import Notification
from athletes.services import sealing
from athletes.services.channels import choose_channel
from tests.coaching.accounts.second_factors import (
    LOG_IN,
    OVERVIEW,
    SECRET,
    code_now,
    give_app,
    give_passkey,
    proved,
    with_password,
)
from tests.factories import PASSWORD, make_athlete, make_club, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def coach() -> Any:
    return make_club("Harbour Harriers").coach  # type: ignore[attr-defined]


@pytest.fixture(autouse=True)
def middle_of_a_code() -> Any:
    """No code ends while a test runs."""
    with time_machine.travel("2026-03-03T10:00:15Z", tick=False) as clock:
        yield clock


def is_in(client: Client) -> bool:
    return SESSION_KEY in client.session


def test_an_app_is_set_up_by_its_first_code_and_codes_for_paper_are_shown_once(coach: Any) -> None:
    client = proved(coach)
    page = client.get(f"{OVERVIEW}app/")
    secret = page.context["form"].secret
    assert secret in page.content.decode()
    assert "<svg" in page.content.decode()
    assert client.post(f"{OVERVIEW}app/", {"code": "000000"}).status_code == 200
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("tests.coaching.accounts.second_factors.SECRET", secret)
        done = client.post(f"{OVERVIEW}app/", {"code": code_now()})
    assert done["Location"] == f"{OVERVIEW}codes/"
    first, again = (client.get(f"{OVERVIEW}codes/").content.decode() for _ in range(2))
    (codes,) = Authenticator.objects.filter(user=coach, type="recovery_codes")
    shown = codes.wrap().get_unused_codes()
    assert len(shown) == 10
    assert all(code in first and code not in again for code in shown)
    assert "10 of 10 are left" in again


def test_after_the_password_the_code_of_the_app_is_asked_for(client: Client, coach: Any) -> None:
    give_app(coach)
    assert with_password(client, coach)["Location"] == LOG_IN
    assert not is_in(client)
    assert client.get("/desk/").status_code == 302
    assert client.post(LOG_IN, {"code": "123456"}).status_code == 200
    assert client.post(LOG_IN, {"code": code_now()})["Location"] == "/desk/"
    assert is_in(client)


def test_a_recovery_code_lets_in_once(client: Client, coach: Any) -> None:
    codes = give_app(coach)
    for expected in (True, False):
        client.logout()
        with_password(client, coach)
        client.post(LOG_IN, {"code": codes[0]})
        assert is_in(client) is expected


@pytest.mark.parametrize("later_s", [1, 29, 45])
def test_the_code_of_an_app_lets_in_once_as_long_as_it_is_taken(
    coach: Any, middle_of_a_code: Any, later_s: int
) -> None:
    give_app(coach)
    code = code_now(steps=1)  # of a phone whose clock is ahead: taken for a minute and a half
    came_in = []
    for _ in range(2):
        client = Client()
        with_password(client, coach)
        client.post(LOG_IN, {"code": code})
        came_in.append(is_in(client))
        middle_of_a_code.shift(later_s)
    assert came_in == [True, False]


def test_five_wrong_codes_and_the_right_one_no_longer_counts(client: Client, coach: Any) -> None:
    give_app(coach)
    with_password(client, coach)
    for _ in range(5):
        client.post(LOG_IN, {"code": "000000"})
    assert "Too many tries" in client.post(LOG_IN, {"code": code_now()}).content.decode()
    assert not is_in(client)


def test_a_passkey_alone_is_another_way_in_and_with_codes_for_paper_a_second_factor(
    coach: Any,
) -> None:
    give_passkey(coach)
    client = Client()
    with_password(client, coach)
    assert is_in(client)
    client = proved(coach)
    assert client.post(f"{OVERVIEW}codes/new/")["Location"] == f"{OVERVIEW}codes/"
    client = Client()
    assert with_password(client, coach)["Location"] == LOG_IN


def test_a_new_password_does_not_switch_it_off(client: Client, coach: Any, mailoutbox: Any) -> None:
    give_app(coach)
    client.post("/accounts/password/reset/", {"email": coach.email})
    link = next(
        word for word in mailoutbox[0].body.split() if "/reset/key/" in word
    ).removeprefix("http://testserver")  # fmt: skip
    form = client.get(link)["Location"]
    new = {"password1": "quite another one", "password2": "quite another one"}
    client.post(form, new)
    assert not is_in(client)
    assert with_password(client, coach, "quite another one")["Location"] == LOG_IN


def test_a_code_by_mail_does_not_go_around_it(client: Client, coach: Any, mailoutbox: Any) -> None:
    give_app(coach)
    client.post("/accounts/login/code/", {"email": coach.email})
    code = next(line for line in mailoutbox[0].body.splitlines() if line[:4].isdigit())
    assert client.post("/accounts/login/code/confirm/", {"code": code})["Location"] == LOG_IN
    assert not is_in(client)


def test_switching_off_takes_app_and_codes_and_leaves_passkeys(coach: Any) -> None:
    give_app(coach)
    give_passkey(coach)
    client = proved(coach)
    assert (
        "app and the recovery codes are forgotten" in client.get(f"{OVERVIEW}off/").content.decode()
    )
    client.post(f"{OVERVIEW}off/")
    assert list(Authenticator.objects.values_list("type", flat=True)) == ["webauthn"]
    client = Client()
    with_password(client, coach)
    assert is_in(client)


@pytest.mark.parametrize("path", ["app/", "app/remove/", "codes/", "codes/new/", "off/"])
def test_nothing_is_changed_or_shown_before_the_password_is_given_once_more(
    coach: Any, path: str
) -> None:
    give_app(coach)
    Authenticator.objects.filter(type="totp").delete() if path == "app/" else None
    client = Client()
    client.force_login(coach)
    before = list(Authenticator.objects.values())
    ways = [client.get] if path == "codes/" else [client.get, client.post]
    for answer in [way(OVERVIEW + path) for way in ways]:
        assert "/accounts/reauthenticate/" in answer["Location"]
    assert list(Authenticator.objects.values()) == before


def test_what_is_kept_is_sealed(coach: Any) -> None:
    codes = give_app(coach)
    with connection.cursor() as cursor:
        cursor.execute("SELECT data FROM mfa_authenticator")
        stored = str(cursor.fetchall())
    assert stored.count("enc1:") == 2
    assert SECRET not in stored
    assert not any(code in stored for code in codes)


def test_under_a_key_that_is_gone_no_code_fits(client: Client, coach: Any, settings: Any) -> None:
    give_app(coach)
    settings.COLUMN_KEYS = ["another key altogether"]
    with_password(client, coach)
    empty = format_of_nothing()
    assert client.post(LOG_IN, {"code": empty}).status_code == 200
    assert not is_in(client)


def format_of_nothing() -> str:
    """What an app would show for a secret of no bytes at all."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("tests.coaching.accounts.second_factors.SECRET", "")
        return code_now()


def test_its_owner_is_told_of_every_change_and_nobody_switches_that_off(
    coach: Any, django_capture_on_commit_callbacks: Any
) -> None:
    choose_channel(by=coach, topic="talk", channel="email", wanted=False)
    client = proved(coach)
    give_passkey(coach)
    with django_capture_on_commit_callbacks(execute=True):
        client.post(f"{OVERVIEW}codes/new/")
    client.post(f"{OVERVIEW}off/")
    told = Notification.objects.filter(recipient=coach, channel="email")
    assert set(told.values_list("subject", flat=True)) == {
        "How your account is protected was changed"
    }
    assert told.count() == 2


def test_the_pages_are_each_persons_own(coach: Any) -> None:
    give_app(coach)
    other = proved(make_athlete(make_club()).user)
    assert "is set up" not in other.get(OVERVIEW).content.decode()
    assert other.get(f"{OVERVIEW}codes/").status_code == 404
    assert other.get(f"{OVERVIEW}app/remove/").status_code == 404


def test_staff_come_to_the_administration_by_the_same_log_in(client: Client) -> None:
    staff = make_user("Ops")
    staff.is_staff = staff.is_superuser = True
    staff.save()
    give_app(staff)
    assert client.get("/admin/")["Location"].startswith("/admin/login/")
    assert client.get("/admin/login/?next=/admin/")["Location"].startswith("/accounts/login/")
    client.post("/admin/login/", {"username": staff.email, "password": PASSWORD})
    assert not is_in(client)
    with_password(client, staff)
    assert client.get("/admin/").status_code == 302
    client.post(LOG_IN, {"code": code_now()})
    assert client.get("/admin/").status_code == 200


def test_the_second_step_does_not_wait_for_ever(
    client: Client, coach: Any, middle_of_a_code: Any
) -> None:
    give_app(coach)
    with_password(client, coach)
    middle_of_a_code.move_to(timezone.now() + timedelta(minutes=16))
    client.post(LOG_IN, {"code": code_now()})
    assert not is_in(client)


def test_sealed_under_a_new_key_the_old_one_can_go(client: Client, settings: Any) -> None:
    settings.COLUMN_KEYS = ["an old key of the site"]
    user = make_user()
    codes = give_app(user)
    settings.COLUMN_KEYS = ["a new key of the site", "an old key of the site"]
    counted = [sealing.reseal().sealed_anew for _ in range(2)]
    settings.COLUMN_KEYS = ["a new key of the site"]
    with_password(client, user)
    client.post(LOG_IN, {"code": codes[7]})
    assert (counted, is_in(client)) == ([2, 0], True)


def test_what_stood_open_is_sealed_at_the_next_turn(coach: Any) -> None:
    Authenticator.objects.create(user=coach, type="totp", data={"secret": SECRET})
    sealing.reseal()
    assert Authenticator.objects.get().data["secret"].startswith("enc1:")
