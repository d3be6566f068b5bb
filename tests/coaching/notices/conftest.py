"""Somebody at a desk and somebody with a phone."""

from __future__ import annotations

import pytest
from django.test import Client

from athletes.models import Athlete, Squad, User
from tests import factories
from tests.coaching.lookups import nobody_is_asked


@pytest.fixture(autouse=True)
def no_lookups(monkeypatch: pytest.MonkeyPatch) -> None:
    nobody_is_asked(monkeypatch)


@pytest.fixture
def squad(db: None) -> Squad:
    return factories.make_club()


@pytest.fixture
def athlete(squad: Squad) -> Athlete:
    return factories.make_athlete(squad, timezone="Europe/Berlin")


def client_of(user: User | None) -> Client:
    assert user is not None
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def desk(squad: Squad) -> Client:
    return client_of(squad.coach)  # type: ignore[attr-defined]


@pytest.fixture
def phone(athlete: Athlete) -> Client:
    return client_of(athlete.user)
