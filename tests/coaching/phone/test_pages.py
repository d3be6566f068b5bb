"""The athlete's other pages: home, steps and talk, lists, profile; and whose they are."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from athletes.models import (
    Athlete,
    CareStep,
    Episode,
    Squad,
)
from athletes.services import comments
from tests.coaching.phone.walking import text_of
from tests.factories import (
    CRAMP,
    make_athlete,
    make_club,
    make_report,
    make_user,
)

# --- home ---


def test_home_before_the_first_report_has_one_thing_to_do(phone: Client) -> None:
    text = text_of(phone.get("/me/"))
    assert "Report pain" in text
    assert "No open problem" in text


def test_home_shows_the_state_what_to_do_and_the_coachs_last_word(
    phone: Client, athlete: Athlete, squad: Squad
) -> None:
    report = make_report(athlete, CRAMP, assess=True)
    comments.add_comment(by=squad.coach, episode=report.episode, text="Come to the easy group.")
    comments.add_comment(by=athlete.user, episode=report.episode, text="Will do.")
    text = text_of(phone.get("/me/"))
    assert report.assessment.result["headline"] in text
    assert CareStep.objects.filter(kind="do").first().text in text
    assert "Come to the easy group." in text
    assert "Will do." not in text


def test_a_closed_episode_is_no_state_of_today(phone: Client, athlete: Athlete) -> None:
    make_report(athlete, CRAMP, assess=True)
    Episode.objects.update(closed_at=timezone.now())
    assert "No open problem" in text_of(phone.get("/me/"))


def test_who_is_no_athlete_is_told_so(squad: Squad) -> None:
    for person, words in [(squad.coach, "To the desk"), (make_user(), "invitation link")]:
        client = Client()
        client.force_login(person)
        page = client.get("/me/")
        assert page.status_code == 404
        assert words in text_of(page)


def test_who_runs_in_two_clubs_chooses_one(phone: Client, athlete: Athlete) -> None:
    other = make_athlete(make_club("Track Club"), user=athlete.user)
    assert phone.get("/me/")["Location"] == "/me/choose/"
    assert phone.get("/me/report/")["Location"] == "/me/choose/"
    assert "Track Club" in text_of(phone.get("/me/choose/"))
    phone.post("/me/choose/", {"athlete": str(other.pk)})
    page = phone.get("/me/")
    assert page.context["athlete"] == other
    assert phone.post("/me/choose/", {"athlete": "somebody"}).status_code == 422


# --- steps and talk ---


def test_a_step_is_ticked_off_and_back(phone: Client, athlete: Athlete) -> None:
    report = make_report(athlete, CRAMP, assess=True)
    step = report.assessment.care_steps.filter(kind="do").first()
    part = phone.post(f"/me/steps/{step.pk}/", {"state": "done"}, headers={"HX-Request": "true"})
    step.refresh_from_db()
    assert step.state == "done"
    assert text_of(part).lstrip().startswith('<div id="plan"')
    phone.post(f"/me/steps/{step.pk}/", {"state": "open"})
    step.refresh_from_db()
    assert step.state == "open"


def test_a_state_that_a_person_cannot_set_changes_nothing(phone: Client, athlete: Athlete) -> None:
    report = make_report(athlete, CRAMP, assess=True)
    step = report.assessment.care_steps.first()
    phone.post(f"/me/steps/{step.pk}/", {"state": "changed"})
    step.refresh_from_db()
    assert step.state == "open"


def test_a_comment_leads_back_to_where_it_was_written(phone: Client, athlete: Athlete) -> None:
    report = make_report(athlete, CRAMP, assess=True)
    talk = f"/me/episodes/{report.episode_id}/comments/"
    reply = phone.post(talk, {"text": "Better today", "report": str(report.pk)})
    assert reply["Location"] == f"/me/reports/{report.pk}/#talk"
    assert "Better today" in text_of(phone.get(f"/me/reports/{report.pk}/"))
    stray = phone.post(talk, {"text": "And again", "report": "nonsense"})
    assert stray["Location"] == f"/me/episodes/{report.episode_id}/#talk"


def test_a_comment_that_cannot_be_is_kept_with_its_error(phone: Client, athlete: Athlete) -> None:
    report = make_report(athlete, CRAMP, assess=True)
    talk = f"/me/episodes/{report.episode_id}/comments/"
    assert "Write something first." in text_of(phone.post(talk, {"text": " "}))
    refused = phone.post(talk, {"text": "y" * 2001})
    assert refused.status_code == 422
    assert "y" * 2001 in text_of(refused)


# --- whose it is ---


@pytest.mark.parametrize("who", ["another athlete", "their own coach", "a stranger"])
def test_what_is_somebody_elses_is_not_there(squad: Squad, athlete: Athlete, who: str) -> None:
    report = make_report(athlete, CRAMP, assess=True)
    step = report.assessment.care_steps.first()
    person = {
        "another athlete": lambda: make_athlete(squad).user,
        "their own coach": lambda: squad.coach,
        "a stranger": make_user,
    }[who]()
    client = Client()
    client.force_login(person)
    pages = [
        f"reports/{report.pk}/",
        f"reports/{report.pk}/answer/",
        f"episodes/{report.episode_id}/",
    ]
    assert {client.get(f"/me/{page}").status_code for page in pages} == {404}
    posts = [f"steps/{step.pk}/", f"episodes/{report.episode_id}/comments/"]
    data = {"state": "done", "text": "hello"}
    assert {client.post(f"/me/{page}", data).status_code for page in posts} == {404}
    assert not report.episode.comments.exists()


def test_nobody_gets_in_without_logging_in(athlete: Athlete) -> None:
    report = make_report(athlete, CRAMP, assess=True)
    pages = [
        "",
        "report/",
        "report/1/",
        "report/send/",
        "history/",
        "profile/",
        f"reports/{report.pk}/",
    ]
    replies = [Client().get(f"/me/{page}") for page in pages]
    assert {reply.status_code for reply in replies} == {302}
    assert all(reply["Location"].startswith("/accounts/login/") for reply in replies)


# --- lists ---


@pytest.mark.parametrize("page", ["history", "episode", "home"])
def test_a_list_asks_the_database_as_often_for_ten_rows_as_for_two(
    phone: Client, athlete: Athlete, page: str, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    def look() -> int:
        urls = {
            "history": "/me/history/",
            "episode": f"/me/episodes/{athlete.episodes.first().pk}/",
            "home": "/me/",
        }
        phone.get("/me/profile/")  # the first request of a session asks more
        with django_assert_max_num_queries(18) as captured:
            assert phone.get(urls[page]).status_code == 200
        return len(captured)

    for day in (1, 2):
        make_report(athlete, CRAMP, assess=True, reported_at=days_ago(day))
    few = look()
    for day in range(3, 11):
        make_report(athlete, CRAMP, assess=True, reported_at=days_ago(day))
    assert look() == few


def days_ago(days: int) -> Any:
    return timezone.now() - timedelta(days=days)


def test_history_is_given_in_pages(phone: Client, athlete: Athlete) -> None:
    for day in range(21):
        make_report(athlete, CRAMP, reported_at=days_ago(day))
    first, second = phone.get("/me/history/"), phone.get("/me/history/?page=2")
    assert (len(first.context["page"]), len(second.context["page"])) == (20, 1)
    assert "Pain 5 of 10" in text_of(first)


def test_an_episode_shows_its_reports_and_when_it_ended(phone: Client, athlete: Athlete) -> None:
    report = make_report(athlete, CRAMP, assess=True)
    Episode.objects.update(closed_at=timezone.now(), closed_reason="Ran free of pain")
    text = text_of(phone.get(f"/me/episodes/{report.episode_id}/"))
    assert "Left calf" in text
    assert "Ran free of pain" in text
    assert f"/me/reports/{report.pk}/" in text


# --- profile ---


ABOUT = {"name": "Mia Lund", "timezone": "Europe/Oslo", "birth_date": "2001-03-04"}


def test_the_profile_keeps_what_is_told_and_leaves_the_rest_unknown(
    phone: Client, athlete: Athlete
) -> None:
    athlete.background = {"age": 24}
    athlete.save()
    told = {"prior_vte": "no", "family_vte": "unsure", "sex": "F"}
    assert phone.post("/me/profile/", ABOUT | told).status_code == 302
    athlete.refresh_from_db()
    assert athlete.background == {"age": 24, **told}
    assert (athlete.timezone, str(athlete.birth_date)) == ("Europe/Oslo", "2001-03-04")
    assert phone.get("/me/profile/").context["form"]["family_vte"].value() == "unsure"


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"birth_date": "2999-01-01"}, "lies in the past"),
        ({"birth_date": "1901-01-01"}, "120 years back"),
        ({"timezone": "Mars/Base"}, "valid choice"),
        ({"name": ""}, "required"),
    ],
)
def test_a_wrong_profile_is_explained_and_kept(
    phone: Client, athlete: Athlete, wrong: dict[str, str], words: str
) -> None:
    refused = phone.post("/me/profile/", ABOUT | {"prior_vte": "yes", "name": "Mia L."} | wrong)
    assert refused.status_code == 422
    assert words in text_of(refused)
    assert refused.context["form"]["prior_vte"].value() == "yes"
    athlete.refresh_from_db()
    assert athlete.background == {}
