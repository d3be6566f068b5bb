"""The clocks of the chain: late reports, clocks that are set, and quiet hours."""

from datetime import UTC, datetime, time, timedelta

import pytest
from django.utils import timezone

from athletes.dispatcher import Dispatcher
from athletes.models import Escalation, SquadChannel
from athletes.models.base import LONGEST_WAIT_MIN
from athletes.services import escalations
from guidance import Disposition
from tests import factories
from tests.athletes.chain_stories import (
    call,
    make_full_club,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def squad():
    return make_full_club()


# --- time


def test_a_report_that_comes_late_has_its_whole_time(athlete):
    """A phone was offline for three hours. The clock starts when the report has reached us."""
    before = timezone.now()
    report = factories.make_report(athlete, factories.CLOT, reported_at=before - timedelta(hours=3))
    waiting = report.escalations.get()
    assert waiting.opened_at >= before
    assert waiting.acknowledge_by >= before + timedelta(minutes=60)
    assert all(event.created_at >= before for event in waiting.events.all())


def test_a_worse_report_that_comes_late_does_not_run_out_before_it_was_told(athlete):
    waiting = call(athlete)
    before = timezone.now()
    factories.make_report(athlete, factories.BREATHLESS, reported_at=before - timedelta(hours=3))
    waiting.refresh_from_db()
    assert waiting.acknowledge_by >= before + timedelta(minutes=15)


@pytest.mark.parametrize("level", LONGEST_WAIT_MIN)
def test_a_clock_that_was_set_back_does_not_hold_up_a_call(athlete, level):
    """The machine's clock was two hours ahead when it was opened, and was then put right."""
    waiting = call(athlete)
    ahead = timedelta(minutes=LONGEST_WAIT_MIN[level], hours=2)
    quiet = timedelta(hours=50) if level == Disposition.COACH_REVIEW else timedelta(0)
    row = Escalation.objects.filter(pk=waiting.pk)
    row.update(level=level.value, acknowledge_by=timezone.now() + ahead + quiet)
    assert Escalation.objects.past_due().get() == waiting
    assert escalations.pass_on(escalation_id=waiting.pk)
    assert not Escalation.objects.past_due().exists()


@pytest.mark.parametrize("level", LONGEST_WAIT_MIN)
def test_the_longest_time_that_a_level_has_is_not_due(athlete, level):
    waiting = call(athlete)
    longest = timezone.now() + timedelta(minutes=LONGEST_WAIT_MIN[level])
    Escalation.objects.filter(pk=waiting.pk).update(level=level.value, acknowledge_by=longest)
    assert not Escalation.objects.past_due().exists()


def test_a_clock_that_was_set_forward_passes_on_one_step_at_a_time(squad, athlete):
    """As if many hours had gone by at once: nobody's turn is left out, and everybody gets their time."""
    athlete.own_coaches.add(squad.chris)
    waiting = call(athlete)
    long_past = timezone.now() - timedelta(hours=26)
    Escalation.objects.update(acknowledge_by=long_past)
    for _ in range(3):
        Dispatcher().round()
    waiting.refresh_from_db()
    assert waiting.chain_step == 1
    left = waiting.acknowledge_by - timezone.now()
    assert timedelta(minutes=59) < left <= timedelta(minutes=60)


# --- quiet hours


@pytest.fixture
def asleep(squad, time_machine):
    """Two at night in Berlin, in a club that sleeps."""
    club = squad.club
    club.timezone, club.quiet_from, club.quiet_until = "Europe/Berlin", time(22), time(7)
    club.save()
    time_machine.move_to(datetime(2026, 6, 2, 0, 0, tzinfo=UTC), tick=False)
    return datetime(2026, 6, 2, 5, 0, tzinfo=UTC)


def open_at(athlete, level):
    report = factories.make_report(athlete, factories.SORE)
    escalation = escalations.open_or_raise(report=report, level=level, reason="Look at this")
    assert escalation is not None
    return escalation


def test_a_review_is_told_in_the_morning(asleep, athlete):
    waiting = open_at(athlete, Disposition.COACH_REVIEW)
    mails = waiting.notifications.filter(channel="email")
    assert {n.next_attempt_at for n in mails} == {n.due_at for n in mails} == {asleep}
    assert waiting.acknowledge_by == asleep + timedelta(hours=48)
    assert waiting.notifications.filter(channel="in_app", state="sent").exists()


def test_a_squads_own_channel_sleeps_too(squad, asleep, athlete):
    SquadChannel.objects.create(squad=squad, name="C", url="json://x", least_level="coach_review")
    waiting = open_at(athlete, Disposition.COACH_REVIEW)
    assert waiting.notifications.get(channel="squad").next_attempt_at == asleep


@pytest.mark.parametrize(
    "level", [level for level in LONGEST_WAIT_MIN if level != Disposition.COACH_REVIEW]
)
def test_all_else_is_told_at_night(asleep, athlete, level):
    waiting = open_at(athlete, level)
    mails = waiting.notifications.filter(channel="email")
    assert {n.next_attempt_at for n in mails} == {timezone.now()}
    assert waiting.acknowledge_by == timezone.now() + athlete.club.wait_for(level)


def test_a_review_that_becomes_urgent_at_night_is_told_at_once(asleep, athlete):
    waiting = open_at(athlete, Disposition.COACH_REVIEW)
    factories.make_report(athlete, {**factories.CLOT, "side": "both"})
    waiting.refresh_from_db()
    assert waiting.level == "same_day"
    assert waiting.acknowledge_by == timezone.now() + timedelta(hours=1)
    pending = waiting.notifications.filter(channel="email", state="pending")
    assert {(n.level, n.next_attempt_at) for n in pending} == {("same_day", timezone.now())}
