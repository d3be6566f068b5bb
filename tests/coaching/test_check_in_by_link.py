"""`/c/<token>/`: one check-in answered from a message, without a log-in, and nothing else."""

from __future__ import annotations

import re
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from athletes.models import Athlete, CheckIn, PainReport
from athletes.models.follow_up import CANCELLED
from athletes.services import check_ins
from tests.factories import SORE, make_athlete, make_check_in, make_club, make_report

pytestmark = pytest.mark.django_db

QUICK = {"trend": "better", "severity_nrs": "2", "action": "as_usual"}
DANGER = {
    "trend": "worse",
    "severity_nrs": "8",
    "action": "different",
    "can_walk": "limp",
    "hop_pain": "no",
    "shortness_of_breath": "yes",
}


def text_of(response: Any) -> str:
    text: str = response.content.decode()
    return text


@pytest.fixture
def athlete() -> Athlete:
    squad = make_club("Harbour Harriers")
    squad.club.emergency_number = "112"
    squad.club.save()
    return make_athlete(squad, name="Mia Lund", timezone="Europe/Berlin")


@pytest.fixture
def check_in(athlete: Athlete) -> CheckIn:
    at = timezone.now() - timedelta(days=2)
    report = make_report(athlete, SORE, assess=True, reported_at=at, note="After the hills")
    return make_check_in(report)


@pytest.fixture
def link(check_in: CheckIn) -> str:
    return f"/c/{check_ins.magic_token(check_in)}/"


def told(answers: dict[str, str], **more: str) -> dict[str, str]:
    return {"client_key": str(uuid.uuid4()), **answers, **more}


def test_three_taps_without_a_log_in_are_the_athletes_own_answer(
    client: Client, athlete: Athlete, check_in: CheckIn, link: str
) -> None:
    page = client.post(link, told(QUICK))
    assert page.status_code == 200
    check_in.refresh_from_db()
    report = PainReport.objects.newest_first()[0]
    assert (check_in.state, check_in.answer) == ("answered", report)
    assert (report.filed_by, report.episode) == (athlete.user, check_in.episode)
    text = text_of(page)
    assert "Thank you, your answer has arrived." in text
    assert "Watch for" in text
    assert 'href="tel:112"' in text
    assert "sessionid" not in client.cookies


def test_a_danger_is_answered_at_once_as_on_every_page(client: Client, link: str) -> None:
    text = text_of(client.post(link, told(DANGER)))
    assert "Get emergency help now" in text
    assert "Call 112" in text
    assert PainReport.objects.newest_first()[0].escalations.get().level == "emergency_now"


def test_looking_at_it_changes_nothing(client: Client, check_in: CheckIn, link: str) -> None:
    """Mail scanners follow every link, and some of them twice."""
    before = CheckIn.objects.values().get(pk=check_in.pk)
    with CaptureQueriesContext(connection) as asked:
        assert client.get(link).status_code == client.head(link).status_code == 200
    written = [
        q["sql"] for q in asked if not q["sql"].startswith(("SELECT", "SAVEPOINT", "RELEASE"))
    ]
    assert not written
    assert CheckIn.objects.values().get(pk=check_in.pk) == before
    assert PainReport.objects.count() == 1


LINKS = re.compile(r'(?:href|action|hx-get|hx-post)="([^"#]*)"')


@pytest.fixture
def pages(client: Client, link: str) -> list[str]:
    """Every page that the link can show: asked, refused, answered, and opened once more."""
    asked = client.get(link)
    refused = client.post(link, told({**QUICK, "trend": ""}))
    answered = client.post(link, told(QUICK))
    again = client.get(link)
    assert [page.status_code for page in (asked, refused, answered, again)] == [200, 422, 200, 200]
    return [text_of(page) for page in (asked, refused, answered, again)]


def test_it_leads_nowhere_but_to_the_log_in(pages: list[str], link: str) -> None:
    for page in pages:
        found = {url for url in LINKS.findall(page) if not url.startswith(("/static/", "tel:"))}
        assert found <= {"/accounts/login/", link, "/language/"}, found


def test_it_tells_nothing_about_anybody(pages: list[str]) -> None:
    assert "Mia, how is it today?" in pages[0]
    for page in (pages[0], pages[1], pages[3]):
        for secret in ("Lund", "Harbour", "eft calf", "After the hills", "likely"):
            assert secret not in page.replace("Niggle names likely causes", ""), secret
    assert "What to do" not in pages[3]
    assert "You have answered this" in pages[3]


def test_no_page_of_it_is_found_kept_or_named_elsewhere(client: Client, link: str) -> None:
    for page in (client.get(link), client.post(link, told(QUICK)), client.get(link)):
        assert page["X-Robots-Tag"] == "noindex, nofollow"
        assert "no-store" in page["Cache-Control"]
        assert page["Referrer-Policy"] == "strict-origin"
        assert '<meta name="robots" content="noindex, nofollow">' in text_of(page)


def test_a_form_of_another_site_is_refused(link: str) -> None:
    careful = Client(enforce_csrf_checks=True)
    assert careful.post(link, told(QUICK)).status_code == 403
    careful.get(link)
    token = careful.cookies["csrftoken"].value
    assert careful.post(link, told(QUICK, csrfmiddlewaretoken=token)).status_code == 200


def test_who_is_logged_in_here_does_not_matter(client: Client, athlete: Athlete, link: str) -> None:
    other = make_club("Elsewhere").coach
    client.force_login(other)
    asked = text_of(client.get(link))
    assert str(other) not in asked
    assert "/desk/" not in asked
    client.post(link, told(QUICK))
    assert PainReport.objects.newest_first()[0].filed_by == athlete.user


def test_sent_twice_it_is_one_answer_and_the_same_page(client: Client, link: str) -> None:
    answer = told(QUICK)
    first, second = (text_of(client.post(link, answer)) for _ in range(2))
    assert PainReport.objects.count() == 2
    assert "your answer has arrived" in first
    assert "your answer has arrived" in second


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_wrong_link_is_a_page_that_is_not_there(client: Client, link: str, method: str) -> None:
    wrong = link[:-3] + ("aa/" if link[-3:] != "aa/" else "bb/")
    for path in (wrong, "/c/never-there/", f"/c/{uuid.uuid4()}/"):
        page = getattr(client, method)(path, told(QUICK) if method == "post" else None)
        assert page.status_code == 404
        assert "There is nothing here" in text_of(page) or page.templates[0].name == "404.html"
    assert PainReport.objects.count() == 1


def test_the_link_opens_that_one_check_in_only(client: Client, athlete: Athlete, link: str) -> None:
    for page in ("/me/", f"/me/reports/{athlete.reports.get().pk}/", "/desk/"):
        client.get(link)
        assert client.get(page).status_code == 302


def test_a_link_ends_with_its_check_in_and_when_the_athlete_leaves(
    client: Client, athlete: Athlete, check_in: CheckIn, link: str
) -> None:
    make_check_in(check_in.report, state=CANCELLED)
    assert client.get(link).status_code == 404
    make_check_in(check_in.report)
    assert client.get(link).status_code == 200
    athlete.left_at = timezone.now()
    athlete.save()
    assert client.get(link).status_code == 404


def test_weeks_later_the_link_is_dead(client: Client, check_in: CheckIn, link: str) -> None:
    at = timezone.now() - timedelta(days=9)
    make_check_in(
        check_in.report,
        due_at=at,
        remind_at=at + timedelta(hours=1),
        missed_at=at + timedelta(hours=2),
    )
    assert client.get(link).status_code == 404
