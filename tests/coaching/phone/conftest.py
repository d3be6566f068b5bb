from __future__ import annotations

import pytest
from django.test import Client

from athletes.models import Athlete, Squad
from tests.factories import make_athlete, make_club


@pytest.fixture
def squad(db: None) -> Squad:
    squad = make_club("Harbour Harriers")
    club = squad.club
    club.emergency_number, club.contact_name, club.contact_phone = "112", "Anna", "+49 151 23"
    club.save()
    return squad


@pytest.fixture
def athlete(squad: Squad) -> Athlete:
    return make_athlete(squad, name="Mia Lund", timezone="Europe/Berlin")


@pytest.fixture
def phone(athlete: Athlete) -> Client:
    client = Client()
    client.force_login(athlete.user)
    return client
