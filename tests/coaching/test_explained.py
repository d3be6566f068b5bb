"""Every answer explains itself, on the phone and on the desk: what fired, on what, how sure, and where it comes from."""

from __future__ import annotations

import html
from typing import Any

import pytest
from django.test import Client
from django.utils.html import strip_tags

from athletes.models import Assessment, Athlete, PainReport, Squad
from coaching.sources import from_memory, titled
from guidance import KNOWLEDGE
from tests.factories import CLOT, SORE, make_athlete, make_club, make_report

pytestmark = pytest.mark.django_db
UNSURE = {**SORE, "side": "right", "swelling": "unsure"}


@pytest.fixture
def squad() -> Squad:
    return make_club()


@pytest.fixture
def athlete(squad: Squad) -> Athlete:
    return make_athlete(squad)


def pages(report: PainReport) -> dict[str, str]:
    """The report as the athlete reads it, and as the coach does."""
    people = {
        f"/me/reports/{report.pk}/": report.athlete.user,
        f"/desk/reports/{report.pk}/": report.athlete.club.memberships.get(role="owner").user,
    }
    found = {}
    for address, person in people.items():
        client = Client()
        client.force_login(person)
        found[address] = html.unescape(client.get(address).content.decode())
    return found


def missing(report: PainReport, *words: str) -> list[tuple[str, str]]:
    shown = pages(report).items()
    return [(address, word) for address, text in shown for word in words if word not in text]


def test_causes_say_what_fits_and_what_speaks_against(athlete: Athlete) -> None:
    report = make_report(athlete, CLOT, assess=True)
    causes: list[dict[str, Any]] = report.assessment.result["causes"]
    reasons = [reason for cause in causes[:3] for reason in (*cause["for"], *cause["against"])]
    assert any(cause["against"] for cause in causes[:3])
    assert not missing(report, *reasons)


def test_rules_say_on_which_answers_they_fired_and_rest_on_what(athlete: Athlete) -> None:
    report = make_report(athlete, CLOT, assess=True)
    for rule in report.assessment.result["rules"]:
        sources = [KNOWLEDGE.sources[name] for name in rule["sources"]]
        assert sources
        told = [*rule["because"], *(f"{source.title}, {source.locator}" for source in sources)]
        assert not missing(report, rule["name"], *told)


def test_not_sure_is_told_as_what_it_is(athlete: Athlete) -> None:
    report = make_report(athlete, UNSURE, assess=True)
    assert any(not rule["certain"] for rule in report.assessment.result["rules"])
    assert not missing(
        report,
        "An answer was “not sure”, so this counts one level lower than a yes.",
        "If it is there after all:",
    )


def test_what_to_do_for_a_sign_that_may_be_there_is_not_said_flatly(athlete: Athlete) -> None:
    report = make_report(athlete, UNSURE, assess=True)
    strongest = report.assessment.result["rules"][0]
    assert not strongest["certain"]
    page = pages(report)[f"/me/reports/{report.pk}/"]
    text = " ".join(html.unescape(strip_tags(page)).split())
    sure = "You were not sure about a danger sign. If it is there after all: "
    assert sure + strongest["tell_athlete"] in text


def test_steps_say_how_good_the_evidence_is_and_where_it_comes_from(athlete: Athlete) -> None:
    report = make_report(athlete, CLOT, assess=True)
    for step in report.assessment.care_steps.all():
        sources = [f"{source['title']}, {source['locator']}" for source in step.sources]
        assert sources
        assert not missing(report, step.text, step.evidence_note, *sources)


def test_what_was_not_asked_is_there_with_the_version_and_the_draft(athlete: Athlete) -> None:
    report = make_report(athlete, CLOT, assess=True)
    result = report.assessment.result
    assert result["not_asked"]
    questions = [open_question["question"] for open_question in result["not_asked"]]
    draft = "Draft, not reviewed by a clinician"
    assert not missing(report, *questions, result["knowledge_version"], draft)


def test_what_a_clinician_has_signed_is_no_draft(athlete: Athlete) -> None:
    report = make_report(athlete, CLOT, assess=True)
    Assessment.objects.update(result={**report.assessment.result, "reviewed": True})
    assert len(missing(report, "not reviewed by a clinician")) == 2


def test_a_source_that_nobody_has_read_yet_is_marked(athlete: Athlete) -> None:
    unread = next(name for name in KNOWLEDGE.sources if from_memory(name))
    report = make_report(athlete, CLOT, assess=True)
    result = report.assessment.result
    result["rules"][0]["sources"] = [unread]
    Assessment.objects.update(result=result)
    assert not missing(report, "(from memory, still to be checked)")


@pytest.mark.parametrize(
    ("source", "title"),
    [
        ("an-old-book", "An old book"),
        (
            {"id": "an-old-book", "title": "Old Book, 2nd ed.", "locator": "p. 3"},
            "Old Book, 2nd ed.",
        ),
    ],
    ids=["only its id", "as it was judged"],
)
def test_a_source_that_the_knowledge_no_longer_has_stays_readable(source: Any, title: str) -> None:
    assert titled([source])[0]["title"] == title
