"""A club with one coach, and an athlete in its squad, in a zone with summer time. A file that needs others makes its own."""

from __future__ import annotations

import pytest

from athletes.models import Athlete, Squad
from tests import factories


@pytest.fixture
def squad() -> Squad:
    return factories.make_club()


@pytest.fixture
def athlete(squad: Squad) -> Athlete:
    return factories.make_athlete(squad, timezone="Europe/Berlin")
