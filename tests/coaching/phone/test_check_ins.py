"""A check-in on the phone: three taps if nothing is new, and nothing tapped gets lost."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any
from unittest.mock import patch

import pytest
from django.db import OperationalError
from django.test import Client
from django.utils import timezone

from athletes.models import Athlete, CheckIn, PainReport
from athletes.models.follow_up import CANCELLED, MISSED, PLANNED
from athletes.services import check_ins
from guidance import KNOWLEDGE
from tests.factories import CLOT, SORE, make_check_in, make_only_check_in, make_report

QUICK = {"trend": "better", "severity_nrs": "2", "action": "as_usual"}
SLOW = {"trend": "worse", "severity_nrs": "6", "action": "different", "can_walk": "limp"}


def text_of(response: Any) -> str:
    text: str = response.content.decode()
    return text


def url(check_in: CheckIn) -> str:
    return f"/me/check-ins/{check_in.pk}/"


@pytest.fixture
def check_in(athlete: Athlete) -> CheckIn:
    at = timezone.now() - timedelta(days=2)
    return make_only_check_in(make_report(athlete, SORE, assess=True, reported_at=at))


def key_on(phone: Client, check_in: CheckIn) -> str:
    return str(phone.get(url(check_in)).context["form"].client_key)


def send(phone: Client, check_in: CheckIn, told: dict[str, str], **more: str) -> Any:
    return phone.post(url(check_in), {"client_key": str(uuid.uuid4()), **told, **more})


def newest() -> PainReport:
    return PainReport.objects.newest_first()[0]


# --- three taps ---


def test_three_taps_are_a_report_that_says_no_to_every_sign(
    phone: Client, check_in: CheckIn
) -> None:
    sent = send(phone, check_in, QUICK)
    report = newest()
    assert sent["Location"] == f"/me/reports/{report.pk}/"
    check_in.refresh_from_db()
    assert (check_in.state, check_in.answer) == ("answered", report)
    assert report.episode == check_in.episode
    told = {name: report.answers[name] for name in ("severity_nrs", "can_walk", "hop_pain")}
    assert told == {"severity_nrs": 2, "can_walk": "yes", "hop_pain": "no"}
    assert report.answers["better_since_last_report"] == "yes"
    asked = check_ins.questions(check_in).signs
    assert asked
    assert {report.answers[sign.id] for sign in asked} == {"no"}


def test_who_says_nothing_new_has_read_what_that_means(phone: Client, check_in: CheckIn) -> None:
    page = text_of(phone.get(url(check_in)))
    before_the_button = page.split('value="as_usual"')[0]
    for sign in check_ins.questions(check_in).signs:
        assert sign.short in before_the_button


def test_a_double_tap_is_one_report(phone: Client, check_in: CheckIn) -> None:
    told = {**QUICK, "client_key": key_on(phone, check_in)}
    first, second = (phone.post(url(check_in), told) for _ in range(2))
    assert first["Location"] == second["Location"]
    assert PainReport.objects.count() == 2


def test_a_double_tap_about_what_was_told_before_is_one_report(
    phone: Client, athlete: Athlete
) -> None:
    """The first tap changes what would be asked next; the second is still the same page."""
    at = timezone.now() - timedelta(days=1)
    danger = make_report(athlete, CLOT, assess=True, reported_at=at)
    check_in = make_check_in(danger, kind="week")
    form = phone.get(url(check_in)).context["form"]
    asked = {name: [field.id for field in getattr(form, name)] for name in ("signs", "still")}
    gone = dict.fromkeys(asked["still"], "no")
    told = {
        **SLOW,
        **asked,
        **gone,
        "hop_pain": "no",
        "fever": "yes",
        "client_key": form.client_key,
    }
    first, second = (phone.post(url(check_in), told) for _ in range(2))
    assert first["Location"] == second["Location"]
    assert {newest().answers[name] for name in asked["still"]} == {"no"}


def test_other_answers_under_the_same_key_become_a_second_report_only_by_another_tap(
    phone: Client, check_in: CheckIn
) -> None:
    told = {**QUICK, "client_key": str(uuid.uuid4())}
    phone.post(url(check_in), told)
    again = phone.post(url(check_in), {**told, "severity_nrs": "7"})
    assert again.status_code == 409
    assert "You have sent this already, with other answers." in text_of(again)
    assert PainReport.objects.count() == 2
    form = again.context["form"]
    kept = {**told, "severity_nrs": "7", "client_key": str(form.client_key)}
    assert phone.post(url(check_in), kept).status_code == 302
    assert newest().pain_now == 7


# --- something is different ---


def test_a_danger_sign_is_answered_at_once_and_calls_somebody(
    phone: Client, check_in: CheckIn
) -> None:
    page = send(phone, check_in, SLOW, hop_pain="no", shortness_of_breath="yes", note="On stairs")
    answer = phone.get(page["Location"])
    assert "Get emergency help now" in text_of(answer)
    report = newest()
    assert report.note == "On stairs"
    assert report.answers["shortness_of_breath"] == "yes"
    assert report.answers["worse_since_last_report"] == "yes"
    assert report.escalations.get().level == "emergency_now"


def test_not_sure_about_a_sign_is_kept_as_that(phone: Client, check_in: CheckIn) -> None:
    send(phone, check_in, SLOW, hop_pain="unsure", swelling="unsure")
    assert newest().answers["swelling"] == "unsure"
    assert newest().answers["warmth"] == "no"


def test_what_was_marked_is_not_dropped_by_the_quick_button(
    phone: Client, check_in: CheckIn
) -> None:
    again = send(phone, check_in, QUICK, shortness_of_breath="yes")
    assert again.status_code == 422
    assert "You marked something below" in text_of(again)
    assert PainReport.objects.count() == 1


def test_the_enter_key_sends_nothing_off_by_itself(phone: Client, check_in: CheckIn) -> None:
    again = send(phone, check_in, {**QUICK, "action": ""})
    assert again.status_code == 422
    assert PainReport.objects.count() == 1
    form = text_of(phone.get(url(check_in))).split('class="form check-in"')[1]
    assert 'name="action" value=""' in form.split("<button")[1]


@pytest.mark.parametrize(
    ("told", "missing"),
    [
        ({**QUICK, "trend": ""}, "trend"),
        ({**QUICK, "severity_nrs": ""}, "severity_nrs"),
        ({**QUICK, "severity_nrs": "11"}, "severity_nrs"),
        ({**SLOW, "can_walk": ""}, "can_walk"),
        ({**SLOW, "hop_pain": ""}, "hop_pain"),
        ({**SLOW, "hop_pain": "no", "note": "a\0b"}, "note"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_mistake_stands_beside_its_question_and_the_rest_is_kept(
    phone: Client, check_in: CheckIn, told: dict[str, str], missing: str
) -> None:
    again = send(phone, check_in, told, swelling="unsure" if told["action"] != "as_usual" else "")
    text = text_of(again)
    assert again.status_code == 422
    assert f'id="{missing}-error"' in text
    assert PainReport.objects.count() == 1
    if missing != "trend":
        assert f'value="{told["trend"]}" checked' in text
    if missing != "severity_nrs":
        assert f'value="{told["severity_nrs"]}" checked' in text


def test_what_was_told_before_is_asked_again_and_stays_where_nobody_says_otherwise(
    phone: Client, athlete: Athlete
) -> None:
    at = timezone.now() - timedelta(days=1)
    danger = make_report(athlete, CLOT, assess=True, reported_at=at)
    check_in = make_check_in(danger, kind="danger_first_day")
    page = phone.get(url(check_in))
    assert {field.id for field in page.context["form"].still} == {"swelling", "warmth", "redness"}
    assert KNOWLEDGE.findings["doctor_seen"].question in text_of(page)
    send(phone, check_in, SLOW, hop_pain="no", redness="no", doctor_seen="yes")
    told = newest().answers
    assert (told["swelling"], told["redness"], told["doctor_seen"]) == ("yes", "no", "yes")


# --- when it cannot be stored ---


def test_what_cannot_be_stored_is_judged_all_the_same_and_stays_on_the_page(
    phone: Client, check_in: CheckIn
) -> None:
    told = {**SLOW, "hop_pain": "no", "shortness_of_breath": "yes", "note": "On stairs"}
    key = key_on(phone, check_in)
    with patch("athletes.services.reports._store", side_effect=OperationalError):
        failed = phone.post(url(check_in), {**told, "client_key": key})
    text = text_of(failed)
    assert (failed.status_code, failed["Retry-After"]) == (503, "20")
    assert "Get emergency help now" in text
    assert "Your answer is not sent yet." in text
    assert "On stairs" in text
    assert 'name="shortness_of_breath" value="yes" checked' in text
    assert f'value="{key}"' in text
    assert PainReport.objects.count() == 1
    assert phone.post(url(check_in), {**told, "client_key": key}).status_code == 302
    assert PainReport.objects.count() == 2


# --- when there is nothing to ask ---


def test_what_was_answered_is_not_asked_again(phone: Client, check_in: CheckIn) -> None:
    send(phone, check_in, QUICK)
    page = phone.get(url(check_in))
    assert page.context["form"] is None
    assert "You have answered this" in text_of(page)
    assert f"/me/reports/{newest().pk}/" in text_of(page)


@pytest.mark.parametrize(
    ("state", "words"),
    [(PLANNED, "It is too early for this"), (CANCELLED, "We no longer need this answer")],
)
def test_a_check_in_that_is_not_asked_says_why(
    phone: Client, check_in: CheckIn, state: str, words: str
) -> None:
    page = phone.get(url(make_check_in(check_in.report, state=state)))
    assert page.context["form"] is None
    assert words in text_of(page)


def test_what_was_missed_can_still_be_answered(phone: Client, check_in: CheckIn) -> None:
    missed = make_check_in(check_in.report, state=MISSED)
    assert "still open: your answer counts" in text_of(phone.get("/me/"))
    assert send(phone, missed, QUICK).status_code == 302
    missed.refresh_from_db()
    assert missed.state == "answered"


# --- home and the episode ---


def test_home_asks_first_and_says_when_the_next_one_comes(phone: Client, check_in: CheckIn) -> None:
    make_check_in(check_in.report, kind="week", state=PLANNED)
    home = text_of(phone.get("/me/"))
    assert home.index("<h1") < home.index(url(check_in)) < home.index("Do now")
    assert "Next we ask how it is: tomorrow" in home


def test_home_asks_once_for_a_problem_and_not_after_a_newer_report(
    phone: Client, athlete: Athlete, check_in: CheckIn
) -> None:
    earlier = make_check_in(
        check_in.report,
        kind="strain_first_day",
        state=MISSED,
        due_at=check_in.due_at - timedelta(1),
    )
    home = text_of(phone.get("/me/"))
    assert url(check_in) in home
    assert url(earlier) not in home
    make_report(athlete, SORE, assess=True)
    assert url(earlier) not in text_of(phone.get("/me/"))


def test_the_episode_shows_what_was_answered_and_what_was_missed(
    phone: Client, check_in: CheckIn
) -> None:
    make_check_in(
        check_in.report,
        kind="strain_first_day",
        state=MISSED,
        due_at=check_in.due_at - timedelta(1),
    )
    send(phone, check_in, QUICK)
    page = text_of(phone.get(f"/me/episodes/{check_in.episode_id}/"))
    assert "Better, pain 2 of 10" in page
    assert "Not answered" in page
