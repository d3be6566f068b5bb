"""One world for a file of tests: it is made once, and every request is undone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction

from athletes.services import keys
from tests.access.world import World, make_world


@pytest.fixture(scope="module")
def world(django_db_setup: Any, django_db_blocker: Any) -> Iterator[World]:
    with django_db_blocker.unblock(), transaction.atomic():
        keys.vapid()  # made when it is first asked for
        yield make_world()
        transaction.set_rollback(True)
