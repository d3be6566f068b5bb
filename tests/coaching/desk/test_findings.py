"""What a clinician found, noted at the desk."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from athletes.models import ClinicianFinding
from athletes.services import episodes
from guidance import KNOWLEDGE
from tests import factories
from tests.coaching.desk.conftest import client_of


@pytest.fixture
def report(athlete):
    at = timezone.now() - timedelta(days=2)
    return factories.make_report(athlete, factories.SORE, assess=True, reported_at=at)


def page_of(athlete):
    return reverse("desk:athlete", args=[athlete.pk])


def finding_of(episode):
    return reverse("desk:finding", args=[episode.pk])


FOUND = {
    "cause": "muscle_strain",
    "in_words": "Grade 1, soleus",
    "clinician": "Dr Weber",
    "found_on": timezone.now().date().isoformat(),
    "method": "ultrasound",
}


def test_a_finding_is_noted_and_shown(desk, squad, athlete, report):
    page = desk.post(finding_of(report.episode), FOUND, follow=True).content.decode()
    noted = ClinicianFinding.objects.get()
    assert (noted.cause, noted.method, noted.recorded_by) == (
        "muscle_strain",
        "ultrasound",
        squad.coach,
    )
    assert KNOWLEDGE.causes["muscle_strain"].name in page
    assert "Grade 1, soleus" in page
    assert "Dr Weber, ultrasound" in page


def test_none_of_the_causes_is_told_in_words(desk, report):
    said = {**FOUND, "cause": "", "in_words": "A stress reaction of the fibula"}
    desk.post(finding_of(report.episode), said)
    assert ClinicianFinding.objects.get().cause == ""


@pytest.mark.parametrize(
    "wrong",
    [
        {"cause": "", "in_words": ""},
        {"clinician": ""},
        {"found_on": ""},
        {"found_on": "2999-01-01"},
        {"method": "guess"},
        {"cause": "bad_luck"},
    ],
    ids=str,
)
def test_a_finding_that_cannot_be_is_explained_and_kept(desk, report, wrong):
    again = desk.post(finding_of(report.episode), {**FOUND, **wrong})
    assert again.status_code == 422
    page = again.content.decode()
    assert "field-error" in page or "form-errors" in page
    assert "Dr Weber" in page or "clinician" in wrong
    assert not ClinicianFinding.objects.exists()


def test_nobody_notes_a_finding_of_their_own(squad, athlete, report):
    athlete.user = squad.coach
    athlete.save()
    assert client_of(squad.coach).post(finding_of(report.episode), FOUND).status_code == 403
    assert not ClinicianFinding.objects.exists()


def test_a_finding_can_be_noted_after_the_episode_is_closed(desk, squad, athlete, report):
    episodes.close_episode(by=squad.coach, episode=report.episode, reason="Runs again")
    desk.post(finding_of(report.episode), FOUND)
    assert ClinicianFinding.objects.count() == 1
    page = desk.get(page_of(athlete)).content.decode()
    assert "Grade 1, soleus" in page
    assert "closed by a coach" in page
