"""What a clinician found, and how it stands beside what was said first."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from athletes import access, outcomes
from athletes.models import Athlete, ClinicianFinding, Episode, Squad, User
from athletes.outcomes import Named
from athletes.services import episodes, people
from athletes.services.findings import record_finding
from guidance import Disposition
from tests.factories import CLOT, SORE, STRAIN, make_athlete, make_club, make_coach, make_report

pytestmark = pytest.mark.django_db


def reported(squad: Squad, answers: dict[str, Any] = STRAIN, **athlete: Any) -> Episode:
    return make_report(make_athlete(squad, **athlete), answers, assess=True).episode


def found(by: User, episode: Episode, **changed: Any) -> ClinicianFinding:
    told: dict[str, Any] = {
        "cause": "muscle_strain",
        "in_words": "",
        "clinician": "Dr Ito",
        "found_on": timezone.now().date(),
        "method": "ultrasound",
        **changed,
    }
    return record_finding(by=by, episode=episode, **told)


def named(by: User, episode: Episode) -> Named:
    (told,) = outcomes.compare([episode])
    return told.named


# ---------------------------------------------------------------- recorded


def test_it_is_recorded_with_who_found_it_and_who_says_so(squad):
    episode = reported(squad)
    finding = found(squad.coach, episode, in_words="Grade 1, soleus")
    assert (finding.cause, finding.clinician, finding.method) == (
        "muscle_strain",
        "Dr Ito",
        "ultrasound",
    )
    assert finding.recorded_by == squad.coach


def test_the_newest_counts_the_earlier_stay_and_a_double_tap_is_one(squad):
    episode = reported(squad)
    first = found(squad.coach, episode)
    assert found(squad.coach, episode) == first
    found(squad.coach, episode, cause="dvt")
    assert episode.findings.count() == 2
    assert outcomes.compare([episode])[0].finding.cause == "dvt"


def test_an_episode_that_is_over_takes_one_too(squad):
    episode = reported(squad)
    episodes.close_episode(by=squad.coach, episode=episode, reason="Gone")
    assert found(squad.coach, episode).pk


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"cause": "broken_heart"}, "cause"),
        ({"cause": "", "in_words": "  "}, "in_words"),
        ({"clinician": " "}, "clinician"),
        ({"method": "guess"}, "method"),
        ({"clinician": "x" * 121}, "clinician"),
        ({"in_words": "x" * 201}, "in_words"),
    ],
)
def test_what_cannot_be_is_refused(squad, changed, field):
    episode = reported(squad)
    with pytest.raises(ValidationError) as wrong:
        found(squad.coach, episode, **changed)
    assert field in wrong.value.message_dict
    assert not ClinicianFinding.objects.exists()


def test_a_day_that_has_not_come_is_refused_by_the_athletes_clock(squad):
    episode = reported(squad, timezone="Pacific/Auckland")
    today = timezone.now().astimezone(episode.athlete.zone).date()
    assert found(squad.coach, episode, found_on=today).pk
    with pytest.raises(ValidationError):
        found(squad.coach, episode, found_on=today + timedelta(days=1))


def test_every_mistake_is_told_at_once(squad):
    with pytest.raises(ValidationError) as wrong:
        found(squad.coach, reported(squad), cause="", clinician="", method="")
    assert set(wrong.value.message_dict) == {"in_words", "clinician", "method"}


def test_the_athlete_and_strangers_record_nothing(squad):
    episode = reported(squad)
    for somebody in (episode.athlete.user, make_club().coach, make_athlete(squad).user):
        with pytest.raises(access.NotAllowed):
            found(somebody, episode)
    people.grant_role(user=episode.athlete.user, squad=squad, role=access.COACH)
    with pytest.raises(access.NotAllowed):
        found(episode.athlete.user, episode)


# ---------------------------------------------------------------- compared


def test_what_was_said_first_is_held_against_it(squad):
    episode = reported(squad, STRAIN)
    assert named(squad.coach, episode) is Named.UNKNOWN
    found(squad.coach, episode)
    assert named(squad.coach, episode) is Named.FIRST
    found(squad.coach, episode, cause="tarsal_tunnel")
    assert named(squad.coach, episode) is Named.NOT_NAMED
    found(squad.coach, episode, cause="", in_words="Something else")
    assert named(squad.coach, episode) is Named.UNKNOWN


def test_the_first_report_counts_and_not_a_later_one(squad):
    athlete = make_athlete(squad)
    first = make_report(athlete, SORE, assess=True, reported_at=timezone.now() - timedelta(days=2))
    make_report(athlete, {**STRAIN, "side": "both"}, assess=True)
    (told,) = outcomes.compare([first.episode])
    assert told.leading == first.assessment.leading_cause
    assert told.level is Disposition(first.assessment.disposition)


def test_a_danger_that_was_given_time_is_counted(squad):
    low, high = reported(squad, SORE), reported(squad, CLOT)
    for episode in (low, high):
        found(squad.coach, episode, cause="dvt")
    totals = outcomes.totals(squad.coach)
    assert (totals.dangerous, totals.dangerous_too_low) == (2, 1)
    assert [told.too_low for told in outcomes.compare([low, high])] == [True, False]


def test_the_totals_add_up(squad):
    right, wrong, words, over, running = (reported(squad, STRAIN) for _ in range(5))
    found(squad.coach, right)
    found(squad.coach, wrong, cause="tarsal_tunnel")
    found(squad.coach, words, cause="", in_words="Something else")
    episodes.close_episode(by=squad.coach, episode=over, reason="Gone")
    assert running not in outcomes.episodes_to_compare(squad.coach)
    totals = outcomes.totals(squad.coach)
    assert (totals.episodes, totals.found) == (4, 2)
    assert (totals.first_right, totals.in_first_three, totals.not_named) == (1, 1, 1)


def test_a_report_that_is_not_judged_yet_says_nothing(squad):
    episode = make_report(make_athlete(squad), STRAIN).episode
    found(squad.coach, episode)
    assert outcomes.compare([episode]) == []
    assert outcomes.totals(squad.coach).episodes == 0


def test_only_what_one_looks_after_is_compared_and_no_drill(squad):
    found(squad.coach, reported(squad))
    elsewhere = make_club()
    found(elsewhere.coach, reported(elsewhere))
    drill = reported(squad)
    found(squad.coach, drill)
    Athlete.objects.filter(pk=drill.athlete_id).update(is_drill=True)
    assert outcomes.totals(squad.coach).episodes == 1
    assert outcomes.totals(make_athlete(squad).user).episodes == 0


def test_by_squad(squad):
    other = people.create_squad(by=squad.coach, club=squad.club, name="Sprinters")
    found(squad.coach, reported(squad))
    assert outcomes.totals(squad.coach, other).episodes == 0
    assert outcomes.totals(squad.coach, squad).episodes == 1
    assert not outcomes.episodes_to_compare(make_coach(other), squad).exists()


def test_the_number_of_queries_does_not_grow(squad):
    def queries() -> tuple[int, int]:
        with CaptureQueriesContext(connection) as page:
            told = outcomes.compare(outcomes.episodes_to_compare(squad.coach))
            [
                (entry.episode.athlete.name, entry.finding and entry.finding.recorded_by)
                for entry in told
            ]
        with CaptureQueriesContext(connection) as sums:
            outcomes.totals(squad.coach)
        return len(page), len(sums)

    found(squad.coach, reported(squad))
    few = queries()
    for _ in range(3):
        found(squad.coach, reported(squad), clinician=str(uuid.uuid4()))
    assert queries() == few == (4, 1)
