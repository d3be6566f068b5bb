"""Who waits, who is held, who is due, who is silent."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from athletes import access
from athletes.models import CareStep, CheckIn, Squad
from athletes.morning import Why, morning_of
from athletes.services import comments, escalations, people
from athletes.services.episodes import close_episode
from tests import factories

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


def lines(user, **of):
    found = morning_of(user, of.pop("now", timezone.now()), **of)
    return [line for part in found.squads for line in part.lines]


def whys(user, **of):
    return sorted(line.why for line in lines(user, **of))


def make_check_in(report, *, state="planned", kind="day_1", **fields):
    return factories.make_check_in(report, state=state, kind=kind, **fields)


def sore(athlete, **fields):
    """A report that holds nobody back and asks for nobody."""
    report = factories.make_report(athlete, factories.SORE, assess=True, **fields)
    CareStep.objects.filter(assessment__report=report).delete()
    CheckIn.objects.filter(report=report).delete()
    return report


def test_a_quiet_morning_is_empty(squad, athlete):
    sore(athlete)
    assert morning_of(squad.coach, timezone.now()).is_empty


def test_a_danger_that_nobody_has_seen_waits_until_somebody_has(squad, athlete):
    call = factories.make_report(athlete, factories.CLOT, assess=True).escalations.get()
    unseen = [line for line in lines(squad.coach) if line.why == Why.UNSEEN]
    assert [line.escalation for line in unseen] == [call]
    escalations.acknowledge(by=squad.coach, escalation=call)
    assert Why.UNSEEN not in whys(squad.coach)


def test_who_must_not_run_or_load_is_held_as_long_as_the_plan_says(squad, athlete):
    factories.make_report(athlete, factories.CRAMP, assess=True)
    step = CareStep.objects.get(advice="no_hard_runs_two_days")
    (held,) = [line for line in lines(squad.coach) if line.why == Why.HELD]
    assert (held.athlete, held.at, held.text) == (athlete, step.ends_at, step.text)
    after = step.ends_at + timedelta(minutes=1)
    later = [line.text for line in lines(squad.coach, now=after) if line.why == Why.HELD]
    assert step.text not in later


def test_what_only_forbids_massage_or_heat_holds_nobody(squad, athlete):
    report = factories.make_report(athlete, factories.CRAMP, assess=True)
    steps = CareStep.objects.filter(assessment=report.assessment)
    steps.exclude(advice="dont_rub_hard").delete()
    steps.update(starts_at=timezone.now() - DAY, ends_at=timezone.now() + DAY)
    assert steps.exists()
    assert Why.HELD not in whys(squad.coach)


@pytest.mark.parametrize("state", ["done", "skipped", "changed"])
def test_a_step_that_a_person_took_out_holds_nobody(squad, athlete, state):
    factories.make_report(athlete, factories.CRAMP, assess=True)
    CareStep.objects.update(state=state)
    assert Why.HELD not in whys(squad.coach)


def test_the_newest_judgement_counts_and_while_it_is_pending_the_one_before(squad, athlete):
    before = timezone.now() - timedelta(hours=3)
    factories.make_report(athlete, factories.CRAMP, assess=True, reported_at=before)
    factories.make_report(athlete, {**factories.CRAMP, "severity_nrs": 4})
    assert Why.HELD in whys(squad.coach)
    CareStep.objects.all().delete()
    assert Why.HELD not in whys(squad.coach)


def test_a_bone_is_held_until_a_clinician_has_said_yes(squad, athlete):
    factories.make_report(athlete, factories.BONE, assess=True)
    found = whys(squad.coach)
    assert Why.CLINICIAN in found
    assert Why.HELD not in found, "one reason is enough"


def test_a_check_in_of_today_in_the_athletes_zone_is_due(squad, athlete):
    report = sore(athlete)
    noon = timezone.now().astimezone(athlete.zone).replace(hour=12, minute=0)
    due = make_check_in(report, due_at=noon.replace(hour=23, minute=59))
    make_check_in(report, due_at=noon.replace(hour=0) + DAY + timedelta(minutes=1), kind="day_2")
    make_check_in(report, due_at=noon, kind="day_7", state="answered")
    (line,) = lines(squad.coach, now=noon)
    assert (line.why, line.at) == (Why.CHECK_IN, due.due_at)


def test_a_check_in_that_was_missed_is_silence_until_a_report_comes(squad, athlete):
    report = sore(athlete, reported_at=timezone.now() - 2 * DAY)
    make_check_in(report, state="missed", due_at=timezone.now() - DAY)
    make_check_in(report, state="missed", due_at=timezone.now() - DAY / 2, kind="day_2")
    assert whys(squad.coach) == [Why.MISSED]
    sore(athlete)
    assert whys(squad.coach) == []


def test_an_open_problem_without_a_word_for_a_week_is_silence(squad, athlete):
    report = sore(athlete, reported_at=timezone.now() - 8 * DAY)
    assert whys(squad.coach) == [Why.QUIET]
    assert whys(squad.coach, now=timezone.now() - 2 * DAY) == []
    comments.add_comment(by=squad.coach, episode=report.episode, text="How is it?")
    assert whys(squad.coach) == [Why.QUIET], "the coach's own word is no answer"
    comments.add_comment(by=athlete.user, episode=report.episode, text="Better")
    assert whys(squad.coach) == []


def test_a_missed_check_in_is_not_told_twice_as_silence(squad, athlete):
    report = sore(athlete, reported_at=timezone.now() - 9 * DAY)
    make_check_in(report, state="missed", due_at=timezone.now() - 8 * DAY)
    assert whys(squad.coach) == [Why.MISSED]


def test_a_closed_problem_is_nobodys_morning(squad, athlete):
    report = sore(athlete, reported_at=timezone.now() - 8 * DAY)
    make_check_in(report, state="missed", due_at=timezone.now() - 7 * DAY)
    close_episode(by=squad.coach, episode=report.episode, reason="Over")
    assert whys(squad.coach) == []


def test_only_who_one_looks_after_and_no_drill(squad, athlete):
    sore(athlete, reported_at=timezone.now() - 8 * DAY)
    assert lines(factories.make_club().coach) == []
    assert lines(athlete.user) == []
    athlete.is_drill = True
    athlete.save()
    assert lines(squad.coach) == []


def test_each_athlete_stands_in_one_squad_that_the_person_looks_after(squad, athlete):
    first = Squad.objects.create(club=squad.club, name="Alpha")
    athlete.squads.add(first)
    sore(athlete, reported_at=timezone.now() - 8 * DAY)
    mornings = morning_of(squad.coach, timezone.now())
    assert [part.squad for part in mornings.squads] == [first]  # the owner sees both
    coach = factories.make_user()
    people.grant_role(user=coach, squad=squad, role=access.COACH)
    assert [part.squad for part in morning_of(coach, timezone.now()).squads] == [squad]


def test_one_squad_can_be_asked_for(squad, athlete):
    other = Squad.objects.create(club=squad.club, name="Others")
    sore(athlete, reported_at=timezone.now() - 8 * DAY)
    assert whys(squad.coach, squad=squad) == [Why.QUIET]
    assert whys(squad.coach, squad=other) == []


def test_an_athlete_without_a_squad_is_not_lost_to_the_owner(squad, athlete):
    sore(athlete, reported_at=timezone.now() - 8 * DAY)
    athlete.squads.clear()
    (part,) = morning_of(squad.coach, timezone.now()).squads
    assert part.squad is None
    assert [line.athlete for line in part.silent] == [athlete]


def test_the_number_of_queries_does_not_grow_with_the_athletes(squad):
    def asked():
        with CaptureQueriesContext(connection) as queries:
            assert lines(squad.coach)
        return len(queries)

    def another(answers):
        factories.make_report(
            factories.make_athlete(squad),
            answers,
            assess=True,
            reported_at=timezone.now() - 8 * DAY,
        )

    for answers in (factories.CRAMP, factories.CLOT, factories.BONE):
        another(answers)
    few = asked()
    for answers in (factories.CRAMP, factories.CLOT, factories.BONE):
        another(answers)
    assert asked() == few <= 12
