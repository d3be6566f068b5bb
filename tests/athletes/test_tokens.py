"""Personal tokens: made, used, noted, ended."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError
from django.utils import timezone

from athletes import access
from athletes.models import ApiToken, Athlete, Membership
from athletes.scopes import ALL
from athletes.services import tokens
from tests.factories import make_athlete, make_club, make_coach, make_user

pytestmark = pytest.mark.django_db

READ = ["reports:read"]


def made(person, **more):
    return tokens.make(**{"by": person, "name": "Diary", "scopes": READ, **more})


def test_only_a_hash_is_kept():
    issued = made(make_user())
    row = ApiToken.objects.values().get()
    assert issued.secret.startswith(row["prefix"])
    assert not any(issued.secret in str(value) for value in row.values())
    assert row["scopes"] == READ
    assert row["made_by"] == "person"


@pytest.mark.parametrize(("days", "lasts"), [({}, 90), ({"days": 1}, 1), ({"days": 365}, 365)])
def test_it_ends(days, lasts):
    left = made(make_user(), **days).token.expires_at - timezone.now()
    assert timedelta(days=lasts, minutes=-1) < left <= timedelta(days=lasts)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"name": "  "}, "name"),
        ({"scopes": []}, "scopes"),
        ({"scopes": ["all:of:it"]}, "scopes"),
        ({"days": 0}, "days"),
        ({"days": 366}, "days"),
    ],
)
def test_what_cannot_be_is_named(wrong, field):
    with pytest.raises(ValidationError) as told:
        made(make_user(), **wrong)
    assert list(told.value.message_dict) == [field]
    assert not ApiToken.objects.exists()


def test_nobody_piles_up_tokens(monkeypatch):
    monkeypatch.setattr(tokens, "MOST_TOKENS", 2)
    person = make_user()
    first = made(person)
    made(person)
    with pytest.raises(ValidationError):
        made(person)
    tokens.revoke(by=person, token=first.token)
    made(person)


def test_a_token_gives_no_more_than_it_has():
    person = make_user()
    parent = made(person, scopes=["reports:write", "account:write"], days=7).token
    child = made(person, scopes=["reports:read"], days=90, through=parent).token
    assert child.expires_at <= parent.expires_at + timedelta(seconds=1)
    with pytest.raises(PermissionDenied):
        made(person, scopes=["reports:read", "club:read"], through=parent)
    assert ApiToken.objects.count() == 2


@pytest.mark.parametrize(
    "end",
    [
        lambda token: tokens.revoke(by=token.user, token=token),
        lambda token: tokens.revoke_all(by=token.user),
        lambda token: ApiToken.objects.update(expires_at=timezone.now() - timedelta(seconds=1)),
        lambda token: type(token.user).objects.update(is_active=False),
        lambda token: token.user.delete(),
    ],
    ids=["revoked", "new password", "expired", "switched off", "gone"],
)
def test_what_has_ended_opens_nothing(end):
    issued = made(make_user())
    assert tokens.find(secret=issued.secret) == issued.token
    end(issued.token)
    assert tokens.find(secret=issued.secret) is None


def test_nobody_ends_the_token_of_somebody_else():
    issued = made(make_user())
    tokens.revoke(by=make_user(), token=issued.token)
    tokens.revoke_all(by=make_user())
    assert tokens.find(secret=issued.secret) == issued.token


def test_ending_it_twice_keeps_the_first_time():
    issued = made(make_user())
    tokens.revoke(by=issued.token.user, token=issued.token)
    ended = ApiToken.objects.get().revoked_at
    tokens.revoke(by=issued.token.user, token=issued.token)
    assert ApiToken.objects.get().revoked_at == ended


def test_its_use_is_noted_once_a_minute(django_assert_num_queries):
    token = made(make_user()).token
    tokens.note_use(token=token)
    token = ApiToken.objects.get()
    noted = token.last_used_at
    assert timezone.now() - noted < timedelta(seconds=10)
    with django_assert_num_queries(0):
        tokens.note_use(token=token)
    ApiToken.objects.update(last_used_at=noted - timedelta(minutes=2))
    tokens.note_use(token=ApiToken.objects.get())
    assert ApiToken.objects.get().last_used_at >= noted


def test_a_database_that_takes_nothing_stops_nobody(monkeypatch):
    token = made(make_user()).token

    def refuse(*_, **__):
        raise DatabaseError

    monkeypatch.setattr("django.db.models.query.QuerySet.update", refuse)
    tokens.note_use(token=token)


def test_a_token_sees_what_its_owner_sees_now():
    squad = make_club()
    athlete = make_athlete(squad)
    coach = make_coach(squad, role=access.COACH)
    secret = tokens.issue(by=coach).secret
    assert athlete in Athlete.objects.visible_to(tokens.find(secret=secret).user)
    Membership.objects.filter(user=coach).update(ended_at=timezone.now())
    assert athlete not in Athlete.objects.visible_to(tokens.find(secret=secret).user)


def test_a_log_in_gives_all_unless_less_is_asked_for():
    person = make_user()
    assert set(tokens.issue(by=person).token.scopes) == ALL
    assert tokens.issue(by=person, scopes=READ).token.scopes == READ
