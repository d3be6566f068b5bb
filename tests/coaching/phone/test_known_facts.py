"""What the profile knows is not asked again; what has changed can be told."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from athletes.models import Athlete, Squad
from athletes.services import assessments, people
from tests.coaching.phone.walking import SEND, SORE_CALF, answer_until, form_of, posted, send

KNOWN = {"prior_vte": "no", "family_vte": "no", "sex": "F"}
KNOWN_PAGE = "/me/report/known/"


@pytest.fixture(autouse=True)
def _profile(athlete: Athlete) -> None:
    people.update_athlete(by=athlete.user, athlete=athlete, background=KNOWN)


def text_of(response: Any) -> str:
    text: str = response.content.decode()
    return text


def at_clot_risks(client: Client) -> Any:
    return answer_until(client, SORE_CALF, stop="danger_clot_risk")


def change(client: Client, page: Any, **told: str) -> Any:
    data = {**posted(form_of(page), SORE_CALF), "prior_vte": "no", "family_vte": "no", **told}
    return client.post(page.request["PATH_INFO"], data, follow=True)


def test_the_screen_says_quietly_what_it_knows(phone: Client) -> None:
    text = text_of(at_clot_risks(phone))
    assert "We know from your profile:" in text
    assert "Has anything changed?" in text
    assert '<details class="fold known">' in text
    assert 'name="prior_vte" value="no" checked' in text


def test_what_stays_as_it_was_is_no_answer_of_this_report(phone: Client, athlete: Athlete) -> None:
    change(phone, at_clot_risks(phone))
    send(phone, answer_until(phone, SORE_CALF))
    report = athlete.reports.get()
    assert not KNOWN.keys() & report.answers.keys()
    assert report.known_facts.items() >= KNOWN.items()


def test_a_change_counts_now_and_is_known_the_next_time(phone: Client, athlete: Athlete) -> None:
    change(phone, at_clot_risks(phone), prior_vte="yes")
    page = answer_until(phone, SORE_CALF)
    assert "changed" in text_of(page)
    send(phone, page)
    report = athlete.reports.get()
    assert report.answers["prior_vte"] == "yes"
    athlete.refresh_from_db()
    assert athlete.background["prior_vte"] == "yes"
    assert (
        athlete.background["oestrogen_contraceptive"] == "no"
    )  # asked this time for the first time
    assessments.assess_report(assessment_id=report.assessment.pk, finished_by="worker")
    answer = text_of(phone.get(f"/me/reports/{report.pk}/"))
    assert "Told otherwise than the profile had it" in answer
    assert "(before: No)" in answer


def test_none_of_these_says_nothing_about_what_is_known(phone: Client, athlete: Athlete) -> None:
    people.update_athlete(by=athlete.user, athlete=athlete, background={"prior_vte": "yes"})
    page = at_clot_risks(phone)
    phone.post(page.request["PATH_INFO"], posted(form_of(page), SORE_CALF))
    assert "prior_vte" not in phone.session[f"interview:{athlete.pk}"]["answers"]


def test_a_change_can_be_taken_back(phone: Client, athlete: Athlete) -> None:
    page = at_clot_risks(phone)
    change(phone, page, prior_vte="yes")
    again = phone.get(page.request["PATH_INFO"])
    assert '<details class="fold known" open>' in text_of(again)
    change(phone, again, prior_vte="no")
    send(phone, answer_until(phone, SORE_CALF))
    assert "prior_vte" not in athlete.reports.get().answers


def test_a_change_that_cannot_be_is_explained_where_it_stands(phone: Client) -> None:
    again = change(phone, at_clot_risks(phone), prior_vte="perhaps")
    assert '<details class="fold known" open>' in text_of(again)
    assert next(field for field in form_of(again).known if field.id == "prior_vte").error


def test_before_sending_all_that_is_known_is_listed_with_a_way_to_change_it(
    phone: Client, athlete: Athlete
) -> None:
    sent = text_of(answer_until(phone, SORE_CALF))
    assert "From your profile (4)" in sent  # and the age
    assert KNOWN_PAGE in sent
    back = phone.post(KNOWN_PAGE, {**KNOWN, "sex": "M"})
    assert back["Location"] == SEND
    send(phone, phone.get(SEND))
    assert athlete.reports.get().answers["sex"] == "M"


def test_the_age_is_shown_and_changed_only_by_the_date_of_birth(
    phone: Client, athlete: Athlete
) -> None:
    Athlete.objects.update(birth_date="2001-03-04")
    answer_until(phone, SORE_CALF)
    page = phone.get(KNOWN_PAGE)
    assert "from the date of birth" in text_of(page)
    assert "age" not in {field.id for field in form_of(page).known}


def test_a_page_of_known_facts_without_any_leads_on(phone: Client, athlete: Athlete) -> None:
    Athlete.objects.update(background={})
    assert phone.get(KNOWN_PAGE)["Location"] == "/me/report/1/"


def test_a_coach_hears_that_the_profile_keeps_the_athletes_word(
    squad: Squad, athlete: Athlete
) -> None:
    desk = Client()
    desk.force_login(squad.coach)
    page = desk.get(f"/desk/athletes/{athlete.pk}/report/known/")
    assert "The profile keeps what Mia Lund said." in text_of(page)
