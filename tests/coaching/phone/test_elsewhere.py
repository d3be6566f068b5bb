"""Pain that is not in the lower leg: said kindly, danger first, a person is called, and never a calf answer."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from athletes.models import Athlete, Squad
from athletes.services import assessments
from guidance import KNOWLEDGE
from tests.coaching.phone.walking import answer_until, send

ELSEWHERE = {
    "site": ["elsewhere"],
    "side": "right",
    "onset": "gradual",
    "days_since_onset": "1",
    "severity_nrs": "3",
}
CALF_WORDS = re.compile(r"\b(calf|calves|strain|cramp|muscle|massage|stretch)\b", re.IGNORECASE)


def reported(phone: Client, athlete: Athlete, told: dict[str, Any]) -> Any:
    """Told on the phone, judged, and read."""
    send(phone, answer_until(phone, told))
    report = athlete.reports.get()
    assessments.assess_report(assessment_id=report.assessment.pk, finished_by="worker")
    report.refresh_from_db()
    return report


def answer_of(phone: Client, report: Any) -> str:
    page = phone.get(f"/me/reports/{report.pk}/answer/").content.decode()
    return re.sub(r"<[^>]+>", " ", page)


def test_the_page_says_kindly_that_this_is_not_what_we_know(
    phone: Client, athlete: Athlete
) -> None:
    report = reported(phone, athlete, ELSEWHERE)
    text = answer_of(phone, report)
    assert report.assessment.result["in_scope"] is False
    assert "outside what we know" in text
    assert "talk to your coach" in text
    assert not CALF_WORDS.findall(text.split("Why we think so")[0])


def test_the_danger_signs_are_there_and_the_coach_is_told(
    phone: Client, athlete: Athlete, squad: Squad
) -> None:
    report = reported(phone, athlete, ELSEWHERE)
    text = answer_of(phone, report)
    assert all(sign in text for sign in KNOWLEDGE.safety_net.always)
    assert "Your coach has been told" in text
    assert report.episode.escalations.get().state == "open"


def test_no_way_back_to_running_is_made_up(phone: Client, athlete: Athlete) -> None:
    report = reported(phone, athlete, ELSEWHERE)
    assert "Back to running" not in answer_of(phone, report)


@pytest.mark.parametrize("sign", ["chest_pain", "saddle_numbness"])
def test_a_danger_counts_wherever_it_hurts(phone: Client, athlete: Athlete, sign: str) -> None:
    told = {**ELSEWHERE, "back_pain": "yes", sign: "yes"}
    report = reported(phone, athlete, told)
    assert report.disposition == "emergency_now"


def test_only_what_a_danger_points_to_is_named(phone: Client, athlete: Athlete) -> None:
    report = reported(phone, athlete, {**ELSEWHERE, "swelling": "unsure"})
    assert "Likely causes" not in answer_of(phone, report)


def test_the_coach_reads_that_no_cause_is_named(
    phone: Client, athlete: Athlete, squad: Squad
) -> None:
    report = reported(phone, athlete, ELSEWHERE)
    desk = Client()
    desk.force_login(squad.coach)  # type: ignore[attr-defined]
    page = desk.get(f"/desk/reports/{report.pk}/").content.decode()
    assert "that is all that Niggle knows" in page
    assert "What we did not ask" not in page
