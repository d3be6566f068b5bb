"""What earlier reports tell the engine: the episode as a whole, what came back, and an earlier strain."""

from datetime import timedelta

import pytest
from django.utils import timezone

from athletes.models import Episode, PainReport
from athletes.services import assessments, episodes
from tests import factories

pytestmark = pytest.mark.django_db

STRAIN = {
    "site": ["calf"], "side": "left", "onset": "sudden", "when": ["sprint"], "character": ["sharp"],
    "days_since_onset": 0, "severity_nrs": 5,
}  # fmt: skip
SORE = {"site": ["calf"], "side": "left", "character": ["soreness"], "severity_nrs": 3}


def moved_back(report, days):
    """As if it had been filed that long ago."""
    at = timezone.now() - timedelta(days=days)
    PainReport.objects.filter(pk=report.pk).update(reported_at=at)
    Episode.objects.filter(pk=report.episode_id).update(opened_at=at, onset_at=at)


def closed(athlete, report, days):
    owner = athlete.club.memberships.get(role="owner").user
    at = timezone.now() - timedelta(days=days)
    episodes.close_episode(by=owner, episode=report.episode, reason="All well again", at=at)


def history_of(report):
    return assessments.story_of(report).history


def test_a_first_report_has_no_history(athlete):
    report = factories.make_report(athlete, SORE)
    history = history_of(report)
    assert (history.reports, history.episode) == ((), str(report.episode_id))


def test_an_earlier_report_tells_its_cause_its_episode_and_whether_that_was_over(athlete):
    strain = factories.make_report(athlete, STRAIN, assess=True)
    moved_back(strain, 90)
    closed(athlete, strain, 60)
    (past,) = history_of(factories.make_report(athlete, SORE)).reports
    assert (past.leading_cause, past.ended) == ("muscle_strain", True)
    assert (past.episode, past.site, past.pain_now) == (str(strain.episode_id), ("calf",), 5)


def test_an_earlier_report_of_the_same_episode_is_not_over(athlete):
    moved_back(factories.make_report(athlete, SORE, assess=True), 3)
    report = factories.make_report(athlete, SORE)
    (past,) = history_of(report).reports
    assert (past.ended, past.episode) == (False, history_of(report).episode)


def test_a_report_that_nobody_has_judged_yet_leads_with_nothing(athlete):
    moved_back(factories.make_report(athlete, STRAIN), 3)
    (past,) = history_of(factories.make_report(athlete, SORE)).reports
    assert past.leading_cause == ""


def test_a_place_that_was_not_sure_is_no_place(athlete):
    moved_back(factories.make_report(athlete, {**SORE, "site": "unsure"}), 3)
    (past,) = history_of(factories.make_report(athlete, SORE)).reports
    assert past.site == ()


def test_a_strain_that_was_over_and_is_back_is_said_in_the_reasons(athlete):
    strain = factories.make_report(athlete, STRAIN, assess=True)
    moved_back(strain, 90)
    closed(athlete, strain, 60)
    report = factories.make_report(athlete, SORE)
    result = assessments.judge(report)
    reasons = {rule["id"]: rule["because"] for rule in result["rules"]}
    assert "Had this same pain before" in reasons["it_came_back"]
    (cause,) = (c for c in result["causes"] if c["id"] == "muscle_strain")
    assert "You strained this calf before" in cause["for"]
