"""Full, modified, out, or nobody knows: now, and week by week."""

import uuid
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from athletes.availability import Because, mondays, records_of
from athletes.models import Athlete, CareStep, CheckIn
from athletes.returning import way_back
from athletes.services import comments, episodes, holds, returning
from tests import factories

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
NOW = timezone.now()


def ago(**span):
    return NOW - timedelta(**span)


def record(athlete, now=NOW, since=None):
    (found,) = records_of([athlete], now, since or (now - 12 * 7 * DAY).date(), zone=athlete.zone)
    return found


def now_of(athlete, now=NOW):
    standing = record(athlete, now).at(now)
    return standing.status, standing.because


def make(athlete, answers, **fields):
    """A judged report, without the check-ins that the clock of the test would miss."""
    report = factories.make_report(athlete, answers, assess=True, **fields)
    CheckIn.objects.filter(report=report).delete()
    return report


def plain(athlete, **fields):
    """A report that restricts nothing."""
    report = make(athlete, factories.CRAMP, **fields)
    CareStep.objects.filter(assessment__report=report).delete()
    report.assessments.update(result={"causes": []})
    return report


def close(athlete, report, at):
    episodes.close_episode(by=athlete.club_owner, episode=report.episode, reason="Over", at=at)


@pytest.fixture
def athlete(squad):
    found = factories.make_athlete(squad, timezone="Europe/Berlin")
    found.club_owner = squad.coach
    return found


# --- Silence


def test_who_was_never_heard_of_is_unknown_and_never_full(athlete):
    assert now_of(athlete) == ("unknown", Because.NEVER)


def test_after_a_word_nobody_who_is_well_is_unknown_for_four_weeks(athlete):
    report = plain(athlete, reported_at=ago(days=40))
    close(athlete, report, ago(days=30))
    assert now_of(athlete, ago(days=3)) == ("full", Because.WELL)
    assert now_of(athlete) == ("unknown", Because.LONG_AGO)
    assert record(athlete).at(NOW).since == ago(days=30)


def test_with_a_problem_open_a_week_without_a_word_is_silence(athlete):
    report = plain(athlete, reported_at=ago(days=8))
    assert now_of(athlete, ago(days=3)) == ("full", Because.PROBLEM)
    assert now_of(athlete) == ("unknown", Because.QUIET)
    comments.add_comment(by=athlete.club_owner, episode=report.episode, text="How is it?")
    assert now_of(athlete) == ("unknown", Because.QUIET), "the coach's question is no answer"
    comments.add_comment(by=athlete.user, episode=report.episode, text="Fine", at=ago(hours=1))
    assert now_of(athlete) == ("full", Because.PROBLEM)


def test_a_check_in_that_was_missed_is_silence_until_the_next_word(athlete):
    report = plain(athlete, reported_at=ago(days=3))
    factories.make_check_in(report, state="missed", due_at=ago(days=2), settled_at=ago(days=1))
    assert now_of(athlete, ago(days=1, hours=2)) == ("full", Because.PROBLEM)
    assert now_of(athlete) == ("unknown", Because.MISSED)
    plain(athlete, reported_at=ago(minutes=5))
    assert now_of(athlete) == ("full", Because.PROBLEM)


def test_a_restriction_stands_although_the_athlete_is_silent(athlete):
    make(athlete, factories.STRAIN, reported_at=ago(days=20))
    assert now_of(athlete) == ("modified", Because.WAY_BACK)
    assert record(athlete).silence == Because.QUIET


# --- What a coach holds


@pytest.mark.parametrize("kind", ["out", "modified"])
def test_a_hold_counts_until_it_is_released_or_runs_out(athlete, kind):
    told = {"by": athlete.club_owner, "athlete": athlete, "kind": kind, "reason": "Race nerves"}
    hold = holds.hold_training(**told, at=ago(days=5))
    assert now_of(athlete) == (kind, Because.HOLD)
    assert record(athlete).at(NOW).words == "Race nerves"
    holds.release_training(by=athlete.club_owner, hold=hold, at=ago(days=2))
    assert now_of(athlete) == ("full", Because.WELL), "who let them back has seen them"
    assert now_of(athlete, ago(days=3)) == (kind, Because.HOLD)
    holds.hold_training(**told, at=ago(days=1), until=ago(hours=3))
    assert now_of(athlete, ago(hours=4)) == (kind, Because.HOLD)
    assert now_of(athlete) == ("full", Because.WELL)


def test_the_worst_of_several_counts(athlete):
    holds.hold_training(
        by=athlete.club_owner, athlete=athlete, kind="modified", reason="Easy", at=ago(days=1)
    )
    make(athlete, factories.CLOT, reported_at=ago(hours=5))
    assert now_of(athlete) == ("out", Because.CLINICIAN)


# --- What a report asks for


def test_a_danger_keeps_out_at_once_also_before_it_is_judged(athlete):
    factories.make_report(athlete, factories.CLOT)
    assert now_of(athlete, timezone.now()) == ("out", Because.CLINICIAN)


def test_a_danger_keeps_out_until_a_newer_report_asks_for_less_or_the_problem_is_closed(athlete):
    report = make(athlete, factories.CLOT, reported_at=ago(days=6))
    assert now_of(athlete, ago(days=2)) == ("out", Because.CLINICIAN)
    close(athlete, report, ago(days=1))
    assert now_of(athlete) == ("full", Because.WELL)


def test_a_danger_is_no_longer_out_after_a_newer_report_that_asks_for_less(athlete):
    clot = make(athlete, factories.CLOT, reported_at=ago(days=6))
    newer = make(athlete, {**factories.CRAMP, "side": "right"}, reported_at=ago(hours=20))
    assert newer.episode == clot.episode
    assert now_of(athlete) == ("out", Because.CLINICIAN), "its way back asks for a clinician first"
    newer.assessments.update(result={"causes": []})
    CareStep.objects.all().delete()
    assert now_of(athlete) == ("full", Because.PROBLEM)
    assert now_of(athlete, ago(days=1)) == ("out", Because.CLINICIAN)


def test_a_bone_keeps_out_until_somebody_has_recorded_a_clinicians_yes(athlete):
    report = make(athlete, factories.BONE, reported_at=ago(days=20))
    assert now_of(athlete) == ("out", Because.CLINICIAN)
    returning.record_clearance(
        by=athlete.club_owner,
        episode=report.episode,
        clinician="Dr Weber",
        given_on=ago(days=3).date(),
        at=ago(days=3),
    )
    CareStep.objects.all().delete()
    assert now_of(athlete) == ("modified", Because.WAY_BACK)
    assert now_of(athlete, ago(days=4)) == ("out", Because.CLINICIAN)
    make(athlete, factories.BONE, reported_at=ago(days=1))
    assert now_of(athlete) == ("out", Because.CLINICIAN), "a yes does not count for what came later"


def test_what_the_plan_withholds_modifies_and_no_training_at_all_is_out(athlete):
    plain(athlete, reported_at=ago(hours=3))
    report = athlete.reports.get()
    step = CareStep.objects.create(
        assessment=report.assessment,
        advice="no_hard_runs_two_days",
        kind="dont",
        text="No hard running",
        evidence="agree",
        starts_at=ago(hours=3),
        ends_at=ago(hours=1),
        position=1,
    )
    assert now_of(athlete, ago(hours=2)) == ("modified", Because.PLAN)
    assert now_of(athlete) == ("full", Because.PROBLEM), "its time is over"
    step.advice = "dont_train_rhabdo"
    step.save()
    assert now_of(athlete, ago(hours=2)) == ("out", Because.PLAN)
    step.state, step.settled_at = "skipped", ago(hours=2, minutes=30)
    step.save()
    assert now_of(athlete, ago(hours=2)) == ("full", Because.PROBLEM)
    step.state, step.coach_text = "changed", "Only the pool"
    step.save()
    assert record(athlete, ago(hours=2)).at(ago(hours=2)).words == "Only the pool"


def test_the_way_back_modifies_until_its_last_run(athlete):
    report = make(athlete, factories.STRAIN, reported_at=ago(days=60))
    CareStep.objects.all().delete()
    told = {"by": athlete.user, "episode": report.episode}
    morning = ago(days=43).replace(hour=9)
    returning.confirm_entry(**told, ladder="calf_muscle", at=morning - DAY)
    assert now_of(athlete) == ("modified", Because.WAY_BACK)
    ladder = way_back(report.episode, NOW).ladder
    for number in range(len(ladder.levels) * ladder.outings_per_level):
        ran = morning + number * 2 * DAY
        run = returning.log_run(
            **told,
            client_key=uuid.uuid4(),
            level=number // ladder.outings_per_level + 1,
            at=ran,
            pain_before=1,
            pain_during=1,
            pain_after=1,
        ).run
        returning.log_next_morning(by=athlete.user, run=run, pain=1, at=ran + DAY)
    way = way_back(report.episode, timezone.now())
    assert way.state == "finished"
    assert now_of(athlete, way.runs[0].ran_at - DAY) == ("modified", Because.WAY_BACK)
    assert now_of(athlete) == ("full", Because.PROBLEM)


# --- Weeks


def test_a_week_is_as_bad_as_its_worst_day_by_the_clock_that_is_asked_for(athlete):
    monday = date(2026, 3, 2)
    now = datetime(2026, 3, 10, 12, tzinfo=athlete.zone)
    Athlete.objects.filter(pk=athlete.pk).update(created_at=now - 20 * DAY)
    athlete.refresh_from_db()
    athlete.club_owner = athlete.club.memberships.get(role="owner").user
    start = datetime(2026, 3, 3, 23, 30, tzinfo=athlete.zone)
    told = {"by": athlete.club_owner, "athlete": athlete, "reason": "Cold"}
    holds.hold_training(**told, kind="out", at=start, until=start + timedelta(hours=1))
    week = record(athlete, now).week(monday)
    assert week.status == "out"
    assert week.days == {"out": 2, "full": 4, "unknown": 1}, "unknown before the first word"
    this = record(athlete, now).week(date(2026, 3, 9))
    assert this.days == {"full": 2}, "days that have not come are not counted"


def test_a_week_before_the_athlete_came_says_nothing(athlete):
    assert record(athlete).week((NOW - 21 * DAY).date()).status == ""


def test_the_last_weeks_end_with_this_one():
    assert mondays(date(2026, 11, 22), 3) == [
        date(2026, 11, 2),
        date(2026, 11, 9),
        date(2026, 11, 16),
    ]
    assert mondays(date(2026, 11, 16), 1) == [date(2026, 11, 16)]


def test_a_full_squad_over_a_season_asks_the_database_no_more_often_than_a_small_one(squad):
    def add(answers):
        runner = factories.make_athlete(squad)
        make(runner, answers, reported_at=ago(days=3))

    def asked():
        runners = list(Athlete.objects.filter(squads=squad).select_related("club"))
        with CaptureQueriesContext(connection) as queries:
            found = records_of(runners, NOW, ago(weeks=12).date(), zone=UTC)
            weeks = [one.week(day) for one in found for day in mondays(NOW.date(), 12)]
        assert len(weeks) == 12 * len(runners)
        return len(queries)

    for answers in (factories.CRAMP, factories.BONE, factories.CLOT):
        add(answers)
    few = asked()
    for answers in (factories.CRAMP, factories.BONE, factories.STRAIN) * 2:
        add(answers)
    assert asked() == few <= 12
