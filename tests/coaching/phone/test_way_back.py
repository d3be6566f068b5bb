"""Back to running on the phone: what must be true, when the next run is, and a few taps to write it down."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from athletes.models import Athlete, Episode, ReturnPlan, ReturnRun, Squad
from athletes.services import returning
from tests.factories import BONE, CLOT, SORE, STRAIN, make_athlete, make_report, make_user


def text_of(response: Any) -> str:
    text: str = response.content.decode()
    return text


def ago(**age: float) -> datetime:
    return timezone.now() - timedelta(**age)


@pytest.fixture
def episode(athlete: Athlete) -> Episode:
    return make_report(athlete, STRAIN, assess=True, reported_at=ago(days=10)).episode


@pytest.fixture
def started(episode: Episode) -> Episode:
    by = episode.athlete.user
    returning.confirm_entry(by=by, episode=episode, ladder="calf_muscle", at=ago(days=6))
    return episode


def url(episode: Episode, tail: str = "") -> str:
    return f"/me/episodes/{episode.pk}/return/{tail}"


ALL = [str(number) for number in range(6)]
RUN = {"day": "today", "level": "1", "pain_before": "0", "pain_during": "1", "pain_after": "0"}


def send_run(phone: Client, episode: Episode, **told: str) -> Any:
    key = str(phone.get(url(episode)).context["form"]["client_key"].value())
    return phone.post(url(episode, "runs/"), {"client_key": key, **RUN, **told})


def log(episode: Episode, **age: float) -> ReturnRun:
    told = returning.log_run(
        by=episode.athlete.user,
        episode=episode,
        client_key=timezone.now().strftime("00000000-0000-4000-8000-%f000000"),
        level=1,
        pain_before=0,
        pain_during=0,
        pain_after=0,
        at=ago(**age),
    )
    return told.run


# --- the start ---


def test_every_condition_is_asked_before_the_first_step(phone: Client, episode: Episode) -> None:
    page = phone.get(url(episode))
    text = text_of(page)
    assert all(condition in text for condition in page.context["way"].ladder.entry)
    assert "I have talked to my coach." in text  # as the report asks
    assert "Tick what is true today." in text
    assert "Save this run" not in text


def test_one_condition_that_is_not_true_is_not_yet(phone: Client, episode: Episode) -> None:
    again = phone.post(url(episode, "start/"), {"ladder": "calf_muscle", "entry": ALL[1:]})
    assert again.status_code == 422
    assert "Not yet: start only when all of this is true." in text_of(again)
    assert text_of(again).count('name="entry" value="4" checked') == 1
    assert not ReturnPlan.objects.exists()


def test_with_all_of_them_the_first_step_is_there(phone: Client, episode: Episode) -> None:
    told = {"ladder": "calf_muscle", "entry": ALL}
    page = phone.post(url(episode, "start/"), told, follow=True)
    assert "Step 1 of 10" in text_of(page)
    assert "Walk 9 minutes, run 1 minute. Three times." in text_of(page)
    assert "You may run today." in text_of(page)


def test_before_its_time_the_page_says_when(phone: Client, athlete: Athlete) -> None:
    episode = make_report(athlete, {**SORE, "days_since_onset": 0}, assess=True).episode
    text = text_of(phone.get(url(episode)))
    assert "You can try whether you are ready from this time on:" in text
    assert "Tick what is true today." not in text


def test_a_stressed_bone_waits_for_a_clinician(phone: Client, athlete: Athlete) -> None:
    episode = make_report(athlete, BONE, assess=True).episode
    assert "A doctor or physiotherapist must say yes first." in text_of(phone.get(url(episode)))
    told = {"ladder": "bone_stress", "entry": ALL}
    page = phone.post(url(episode, "start/"), told, follow=True)
    assert "must say yes first. A coach records it." in text_of(page)


def test_where_no_way_back_is_known_the_page_says_so(phone: Client, athlete: Athlete) -> None:
    episode = make_report(athlete, CLOT, assess=True).episode
    assert "We do not know a way back to running here yet." in text_of(phone.get(url(episode)))


# --- on the way ---


def test_a_run_is_written_down_and_the_rest_day_named(phone: Client, started: Episode) -> None:
    page = phone.get(send_run(phone, started)["Location"])
    assert "Saved. Tomorrow morning" in text_of(page)
    assert "Rest first. Next run:" in text_of(page)
    assert "We ask about the leg tomorrow morning." in text_of(page)
    kept = ReturnRun.objects.get()
    assert (kept.level, kept.pain_during, kept.pain_next_morning) == (1, 1, None)
    assert kept.logged_by == started.athlete.user


def test_a_second_tap_is_the_same_run(phone: Client, started: Episode) -> None:
    key = str(phone.get(url(started)).context["form"]["client_key"].value())
    for _ in range(2):
        assert phone.post(url(started, "runs/"), {"client_key": key, **RUN}).status_code == 302
    assert ReturnRun.objects.count() == 1


def test_what_is_left_out_stays_unknown(phone: Client, started: Episode) -> None:
    send_run(phone, started, pain_before="")
    assert ReturnRun.objects.get().pain_before is None


def test_a_run_of_yesterday(phone: Client, started: Episode) -> None:
    send_run(phone, started, day="yesterday")
    assert timedelta(hours=23) < timezone.now() - ReturnRun.objects.get().ran_at


@pytest.mark.parametrize(
    "wrong",
    [{"pain_during": "11"}, {"level": "11"}, {"day": "next week"}, {"client_key": "x"}],
    ids=str,
)
def test_what_cannot_be_is_refused_and_kept(
    phone: Client, started: Episode, wrong: dict[str, str]
) -> None:
    again = send_run(phone, started, **wrong)
    assert again.status_code == 422
    assert again.context["form"]["pain_after"].value() == "0"
    assert not ReturnRun.objects.exists()


def test_the_next_morning_is_one_tap(phone: Client, started: Episode) -> None:
    told = log(started, hours=25)
    assert "How is the leg this morning?" in text_of(phone.get(url(started)))
    assert "How is the leg this morning?" in text_of(phone.get("/me/"))
    phone.post(f"/me/runs/{told.pk}/morning/", {"pain": "0"})
    told.refresh_from_db()
    assert told.pain_next_morning == 0
    assert "That run went well: 1 of 2 on step 1." in text_of(phone.get(url(started)))


@pytest.mark.parametrize("pain", ["11", "-1", "", "much"])
def test_a_morning_that_cannot_be_changes_nothing(
    phone: Client, started: Episode, pain: str
) -> None:
    told = log(started, hours=25)
    assert phone.post(f"/me/runs/{told.pk}/morning/", {"pain": pain}).status_code == 302
    told.refresh_from_db()
    assert told.pain_next_morning is None


def test_a_danger_puts_it_on_hold_on_every_page(phone: Client, started: Episode) -> None:
    report = make_report(started.athlete, {**CLOT, **{k: STRAIN[k] for k in ("site", "side")}})
    assert report.episode == started
    text = text_of(phone.get(url(started)))
    assert "On hold: talk to your coach." in text
    assert "Save this run" not in text
    assert "On hold: talk to your coach." in text_of(phone.get("/me/"))
    key = "0197c1d2-0000-7000-8000-000000000009"
    page = phone.post(url(started, "runs/"), {"client_key": key, **RUN}, follow=True)
    assert not ReturnRun.objects.exists()
    assert "on hold" in text_of(page).lower()


def test_all_steps_and_rules_are_there_with_the_one_of_today_marked(
    phone: Client, started: Episode
) -> None:
    page = phone.get(url(started))
    ladder = page.context["way"].ladder
    text = text_of(page)
    assert all(line in text for line in (*ladder.rules, *(step.text for step in ladder.levels)))
    assert text.count('aria-current="step"') == 1
    assert "Draft, not reviewed by a clinician" in text


def test_the_answer_and_home_lead_to_it(phone: Client, episode: Episode) -> None:
    report = episode.reports.get()
    for page in (f"/me/reports/{report.pk}/", "/me/"):
        assert url(episode) in text_of(phone.get(page))


# --- whose it is ---


@pytest.mark.parametrize("who", ["another athlete", "their own coach", "a stranger"])
def test_what_is_somebody_elses_is_not_there(squad: Squad, started: Episode, who: str) -> None:
    told = log(started, hours=25)
    person = {
        "another athlete": lambda: make_athlete(squad).user,
        "their own coach": lambda: squad.coach,  # type: ignore[attr-defined]
        "a stranger": make_user,
    }[who]()
    client = Client()
    client.force_login(person)
    assert client.get(url(started)).status_code == 404
    posts = [url(started, "start/"), url(started, "runs/"), f"/me/runs/{told.pk}/morning/"]
    assert {client.post(page, {"pain": "0"}).status_code for page in posts} == {404}
    told.refresh_from_db()
    assert told.pain_next_morning is None


def test_the_page_costs_the_same_however_long_the_log(
    phone: Client, started: Episode, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    def look() -> int:
        phone.get("/me/profile/")
        with django_assert_max_num_queries(10) as captured:
            assert phone.get(url(started)).status_code == 200
        return len(captured)

    log(started, hours=100)
    few = look()
    for hours in range(90, 0, -10):
        log(started, hours=hours)
    assert look() == few


@pytest.mark.parametrize("language", ["es", "zh-hans"])
def test_the_page_works_in_every_language(phone: Client, started: Episode, language: str) -> None:
    for hours in (100, 75, 50, 25):
        log(started, hours=hours)
    page = phone.get(url(started), headers={"Accept-Language": language})
    assert page.status_code == 200
    assert f'<html lang="{language}' in text_of(page)
