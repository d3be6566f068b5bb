"""Where one is logged in: seen, ended, told of; and what a new password ends."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from allauth.usersessions.models import UserSession
from django.core.management import call_command
from django.db import DatabaseError
from django.test import Client

from athletes.models import Notification, User
from athletes.services import tokens
from coaching.devices import place_of
from tests.coaching.accounts.second_factors import code_now, give_app
from tests.factories import PASSWORD, make_athlete, make_club, make_user

pytestmark = pytest.mark.django_db
PAGE = "/accounts/sessions/"
PHONE = "Mozilla/5.0 (Linux; Android 14) Chrome/126.0"
LAPTOP = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15) Firefox/127.0"
NEW = "quite another one"


@pytest.fixture
def runner() -> Any:
    return make_athlete(make_club()).user


def logged_in(user: Any, agent: str = PHONE, at: str = "203.0.113.77") -> Client:
    client = Client(headers={"user-agent": agent}, REMOTE_ADDR=at)
    client.post("/accounts/login/", {"login": user.email, "password": PASSWORD})
    assert client.get("/accounts/").status_code == 200
    return client


def prove(client: Client) -> None:
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})


def is_in(client: Client) -> bool:
    return client.get("/accounts/").status_code == 200


def test_devices_are_listed_by_name_and_shortened_address(runner: Any) -> None:
    logged_in(runner, LAPTOP, at="2001:db8:aa:bb::1")
    page = logged_in(runner).get(PAGE).content.decode()
    for words in (
        "Chrome, Android",
        "Firefox, Mac",
        "203.0.113.*",
        "2001:0db8:00aa:*",
        "This device",
    ):
        assert words in page
    assert "203.0.113.77" not in page


@pytest.mark.parametrize(
    ("address", "place"), [("192.0.2.1", "192.0.2.*"), ("::1", "0000:0000:0000:*")]
)
def test_a_place_is_less_than_an_address(address: str, place: str) -> None:
    assert place_of(address) == place


def by_password(client: Client) -> None:
    prove(client)


def by_code(client: Client) -> None:
    client.post("/accounts/second-factor/is-it-you/", {"code": code_now()})


@pytest.mark.parametrize("prove_it", [by_password, by_code])
def test_a_key_taken_before_opens_no_more_once_it_was_asked_who_it_is(
    runner: Any, prove_it: Callable[[Client], None]
) -> None:
    here, thief = logged_in(runner), Client()
    give_app(runner)
    thief.cookies = here.cookies.__class__(here.cookies.output(header="", sep=";"))
    assert is_in(thief)
    since = UserSession.objects.get().created_at
    prove_it(here)
    assert (is_in(thief), is_in(here)) == (False, True)
    assert UserSession.objects.get().created_at == since, "still one device in the list"
    assert here.get("/accounts/tokens/new/").status_code == 200, "and it was proved"


def test_one_is_ended_and_refused_on_its_next_request(runner: Any) -> None:
    phone, laptop = logged_in(runner), logged_in(runner, LAPTOP)
    prove(laptop)
    row = UserSession.objects.get(user_agent=PHONE)
    laptop.post(f"{PAGE}{row.pk}/end/")
    assert not is_in(phone)
    assert is_in(laptop)


def test_all_others_are_ended_at_once(runner: Any) -> None:
    others = [logged_in(runner), logged_in(runner)]
    here = logged_in(runner, LAPTOP)
    prove(here)
    here.post(f"{PAGE}end/")
    assert [is_in(client) for client in (*others, here)] == [False, False, True]


def test_the_password_is_asked_first_and_what_was_asked_for_is_then_done(runner: Any) -> None:
    phone, laptop = logged_in(runner), logged_in(runner, LAPTOP)
    asked = laptop.post(f"{PAGE}end/")
    assert "/accounts/reauthenticate/" in asked["Location"]
    assert is_in(phone)
    laptop.post(asked["Location"], {"password": PASSWORD})
    assert not is_in(phone)


def test_nobody_ends_somebody_elses(runner: Any) -> None:
    phone = logged_in(runner)
    other = logged_in(make_user(), LAPTOP)
    prove(other)
    row = UserSession.objects.get(user_agent=PHONE)
    assert other.post(f"{PAGE}{row.pk}/end/").status_code == 404
    assert is_in(phone)


def test_that_a_device_cannot_be_noted_costs_nobody_their_page(
    runner: Any, monkeypatch: Any
) -> None:
    client = Client()
    client.force_login(runner)

    def fails(*_: Any) -> None:
        raise DatabaseError

    monkeypatch.setattr("coaching.sessions.UserSession.objects.create_from_request", fails)
    assert client.get("/accounts/").status_code == 200


def subjects(user: Any) -> list[str]:
    mine = Notification.objects.filter(recipient=user, channel="email")
    return list(mine.values_list("subject", flat=True))


def test_a_new_device_is_told_of_and_a_known_one_is_not(runner: Any) -> None:
    client = logged_in(runner)
    told = ["Somebody logged in to your account on a new device"]
    assert subjects(runner) == told
    client.post("/accounts/logout/")
    client.post("/accounts/login/", {"login": runner.email, "password": PASSWORD})
    assert subjects(runner) == told
    logged_in(runner, LAPTOP)
    assert subjects(runner) == told * 2


def test_two_who_share_a_browser_are_both_known_to_it() -> None:
    first, second = make_user(), make_user()
    client = Client()
    for user in (first, second, first, second):
        client.post("/accounts/login/", {"login": user.email, "password": PASSWORD})
        client.post("/accounts/logout/")
    assert len(subjects(first)) == len(subjects(second)) == 1


def on_the_page(client: Client, user: Any) -> None:
    told = {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}
    client.post("/accounts/password/change/", told)


def in_the_admin(client: Client, user: Any) -> None:
    staff = make_user("Ops")
    staff.is_staff = staff.is_superuser = True
    staff.save()
    admin = Client()
    admin.force_login(staff)
    told = {"password1": NEW, "password2": NEW, "usable_password": "true"}
    answer = admin.post(f"/admin/athletes/user/{user.pk}/password/", told)
    assert answer.status_code == 302


def by_a_command(client: Client, user: Any, monkeypatch: Any = None) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("getpass.getpass", lambda *_, **__: NEW)
        call_command("changepassword", user.email, verbosity=0)


@pytest.mark.parametrize("change", [on_the_page, in_the_admin, by_a_command])
def test_a_new_password_ends_sessions_and_tokens_whoever_set_it(runner: Any, change: Any) -> None:
    here, other = logged_in(runner), logged_in(runner, LAPTOP)
    secret = tokens.issue(by=runner).secret
    change(here, runner)
    assert User.objects.get(pk=runner.pk).check_password(NEW)
    assert not is_in(other)
    assert tokens.find(secret=secret) is None
    assert "Your password was changed" in subjects(runner)


def test_a_new_account_is_told_of_no_new_password(client: Client) -> None:
    told = {
        "name": "Ada Lind",
        "email": "ada@example.test",
        "password1": "four rivers beneath paper",
        "club_name": "Harbour",
        "squad_name": "Milers",
    }
    client.post("/accounts/signup/", told)
    assert subjects(User.objects.get()) == []
