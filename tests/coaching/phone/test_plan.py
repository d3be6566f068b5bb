"""The answer as a plan: one line from the data, boxes for now, a time line for later, and what a coach changed."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from athletes.models import Assessment, Athlete, CareStep, PainReport, Squad, TrainingHold
from athletes.services import assessments, comments
from coaching.phone.answer import Answer
from coaching.phone.plan import Plan
from tests.coaching.phone.walking import text_of
from tests.factories import BONE, BREATHLESS, CLOT, CRAMP, SORE, make_report

FRESH = {**SORE, "days_since_onset": 0}
HARD = "no_hard_runs_two_days"


def page_of(report: PainReport) -> str:
    return f"/me/reports/{report.pk}/"


def sore(athlete: Athlete) -> tuple[PainReport, CareStep]:
    """A tired calf since today, and the step that holds hard running back."""
    report = make_report(athlete, FRESH, assess=True)
    assert report.disposition in ("self_care", "coach_review")
    return report, report.assessment.care_steps.get(advice=HARD)


def headline(phone: Client, report: PainReport) -> str:
    found = re.search(r"<h1[^>]*>(.*?)</h1>", text_of(phone.get(page_of(report))))
    assert found
    return found[1]


def changed(step: CareStep, squad: Squad, text: str) -> None:
    step.state, step.coach_text, step.changed_reason = (
        "changed",
        text,
        "The physio comes on Tuesday.",
    )
    step.settled_at, step.settled_by = timezone.now(), squad.coach  # type: ignore[attr-defined]
    step.save()


# --- one line ---


@pytest.mark.parametrize(
    ("left", "line"),
    [
        ({"hours": 47}, "Ease off for two days"),
        ({"hours": 25}, "Ease off for two days"),
        ({"hours": 70}, "Ease off for three days"),
        ({"days": 5, "hours": -1}, "Ease off for 5 days"),
        ({"days": 14, "hours": -1}, "Ease off for two weeks"),
    ],
)
def test_the_headline_is_how_long_the_plan_holds_training_back(
    phone: Client, athlete: Athlete, left: dict[str, float], line: str
) -> None:
    report, hold = sore(athlete)
    hold.ends_at = timezone.now() + timedelta(**left)
    hold.save()
    assert headline(phone, report) == line


def test_the_last_day_is_told_by_the_athletes_clock(phone: Client, athlete: Athlete) -> None:
    report, hold = sore(athlete)
    hold.ends_at = timezone.now() + timedelta(hours=20)
    hold.save()
    there = hold.ends_at.astimezone(athlete.zone)
    assert headline(phone, report).startswith("Ease off until ")
    assert headline(phone, report).endswith(f"{there:%H:%M}")
    assert f"Hold hard running until {headline(phone, report)[15:]}" in text_of(phone.get("/me/"))


def test_when_the_hold_is_over_the_level_speaks_again(phone: Client, athlete: Athlete) -> None:
    report, hold = sore(athlete)
    hold.starts_at, hold.ends_at = (timezone.now() - timedelta(hours=n) for n in (9, 1))
    hold.save()
    assert "Ease off" not in headline(phone, report)


def test_what_a_coach_said_otherwise_makes_no_headline(
    phone: Client, athlete: Athlete, squad: Squad
) -> None:
    report, hold = sore(athlete)
    changed(hold, squad, "Run easy with the group on Tuesday.")
    assert "Ease off" not in headline(phone, report)


@pytest.mark.parametrize(
    ("told", "line"),
    [(CLOT, "See a doctor today"), (BREATHLESS, "Get emergency help now")],
)
def test_who_should_be_seen_is_told_that_first(
    phone: Client, athlete: Athlete, told: dict[str, Any], line: str
) -> None:
    assert headline(phone, make_report(athlete, told, assess=True)) == line


def test_a_step_that_this_knowledge_no_longer_has_holds_nothing(athlete: Athlete) -> None:
    _report, hold = sore(athlete)
    hold.advice = "long_forgotten"
    assert Plan([hold], timezone.now()).hold is None


# --- now, and later ---


def test_each_thing_to_do_now_has_a_box_and_each_to_leave_a_cross(
    phone: Client, athlete: Athlete
) -> None:
    report = make_report(athlete, FRESH, assess=True)
    plan = Answer(report, timezone.now()).plan
    text = text_of(phone.get(page_of(report)))
    assert plan.to_do
    assert plan.to_leave
    assert text.count('class="tick"') == len(plan.to_do)
    for step in plan.to_leave:
        assert f'id="tick-{step.pk}"' not in text
        assert f'id="step-{step.pk}"' in text


def test_every_step_that_counts_is_there_once(phone: Client, athlete: Athlete) -> None:
    report = make_report(athlete, CRAMP, assess=True)
    text = text_of(phone.get(page_of(report)))
    for step in report.assessment.care_steps.all():
        assert text.count(f'id="step-{step.pk}"') == (step.phase(timezone.now()) != "over")


def test_later_comes_by_the_athletes_clock_and_never_before_its_time(athlete: Athlete) -> None:
    report = make_report(athlete, CRAMP, assess=True)
    now = timezone.now()
    steps = list(report.assessment.care_steps.all()[:3])
    for step, ahead in zip(steps, (60, 65, 180), strict=True):
        step.starts_at, step.ends_at = now + timedelta(minutes=ahead), None
    first, second = Plan(steps, now).to_come
    assert [len(first.steps), len(second.steps)] == [2, 1]
    assert first.at == now + timedelta(minutes=65)


def test_the_time_line_has_real_times(phone: Client, athlete: Athlete) -> None:
    report = make_report(athlete, CRAMP, assess=True)
    line = text_of(phone.get(page_of(report))).split('class="timeline plan-line"')[1]
    for moment in Answer(report, timezone.now()).plan.to_come:
        assert f"{moment.at.astimezone(athlete.zone):%H:%M}</time>" in line


# --- what a coach changed ---


def test_a_changed_step_has_the_coachs_words_and_why(
    phone: Client, athlete: Athlete, squad: Squad
) -> None:
    report = make_report(athlete, FRESH, assess=True)
    step = Answer(report, timezone.now()).plan.to_do[0]
    changed(step, squad, "Walk on the flat, twice.")
    for page in (page_of(report), "/me/"):
        text = text_of(phone.get(page))
        assert "Walk on the flat, twice." in text
        assert f"Changed by {squad.coach.name}:" in text  # type: ignore[attr-defined]
        assert "The physio comes on Tuesday." in text
    phone.post(f"/me/steps/{step.pk}/", {"state": "done"})
    text = text_of(phone.get(page_of(report)))
    assert "Changed by your coach: The physio comes on Tuesday." in re.sub(
        r"<svg.*?</svg>", "", text
    )


def test_what_a_coach_took_out_is_named_as_that_and_has_no_box(
    phone: Client, athlete: Athlete, squad: Squad
) -> None:
    report = make_report(athlete, FRESH, assess=True)
    step = Answer(report, timezone.now()).plan.to_do[0]
    changed(step, squad, "")
    text = text_of(phone.get(page_of(report)))
    assert f'id="tick-{step.pk}"' not in text
    assert step.text in text.split("Your coach took out")[1]
    assert f'id="tick-{step.pk}"' not in text_of(phone.get("/me/"))


# --- a danger is another page ---


def test_an_emergency_has_nothing_that_draws_away(phone: Client, athlete: Athlete) -> None:
    report = make_report(athlete, BREATHLESS, assess=True)
    text = text_of(phone.get(page_of(report)))
    for distraction in ("site-nav", "site-foot", "Back to running"):
        assert distraction not in text
    assert text.count('class="call ') == 1
    assert text.index('href="tel:112"') < text.index("Show this to someone near you")
    for why in ("New shortness of breath", "Chest pain"):
        assert why in text.split("Show this to someone near you")[1].split("</section>")[0]
    assert text.index("Not yet seen") < text.index('id="plan-section"') < text.index('id="talk"')


def test_what_became_an_emergency_only_when_it_was_judged_opens_that_page(
    phone: Client, athlete: Athlete
) -> None:
    report = make_report(athlete, CLOT)
    url = f"{page_of(report)}answer/"
    assert "HX-Refresh" not in phone.get(url, headers={"HX-Request": "true"}).headers
    PainReport.objects.update(disposition="emergency_now")
    assert phone.get(url, headers={"HX-Request": "true"})["HX-Refresh"] == "true"
    assert "site-nav" not in text_of(phone.get(page_of(report)))


def test_a_doctor_today_says_whom_to_call_and_what_to_say(phone: Client, athlete: Athlete) -> None:
    report = make_report(athlete, CLOT, assess=True)
    verdict = text_of(phone.get(page_of(report))).split('<section class="verdict"')[1]
    verdict = verdict.split("</section>")[0]
    assert 'class="call" href="tel:+4915123"' in verdict
    assert "Swelling in the sore leg" in verdict.split("Say this to the doctor")[1]


def test_a_sign_that_was_not_sure_is_said_to_be_that(phone: Client, athlete: Athlete) -> None:
    report = make_report(athlete, {**SORE, "swelling": "unsure"}, assess=True)
    assert "You were not sure about a danger sign." in text_of(phone.get(page_of(report)))
    rule = Answer(report, timezone.now()).what_to_do
    assert not rule["is_certain"]
    assert rule["tell_athlete"] not in text_of(phone.get("/me/"))


# --- folded reasons, holds, failures ---


def test_why_is_one_tap_away_and_all_there(phone: Client, athlete: Athlete) -> None:
    report = make_report(athlete, FRESH, assess=True)
    before, why = text_of(phone.get(page_of(report))).split('<details class="fold why" id="why">')
    assert "Likely causes" not in before
    result = Assessment.objects.get().result
    for cause in result["causes"][:1]:
        assert all(reason in why for reason in (*cause["for"], *cause["against"]))
    assert result["knowledge_version"] in why


def test_what_a_coach_holds_back_stands_on_the_answer_too(
    phone: Client, athlete: Athlete, squad: Squad
) -> None:
    report = make_report(athlete, BONE, assess=True)
    TrainingHold.objects.create(
        athlete=athlete,
        kind="out",
        reason="Until the scan.",
        set_by=squad.coach,  # type: ignore[attr-defined]
    )
    text = text_of(phone.get(page_of(report)))
    assert "No training until your coach says so" in text
    assert "Until the scan." in text


def test_what_could_not_be_judged_makes_no_promise(phone: Client, athlete: Athlete) -> None:
    report = make_report(athlete, FRESH)
    Assessment.objects.update(attempts=3)
    assessments.assess_report(assessment_id=report.assessment.pk, finished_by="worker")
    assert "Ease off" not in headline(phone, report)


def test_the_answer_asks_the_database_as_often_for_much_as_for_little(
    phone: Client, athlete: Athlete, squad: Squad, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    report = make_report(athlete, FRESH, assess=True)
    first, *others = report.assessment.care_steps.all()

    def look() -> int:
        phone.get(page_of(report))  # what is new is read once, with one more query
        with django_assert_max_num_queries(24) as captured:
            phone.get(page_of(report))
        return len(captured)

    def say() -> None:
        comments.add_comment(by=squad.coach, episode=report.episode, text="Well done.")  # type: ignore[attr-defined]

    changed(first, squad, "Walk on the flat.")
    say()
    few = look()
    for step in others:
        changed(step, squad, "Walk on the flat.")
        say()
    assert look() == few
