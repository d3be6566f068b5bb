"""Reports that were told without a network: taken once, with the time when they were told, from nobody but the athlete."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from athletes.models import Escalation, PainReport
from coaching.interview import Draft
from tests import factories
from tests.factories import BREATHLESS, SORE

pytestmark = pytest.mark.django_db

SEND, KEY = "/me/offline/reports/", "/me/offline/key/"


@pytest.fixture
def athlete() -> Any:
    return factories.make_athlete(factories.make_club())


@pytest.fixture
def phone(athlete: Any, client: Client) -> Client:
    client.force_login(athlete.user)
    return client


def late(athlete: Any, **fields: Any) -> dict[str, Any]:
    told = {"answers": SORE, "skipped": [], "note": "", "seconds_ago": 0}
    return {"athlete": str(athlete.pk), "client_key": str(uuid4()), **told, **fields}


def send(client: Client, report: Any) -> Any:
    body = report if isinstance(report, bytes) else json.dumps(report)
    return client.post(SEND, body, content_type="application/json")


def test_it_is_stored_as_told_on_the_phone_and_leads_to_its_answer(
    phone: Any, athlete: Any
) -> None:
    answer = send(phone, late(athlete, note="On the hills"))
    report = PainReport.objects.get()
    assert answer.json() == {"state": "sent", "url": f"/me/reports/{report.pk}/"}
    assert (report.face, report.note, report.athlete) == ("phone", "On the hills", athlete)
    assert phone.get(answer.json()["url"]).status_code == 200


@pytest.mark.parametrize(
    ("ago", "told"),
    [
        (timedelta(0), timedelta(0)),
        (timedelta(hours=6), timedelta(hours=6)),
        (timedelta(days=-2), timedelta(0)),  # a clock that was set back meanwhile
        (timedelta(days=400), timedelta(days=30)),
    ],
    ids=["now", "in the morning", "in the future", "long ago"],
)
def test_it_has_the_time_when_it_was_told_within_bounds(
    phone: Any, athlete: Any, ago: timedelta, told: timedelta
) -> None:
    send(phone, late(athlete, seconds_ago=ago.total_seconds()))
    stored = timezone.now() - PainReport.objects.get().reported_at
    assert abs(stored - told) < timedelta(minutes=1)
    assert stored > timedelta(0)


def test_a_danger_that_comes_late_calls_somebody_now(phone: Any, athlete: Any) -> None:
    send(phone, late(athlete, answers=BREATHLESS, seconds_ago=2 * 24 * 3600))
    call = Escalation.objects.open().get()
    assert call.level == "emergency_now"
    assert timezone.now() - call.opened_at < timedelta(minutes=1)


def test_sent_twice_it_is_one_and_other_answers_are_told_apart(phone: Any, athlete: Any) -> None:
    report = late(athlete)
    first, second = send(phone, report), send(phone, report)
    assert first.json() == second.json()
    assert PainReport.objects.count() == 1
    other = send(phone, {**report, "answers": BREATHLESS})
    assert other.status_code == 409
    assert other.json() == {"state": "conflict", "url": first.json()["url"]}
    assert PainReport.objects.count() == 1


def test_nobody_sends_for_another(phone: Any, athlete: Any) -> None:
    squad = factories.make_club()
    other, mate = factories.make_athlete(squad), factories.make_athlete(athlete.squads.get())
    for someone in (other, mate):
        assert send(phone, late(someone)).status_code == 404
    coach = Client()
    coach.force_login(squad.coach)
    assert send(coach, late(other)).status_code == 404  # coaches report at the desk
    assert not PainReport.objects.exists()


def test_without_a_log_in_it_is_led_there_and_nothing_is_taken(client: Any, athlete: Any) -> None:
    for answer in (send(client, late(athlete)), client.get(KEY)):
        assert answer.status_code == 302
        assert answer["Location"].startswith("/accounts/login/")
    assert not PainReport.objects.exists()


def test_without_the_token_of_a_form_nothing_is_taken(athlete: Any) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(athlete.user)
    assert send(strict, late(athlete)).status_code == 403
    token = strict.get(KEY).json()["csrf_token"]
    taken = strict.post(
        SEND,
        json.dumps(late(athlete)),
        content_type="application/json",
        headers={"X-CSRFToken": token},
    )
    assert taken.json()["state"] == "sent"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{}",
        b'{"athlete": 1}',
        b"x" * 100_000,
        b'{"athlete": "%s", "client_key": "x"}',
    ],
)
def test_what_is_no_report_is_refused(phone: Any, body: bytes) -> None:
    answer = send(phone, body)
    assert (answer.status_code, answer.json()) == (400, {"state": "refused"})


@pytest.mark.parametrize(
    "wrong",
    [
        {"answers": ["swelling"]},
        {"answers": 7},
        {"skipped": 7},
        {"note": "x" * 2001},
        {"note": "a\0b"},
        {"seconds_ago": "yesterday"},
        {"seconds_ago": float("nan")},
        {"seconds_ago": None},
    ],
)
def test_a_report_with_something_that_cannot_be_is_refused(
    phone: Any, athlete: Any, wrong: dict[str, Any]
) -> None:
    assert send(phone, late(athlete, **wrong)).status_code == 400
    assert not PainReport.objects.exists()


def test_what_the_knowledge_of_today_does_not_ask_any_more_is_not_lost(
    phone: Any, athlete: Any
) -> None:
    """The phone had an older version: what cannot be judged is read by a person."""
    told = {**SORE, "an_old_sign": "yes", "severity_nrs": 99}
    send(phone, late(athlete, answers=told, skipped=["an_old_screen"], note="Hills"))
    report = PainReport.objects.get()
    assert report.answers["site"] == ["calf"]
    assert "an_old_sign" not in report.answers
    for words in ("Hills", "an_old_sign: yes", "severity_nrs: 99"):
        assert words in report.note


def test_the_draft_of_the_site_is_over_when_the_phone_has_sent_it(phone: Any, athlete: Any) -> None:
    session = phone.session
    draft = Draft(path=[{"screen": "where", "findings": ["site"], "none_of_these": False}])
    draft.save(session, athlete)
    session.save()
    other = send(phone, late(athlete))
    assert other.json()["state"] == "sent"
    assert Draft.load(phone.session, athlete).client_key == draft.client_key  # another report
    send(phone, late(athlete, client_key=draft.client_key, answers=BREATHLESS))
    assert Draft.load(phone.session, athlete).client_key != draft.client_key


def test_the_database_is_away(phone: Any, athlete: Any, monkeypatch: Any) -> None:
    from athletes.services import reports  # the module, to break what it stands on
    from guidance import Answers, screen

    def fails(**_given: Any) -> None:
        raise reports.NotStored(screen(Answers.parse(SORE)))

    monkeypatch.setattr("coaching.offline.pages.submit_pain_report", fails)
    answer = send(phone, late(athlete))
    assert (answer.status_code, answer.json()) == (503, {"state": "later"})


def test_the_key_names_the_person_as_the_pages_do(phone: Any) -> None:
    person = phone.get(KEY).json()["person"]
    assert f'data-person="{person}"' in phone.get("/me/").content.decode()
    assert 'data-person=""' in Client().get("/").content.decode()
    assert "data-person" not in Client().get("/away/").content.decode()


def test_all_screens_stand_in_the_page_without_what_is_known(phone: Any, athlete: Any) -> None:
    athlete.background = {"prior_vte": "no"}
    athlete.save()
    page = phone.get("/me/offline/").content.decode()
    for screen in ("where", "danger_body", "danger_clot_risk"):
        assert f'<template data-for="{screen}">' in page
    assert 'name="family_vte"' in page
    assert 'name="prior_vte"' not in page


def test_the_page_takes_the_same_questions_to_the_database_for_everybody(
    phone: Any, athlete: Any, django_assert_max_num_queries: Any
) -> None:
    for _ in range(3):
        factories.make_report(athlete, SORE)
    phone.get("/me/offline/")  # the first visit notes the device
    with django_assert_max_num_queries(12):
        phone.get("/me/offline/")
