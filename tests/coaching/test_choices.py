"""Chosen by the person: the language of pages and messages, and the unit of distances."""

from __future__ import annotations

from datetime import time
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.utils import translation

from athletes.models import Athlete, User
from athletes.models.users import KM, MILES
from athletes.services import comments, delivery, invitations
from coaching import saying, units
from coaching.telling import in_words, label
from tests import factories

CHOICES = "/accounts/language/"


@pytest.fixture
def athlete(db: None) -> Athlete:
    return factories.make_athlete(factories.make_club("Harbour Harriers"), name="Mia Lund")


def device_of(user: User | None, asks_for: str = "en") -> Client:
    assert user
    client = Client(headers={"accept-language": asks_for})
    client.force_login(user)
    return client


# --- Language


def test_who_switches_while_logged_in_has_chosen_for_every_device(athlete: Athlete) -> None:
    device_of(athlete.user).post("/language/", {"language": "zh-hans", "next": "/me/"})
    other = device_of(athlete.user, asks_for="es")
    for path in ("/me/", "/accounts/", "/notices/"):
        page = other.get(path)
        assert page["Content-Language"] == "zh-hans"
        assert '<html lang="zh-hans"' in page.content.decode()


def test_it_holds_at_the_desk_too(athlete: Athlete) -> None:
    coach = athlete.club.memberships.get(role="owner").user
    desk = device_of(coach)
    desk.post("/language/", {"language": "es", "next": "/desk/"})
    assert device_of(coach).get("/desk/")["Content-Language"] == "es"


def test_a_language_that_is_none_is_not_kept(athlete: Athlete) -> None:
    device_of(athlete.user).post("/language/", {"language": "xx", "next": "/me/"})
    assert User.objects.get(pk=athlete.user_id).language == ""


def test_who_chose_nothing_gets_what_the_browser_asks_for(athlete: Athlete) -> None:
    assert device_of(athlete.user, asks_for="es").get("/me/")["Content-Language"] == "es"


def test_the_choice_can_be_taken_back(athlete: Athlete) -> None:
    phone = device_of(athlete.user)
    phone.post("/language/", {"language": "es", "next": "/me/"})
    assert phone.post(CHOICES, {"language": "", "units": KM}).status_code == 302
    assert phone.get("/me/")["Content-Language"] == "en"


def test_the_page_of_choices_keeps_both(athlete: Athlete) -> None:
    phone = device_of(athlete.user)
    assert phone.get(CHOICES).status_code == 200
    saved = phone.post(CHOICES, {"language": "es", "units": MILES}, follow=True)
    assert saved["Content-Language"] == "es"
    user = User.objects.get(pk=athlete.user_id)
    assert (user.language, user.units) == ("es", MILES)


def test_what_is_no_choice_is_said_beside_it(athlete: Athlete) -> None:
    wrong = device_of(athlete.user).post(CHOICES, {"language": "tlh", "units": "ell"})
    assert wrong.status_code == 422
    assert User.objects.get(pk=athlete.user_id).units == KM


@pytest.mark.usefixtures("spanish")
@pytest.mark.parametrize(
    ("language", "subject"),
    [("es", "«You have a new message in Niggle»"), ("", "You have a new message in Niggle")],
)
def test_a_message_is_written_in_the_language_of_its_reader(
    athlete: Athlete, language: str, subject: str
) -> None:
    User.objects.filter(pk=athlete.user_id).update(language=language)
    report = factories.make_report(athlete, factories.SORE)
    coach = athlete.club.memberships.get(role="owner").user
    with translation.override("es"):  # the language of whoever writes says nothing
        comments.add_comment(by=coach, episode=report.episode, text="Rest today.")
        notice = athlete.user.notifications.get(channel="email")  # type: ignore[union-attr]
        assert delivery.deliver(notification_id=notice.pk)
    assert [sent.subject for sent in mail.outbox] == [subject]
    assert mail.outbox[0].body.startswith(subject)


def test_who_opens_an_account_is_written_to_in_the_language_of_that_page(db: None) -> None:
    squad = factories.make_club("Harbour Harriers")
    invited = invitations.invite(by=squad.coach, squad=squad, role="athlete")  # type: ignore[attr-defined]
    told = {
        "name": "Mia",
        "email": "mia@example.test",
        "password": "a slow river in spring",
        "birth_date": "1994-05-06",
    }
    client = Client(headers={"accept-language": "es"})
    client.post(invited.path, told)
    assert User.objects.get(email="mia@example.test").language == "es"


# --- Distances


def test_a_distance_is_said_in_the_unit_of_the_reader() -> None:
    assert (label("weekly_km"), in_words("weekly_km", 48.3)) == ("Kilometres a week", "48.3 km")
    with units.used(MILES):
        assert (label("weekly_km"), in_words("weekly_km", 48.3)) == ("Miles a week", "30 mi")
        assert saying.said("Kilometres a week: 80 km") == "Miles a week: 49.7 mi"
        assert saying.said("About how many kilometres do you run a week?").count("miles") == 1


def test_what_a_person_typed_is_not_counted_anew() -> None:
    with units.used(MILES):
        assert saying.said("Ran 5 km, no pain") == "Ran 5 km, no pain"


@pytest.mark.parametrize(("language", "words"), [("en", "2.5 km"), ("es", "2,5 km")])
def test_a_number_is_written_as_the_reader_writes_it(language: str, words: str) -> None:
    with translation.override(language):
        assert in_words("weekly_km", 2.5) == words


@pytest.mark.usefixtures("spanish")
def test_miles_have_a_translation_too() -> None:
    with translation.override("es"), units.used(MILES):
        assert label("weekly_km") == "«Miles a week»"
        assert in_words("weekly_km", 48.3) == "30« »«mi»"


def field(typed: dict[str, list[str]]) -> Any:
    from coaching.interview.screens import Field
    from guidance import KNOWLEDGE

    return Field(KNOWLEDGE.findings["weekly_km"], typed, alone=False)


@pytest.mark.parametrize(
    ("unit", "typed", "stored_km"),
    [(KM, "30", 30.0), (MILES, "30", 48.3), (MILES, "12,5", 20.1), (KM, "12,5", 12.5)],
)
def test_what_is_typed_is_stored_in_km(unit: str, typed: str, stored_km: float) -> None:
    with units.used(unit):
        asked = field({"weekly_km-own": [typed], "weekly_km-unit": [unit]})
        assert asked.validated() == {"weekly_km": stored_km}


def test_who_changes_the_unit_meanwhile_has_still_run_as_far() -> None:
    with units.used(KM):
        asked = field({"weekly_km-own": ["30"], "weekly_km-unit": [MILES]})
        assert asked.own == "48.3"
        assert asked.validated() == {"weekly_km": 48.3}


def test_too_far_is_said_in_the_unit_that_was_typed() -> None:
    with units.used(MILES):
        asked = field({"weekly_km-own": ["900"], "weekly_km-unit": [MILES]})
        assert asked.validated() == {}
        assert "from 0 to 248.5" in asked.error


# --- When check-ins are asked


def test_an_athlete_chooses_the_hour_beside_how_they_are_told(athlete: Athlete) -> None:
    phone = device_of(athlete.user)
    page = phone.get("/accounts/messages/").content.decode()
    assert "When we may ask how it is" in page
    kept = {"follow_up-email": "on", "follow_up-push": "on", "talk-email": "on", "talk-push": "on"}
    assert phone.post("/accounts/messages/", {**kept, "ask_at": "19:30"}).status_code == 302
    assert User.objects.get(pk=athlete.user_id).ask_at == time(19, 30)
    wrong = phone.post("/accounts/messages/", {**kept, "ask_at": "03:00"})
    assert wrong.status_code == 422
    assert "Nobody is asked at night" in wrong.content.decode()
    assert 'value="03:00"' in wrong.content.decode()
    assert phone.post("/accounts/messages/", {**kept, "ask_at": ""}).status_code == 302
    assert User.objects.get(pk=athlete.user_id).ask_at is None


def test_who_does_not_run_is_not_asked_when(athlete: Athlete) -> None:
    coach = athlete.club.memberships.get(role="owner").user
    page = device_of(coach).get("/accounts/messages/").content.decode()
    assert "When we may ask how it is" not in page
