"""The month as a calendar, in the athlete's zone; and the last weeks on the body map."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from athletes.models import Athlete, PainReport, Squad
from coaching.phone.pain_days import month_of, recent_pains
from tests.coaching.phone.walking import text_of
from tests.factories import SORE, make_athlete, make_report

NOW = datetime(2026, 11, 18, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _in_november() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


def told(athlete: Athlete, at: datetime, pain: float | None, **more: Any) -> PainReport:
    answers = {**SORE, **more, "severity_nrs": "unsure" if pain is None else pain}
    return make_report(athlete, answers, reported_at=at)


def day(athlete: Athlete, number: int, month: str = "") -> Any:
    shown = month_of(athlete, month, NOW)
    return shown.days[shown.first.replace(day=number)]


def test_a_day_has_the_worst_of_its_reports_and_leads_there(athlete: Athlete) -> None:
    for hour, pain in ((6, 2), (9, 5), (15, 3)):
        told(athlete, datetime(2026, 11, 10, hour, tzinfo=UTC), pain)
    worst = athlete.reports.get(pain_now=5)
    found = day(athlete, 10)
    assert (found.pain, found.report, found.reports, found.step) == (5, worst.pk, 3, "moderate")
    assert day(athlete, 11).report is None


def test_pain_that_was_not_told_is_no_zero(phone: Client, athlete: Athlete) -> None:
    report = told(athlete, datetime(2026, 11, 10, 9, tzinfo=UTC), None)
    assert (day(athlete, 10).pain, day(athlete, 10).step) == (None, "unknown")
    cell = text_of(phone.get("/me/history/")).split(f'href="/me/reports/{report.pk}/"')[1]
    assert "Pain not told" in cell.split("</a>")[0]


def test_days_are_those_of_the_athletes_zone(athlete: Athlete) -> None:
    told(athlete, datetime(2026, 10, 3, 9, tzinfo=UTC), 2)
    told(athlete, datetime(2026, 10, 31, 23, 30, tzinfo=UTC), 4)  # 00:30 on 1 November in Berlin
    assert day(athlete, 1).pain == 4
    assert day(athlete, 31, "2026-10").report is None


def test_one_goes_back_to_the_first_report_and_forward_to_today(
    phone: Client, athlete: Athlete
) -> None:
    told(athlete, datetime(2026, 9, 3, 9, tzinfo=UTC), 4)
    now = text_of(phone.get("/me/history/"))
    assert 'href="?month=2026-10#month"' in now
    assert 'rel="next"' not in now
    september = text_of(phone.get("/me/history/?month=2026-09"))
    assert "September 2026" in september
    assert 'rel="prev"' not in september
    assert 'href="?month=2026-10#month"' in september
    assert "Nothing was told in this month." in text_of(phone.get("/me/history/?month=2026-10"))


@pytest.mark.parametrize(
    "month", ["soon", "2026-13", "1999-01", "2099-01", "0001-01", "9999-12", ""]
)
def test_a_month_that_cannot_be_shown_is_one_that_can(
    phone: Client, athlete: Athlete, month: str
) -> None:
    told(athlete, datetime(2026, 11, 3, 9, tzinfo=UTC), 4)
    page = phone.get("/me/history/", {"month": month})
    assert page.status_code == 200
    assert page.context["month"].name == "November 2026"


def test_it_is_a_table_with_heads_and_a_caption(phone: Client, athlete: Athlete) -> None:
    told(athlete, datetime(2026, 11, 3, 9, tzinfo=UTC), 4)
    text = text_of(phone.get("/me/history/"))
    assert text.count('<th scope="col">') == 7
    assert "<caption" in text
    assert '<td aria-current="date">' in text


def test_the_map_has_the_worst_of_each_place_of_four_weeks(athlete: Athlete) -> None:
    told(athlete, NOW - timedelta(days=40), 9, site=["heel"])
    told(athlete, NOW - timedelta(days=20), 6, site=["calf", "shin_medial"], side="left")
    told(athlete, NOW - timedelta(days=2), 2, site=["calf"], side="left")
    told(athlete, NOW - timedelta(days=1), None, site=["calf"], side="left")
    told(athlete, NOW - timedelta(days=1), None, site="unsure")
    assert recent_pains(athlete, NOW) == {("calf", "left"): 6, ("shin_medial", "left"): 6}


def test_without_anything_recent_there_is_no_map(phone: Client, athlete: Athlete) -> None:
    told(athlete, NOW - timedelta(days=40), 9)
    assert "Where it hurt" not in text_of(phone.get("/me/history/"))


def test_nobody_elses_days_are_there(phone: Client, athlete: Athlete, squad: Squad) -> None:
    told(make_athlete(squad), NOW - timedelta(days=2), 9)
    assert "No reports yet" in text_of(phone.get("/me/history/"))
