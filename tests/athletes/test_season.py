"""A squad over some weeks: what was told, who answered, how fast somebody looked."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from athletes.access import Sight
from athletes.availability import mondays
from athletes.models import Athlete, CheckIn, Escalation
from athletes.season import season_of
from athletes.services import escalations, findings
from guidance import Disposition
from tests import factories

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
NOW = timezone.now()
BERLIN = ZoneInfo("Europe/Berlin")  # the club's
WEEKS = mondays(NOW.astimezone(BERLIN).date(), 12)
THIS, LAST = WEEKS[-1], WEEKS[-2]


def season(squad, now=NOW + 2 * DAY, weeks=WEEKS):
    return season_of(
        Athlete.objects.filter(squads=squad).real().order_by("name"),
        weeks,
        now,
        zone=BERLIN,
        is_whole=Sight(squad.coach).is_whole,
    )


def noon(monday):
    return datetime(monday.year, monday.month, monday.day, 12, tzinfo=BERLIN)


def report(athlete, answers=factories.CRAMP, **fields):
    made = factories.make_report(athlete, answers, assess=True, **fields)
    CheckIn.objects.filter(report=made).delete()
    return made


# --- What was told


def test_reports_and_answers_are_counted_in_the_week_of_the_clubs_clock(squad, athlete):
    first = report(athlete, reported_at=noon(LAST))
    late = datetime(THIS.year, THIS.month, THIS.day, 0, 30, tzinfo=BERLIN)
    answer = report(athlete, reported_at=late)  # still Sunday in UTC
    factories.make_check_in(first, state="answered", answer=answer)
    found = season(squad)
    assert (found.reports(LAST, answers=False), found.reports(LAST, answers=True)) == (1, 0)
    assert (found.reports(THIS, answers=False), found.reports(THIS, answers=True)) == (0, 1)


def test_a_site_counts_athletes_and_no_pain_is_none(squad, athlete):
    other = factories.make_athlete(squad)
    report(athlete, reported_at=noon(LAST))
    report(athlete, {**factories.CRAMP, "severity_nrs": 8}, reported_at=noon(LAST) + DAY)
    report(other, {**factories.CRAMP, "severity_nrs": 0}, reported_at=noon(LAST))
    found = season(squad)
    assert found.athletes_with_pain(LAST, "calf") == 1
    assert found.worst_pain(LAST, "calf") == 8
    assert found.athletes_in("calf") == 1
    assert found.worst_pain(THIS, "calf") is None, "not known is no nought"


def test_pain_that_nobody_numbered_is_pain(squad, athlete):
    report(
        athlete,
        {name: told for name, told in factories.CRAMP.items() if name != "severity_nrs"},
        reported_at=noon(LAST),
    )
    assert season(squad).athletes_with_pain(LAST, "calf") == 1


def test_a_likely_cause_counts_problems_and_what_is_not_judged_yet_counts_nowhere(squad, athlete):
    report(athlete, reported_at=noon(LAST))
    report(athlete, reported_at=noon(LAST) + DAY)
    factories.make_report(factories.make_athlete(squad), factories.BONE)
    found = season(squad)
    assert found.causes() == ["dehydration_cramp"]
    assert found.problems("dehydration_cramp") == 1
    assert found.problems("dehydration_cramp", LAST) == 1
    assert found.problems("dehydration_cramp", THIS) == 0


def test_what_fitted_nothing_stands_last(squad, athlete):
    nothing = report(athlete, factories.SORE, reported_at=noon(LAST))
    nothing.assessments.update(leading_cause="")
    report(factories.make_athlete(squad), reported_at=noon(LAST))
    assert season(squad).causes() == ["dehydration_cramp", ""]


def test_a_clinicians_finding_counts_apart_and_only_the_newest_of_a_problem(squad, athlete):
    strain = report(athlete, factories.STRAIN, reported_at=noon(LAST))
    told = {"clinician": "Dr Weber", "found_on": LAST, "method": "mri", "in_words": ""}
    for cause in ("dvt", "muscle_strain"):
        findings.record_finding(by=squad.coach, episode=strain.episode, cause=cause, **told)
    found = season(squad)
    assert found.clinicians_found() == [("muscle_strain", "", 1)]
    assert "dvt" not in found.causes()


# --- Who answered


def check_in(athlete, state, asked_at, took=None):
    made = report(athlete, factories.SORE, reported_at=asked_at - 2 * DAY)
    return factories.make_check_in(
        made,
        state=state,
        due_at=asked_at,
        asked_at=asked_at,
        settled_at=asked_at + took if took else None,
    )


def test_of_what_was_asked_and_is_over_it_says_what_was_answered(squad, athlete):
    other = factories.make_athlete(squad, name="Zoe", timezone="Europe/Berlin")
    check_in(athlete, "answered", noon(LAST), took=2 * HOUR)
    check_in(other, "answered", noon(LAST), took=6 * HOUR)
    check_in(athlete, "missed", noon(LAST) + DAY, took=20 * HOUR)
    check_in(athlete, "reminded", noon(THIS))
    for state in ("planned", "cancelled"):
        check_in(athlete, state, noon(LAST) + 2 * DAY)
    told = season(squad, now=noon(THIS) + 6 * DAY).answers()
    assert (told.answered, told.missed, told.waiting, told.settled) == (2, 1, 1, 3)
    assert told.median == 4 * HOUR
    found = season(squad, now=noon(THIS) + 6 * DAY)
    assert found.answers(week=LAST).settled == 3
    assert found.answers(athlete=other.pk).median == 6 * HOUR
    assert found.answers(week=WEEKS[0]).median is None


# --- How fast somebody looked


def call(athlete, squad, *, seen_after=None, **changed):
    made = report(athlete, factories.CLOT, reported_at=NOW - DAY)
    opened = made.escalations.get()
    if seen_after:
        escalations.acknowledge(by=squad.coach, escalation=opened, at=opened.opened_at + seen_after)
    Escalation.objects.filter(pk=opened.pk).update(**changed)
    return opened


def test_a_call_is_seen_in_time_or_late_or_waits(squad):
    minutes = [10, 70, None, None]
    for took in minutes:
        call(
            factories.make_athlete(squad),
            squad,
            seen_after=timedelta(minutes=took) if took else None,
        )
    waiting, late = Escalation.objects.open().order_by("pk")
    Escalation.objects.filter(pk=waiting.pk).update(acknowledge_by=NOW + 9 * DAY)
    Escalation.objects.filter(pk=late.pk).update(acknowledge_by=NOW - HOUR)
    found = season(squad).calls(level=Disposition.SAME_DAY)
    assert [one.in_time for one in found] == [True, False, None, False]
    assert [one.took for one in found][:2] == [timedelta(minutes=10), timedelta(minutes=70)]


def test_what_had_to_be_passed_on_was_not_seen_in_its_first_time(squad, athlete):
    call(athlete, squad, seen_after=timedelta(minutes=5), chain_step=1)
    assert [one.in_time for one in season(squad).calls()] == [False]


# --- All of it


def test_what_lies_outside_the_weeks_is_left_out(squad, athlete):
    report(athlete, factories.CLOT, reported_at=noon(WEEKS[0]) - 2 * DAY)
    Escalation.objects.update(opened_at=noon(WEEKS[0]) - 2 * DAY)
    found = season(squad, weeks=WEEKS)
    assert not [*found.told, *found.called, *found.asked]
    assert season(squad, weeks=mondays(NOW.date(), 14)).told


def test_a_squad_over_a_season_takes_a_fixed_number_of_queries(squad):
    def add():
        runner = factories.make_athlete(squad)
        answer = report(runner, factories.CLOT, reported_at=noon(LAST))
        factories.make_check_in(answer, state="missed", due_at=noon(LAST), settled_at=NOW)
        findings.record_finding(
            by=squad.coach,
            episode=answer.episode,
            cause="dvt",
            in_words="",
            clinician="Dr Weber",
            found_on=date.today(),
            method="mri",
        )

    def asked():
        with CaptureQueriesContext(connection) as queries:
            assert season(squad).told
        return len(queries)

    add()
    few = asked()
    for _ in range(4):
        add()
    assert asked() == few <= 6
