"""The page of a club's people, for its owners; and the form of a clinician's note."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from athletes import access
from athletes.models import ClinicianNote
from athletes.services import people
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def squad() -> Any:
    return factories.make_club()


def desk(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def text_of(response: Any) -> str:
    return str(response.content.decode())


def test_an_owner_sees_everybody_with_role_and_squads(squad):
    coach = factories.make_coach(squad, name="Tom Becker")
    page = text_of(desk(squad.coach).get(reverse("desk:people", args=[squad.club_id])))
    assert "Tom Becker" in page
    assert squad.name in page
    assert str(access.ROLES[access.CLINICIAN].what) in page
    assert desk(coach).get(reverse("desk:people", args=[squad.club_id])).status_code == 403


def test_more_people_ask_the_database_no_more_often(squad, django_assert_max_num_queries):
    address = reverse("desk:people", args=[squad.club_id])
    client = desk(squad.coach)
    client.get(address)
    with django_assert_max_num_queries(30) as few:
        client.get(address)
    for _ in range(4):
        factories.make_coach(squad)
    with django_assert_max_num_queries(len(few)):
        client.get(address)


def test_squads_are_moved_and_a_role_is_ended(squad):
    other = people.create_squad(by=squad.coach, club=squad.club, name="Sprinters")
    held = factories.make_coach(squad).memberships.get()
    client, one = desk(squad.coach), reverse("desk:member", args=[held.pk])
    assert "Sprinters" in text_of(client.get(one))
    assert client.post(one, {"squads": [str(other.pk)]}).status_code == 302
    assert list(held.squads.all()) == [other]
    assert client.post(reverse("desk:member_end", args=[held.pk])).status_code == 302
    held.refresh_from_db()
    assert held.ended_at is not None
    assert client.get(one).status_code == 404


def test_a_squad_of_another_club_is_refused_beside_the_field(squad):
    held = factories.make_coach(squad).memberships.get()
    foreign = factories.make_club()
    answer = desk(squad.coach).post(
        reverse("desk:member", args=[held.pk]), {"squads": [str(foreign.pk)]}
    )
    assert answer.status_code == 422
    assert list(held.squads.all()) == [squad]


def test_the_page_says_why_the_last_owner_stays(squad):
    held = squad.coach.memberships.get(role=access.OWNER)
    client = desk(squad.coach)
    page = text_of(client.get(reverse("desk:member", args=[held.pk])))
    assert "last owner" in page
    assert "End the role" not in page
    refused = client.post(reverse("desk:member_end", args=[held.pk]))
    assert refused.status_code == 422
    held.refresh_from_db()
    assert held.ended_at is None


def test_an_empty_note_is_refused_and_a_long_one_keeps_its_words(squad):
    clinician = factories.make_coach(squad, role=access.CLINICIAN)
    report = factories.make_report(factories.make_athlete(squad))
    client, form = desk(clinician), reverse("desk:note", args=[report.episode_id])
    assert client.get(form).status_code == 200
    assert client.post(form, {"text": "  "}).status_code == 422
    long = "No gap to be felt. " * 250
    answer = client.post(form, {"text": long})
    assert answer.status_code == 422
    assert long.strip() in text_of(answer)
    assert not ClinicianNote.objects.exists()
    assert client.post(form, {"text": "No gap to be felt."}).status_code == 302
    page = text_of(client.get(reverse("desk:athlete", args=[report.athlete_id])))
    assert "No gap to be felt." in page


def test_nobody_writes_a_note_about_themself(squad):
    athlete = factories.make_athlete(squad)
    people.grant_role(user=athlete.user, squad=squad, role=access.CLINICIAN)
    report = factories.make_report(athlete)
    form = reverse("desk:note", args=[report.episode_id])
    assert desk(athlete.user).get(form).status_code == 403
