"""Somebody at a browser, whom apps ask to be let in."""

from __future__ import annotations

from functools import cache as once
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from athletes.models import User
from athletes.services import keys
from tests.factories import make_athlete, make_club

_one_key = once(keys._new_signing)  # a new one takes a second


@pytest.fixture(autouse=True)
def _fresh_limits(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    cache.clear()
    monkeypatch.setattr(keys, "_new_signing", _one_key)


@pytest.fixture
def person() -> Any:
    return make_athlete(make_club(), name="Robin Runner").user


@pytest.fixture
def browser(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client
