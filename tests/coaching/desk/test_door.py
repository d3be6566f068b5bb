"""Whoever looks after nobody finds no desk."""

import pytest
from django.test import Client
from django.urls import reverse

from athletes import access
from tests import factories
from tests.coaching.desk.conftest import client_of, htmx

PAGES = ["desk:today", "desk:athletes", "desk:squads", "desk:new_squad"]


def pages_about(waiting):
    return [
        reverse("desk:escalation", args=[waiting.pk]),
        reverse("desk:athlete", args=[waiting.athlete_id]),
        reverse("desk:report", args=[waiting.report_id]),
        reverse("desk:new_report", args=[waiting.athlete_id]),
        reverse("desk:comment", args=[waiting.episode_id]),
        reverse("desk:close", args=[waiting.episode_id]),
    ]


@pytest.mark.parametrize("name", PAGES)
def test_an_athlete_finds_nothing(athlete, name):
    assert client_of(athlete.user).get(reverse(name)).status_code == 404


@pytest.mark.parametrize("name", PAGES)
def test_a_stranger_is_asked_to_log_in(name):
    response = Client().get(reverse(name))
    assert response.status_code == 302
    assert response["Location"].startswith(reverse("account_login"))


def test_the_athlete_does_not_see_their_own_desk_pages(waiting):
    athlete = client_of(waiting.athlete.user)
    assert [athlete.get(url).status_code for url in pages_about(waiting)] == [404] * 6


def test_a_coach_of_another_club_finds_nothing_about_this_one(waiting):
    outsider = client_of(factories.make_club().coach)
    assert [outsider.get(url).status_code for url in pages_about(waiting)] == [404] * 6


def test_a_coach_who_runs_in_another_club_does_not_see_that_record_from_the_desk(squad, waiting):
    elsewhere = factories.make_club()
    own = factories.make_athlete(elsewhere, with_login=False)
    own.user = squad.coach
    own.save()
    report = factories.make_report(own, factories.CLOT, by=squad.coach)
    coach = client_of(squad.coach)
    assert coach.get(reverse("desk:report", args=[report.pk])).status_code == 404
    assert own.name not in coach.get(reverse("desk:today")).content.decode()


@pytest.mark.parametrize("role", [access.COACH, access.CLINICIAN])
def test_coaches_and_clinicians_see_everything_about_their_squad(squad, waiting, role):
    person = client_of(factories.make_coach(squad, role=role))
    statuses = [person.get(url).status_code for url in pages_about(waiting)]
    assert statuses in ([200] * 6, [200, 200, 200, 302, 200, 200])


def test_a_session_that_ended_reloads_the_page_instead_of_filling_the_list_with_a_log_in():
    response = htmx(Client(), reverse("desk:today"))
    assert response["HX-Refresh"] == "true"
    assert not response.content


@pytest.mark.parametrize(
    ("address", "tab"),
    [
        ("desk:today", "Today"),
        ("desk:athletes", "Athletes"),
        ("desk:squads", "Squads"),
        ("desk:outcomes", "Outcomes"),
    ],
)
def test_each_page_stands_under_one_tab(desk, address, tab):
    page = desk.get(reverse(address)).content.decode()
    assert f'aria-current="page">{tab}</a>' in page


def test_pages_about_people_and_settings_stand_under_squads(desk, squad):
    for address in ("desk:people", "desk:keeping", "desk:club"):
        page = desk.get(reverse(address, args=[squad.club_id])).content.decode()
        assert 'aria-current="page">Squads</a>' in page
