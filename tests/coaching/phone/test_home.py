"""The first page: today in one line, what a coach holds back, and a check-in where one is."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from athletes.models import Athlete, PainReport, Squad, TrainingHold
from athletes.services import comments
from tests.coaching.phone.walking import text_of
from tests.factories import (
    BREATHLESS,
    CLOT,
    SORE,
    STRAIN,
    make_athlete,
    make_club,
    make_only_check_in,
    make_report,
)

FRESH = {**SORE, "days_since_onset": 0}


def hold(squad: Squad, athlete: Athlete, **fields: Any) -> TrainingHold:
    told = {"kind": "out", "reason": "Until the scan.", "set_by": squad.coach, **fields}  # type: ignore[attr-defined]
    return TrainingHold.objects.create(athlete=athlete, **told)


def line(phone: Client) -> str:
    found = re.search(r"<h1[^>]*>(.*?)</h1>", text_of(phone.get("/me/")))
    assert found
    return found[1]


def test_the_first_heading_is_the_state_of_today(phone: Client, athlete: Athlete) -> None:
    make_only_check_in(make_report(athlete, FRESH, assess=True))
    text = text_of(phone.get("/me/"))
    assert re.findall(r"<h([1-6])", text)[0] == "1"
    assert line(phone).startswith("Hold hard running until ")


def test_report_pain_comes_right_after_what_is_asked(phone: Client, athlete: Athlete) -> None:
    make_report(athlete, FRESH, assess=True)
    text = text_of(phone.get("/me/"))
    assert text.index('class="thumb-bar') < text.index("Do now")


@pytest.mark.parametrize(
    ("kind", "hours", "words"),
    [
        ("out", None, "No training until your coach says so"),
        ("modified", None, "Modified training until your coach says so"),
        ("out", 30, "No training until "),
        ("modified", 30, "Modified training until "),
    ],
)
def test_what_a_coach_holds_back_is_the_line_of_today(
    phone: Client, athlete: Athlete, squad: Squad, kind: str, hours: int | None, words: str
) -> None:
    make_report(athlete, FRESH, assess=True)
    until = timezone.now() + timedelta(hours=hours) if hours else None
    hold(squad, athlete, kind=kind, until=until)
    assert line(phone).startswith(words)
    text = text_of(phone.get("/me/"))
    assert "Until the scan." in text
    assert f"From {squad.coach.name}" in text  # type: ignore[attr-defined]
    if until:
        assert f"{until.astimezone(athlete.zone):%H:%M}" in line(phone)


def test_a_hold_stands_also_without_an_open_problem(
    phone: Client, athlete: Athlete, squad: Squad
) -> None:
    hold(squad, athlete)
    assert line(phone) == "No training until your coach says so"
    assert "No open problem" not in text_of(phone.get("/me/"))


def test_who_should_be_seen_goes_before_a_hold(
    phone: Client, athlete: Athlete, squad: Squad
) -> None:
    make_report(athlete, CLOT, assess=True)
    hold(squad, athlete)
    assert line(phone) == "See a doctor today"
    assert "No training until your coach says so" in text_of(phone.get("/me/"))


def test_an_emergency_can_be_called_from_the_first_page(phone: Client, athlete: Athlete) -> None:
    make_report(athlete, BREATHLESS, assess=True)
    assert line(phone) == "Get emergency help now"
    today = text_of(phone.get("/me/")).split("<h1")[1].split("</section>")[0]
    assert 'class="call" href="tel:112"' in today


@pytest.mark.parametrize("over", ["released", "ran out", "not yet"])
def test_a_hold_that_does_not_hold_is_not_there(
    phone: Client, athlete: Athlete, squad: Squad, over: str
) -> None:
    now = timezone.now()
    when: dict[str, dict[str, Any]] = {
        "released": {"since": now - timedelta(2), "released_at": now},
        "ran out": {"since": now - timedelta(2), "until": now - timedelta(1)},
        "not yet": {"since": now + timedelta(1)},
    }
    hold(squad, athlete, **when[over])
    assert "Until the scan." not in text_of(phone.get("/me/"))


def test_nobody_sees_what_holds_for_another(phone: Client, squad: Squad) -> None:
    hold(squad, make_athlete(squad))
    foreign = make_club()
    hold(foreign, make_athlete(foreign))
    assert "Until the scan." not in text_of(phone.get("/me/"))


# --- a check-in on the page itself ---


def test_three_answers_on_the_page_are_a_report(phone: Client, athlete: Athlete) -> None:
    check_in = make_only_check_in(make_report(athlete, SORE, assess=True))
    home = text_of(phone.get("/me/"))
    form = home.split('class="form check-in"')[1].split("</form>")[0]
    names = re.findall(r'type="hidden" name="(\w+)" value="([^"]+)"', form)
    told: dict[str, Any] = {}
    for name, value in names:
        told.setdefault(name, []).append(value)
    answer = {"trend": "better", "severity_nrs": "2", "action": "as_usual"}
    for name, value in answer.items():
        assert f'name="{name}" value="{value}"' in form
    phone.post(f"/me/check-ins/{check_in.pk}/", told | answer)
    check_in.refresh_from_db()
    assert check_in.state == "answered"
    assert 'class="form check-in"' not in text_of(phone.get("/me/"))


def test_something_different_takes_along_what_was_tapped(phone: Client, athlete: Athlete) -> None:
    check_in = make_only_check_in(make_report(athlete, SORE, assess=True))
    key = phone.get("/me/").context["check_ins"].form.client_key
    told = {"trend": "worse", "severity_nrs": "6", "action": "more", "client_key": str(key)}
    page = phone.post(f"/me/check-ins/{check_in.pk}/", told)
    text = text_of(page)
    assert page.status_code == 200
    assert PainReport.objects.count() == 1
    assert 'name="trend" value="worse" checked' in text
    assert 'name="severity_nrs" value="6" checked' in text
    assert '<details class="fold" open>' in text
    assert f'value="{key}"' in text
    assert "field-error" not in text


def test_only_one_is_asked_on_the_page_and_the_others_have_their_own(
    phone: Client, athlete: Athlete
) -> None:
    first = make_only_check_in(
        make_report(athlete, SORE, assess=True), due_at=timezone.now() - timedelta(hours=2)
    )
    second = make_only_check_in(make_report(athlete, STRAIN, assess=True))
    text = text_of(phone.get("/me/"))
    assert f'action="/me/check-ins/{first.pk}/"' in text
    assert f'href="/me/check-ins/{second.pk}/"' in text
    assert text.count('class="form check-in"') == 1


# --- the coach's last word ---


def test_a_word_that_was_not_read_yet_is_marked_until_it_was(
    phone: Client, athlete: Athlete, squad: Squad
) -> None:
    report = make_report(athlete, FRESH, assess=True)
    comments.add_comment(by=squad.coach, episode=report.episode, text="Well done.")  # type: ignore[attr-defined]

    def word() -> str:
        return text_of(phone.get("/me/")).split("From your coach")[1].split("</a>")[0]

    assert ">New<" in word()
    assert ">New<" in word(), "the first page shows the beginning of it only"
    phone.get(f"/me/episodes/{report.episode_id}/")
    assert ">New<" not in word()


def test_home_asks_the_database_as_often_for_much_as_for_little(
    phone: Client, athlete: Athlete, squad: Squad, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    def tell(days: int) -> None:
        at = timezone.now() - timedelta(days=days)
        report = make_report(athlete, FRESH, assess=True, reported_at=at)
        make_only_check_in(report)
        comments.add_comment(by=squad.coach, episode=report.episode, text="Well done.")  # type: ignore[attr-defined]

    def look() -> int:
        phone.get("/me/profile/")
        with django_assert_max_num_queries(22) as captured:
            phone.get("/me/")
        return len(captured)

    hold(squad, athlete)
    tell(1)
    few = look()
    for _ in range(5):
        tell(0)
    assert look() == few
