"""One report whole, and a report filed for an athlete."""

import pytest
from django.urls import reverse

from athletes.models import PainReport
from athletes.services import assessments
from guidance import KNOWLEDGE
from tests import factories
from tests.coaching.desk.conftest import htmx


def page_of(report):
    return reverse("desk:report", args=[report.pk])


def test_the_recommendation_arrives_without_a_reload(desk, athlete):
    report = factories.make_report(athlete, factories.CLOT)
    before = htmx(desk, page_of(report)).content.decode()
    assert "hx-trigger" in before
    assessments.assess_report(assessment_id=report.assessment.pk, finished_by="worker")
    after = htmx(desk, page_of(report)).content.decode()
    assert "hx-trigger" not in after
    assert "Likely causes" in after
    assert "<html" not in after


def test_a_report_that_could_not_be_judged_asks_for_a_person(desk, athlete, settings):
    report = factories.make_report(athlete)
    settings.ASSESSMENT_MAX_ATTEMPTS = 0
    assessments.assess_report(assessment_id=report.assessment.pk, finished_by="worker")
    page = desk.get(page_of(report)).content.decode()
    assert "could not be judged" in page
    assert "No danger rule fired" not in page


def test_an_answer_that_the_knowledge_no_longer_has_stays_readable(desk, athlete):
    report = factories.make_report(athlete)
    PainReport.objects.filter(pk=report.pk).update(
        answers={"an_old_sign": "yes", "an_old_choice": ["one_way"], "site": ["calf"]}
    )
    page = desk.get(page_of(report)).content.decode()
    assert "An old sign" in page
    assert "one way" in page


@pytest.mark.parametrize("finding", ["swelling", "fever", "can_walk", "weekly_km", "medications"])
def test_every_kind_of_answer_has_words(desk, athlete, finding):
    values = {"can_walk": "limp", "weekly_km": 40, "medications": ["levofloxacin"]}
    report = factories.make_report(
        athlete, {**factories.CRAMP, finding: values.get(finding, "yes")}
    )
    page = desk.get(page_of(report)).content.decode()
    assert KNOWLEDGE.findings[finding].short in page


def test_a_coach_starts_a_report_for_an_athlete(desk, athlete):
    start = desk.get(reverse("desk:new_report", args=[athlete.pk]), follow=True)
    assert start.status_code == 200
    assert "Ada Berg" in start.content.decode()
