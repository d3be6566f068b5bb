"""The stack of the journeys."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.journeys.client import CAST
from tests.stack import Stack, running_stack


@pytest.fixture(scope="module")
def stack() -> Iterator[Stack]:
    """All programs for one test file, on a fresh database with a coach and an athlete in it."""
    with running_stack(cast=CAST) as running:
        yield running
