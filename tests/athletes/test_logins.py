"""What is left over of log-ins goes; what still counts stays."""

from __future__ import annotations

from typing import Any

import pytest
from allauth.usersessions.models import UserSession
from django.core.cache import cache
from django.db import connection
from django.test import Client

from athletes.services import logins
from tests.factories import make_user

pytestmark = pytest.mark.django_db


def kept_in_the_cache() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT cache_key FROM niggle_cache")
        return {key.rsplit(":", 1)[-1] for (key,) in cursor.fetchall()}


def test_counters_go_when_their_time_is_up() -> None:
    cache.set("over", 5, -5)
    cache.set("stands", 5, 300)
    logins.tidy_up()
    assert {"over", "stands"} & kept_in_the_cache() == {"stands"}


def test_devices_go_with_their_session() -> None:
    user: Any = make_user()
    client = Client()
    client.force_login(user)
    client.get("/accounts/")
    UserSession.objects.create(user=user, ip="192.0.2.1", session_key="ended-long-ago")
    logins.tidy_up()
    assert [row.session_key for row in UserSession.objects.all()] == [client.session.session_key]
