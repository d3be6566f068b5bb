"""Holding an athlete out of training, and letting them back."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from athletes import access
from athletes.models import TrainingHold
from athletes.services.holds import hold_training, release_training
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def squad():
    return factories.make_club()


@pytest.fixture
def athlete(squad):
    return factories.make_athlete(squad)


def hold(squad, athlete, **changed):
    told = {"kind": "out", "reason": "Wait for the scan.", **changed}
    return hold_training(by=told.pop("by", squad.coach), athlete=athlete, **told)


def told_of(athlete):
    return list(athlete.user.notifications.filter(channel="in_app").values_list("subject", "topic"))


def in_force(athlete, now=None):
    return TrainingHold.objects.in_force(now or timezone.now()).filter(athlete=athlete)


def test_a_hold_stands_and_the_athlete_is_told_without_a_word_about_health(squad, athlete):
    held = hold(squad, athlete)
    assert (held.kind, held.set_by, held.until) == ("out", squad.coach, None)
    assert in_force(athlete).get() == held
    assert told_of(athlete) == [("Your coach has changed your training", "talk")]


def test_the_same_hold_sent_twice_is_one(squad, athlete):
    until = timezone.now() + timedelta(days=2)
    assert hold(squad, athlete, until=until) == hold(squad, athlete, until=until)
    assert TrainingHold.objects.count() == len(told_of(athlete)) == 1


def test_a_new_hold_ends_the_one_before(squad, athlete):
    other = factories.make_coach(squad, role=access.CLINICIAN)
    before, after = hold(squad, athlete), hold(squad, athlete, kind="modified", by=other)
    before.refresh_from_db()
    assert before.released_by == other
    assert in_force(athlete).get() == after


def test_it_ends_by_itself_when_its_time_has_come(squad, athlete):
    until = timezone.now() + timedelta(days=1)
    held = hold(squad, athlete, until=until)
    assert in_force(athlete, until - timedelta(seconds=1)).exists()
    assert not in_force(athlete, until).exists()
    later = hold(squad, athlete, reason="Again", at=until + timedelta(days=3))
    held.refresh_from_db()
    assert (held.released_at, held.released_by) == (until, None)  # nobody ended it
    assert later.since == until + timedelta(days=3)


def test_a_release_ends_it_once_and_says_who(squad, athlete):
    held = hold(squad, athlete)
    release_training(by=squad.coach, hold=held, reason="The scan is clear.")
    again = release_training(by=factories.make_coach(squad), hold=held, reason="Me too")
    assert (again.released_by, again.release_reason) == (squad.coach, "The scan is clear.")
    assert not in_force(athlete).exists()
    assert len(told_of(athlete)) == 2


def test_a_release_of_one_hold_does_not_end_the_next(squad, athlete):
    first = hold(squad, athlete)
    second = hold(squad, athlete, reason="Fever as well")
    release_training(by=squad.coach, hold=first)
    assert in_force(athlete).get() == second


def test_a_release_after_its_time_changes_nothing(squad, athlete):
    until = timezone.now() + timedelta(days=1)
    held = hold(squad, athlete, until=until)
    late = release_training(by=squad.coach, hold=held, at=until + timedelta(hours=1))
    assert late.released_by is None


def test_a_clock_that_was_set_back_does_not_end_a_hold_before_it_began(squad, athlete):
    held = hold(squad, athlete)
    release_training(by=squad.coach, hold=held, at=held.since - timedelta(hours=1))
    assert held.released_at == held.since


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"kind": "full"}, "kind"),
        ({"reason": "  "}, "reason"),
        ({"reason": "x" * 301}, "reason"),
        ({"until": timezone.now() - timedelta(days=1)}, "until"),
        ({"until": datetime.max.replace(tzinfo=UTC)}, "until"),
    ],
)
def test_what_cannot_be_is_refused_with_its_field(squad, athlete, wrong, field):
    with pytest.raises(ValidationError) as told:
        hold(squad, athlete, **wrong)
    assert list(told.value.message_dict) == [field]
    assert not TrainingHold.objects.exists()


def test_an_episode_of_somebody_else_is_refused(squad, athlete):
    theirs = factories.make_report(factories.make_athlete(squad)).episode
    with pytest.raises(ValidationError):
        hold(squad, athlete, episode=theirs)


def test_only_who_looks_after_the_athlete_may(squad, athlete):
    held = hold(squad, athlete)
    for outsider in (factories.make_club().coach, athlete.user):
        with pytest.raises(access.NotAllowed):
            hold(squad, athlete, by=outsider)
        with pytest.raises(access.NotAllowed):
            release_training(by=outsider, hold=held)


def test_a_coach_who_runs_may_hold_themself_and_not_undo_what_another_decided(squad, athlete):
    athlete.user = squad.coach
    athlete.save()
    release_training(by=squad.coach, hold=hold(squad, athlete))
    assert not in_force(athlete).exists()
    by_another = hold(squad, athlete, by=factories.make_coach(squad))
    with pytest.raises(access.NotAllowed):
        release_training(by=squad.coach, hold=by_another)
