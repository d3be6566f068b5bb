"""A club asks its coaches, clinicians and owners for a second factor: a week of grace, then a desk that waits."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from athletes import access
from athletes.models import Notification
from athletes.services import clubs
from tests import factories
from tests.coaching.accounts.second_factors import OVERVIEW, give_app

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def squad() -> Any:
    return factories.make_club("Harbour Harriers")


def asked(squad: Any, *, days_ago: float) -> None:
    """Since then the club asks, of people who were there before."""
    clubs.update_club(by=squad.coach, club=squad.club, needs_second_factor=True)
    squad.club.refresh_from_db()
    squad.club.second_factor_since = timezone.now() - days_ago * DAY
    squad.club.save()
    squad.club.memberships.update(created_at=timezone.now() - 365 * DAY)


def as_(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_an_owner_switches_it_on_and_off_and_the_grace_runs_from_then(squad: Any) -> None:
    told = {"emergency_number": "112", "timezone": "UTC"}
    client, page = as_(squad.coach), reverse("desk:club", args=[squad.club_id])
    client.post(page, told | {"needs_second_factor": "on"})
    squad.club.refresh_from_db()
    assert squad.club.needs_second_factor
    since = squad.club.second_factor_since
    assert timezone.now() - since < timedelta(minutes=1)
    client.post(page, told | {"needs_second_factor": "on", "contact_name": "Office"})
    squad.club.refresh_from_db()
    assert squad.club.second_factor_since == since
    client.post(page, told)
    squad.club.refresh_from_db()
    assert (squad.club.needs_second_factor, squad.club.second_factor_since) == (False, None)


def test_a_coach_cannot_switch_it_on(squad: Any) -> None:
    with pytest.raises(access.NotAllowed):
        clubs.update_club(by=factories.make_coach(squad), club=squad.club, needs_second_factor=True)


@pytest.mark.parametrize("role", [access.OWNER, access.COACH, access.CLINICIAN])
def test_in_the_grace_the_desk_is_open_and_says_until_when(squad: Any, role: str) -> None:
    person = factories.make_coach(squad, role=role)
    asked(squad, days_ago=6.9)
    page = as_(person).get("/desk/").content.decode()
    assert "Harbour Harriers asks for a second factor" in page
    assert OVERVIEW in page


@pytest.mark.parametrize("role", [access.OWNER, access.COACH, access.CLINICIAN])
@pytest.mark.parametrize(
    "name", ["today", "athletes", "squads", "morning", "outcomes", "new_squad"]
)
def test_after_it_every_page_of_the_desk_leads_to_the_one_that_mends_it(
    squad: Any, role: str, name: str
) -> None:
    person = factories.make_coach(squad, role=role)
    asked(squad, days_ago=7.1)
    client, page = as_(person), reverse(f"desk:{name}")
    assert client.get(page)["Location"] == OVERVIEW
    assert client.get(page, headers={"HX-Request": "true"})["HX-Redirect"] == OVERVIEW
    assert "the time to switch it on is over" in client.get(OVERVIEW).content.decode()
    give_app(person)
    assert client.get(page).status_code in (200, 403)


def test_whoever_comes_later_has_a_week_of_their_own(squad: Any) -> None:
    asked(squad, days_ago=30)
    assert as_(factories.make_coach(squad)).get("/desk/").status_code == 200


def test_athletes_and_other_clubs_are_asked_for_nothing(squad: Any) -> None:
    asked(squad, days_ago=30)
    assert as_(factories.make_athlete(squad).user).get("/me/").status_code == 200
    other = factories.make_club("Another").coach  # type: ignore[attr-defined]
    assert "second factor" not in as_(other).get("/desk/").content.decode()


def test_a_call_still_reaches_them_and_can_be_read_and_acknowledged(squad: Any) -> None:
    coach = factories.make_coach(squad)
    asked(squad, days_ago=30)
    athlete = factories.make_athlete(squad, name="Robin Weir")
    factories.make_report(athlete, factories.BREATHLESS, assess=True)
    call = athlete.escalations.get()
    assert Notification.objects.filter(recipient=coach, channel="email", escalation=call).exists()
    client = as_(coach)
    page = client.get(OVERVIEW).content.decode()
    assert "Robin Weir" in page
    where = reverse("desk:escalation", args=[call.pk])
    assert where in page
    assert client.get(where).status_code == 200
    assert client.post(reverse("desk:acknowledge", args=[call.pk]))["Location"] == where
    call.refresh_from_db()
    assert call.state == "acknowledged"
    assert client.get(reverse("desk:athlete", args=[athlete.pk]))["Location"] == OVERVIEW


def test_somebody_elses_call_is_still_not_there(squad: Any) -> None:
    asked(squad, days_ago=30)
    theirs = factories.make_club("Another")
    athlete = factories.make_athlete(theirs)
    factories.make_report(athlete, factories.BREATHLESS, assess=True)
    where = reverse("desk:escalation", args=[athlete.escalations.get().pk])
    assert as_(squad.coach).get(where)["Location"] == OVERVIEW


def test_reporting_for_an_athlete_is_never_shut_and_its_answer_is_shown(squad: Any) -> None:
    coach = factories.make_coach(squad)
    asked(squad, days_ago=30)
    athlete = factories.make_athlete(squad)
    client = as_(coach)
    first = client.get(reverse("desk:new_report", args=[athlete.pk]))
    assert first["Location"] != OVERVIEW
    mine = factories.make_report(
        athlete, factories.BREATHLESS, by=coach, assess=True, client_key=uuid.uuid4()
    )
    assert client.get(reverse("desk:report", args=[mine.pk])).status_code == 200
    theirs = factories.make_report(athlete, factories.CRAMP, assess=True)
    assert client.get(reverse("desk:report", args=[theirs.pk]))["Location"] == OVERVIEW


def test_the_account_itself_stays_open(squad: Any) -> None:
    asked(squad, days_ago=30)
    for path in ("/accounts/", "/notices/", "/accounts/sessions/", "/accounts/passkeys/"):
        assert as_(squad.coach).get(path).status_code == 200


def test_a_desk_nobody_asks_costs_one_question_more(
    squad: Any, django_assert_max_num_queries: Any
) -> None:
    client = as_(squad.coach)
    client.get("/accounts/")
    with django_assert_max_num_queries(40):
        client.get("/desk/")
