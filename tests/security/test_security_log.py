"""Each security event that docs/security.md names has its line in the log: whose account, by what way, and no more."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

import coaching.account_events  # noqa: F401 - what listens, as in every web process
from athletes import access
from athletes.models import User
from athletes.security_log import DONE, EVENTS, REFUSED, made_up
from athletes.services import (
    apps,
    erasure,
    exports,
    guardians,
    memberships,
    people,
    tokens,
    webhooks,
)
from tests import factories
from tests.coaching.accounts.second_factors import code_now, give_app, with_password
from tests.coaching.programs.flow import Diary

pytestmark = pytest.mark.django_db

DOCS = (Path(__file__).resolve().parents[2] / "docs/security.md").read_text(encoding="utf-8")
ROW = re.compile(r"^\| `([a-z_]+)` \| (.+) \|$", re.MULTILINE)
LINE = {"timestamp", "level", "logger", "event", "request_id", "user_id", "how"}


@pytest.fixture(autouse=True)
def _no_tries_so_far(db: None) -> None:
    cache.clear()


def logged_in(user: User, password: str = factories.PASSWORD) -> Client:
    client = Client()
    with_password(client, user, password)
    return client


def proved(user: User, **shown: str) -> Client:
    client = logged_in(user)
    shown = shown or {"password": factories.PASSWORD}
    client.post(reverse("account_reauthenticate"), shown)
    return client


# --- What is done, by or to `user`


def an_account(user: User) -> User:
    return factories.make_user()


def logging_in(user: User) -> None:
    logged_in(user)


def logging_in_with_two_factors(user: User) -> None:
    give_app(user)
    client = logged_in(user)
    client.post(reverse("mfa_authenticate"), {"code": code_now()})


def logging_out(user: User) -> None:
    logged_in(user).post(reverse("account_logout"))


def proving_it(user: User) -> None:
    proved(user)


def a_new_password(user: User) -> None:
    logged_in(user)
    user.refresh_from_db()
    user.set_password("seven quiet herons fly")
    user.save()


def an_app_of_codes(user: User) -> None:
    give_app(user)


def keys_gone(user: User) -> None:
    give_app(user)
    Authenticator.objects.filter(user=user, type="totp").delete()  # as staff do, and `switch_off`


def a_new_address(user: User) -> None:
    user.emailaddress_set.create(email=user.email, primary=True, verified=True)
    client = proved(user)
    client.post(reverse("account_email"), {"email": "robin@elsewhere.example", "action_add": ""})
    link = re.search(r"http://testserver(/\S+confirm-email/\S+)", str(mail.outbox[-1].body))
    assert link is not None
    client.post(link.group(1))
    assert User.objects.get(pk=user.pk).email == "robin@elsewhere.example"


def a_token(user: User) -> None:
    tokens.make(by=user, name="Diary", scopes=["account:read"])


def a_token_by_log_in(user: User) -> None:
    told = {"email": user.email, "password": factories.PASSWORD}
    assert Client().post("/api/v1/auth/login/", told, "application/json").status_code == 200


def a_token_revoked(user: User) -> None:
    made = tokens.make(by=user, name="Diary", scopes=["account:read"])
    tokens.revoke(by=user, token=made.token)


def an_app(user: User) -> tuple[Diary, dict[str, Any]]:
    diary, browser = Diary(), Client()
    browser.force_login(user)
    return diary, diary.got_from(browser)


def an_app_taken_back(user: User) -> None:
    diary, _got = an_app(user)
    apps.take_back(by=user, app=diary.app)


def an_app_key_stolen(user: User) -> None:
    diary, browser = Diary(), Client()
    browser.force_login(user)
    code = diary.let_in_by(browser)
    diary.for_code(code)
    diary.for_code(code)


def a_role(user: User) -> None:
    people.grant_role(user=user, squad=factories.make_club(), role=access.COACH)


def squads_of_a_role(user: User) -> None:
    squad = factories.make_club()
    held = people.grant_role(user=user, squad=squad, role=access.COACH)
    memberships.set_squads(by=squad.coach, membership=held, squads=[])


def a_role_ended(user: User) -> None:
    squad = factories.make_club()
    held = people.grant_role(user=user, squad=squad, role=access.COACH)
    memberships.end_membership(by=squad.coach, membership=held)


def a_guardian(user: User) -> Any:
    return guardians.bind(athlete=factories.make_athlete(factories.make_club()), user=user)


def a_guardian_no_longer(user: User) -> None:
    guardians.end(by=user, guardianship=a_guardian(user))


def a_webhook(user: User) -> None:
    squad = factories.make_club(owner=user)
    made = webhooks.endpoints.add(
        by=user,
        club=squad.club,
        name="Own",
        url="https://hooks.example.org/in",
        events=["report.assessed"],
    )
    webhooks.endpoints.rotate(by=user, endpoint=made.endpoint)


def a_file(user: User) -> None:
    exports.ask(by=user)


def a_file_taken(user: User) -> None:
    asked = exports.ask(by=user)
    exports.make(export_id=asked.pk)
    exports.fetch(by=user, export=asked)


def an_account_erased(user: User) -> None:
    erasure.erase_account(by=user)


def an_athlete_erased(user: User) -> None:
    squad = factories.make_club(owner=user)
    erasure.erase_athlete(by=user, athlete=factories.make_athlete(squad))


# --- What is refused


def a_wrong_password(user: User) -> None:
    logged_in(user, "not this one")


def too_many(user: User) -> None:
    for _ in range(6):
        logged_in(user, "not this one")


def a_wrong_code(user: User) -> None:
    give_app(user)
    logged_in(user).post(reverse("mfa_authenticate"), {"code": "000000"})


def a_wrong_code_by_mail(user: User) -> None:
    client = Client()
    client.post("/accounts/login/code/", {"email": user.email})
    client.post("/accounts/login/code/confirm/", {"code": "0000-0000"})


STORIES: list[tuple[str, Callable[[User], Any], str | None]] = [
    ("account_opened", an_account, None),
    ("logged_in", logging_in, "password"),
    ("logged_in", logging_in_with_two_factors, "password+totp"),
    ("logged_out", logging_out, None),
    ("proved_again", proving_it, "password"),
    ("password_changed", a_new_password, None),
    ("address_changed", a_new_address, None),
    ("key_added", an_app_of_codes, "totp"),
    ("key_removed", keys_gone, "totp"),
    ("token_made", a_token, "person"),
    ("token_made", a_token_by_log_in, "log_in"),
    ("token_revoked", a_token_revoked, None),
    ("app_allowed", an_app, None),
    ("app_ended", an_app_taken_back, None),
    ("app_key_replayed", an_app_key_stolen, None),
    ("role_given", a_role, access.COACH),
    ("role_changed", squads_of_a_role, access.COACH),
    ("role_ended", a_role_ended, access.COACH),
    ("guardian_bound", a_guardian, None),
    ("guardian_ended", a_guardian_no_longer, None),
    ("webhook_secret_made", a_webhook, None),
    ("export_asked", a_file, None),
    ("export_taken", a_file_taken, None),
    ("erased", an_account_erased, "account"),
    ("erased", an_athlete_erased, "athlete"),
    ("log_in_failed", a_wrong_password, None),
    ("log_in_limited", too_many, None),
    ("second_factor_failed", a_wrong_code, "totp"),
    ("code_refused", a_wrong_code_by_mail, None),
]
IN_TESTS_OF_THEIR_OWN = {"https_missed"}


@pytest.mark.parametrize(
    ("event", "happens", "how"), STORIES, ids=[story.__name__ for _, story, _ in STORIES]
)
def test_it_has_its_line(
    event: str,
    happens: Callable[[User], Any],
    how: str | None,
    log_lines: Callable[[], str],
    django_capture_on_commit_callbacks: Any,
) -> None:
    user = factories.make_user(name="Robin Runner")
    pk, before = user.pk, len(log_lines().splitlines())
    with django_capture_on_commit_callbacks(execute=True):
        made = happens(user)
    about = made.pk if event == "account_opened" else pk
    said = [json.loads(line) for line in log_lines().splitlines()[before:]]
    lines = [one for one in said if one["event"] == event and one.get("user_id") == str(about)]
    assert lines, [one["event"] for one in said]
    assert how in [one.get("how") for one in lines]
    for one in lines:
        assert set(one) <= LINE
        assert one["logger"] == "niggle.security"
        assert one["level"] == ("warning" if event in REFUSED else "info")
    assert user.email not in json.dumps(lines)


def test_each_event_is_tried() -> None:
    assert {event for event, _, _ in STORIES} | IN_TESTS_OF_THEIR_OWN == set(EVENTS)


def test_of_an_account_that_is_not_there_it_says_that_it_was_tried_and_nothing_that_was_typed(
    log_lines: Callable[[], str],
) -> None:
    told = {"login": "secret.agent@club.example", "password": "typed by mistake"}
    Client().post("/accounts/login/", told)
    (line,) = [one for one in log_lines().splitlines() if "log_in_failed" in one]
    assert set(json.loads(line)) <= LINE - {"user_id"}
    assert "agent" not in log_lines()
    assert "mistake" not in log_lines()


def test_what_is_undone_is_not_told_as_done(
    log_lines: Callable[[], str], django_capture_on_commit_callbacks: Any
) -> None:
    user = factories.make_user()
    factories.make_coach(factories.make_club(owner=user))
    with django_capture_on_commit_callbacks(execute=True), pytest.raises(erasure.OwnsClubs):
        erasure.erase_account(by=user)
    assert "erased" not in log_lines()


def test_what_befalls_the_demo_clubs_people_is_no_news(
    log_lines: Callable[[], str], django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True), made_up():
        a_role(factories.make_user())
    lines = [json.loads(line) for line in log_lines().splitlines()]
    assert "info" not in [one["level"] for one in lines if one["event"] == "role_given"]
    with django_capture_on_commit_callbacks(execute=True):
        a_role(factories.make_user())
    assert '"level": "info", "logger": "niggle.security"' in log_lines()


def test_the_list_in_the_documentation_is_the_one_of_the_code() -> None:
    section = DOCS.partition("## Security events")[2].partition("\n## ")[0]
    assert dict(ROW.findall(section)) == {**DONE, **REFUSED}
