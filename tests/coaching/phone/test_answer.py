"""The answer on the phone: at once, by itself, explained, and who has seen it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from athletes.models import (
    Assessment,
    Athlete,
    CareStep,
    Club,
    EscalationEvent,
    Notification,
    PainReport,
    Squad,
)
from athletes.services import assessments, escalations
from tests.coaching.phone.walking import text_of
from tests.factories import (
    BREATHLESS,
    CLOT,
    CRAMP,
    make_report,
)


def judged_late(report: PainReport, **age: float) -> PainReport:
    """As if the report had waited this long for its assessment."""
    since = timezone.now() - timedelta(**age)
    Assessment.objects.filter(report=report).update(created_at=since)
    return report


def test_the_danger_is_on_the_page_before_any_worker_has_run(
    phone: Client, athlete: Athlete
) -> None:
    report = make_report(athlete, BREATHLESS)
    text = text_of(phone.get(f"/me/reports/{report.pk}/"))
    assert not report.assessment.is_finished
    assert report.screening["tell_athlete"] in text
    assert 'href="tel:112"' in text
    assert "+49 151 23" in text
    assert "site-nav" not in text


def test_the_verdict_says_nothing_twice(phone: Client, athlete: Athlete) -> None:
    came_back = {**CRAMP, "recurrence": "yes"}
    report = make_report(athlete, came_back, assess=True)
    headline = report.assessment.result["headline"]
    verdict = text_of(phone.get(f"/me/reports/{report.pk}/")).split('<section class="verdict"')[1]
    verdict = verdict.split("</section>")[0]
    assert report.assessment.result["rules"][0]["tell_athlete"].startswith(f"{headline} ")
    assert verdict.count(headline) == 1


def test_the_answer_comes_by_itself_and_then_the_asking_stops(
    phone: Client, athlete: Athlete
) -> None:
    report = make_report(athlete, CRAMP)
    url = f"/me/reports/{report.pk}/answer/"
    waiting = text_of(phone.get(url, headers={"HX-Request": "true"}))
    assert f'hx-get="{url}"' in waiting
    assert "Look again" in waiting
    assessments.assess_report(assessment_id=report.assessment.pk, finished_by="worker")
    done = text_of(phone.get(url, headers={"HX-Request": "true"}))
    assert "<html" not in done
    assert f'hx-get="{url}"' not in done
    assert Assessment.objects.get().result["headline"] in done


@pytest.mark.parametrize(
    ("age", "pace"),
    [({"seconds": 2}, "delay:1s"), ({"minutes": 1}, "delay:5s"), ({"minutes": 5}, "delay:20s")],
)
def test_the_page_asks_more_gently_the_longer_it_takes(
    phone: Client, athlete: Athlete, age: dict[str, float], pace: str
) -> None:
    report = judged_late(make_report(athlete, CRAMP), **age)
    assert pace in text_of(phone.get(f"/me/reports/{report.pk}/"))


def test_after_a_quarter_of_an_hour_it_asks_only_by_hand(phone: Client, athlete: Athlete) -> None:
    report = judged_late(make_report(athlete, CRAMP), minutes=16)
    text = text_of(phone.get(f"/me/reports/{report.pk}/"))
    assert "delay:" not in text
    assert "Look again" in text


def test_the_answer_explains_itself(phone: Client, athlete: Athlete) -> None:
    report = make_report(athlete, CLOT, assess=True)
    text = text_of(phone.get(f"/me/reports/{report.pk}/"))
    result = report.assessment.result
    step = report.assessment.care_steps.first()
    shown = [
        result["causes"][0]["for"][0],
        result["rules"][0]["name"],
        result["safety_net"][0],
        result["knowledge_version"],
        "not reviewed by a clinician",
        "Not a diagnosis",
        step.text,
        step.sources[0]["title"],
        "A flight of over four hours",
    ]
    assert [words for words in shown if words not in text] == []


def test_not_being_able_to_walk_is_not_taken_for_a_plain_no(
    phone: Client, athlete: Athlete
) -> None:
    report = make_report(athlete, {**CRAMP, "can_walk": "no", "swelling": "no"}, assess=True)
    told = phone.get(f"/me/reports/{report.pk}/").context["answer"].told
    assert ("Walking", "No, not four steps") in [(line.label, line.answer) for line in told.said]
    assert told.denied == ["Swelling in the sore leg"]


def test_times_are_those_of_the_athletes_zone(phone: Client, athlete: Athlete) -> None:
    report = make_report(athlete, CRAMP, assess=True)
    moment = timezone.now().replace(hour=22, minute=30) + timedelta(days=30)
    CareStep.objects.update(ends_at=moment)
    there = moment.astimezone(athlete.zone)
    assert f"{there:%H:%M}" != "22:30"
    assert f"until {there.day} {there:%B}" in text_of(phone.get(f"/me/reports/{report.pk}/"))


def test_a_failed_assessment_gives_the_safe_answer(phone: Client, athlete: Athlete) -> None:
    report = make_report(athlete, CRAMP)
    Assessment.objects.update(attempts=3)
    assessments.assess_report(assessment_id=report.assessment.pk, finished_by="worker")
    text = text_of(phone.get(f"/me/reports/{report.pk}/"))
    assert Assessment.objects.get().state == "failed"
    assert "A person will look at your report" in text
    assert Assessment.objects.get().result["safety_net"][0] in text


def test_the_athlete_sees_whether_the_coach_has_seen_it(
    phone: Client, athlete: Athlete, squad: Squad
) -> None:
    report = make_report(athlete, CLOT, assess=True)
    assert "has not seen it yet" in text_of(phone.get(f"/me/reports/{report.pk}/"))
    escalations.acknowledge(by=squad.coach, escalation=report.escalations.get())
    seen = text_of(phone.get(f"/me/reports/{report.pk}/"))
    assert f"Your coach has seen this: {squad.coach.name}" in seen


def test_until_somebody_has_seen_it_the_clubs_contact_is_there_to_call(
    phone: Client, athlete: Athlete, squad: Squad
) -> None:
    report = make_report(athlete, CLOT, assess=True)
    for page in ("/me/", f"/me/reports/{report.pk}/"):
        text = text_of(phone.get(page))
        assert "Not yet seen" in text
        assert 'href="tel:+4915123"' in text
        assert 'id="seen-state" hx-get=' in text
    escalations.acknowledge(by=squad.coach, escalation=report.escalations.get())
    for page in ("/me/", f"/me/reports/{report.pk}/"):
        text = text_of(phone.get(page))
        assert "Not yet seen" not in text
        assert 'id="seen-state" hx-get=' not in text


def test_without_a_contact_an_emergency_offers_the_ambulance_and_all_else_the_coach(
    phone: Client, athlete: Athlete, squad: Squad
) -> None:
    Club.objects.update(contact_name="", contact_phone="")
    report = make_report(athlete, CLOT, assess=True)
    assert "call your coach" in text_of(phone.get(f"/me/reports/{report.pk}/"))
    worse = make_report(athlete, BREATHLESS, assess=True)
    page = text_of(phone.get(f"/me/reports/{worse.pk}/"))
    assert 'href="tel:112"' in page
    assert "call your coach" not in page


def test_nobody_is_said_to_have_been_told_when_nobody_was(
    phone: Client, athlete: Athlete, squad: Squad
) -> None:
    report = make_report(athlete, CLOT, assess=True)
    page = f"/me/reports/{report.pk}/"
    assert "Your coach has been told" in text_of(phone.get(page))
    Notification.objects.update(state="failed")
    assert "Your coach has been told" not in text_of(phone.get(page))
    assert "Nobody has seen it yet." in text_of(phone.get(page))


def test_the_athlete_reads_who_was_told_in_their_own_zone(
    phone: Client, athlete: Athlete, squad: Squad
) -> None:
    report = make_report(athlete, CLOT, assess=True)
    call = report.escalations.get()
    at = timezone.now().replace(hour=22, minute=30) - timedelta(days=30)
    EscalationEvent.objects.create(
        escalation=call, kind="told", actor=squad.coach, channel="email", created_at=at
    )
    text = text_of(phone.get(f"/me/reports/{report.pk}/"))
    assert "Who was told" in text
    assert f"{squad.coach.name} was told by e-mail" in text
    there = at.astimezone(athlete.zone)
    assert f"{there.day} {there:%B %H:%M}" in text
