"""What a club can still count of what is gone; whom it was about cannot be found out."""

from __future__ import annotations

import pytest
from django.urls import reverse

from athletes.models import ClinicianFinding, PastTally
from athletes.services import erasure, tallies
from tests import factories

pytestmark = pytest.mark.django_db


def erased(squad, *, cause=""):
    athlete = factories.make_athlete(squad)
    report = factories.make_report(athlete, factories.CLOT, assess=True)
    if cause:
        ClinicianFinding.objects.create(
            episode=report.episode,
            cause=cause,
            clinician="Dr W",
            found_on="2026-01-02",
            method="mri",
        )
    erasure.erase_athlete(by=squad.coach, athlete=athlete)


def test_they_add_up_and_say_how_often_the_first_word_was_right(squad):
    erased(squad, cause="dvt")
    erased(squad, cause="muscle_strain")
    erased(squad)
    assert tallies.counted(squad.coach) == {
        "problems": 3,
        "reports": 3,
        "calls": 3,
        "found": 2,
        "first_right": 1,
        "too_low": 0,
    }


def test_a_drill_is_in_no_figure(squad):
    athlete = factories.make_athlete(squad)
    factories.make_report(athlete, factories.CLOT, assess=True)
    athlete.is_drill = True
    athlete.save()
    erasure.erase_athlete(by=squad.coach, athlete=athlete)
    assert not PastTally.objects.exists()


def test_another_club_does_not_see_them(squad):
    erased(squad)
    assert tallies.counted(factories.make_club().coach) == {}


def test_the_page_of_outcomes_says_so(squad, client):
    erased(squad, cause="dvt")
    client.force_login(squad.coach)
    page = " ".join(client.get(reverse("desk:outcomes")).content.decode().split())
    assert "Not counted above: 1 problem with 1 reports and 1 calls" in page
    assert "Of 1 of them a clinician said what it was: 1 named first" in page
