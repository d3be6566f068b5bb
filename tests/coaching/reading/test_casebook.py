"""What a page has read of one athlete says the same as the records that a squad's board asks for."""

from datetime import timedelta

import pytest
from django.utils import timezone

from athletes.availability import record_of, records_of
from athletes.models import TrainingHold
from athletes.models.follow_up import MISSED
from athletes.services import comments, episodes, holds
from coaching.reading.cases import casebook_of
from tests import factories

pytestmark = pytest.mark.django_db

DAYS_AGO = 100, 40, 9, 2  # beyond what availability looks back on, and within


@pytest.fixture
def squad():
    return factories.make_club()


@pytest.fixture
def athlete(squad):
    return factories.make_athlete(squad)


def told(athlete, days, answers=factories.SORE):
    at = timezone.now() - timedelta(days=days)
    return factories.make_report(athlete, answers, assess=True, reported_at=at)


def nothing(squad, athlete):
    pass


def reports(squad, athlete):
    for days in DAYS_AGO:
        told(athlete, days)


def a_danger(squad, athlete):
    told(athlete, 1, factories.CLOT)


def a_report_not_judged(squad, athlete):
    factories.make_report(athlete, factories.CLOT)


def a_closed_problem(squad, athlete):
    episode = told(athlete, 3).episode
    episodes.close_episode(by=squad.coach, episode=episode, reason="Gone", pain_free=True)


def a_comment_of_each(squad, athlete):
    episode = told(athlete, 12).episode
    comments.add_comment(by=athlete.user, episode=episode, text="It is better")
    comments.add_comment(by=squad.coach, episode=episode, text="Good")


def a_missed_check_in(squad, athlete):
    report = told(athlete, 5)
    at = timezone.now() - timedelta(days=1)
    factories.make_only_check_in(report, state=MISSED, settled_at=at)


def a_hold(squad, athlete):
    holds.hold_training(by=squad.coach, athlete=athlete, kind="out", reason="Wait for the scan")


def holds_that_are_over(squad, athlete):
    told(athlete, 8)
    for number in range(2):
        holds.hold_training(
            by=squad.coach, athlete=athlete, kind="modified", reason=f"Easy {number}"
        )
    holds.release_training(by=squad.coach, hold=TrainingHold.objects.standing().get(), reason="")


LIVES = [
    nothing,
    reports,
    a_danger,
    a_report_not_judged,
    a_closed_problem,
    a_comment_of_each,
    a_missed_check_in,
    a_hold,
    holds_that_are_over,
]


@pytest.mark.parametrize("life", LIVES, ids=lambda life: life.__name__)
def test_what_a_page_has_read_says_the_same_as_the_records(squad, athlete, life):
    life(squad, athlete)
    now = timezone.now()
    book = casebook_of(athlete, now)
    read = record_of(athlete, book, zone=athlete.zone)
    (asked,) = records_of([athlete], now, now.date(), zone=athlete.zone)
    assert read.at(now) == asked.at(now)
    assert read.silence == asked.silence
    assert read.last_heard == asked.last_heard
    assert list(read.missed) == list(asked.missed)
    assert {part for part in read.stretches if part.holds_at(now)} == {
        part for part in asked.stretches if part.holds_at(now)
    }
    assert book.hold_in_force == athlete.holds.in_force(now).first()
