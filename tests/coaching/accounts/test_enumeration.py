"""Nobody learns who has an account: the same status, the same bytes, the same work, whether there is one or not."""

from __future__ import annotations

import os
import random
import re
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.contrib.auth import SESSION_KEY, hashers
from django.core.cache import cache
from django.test import Client

from athletes import access
from athletes.models import Athlete, Club, Invitation, User
from athletes.services import invitations
from tests.factories import PASSWORD, make_club, make_user

pytestmark = pytest.mark.django_db
TAKEN, FREE = "taken@example.test", "free@example.test"
SAMPLES = int(os.environ.get("TIMING_SAMPLES", "0"))
CHOSEN = "four rivers beneath paper"


@pytest.fixture(autouse=True)
def where_mail_goes_out(settings: Any) -> None:
    settings.ACCOUNT_EMAIL_VERIFICATION = "mandatory"


@pytest.fixture(autouse=True)
def taken(db: None) -> Any:
    user = make_user("Ada Lind", email=TAKEN)
    user.emailaddress_set.create(email=TAKEN, verified=True, primary=True)
    return user


@pytest.fixture
def squad() -> Any:
    return make_club("Harbour")


@dataclass
class Doors:
    """Every way in at which somebody gives an address."""

    squad: Any

    def sign_up(self, client: Client, email: str) -> Any:
        told = {
            "name": "Mia Berg",
            "email": email,
            "password1": CHOSEN,
            "club_name": "Quay",
            "squad_name": "Milers",
        }
        return client.post("/accounts/signup/", told)

    def log_in(self, client: Client, email: str) -> Any:
        return client.post("/accounts/login/", {"login": email, "password": "not the password"})

    def log_in_to_the_api(self, client: Client, email: str) -> Any:
        told = {"email": email, "password": "not the password"}
        return client.post("/api/v1/auth/login/", told, content_type="application/json")

    def reset(self, client: Client, email: str) -> Any:
        return client.post("/accounts/password/reset/", {"email": email})

    def ask_for_a_code(self, client: Client, email: str) -> Any:
        return client.post("/accounts/login/code/", {"email": email})

    def type_a_wrong_code(self, client: Client, email: str) -> Any:
        client.post("/accounts/login/code/", {"email": email})
        return client.post("/accounts/login/code/confirm/", {"code": "0000-0000"})

    def join(self, client: Client, email: str) -> Any:
        link = invitations.invite(by=self.squad.coach, squad=self.squad, role=access.ATHLETE)
        told = {
            "name": "Mia Berg",
            "email": email,
            "password": CHOSEN,
            "timezone": "UTC",
            "birth_date": "1990-01-02",
        }
        return client.post(link.path, told)


DOORS = [name for name in vars(Doors) if not name.startswith("_") and name != "squad"]
OF_OURS = re.compile(  # what is new at each request
    rb'name="csrfmiddlewaretoken" value="[^"]+"|taken@example\.test|free@example\.test'
)


def seen(answer: Any) -> tuple[Any, ...]:
    headers = {name: value for name, value in answer.headers.items() if name != "X-Request-ID"}
    body = re.sub(rb'"request_id":\s*"[^"]+"', b"", OF_OURS.sub(b"", answer.content))
    return answer.status_code, headers.get("Location"), sorted(headers), body


def cookies(client: Client) -> list[str]:
    return sorted(client.cookies)


@pytest.mark.parametrize("door", DOORS)
def test_the_answer_is_the_same_to_the_letter(door: str, squad: Any) -> None:
    knock: Callable[..., Any] = getattr(Doors(squad), door)
    clients = Client(), Client()
    answers = [knock(client, email) for client, email in zip(clients, (TAKEN, FREE), strict=True)]
    assert seen(answers[0]) == seen(answers[1])
    assert cookies(clients[0]) == cookies(clients[1])
    if where := answers[0].headers.get("Location"):
        pages = [client.get(where) for client in clients]
        assert seen(pages[0]) == seen(pages[1])
    assert not any(SESSION_KEY in client.session for client in clients)


@pytest.mark.parametrize("door", DOORS)
def test_as_many_passwords_are_hashed(door: str, squad: Any, monkeypatch: Any) -> None:
    """The one thing that takes a time that can be felt."""
    hashed: list[str] = []
    hasher = type(hashers.get_hasher())
    encode = hasher.encode

    def counted(self: Any, password: str, *args: Any, **more: Any) -> str:
        hashed.append(password)
        return str(encode(self, password, *args, **more))

    monkeypatch.setattr(hasher, "encode", counted)
    work = {}
    for email in (TAKEN, FREE):
        hashed.clear()
        getattr(Doors(squad), door)(Client(), email)
        work[email] = len(hashed)
    assert work[TAKEN] == work[FREE]


@pytest.mark.parametrize("door", DOORS)
def test_both_addresses_get_one_message_or_none(door: str, squad: Any, mailoutbox: Any) -> None:
    for email in (TAKEN, FREE):
        getattr(Doors(squad), door)(Client(), email)
    to = [mail.to for mail in mailoutbox]
    assert to.count([TAKEN]) == to.count([FREE]) <= 1


def test_work_that_was_only_done_for_the_time_it_takes_leaves_nothing(squad: Any) -> None:
    before = [model.objects.count() for model in (User, Club, Athlete, Invitation)]
    Doors(squad).sign_up(Client(), TAKEN)
    Doors(squad).join(Client(), TAKEN)
    after = [model.objects.count() for model in (User, Club, Athlete, Invitation)]
    assert after == [*before[:3], before[3] + 1]
    assert Invitation.objects.usable().count() == 1


def test_whoever_joins_goes_on_from_the_mail_on_the_same_device(
    squad: Any, mailoutbox: Any
) -> None:
    client = Client()
    where = Doors(squad).join(client, FREE)["Location"]
    assert "Look into your mail" in client.get(where).content.decode()
    link = re.search(r"http://testserver(\S+confirm-email\S+)", mailoutbox[-1].body)
    assert link
    assert client.post(link[1])["Location"] == "/me/"
    assert SESSION_KEY in client.session
    other = Client()
    other.post(link[1])
    assert SESSION_KEY not in other.session


def test_whoever_joins_with_an_account_is_led_to_it_by_the_mail(
    squad: Any, taken: Any, mailoutbox: Any
) -> None:
    client = Client()
    Doors(squad).join(client, TAKEN)
    link = re.search(r"http://testserver(/join/\S+)", mailoutbox[-1].body)
    assert link
    client.force_login(taken)
    assert client.post(link[1], {"birth_date": "1990-01-02"})["Location"] == "/me/"


def test_a_coach_who_signs_up_goes_on_from_the_mail(squad: Any, mailoutbox: Any) -> None:
    client = Client()
    Doors(squad).sign_up(client, FREE)
    link = re.search(r"http://testserver(\S+confirm-email\S+)", mailoutbox[-1].body)
    assert link
    assert client.post(link[1])["Location"].endswith("/start/1/")


def auc(ours: list[float], theirs: list[float]) -> float:
    """How often one of `theirs` took longer than one of `ours`: 0.5 is nothing to be learnt."""
    wins = sum((b > a) + (b == a) / 2 for a in ours for b in theirs)
    return wins / (len(ours) * len(theirs))


@pytest.mark.skipif(not SAMPLES, reason="slow: TIMING_SAMPLES=2000 says how many")
@pytest.mark.parametrize("door", DOORS)
def test_no_clock_tells_them_apart(door: str, squad: Any, settings: Any, monkeypatch: Any) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
    settings.ACCOUNT_RATE_LIMITS = False
    settings.MFA_RATE_LIMITS = False
    taken = User.objects.get(email=TAKEN)
    taken.set_password(PASSWORD)
    taken.save()
    monkeypatch.setattr("coaching.limits.OF_ACCOUNT", {})
    order = random.Random(6)
    times: dict[bool, list[float]] = {True: [], False: []}
    for number in range(SAMPLES):
        is_taken = order.random() < 0.5
        cache.clear()
        knock = getattr(Doors(squad), door)
        client, email = Client(), TAKEN if is_taken else f"free{number}@example.test"
        start = time.perf_counter()
        knock(client, email)
        times[is_taken].append(time.perf_counter() - start)
    found = auc(times[False], times[True])
    medians = {key: round(statistics.median(took) * 1000, 2) for key, took in times.items()}
    print(f"{door}: AUC {found:.3f}, medians in ms {medians}")
    assert 0.45 <= found <= 0.55
