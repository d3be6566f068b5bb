"""Check-ins at the desk: what was asked, what was told, and asking from here."""

import uuid
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from athletes.models import PainReport
from athletes.models.follow_up import MISSED, PLANNED
from athletes.services import check_ins
from tests import factories
from tests.coaching.desk.conftest import MOST_OF_ONE, client_of, queries_of


def ago(**age):
    return timezone.now() - timedelta(**age)


@pytest.fixture
def report(athlete):
    return factories.make_report(
        athlete, factories.SORE, assess=True, reported_at=ago(days=2), by=athlete.user
    )


@pytest.fixture
def check_in(report):
    return factories.make_check_in(report)


def page_of(athlete):
    return reverse("desk:athlete", args=[athlete.pk])


def asked_of(check_in):
    return reverse("desk:check_in", args=[check_in.pk])


QUICK = {"trend": "same", "severity_nrs": "3", "action": "as_usual"}


def test_the_coach_asks_an_athlete_without_a_log_in_and_notes_the_answer(squad, desk):
    lena = factories.make_athlete(squad, name="Lena", with_login=False)
    check_in = factories.make_check_in(factories.make_report(lena, factories.SORE, assess=True))
    assert asked_of(check_in) in desk.get(page_of(lena)).content.decode()
    page = desk.get(asked_of(check_in)).content.decode()
    assert "Ask Lena: how is it today?" in page
    assert "About Lena: answer as they would" in page
    answered = desk.post(asked_of(check_in), {**QUICK, "client_key": str(uuid.uuid4())})
    told = PainReport.objects.newest_first()[0]
    assert answered["Location"] == reverse("desk:report", args=[told.pk])
    assert (told.filed_by, told.face) == (squad.coach, "desk")
    check_in.refresh_from_db()
    assert check_in.answer == told


def test_the_athletes_page_tells_answered_missed_and_planned_apart(desk, athlete, report):
    factories.make_check_in(
        report, kind="strain_first_day", state=MISSED, due_at=ago(hours=20), asked_at=ago(hours=20)
    )
    answered = factories.make_check_in(report, kind="second_day")
    factories.make_check_in(report, kind="week", state=PLANNED)
    page = desk.get(page_of(athlete)).content.decode()
    assert "<strong>Not answered</strong>" in page
    assert "Planned" in page
    answer = check_ins.questions(answered)
    client_of(athlete.user).post(
        f"/me/check-ins/{answered.pk}/",
        {**QUICK, "trend": answer.trends[0].id, "client_key": str(uuid.uuid4())},
    )
    after = desk.get(page_of(athlete)).content.decode()
    assert "Better, pain 3 of 10" in after
    assert "Ask and note it here" not in after


def test_a_mistake_at_the_desk_is_explained_and_kept(desk, check_in):
    again = desk.post(asked_of(check_in), {**QUICK, "trend": "", "client_key": str(uuid.uuid4())})
    assert again.status_code == 422
    assert 'value="3" checked' in again.content.decode()


def test_the_page_asks_the_database_no_more_for_more_check_ins(desk, athlete, report):
    factories.make_check_in(report)
    few = queries_of(desk, page_of(athlete))
    for kind in ("strain_first_day", "sore_second_day", "week"):
        factories.make_check_in(report, kind=kind, state=MISSED)
    assert queries_of(desk, page_of(athlete)) == few <= MOST_OF_ONE
