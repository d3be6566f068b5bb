"""Lasting facts are asked once: what a report told about them is known from then on."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from athletes.models import Athlete, Squad
from tests.factories import CLOT, make_athlete, make_report

pytestmark = pytest.mark.django_db


def background(athlete: Athlete) -> dict[str, Any]:
    athlete.refresh_from_db()
    return dict(athlete.background)


def test_a_report_leaves_its_lasting_facts_in_the_profile(athlete: Athlete) -> None:
    make_report(athlete, {**CLOT, "prior_vte": "yes", "family_vte": "no"})
    assert background(athlete) == {"prior_vte": "yes", "family_vte": "no"}


@pytest.mark.parametrize(
    "passing", ["recent_flight", "recent_surgery", "pregnancy_postpartum", "cancer", "fever"]
)
def test_what_passes_is_asked_anew_each_time(athlete: Athlete, passing: str) -> None:
    make_report(athlete, {**CLOT, passing: "no"})
    assert background(athlete) == {}


def test_an_age_is_out_of_date_next_year(athlete: Athlete) -> None:
    make_report(athlete, {**CLOT, "age": 40})
    assert background(athlete) == {}


def test_not_sure_is_never_kept_and_makes_a_known_fact_unknown(athlete: Athlete) -> None:
    make_report(athlete, {**CLOT, "prior_vte": "no", "family_vte": "unsure"})
    assert background(athlete) == {"prior_vte": "no"}
    make_report(athlete, {**CLOT, "prior_vte": "unsure"})
    assert background(athlete) == {}


def test_athletes_change_their_own_facts(athlete: Athlete) -> None:
    make_report(athlete, {**CLOT, "prior_vte": "no"})
    athlete.refresh_from_db()
    report = make_report(athlete, {**CLOT, "prior_vte": "yes"})
    assert background(athlete) == {"prior_vte": "yes"}
    assert report.known_facts["prior_vte"] == "no"


def test_a_coach_fills_in_what_is_unknown_and_overwrites_nothing(
    athlete: Athlete, squad: Squad
) -> None:
    make_report(athlete, {**CLOT, "prior_vte": "no"})
    told = {**CLOT, "prior_vte": "yes", "family_vte": "yes", "smoker": "unsure"}
    report = make_report(athlete, told, by=squad.coach)
    assert background(athlete) == {"prior_vte": "no", "family_vte": "yes"}
    assert report.answers["prior_vte"] == "yes"


def test_for_an_athlete_without_a_log_in_the_coach_speaks(squad: Squad) -> None:
    silent = make_athlete(squad, with_login=False, background={"prior_vte": "no"})
    make_report(silent, {**CLOT, "prior_vte": "yes"}, by=squad.coach)
    assert background(silent) == {"prior_vte": "yes"}


def test_what_is_entered_later_overwrites_nothing(athlete: Athlete) -> None:
    make_report(athlete, {**CLOT, "prior_vte": "yes"})
    last_year = timezone.now() - timedelta(days=300)
    make_report(athlete, {**CLOT, "prior_vte": "no", "sex": "F"}, reported_at=last_year)
    assert background(athlete) == {"prior_vte": "yes", "sex": "F"}


def test_the_same_report_sent_again_changes_nothing(athlete: Athlete, squad: Squad) -> None:
    key = "0197c1d2-0000-7000-8000-000000000001"
    make_report(athlete, {**CLOT, "prior_vte": "yes"}, client_key=key)
    Athlete.objects.update(background={})
    make_report(athlete, {**CLOT, "prior_vte": "yes"}, client_key=key)
    assert background(athlete) == {}
