"""Guessing is stopped, in the database, also of fifty at once; and nobody is locked out by somebody else."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.contrib.auth import SESSION_KEY
from django.core.cache import cache
from django.db import connections
from django.test import Client

from athletes.models import User
from tests import factories
from tests.databases import on_postgres
from tests.factories import PASSWORD, make_club, make_user

HERE, ELSEWHERE = "203.0.113.7", "198.51.100.9"


def guess(user: Any, password: str = "a guess", *, at: str = ELSEWHERE, client: Any = None) -> str:
    answer = (client or Client()).post(
        "/accounts/login/", {"login": user.email, "password": password}, REMOTE_ADDR=at
    )
    return "" if answer.status_code == 302 else answer.content.decode()


@pytest.fixture
def coach(db: None) -> Any:
    return make_club().coach  # type: ignore[attr-defined]


def test_a_stranger_who_guesses_locks_out_only_themselves(coach: Any) -> None:
    for _ in range(7):
        told = guess(coach)
    assert "Too many tries" in told
    assert "Too many tries" in guess(coach, PASSWORD)
    assert guess(coach, PASSWORD, at=HERE) == ""


def test_addresses_are_counted_by_network_where_one_person_has_many(coach: Any) -> None:
    for number in range(6):
        told = guess(coach, at=f"2001:db8:1:2::{number:x}")
    assert "Too many tries" in told


def test_right_passwords_use_nothing_up(coach: Any) -> None:
    for _ in range(8):
        assert guess(coach, PASSWORD) == ""


@pytest.fixture
def besieged(coach: Any, monkeypatch: Any) -> Any:
    """From so many addresses that the account's own limit is reached."""
    monkeypatch.setattr("coaching.limits.OF_ACCOUNT", {"login_failed_account": "20/h/key"})
    for number in range(20):
        guess(coach, at=f"192.0.2.{number}")
    assert "Too many tries" in guess(coach, PASSWORD, at="192.0.2.200")
    return coach


def test_from_many_addresses_at_once_the_account_has_a_limit(besieged: Any) -> None:
    assert "Too many tries" in guess(besieged, PASSWORD, at=HERE)


def test_a_device_that_was_logged_in_before_is_still_let_in(coach: Any, monkeypatch: Any) -> None:
    known = Client()
    guess(coach, PASSWORD, at=HERE, client=known)
    known.post("/accounts/logout/")
    monkeypatch.setattr("coaching.limits.OF_ACCOUNT", {"login_failed_account": "20/h/key"})
    for number in range(21):
        guess(coach, at=f"192.0.2.{number}")
    assert "Too many tries" in guess(coach, PASSWORD, at=HERE)
    assert guess(coach, PASSWORD, at=HERE, client=known) == ""
    assert SESSION_KEY in known.session


def test_a_known_device_of_one_is_a_stranger_to_another(coach: Any, monkeypatch: Any) -> None:
    known, other = Client(), make_user()
    guess(coach, PASSWORD, at=HERE, client=known)
    known.post("/accounts/logout/")
    monkeypatch.setattr("coaching.limits.OF_ACCOUNT", {"login_failed_account": "0/h/key"})
    assert "Too many tries" in guess(other, PASSWORD, at=HERE, client=known)


def test_the_code_by_mail_and_the_passkey_stay_open(besieged: Any, mailoutbox: Any) -> None:
    client = Client(REMOTE_ADDR=HERE)
    client.post("/accounts/login/code/", {"email": besieged.email})
    code = next(line for line in mailoutbox[0].body.splitlines() if line[:4].isdigit())
    client.post("/accounts/login/code/confirm/", {"code": code})
    assert SESSION_KEY in client.session
    asked = Client(REMOTE_ADDR=HERE).get(
        "/accounts/passkeys/log-in/", HTTP_ACCEPT="application/json"
    )
    assert "request_options" in asked.json()


def test_a_stranger_cannot_use_up_somebodys_codes(coach: Any, mailoutbox: Any) -> None:
    answers = [
        Client(REMOTE_ADDR=ELSEWHERE).post("/accounts/login/code/", {"email": coach.email})
        for _ in range(5)
    ]
    assert [answer.status_code for answer in answers] == [302, 302, 302, 200, 200]
    assert len(mailoutbox) == 3
    mine = Client(REMOTE_ADDR=HERE).post("/accounts/login/code/", {"email": coach.email})
    assert mine.status_code == 302


def test_a_code_by_mail_has_three_tries(coach: Any, mailoutbox: Any) -> None:
    client = Client()
    client.post("/accounts/login/code/", {"email": coach.email})
    code = next(line for line in mailoutbox[0].body.splitlines() if line[:4].isdigit())
    for _ in range(3):
        client.post("/accounts/login/code/confirm/", {"code": "0000-0000"})
    client.post("/accounts/login/code/confirm/", {"code": code})
    assert SESSION_KEY not in client.session


def test_reports_have_no_limit_of_log_ins(coach: Any) -> None:
    athlete = factories.make_athlete(coach.memberships.first().club.squads.get())
    client = Client(REMOTE_ADDR=ELSEWHERE)
    client.force_login(athlete.user)
    for _ in range(30):
        guess(athlete.user)
    assert client.get("/me/report/", follow=True).status_code == 200


def test_the_counters_are_not_thrown_out_by_many_others(coach: Any, settings: Any) -> None:
    """The cache of the database drops a third once it holds more than it may: by name, also what counts."""
    assert cache._max_entries >= 500_000  # type: ignore[attr-defined]


@pytest.mark.skipif(not on_postgres(), reason="SQLite in memory knows no waiting")
@pytest.mark.django_db(transaction=True)
def test_of_fifty_guesses_at_once_five_are_judged(monkeypatch: Any) -> None:
    user = make_user()
    judged = []
    really = User.check_password

    def counted(self: User, password: str) -> bool:
        judged.append(password)
        return really(self, password)

    monkeypatch.setattr(User, "check_password", counted)
    start = threading.Barrier(50)

    def one(number: int) -> str:
        client = Client()
        start.wait()
        try:
            return guess(user, f"guess {number}", client=client)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(50) as pool:
        told = list(pool.map(one, range(50)))
    assert 1 <= len(set(judged)) <= 5
    assert sum("Too many tries" in page for page in told) >= 45
