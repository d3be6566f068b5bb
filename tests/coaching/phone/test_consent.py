"""The question before the first report; a minor asks a parent; and what the pages say where nothing is kept."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from athletes import access
from athletes.access import years_before
from athletes.consent_text import CONSENT
from athletes.models import Athlete, CheckIn, Guardianship, Invitation, PainReport, Squad, User
from athletes.services import consents
from tests import factories
from tests.coaching.phone.walking import SORE_CALF, answer_until, send

pytestmark = pytest.mark.django_db

PAGE = "/me/consent/"


def born(years: int) -> date:
    return years_before(timezone.now().date(), years) - timedelta(days=1)


def phone_of(user: User | None) -> Client:
    client = Client()
    assert user is not None
    client.force_login(user)
    return client


def text_of(page: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.content.decode()))


@pytest.fixture
def squad() -> Squad:
    return factories.make_club()


@pytest.fixture
def grown_up(squad: Squad) -> Athlete:
    return factories.make_athlete(squad, consents=False)


@pytest.fixture
def child(squad: Squad) -> Athlete:
    return factories.make_athlete(squad, name="Kim Child", birth_date=born(14), consents=False)


def test_home_leads_to_the_question_until_it_is_answered(grown_up: Athlete) -> None:
    phone = phone_of(grown_up.user)
    assert phone.get("/me/")["Location"] == PAGE
    page = phone.get(PAGE)
    for point in CONSENT.points:
        assert point.text in page.content.decode()
    phone.post(PAGE, {"action": "agree", "version": page.context["consent"].version})
    assert phone.get("/me/").status_code == 200
    assert grown_up.consents.get().given_by == grown_up.user


def test_reporting_is_never_behind_the_question(grown_up: Athlete, child: Athlete) -> None:
    for athlete in (grown_up, child):
        phone = phone_of(athlete.user)
        assert phone.get("/me/report/")["Location"] == "/me/report/1/"
        assert "only danger signs" in text_of(phone.get("/me/report/1/"))
        page = text_of(phone.get(PAGE))
        assert "You can report all the same" in page
        assert f"Call {athlete.club.emergency_number}" in page


def test_not_now_is_not_asked_again_today(grown_up: Athlete) -> None:
    phone = phone_of(grown_up.user)
    phone.post(PAGE, {"action": "later"})
    page = phone.get("/me/")
    assert page.status_code == 200
    assert "answered, and not kept yet" in text_of(page)
    assert phone_of(grown_up.user).get("/me/")["Location"] == PAGE


def test_an_older_page_agrees_to_nothing(grown_up: Athlete) -> None:
    phone = phone_of(grown_up.user)
    page = phone.post(PAGE, {"action": "agree", "version": "0123456789abcdef"}, follow=True)
    assert "has changed since you read it" in text_of(page)
    assert not grown_up.consents.exists()


def test_taken_back_on_the_same_page(grown_up: Athlete) -> None:
    factories.make_consent(grown_up)
    phone = phone_of(grown_up.user)
    page = phone.post(PAGE, {"action": "withdraw"}, follow=True)
    assert "no new report is kept" in text_of(page)
    assert "/accounts/data/" in page.content.decode()
    assert grown_up.consents.get().withdrawn_at


def test_who_joined_before_is_asked_when_they_were_born(squad: Squad) -> None:
    athlete = factories.make_athlete(squad, birth_date=None, consents=False)
    phone = phone_of(athlete.user)
    assert "When were you born?" in text_of(phone.get(PAGE))
    refused = phone.post("/me/consent/birth-date/", {"birth_date": "2999-01-01"})
    assert refused.status_code == 422
    assert 'value="2999-01-01"' in refused.content.decode()
    phone.post("/me/consent/birth-date/", {"birth_date": born(30).isoformat()})
    assert "I agree" in text_of(phone.get(PAGE))


# --- A minor and a parent


def test_a_minor_asks_a_parent_who_agrees_sees_and_reports(
    child: Athlete, mailoutbox: list[Any], django_capture_on_commit_callbacks: Any
) -> None:
    phone = phone_of(child.user)
    page = text_of(phone.get(PAGE))
    assert "Ask a parent" in page
    assert "I agree" not in page
    with django_capture_on_commit_callbacks(execute=True):
        phone.post("/me/consent/guardian/", {"email": "pat@example.test"})
    assert "pat@example.test" in text_of(phone.get(PAGE))
    link = re.search(r"/join/[\w-]+/", mailoutbox[0].body)
    assert link
    assert link[0] not in phone.get(PAGE).content.decode(), "the link is the parent's alone"

    parent = Client()
    assert "a parent or guardian of Kim Child" in text_of(parent.get(link[0]))
    told = {"name": "Pat", "email": "pat@example.test", "password": "four words in a row"}
    joined = parent.post(link[0], told)
    assert joined["Location"] == PAGE
    question = parent.get(PAGE)
    assert "I am a parent or guardian of Kim Child" in text_of(question)
    parent.post(PAGE, {"action": "agree", "version": CONSENT.version})
    assert child.consents.get().given_as == "guardian"
    report = factories.make_report(child, factories.SORE, assess=True)
    assert parent.get(f"/me/reports/{report.pk}/").status_code == 200
    assert "About Kim Child" in text_of(parent.get("/me/"))
    assert Athlete.objects.filter(user__email="pat@example.test").count() == 0


@pytest.mark.parametrize("address", ["nonsense", ""])
def test_a_wrong_address_is_said_beside_the_field(child: Athlete, address: str) -> None:
    page = phone_of(child.user).post("/me/consent/guardian/", {"email": address})
    assert page.status_code == 422
    assert page.context["guardian_form"].errors
    assert not Invitation.objects.exists()


def test_a_guardian_who_runs_too_chooses_whom_it_is_about(squad: Squad, child: Athlete) -> None:
    runner = factories.make_athlete(squad, name="Pat Runner")
    Guardianship.objects.create(athlete=child, user=runner.user)
    phone = phone_of(runner.user)
    assert phone.get("/me/")["Location"] == "/me/choose/"
    chooser = text_of(phone.get("/me/choose/"))
    assert "Kim Child" in chooser
    phone.post("/me/choose/", {"athlete": str(child.pk)})
    assert phone.get("/me/")["Location"] == PAGE
    assert phone.get(PAGE).context["athlete"] == child


def test_a_guardian_ends_it_themself(child: Athlete) -> None:
    parent = factories.make_guardian(child)
    row = Guardianship.objects.get()
    phone = phone_of(parent)
    assert "I am not their guardian" in text_of(phone.get(PAGE))
    phone.post(f"/me/guardians/{row.pk}/end/")
    assert phone.get("/me/").status_code == 404


def test_a_guardian_has_no_desk_and_sees_no_other_athlete(squad: Squad, child: Athlete) -> None:
    parent = phone_of(factories.make_guardian(child))
    other = factories.make_athlete(squad)
    report = factories.make_report(other, factories.CLOT, assess=True)
    for address in (
        "/desk/",
        f"/desk/athletes/{child.pk}/",
        f"/me/reports/{report.pk}/",
        f"/me/episodes/{report.episode_id}/",
        f"/api/v1/reports/{report.pk}/",
        f"/api/v1/athletes/{other.pk}/",
    ):
        assert parent.get(address).status_code == 404, address


# --- What the faces say where nothing is kept


def test_the_interview_answers_and_forgets(grown_up: Athlete) -> None:
    phone = phone_of(grown_up.user)
    page = send(phone, answer_until(phone, SORE_CALF))
    said = text_of(page)
    assert "Nothing of the report was kept" in said
    assert "Watch for" in said
    assert not PainReport.objects.exists()
    assert f"interview:{grown_up.pk}" not in phone.session


def test_a_danger_goes_the_usual_way(child: Athlete) -> None:
    phone = phone_of(child.user)
    page = send(phone, answer_until(phone, {**SORE_CALF, "chest_pain": "yes"}))
    assert page["Location"].startswith("/me/reports/")
    assert PainReport.objects.get().episode.escalations.open().exists()


def test_a_check_in_is_answered_on_the_page_and_by_link(grown_up: Athlete) -> None:
    consent = factories.make_consent(grown_up)
    report = factories.make_report(grown_up, factories.SORE, assess=True)
    check_in = factories.make_check_in(report)
    consents.withdraw(by=consent.given_by, athlete=grown_up)
    told = {"trend": "better", "severity_nrs": "2", "action": "as_usual"}
    page = phone_of(grown_up.user).post(f"/me/check-ins/{check_in.pk}/", told)
    assert "Nothing of the report was kept" in text_of(page)
    assert CheckIn.objects.get(pk=check_in.pk).answer is None
    assert PainReport.objects.count() == 1


def test_a_late_report_says_that_it_is_not_kept(grown_up: Athlete) -> None:
    phone = phone_of(grown_up.user)
    sent = {
        "athlete": str(grown_up.pk),
        "client_key": "0197c1d2-0000-7000-8000-000000000001",
        "answers": factories.SORE,
    }
    answer = phone.post("/me/offline/reports/", sent, content_type="application/json")
    assert (answer.status_code, answer.json()) == (403, {"state": "not_kept"})
    sent |= {"answers": factories.CLOT}
    answer = phone.post("/me/offline/reports/", sent, content_type="application/json")
    assert answer.json()["state"] == "sent"


def test_rest_answers_it_too(grown_up: Athlete) -> None:
    program = phone_of(grown_up.user)
    sent = {"client_key": "0197c1d2-0000-7000-8000-000000000001", "answers": factories.SORE}
    answer = program.post("/api/v1/reports/", sent, content_type="application/json")
    told = answer.json()
    assert (answer.status_code, told["code"]) == (403, "consent_needed")
    assert told["screening"]["disposition"]
    assert told["assessment"]["headline"]
    assert not PainReport.objects.exists()
    agreed = program.post(
        "/api/v1/consents/",
        {"athlete": str(grown_up.pk), "version": CONSENT.version},
        content_type="application/json",
    )
    assert (agreed.status_code, agreed.json()["counts"]) == (201, True)
    assert (
        program.post("/api/v1/reports/", sent, content_type="application/json").status_code == 201
    )


# --- The desk, and the text for anybody


def test_the_desk_says_so_and_notes_what_a_coach_was_told(squad: Squad) -> None:
    silent = factories.make_athlete(squad, with_login=False, consents=False)
    desk = phone_of(squad.coach)  # type: ignore[attr-defined]
    page = reverse("desk:athlete", args=[silent.pk])
    assert "Nobody has noted yet" in text_of(desk.get(page))
    address = reverse("desk:consent_told", args=[silent.pk])
    assert desk.post(address, {}).status_code == 422
    desk.post(address, {"agreed": "on"})
    assert "They told" in text_of(desk.get(page))


def test_a_guardian_is_invited_from_the_desk(squad: Squad, child: Athlete) -> None:
    desk = phone_of(squad.coach)  # type: ignore[attr-defined]
    address = reverse("desk:invite", args=[squad.pk])
    grown_up = factories.make_athlete(squad)
    for wrong in ({"athlete": ""}, {"athlete": str(grown_up.pk)}):
        assert desk.post(address, {"role": access.GUARDIAN} | wrong).status_code == 422
    made = desk.post(address, {"role": access.GUARDIAN, "athlete": str(child.pk)})
    assert made.status_code == 200
    assert Invitation.objects.get().athlete == child


@pytest.mark.parametrize("age", ["13", "16", "18"])
def test_owners_choose_the_age(squad: Squad, age: str) -> None:
    desk = phone_of(squad.coach)  # type: ignore[attr-defined]
    told = {"emergency_number": "112", "timezone": "UTC", "consent_age": age}
    assert desk.post(reverse("desk:club", args=[squad.club_id]), told).status_code == 302
    squad.club.refresh_from_db()
    assert squad.club.consent_age == int(age)


def test_anybody_can_read_the_text() -> None:
    page = Client().get("/privacy/consent/").content.decode()
    assert CONSENT.lead in page
    assert CONSENT.version in page
