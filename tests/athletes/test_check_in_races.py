"""A check-in that is asked, answered, missed or cancelled at the same moment by two: on PostgreSQL, where they meet."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.db import connection  # noqa: F401 - for the condition

from athletes.models import CheckIn, Escalation, Notification, PainReport
from athletes.models.follow_up import ANSWERED, ASKED, CANCELLED, MISSED, REMINDED
from athletes.services import episodes, follow_up
from tests import factories
from tests.athletes.follow_up_stories import answered, go_through, make_due, reported, the
from tests.athletes.test_races import all_at_once

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        "connection.vendor != 'postgresql'", reason="SQLite lets one writer in at a time"
    ),
]
TIMES = 2


@pytest.fixture
def danger(athlete: Any) -> CheckIn:
    return the(reported(athlete, factories.CLOT), "danger_first_day")


def test_four_sweeps_at_once_ask_once_remind_once_and_miss_once(danger):
    for at, step in (
        ("due_at", follow_up.ask),
        ("remind_at", follow_up.remind),
        ("missed_at", follow_up.miss),
    ):
        make_due(danger, at=at)
        done: list[bool] = []
        all_at_once(*[lambda s=step, d=done: d.append(s(check_in_id=danger.pk))] * 4)
        assert sorted(done) == [False, False, False, True]
    in_app = Notification.objects.filter(check_in=danger, channel="in_app")
    assert in_app.count() == 2
    assert Escalation.objects.get().events.filter(check_in=danger).count() == 1


def test_an_answer_that_comes_as_it_is_missed_always_counts(squad, athlete):
    for _ in range(TIMES):
        check_in = go_through(the(reported(athlete, factories.CLOT), "danger_first_day"), REMINDED)
        make_due(check_in, at="missed_at")
        all_at_once(
            lambda c=check_in: answered(c, "better"),
            lambda c=check_in: follow_up.miss(check_in_id=c.pk),
        )
        check_in.refresh_from_db()
        assert check_in.state == ANSWERED
        assert check_in.answer is not None


def test_one_answer_sent_four_times_at_once_is_one_report(athlete):
    check_in = go_through(the(reported(athlete, factories.SORE), "sore_second_day"), ASKED)
    key = uuid.uuid4()
    all_at_once(*[lambda: answered(check_in, "same", client_key=key)] * 4)
    assert PainReport.objects.count() == 2


def test_closing_as_it_is_missed_ends_in_one_of_both(squad, athlete):
    for number in range(TIMES):
        report = reported(athlete, factories.SORE)
        check_in = go_through(the(report, "sore_second_day"), REMINDED)
        make_due(check_in, at="missed_at")
        all_at_once(
            lambda r=report: episodes.close_episode(
                by=squad.coach, episode=r.episode, reason="Gone"
            ),
            lambda c=check_in: follow_up.miss(check_in_id=c.pk),
        )
        check_in.refresh_from_db()
        assert check_in.state in (MISSED, CANCELLED), number
        assert not CheckIn.objects.waiting().exists()
