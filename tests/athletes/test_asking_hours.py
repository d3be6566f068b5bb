"""Asked at the hour that the athlete chose, as far as the body's own time allows."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from athletes.asking import at_chosen_hour, in_waking_hours
from athletes.models import Athlete, CheckIn
from athletes.models.follow_up import ASKED
from athletes.services import choices
from tests.athletes.follow_up_stories import go_through, reported, the
from tests.factories import CLOT, SORE

BERLIN = ZoneInfo("Europe/Berlin")
DAY, TWO_DAYS, WEEK = timedelta(days=1), timedelta(days=2), timedelta(days=7)


def asked(due: datetime, after: timedelta, hour: time, zone: ZoneInfo = BERLIN) -> datetime:
    return at_chosen_hour(due, after=after, hour=hour, zone=zone, now=due - after)


@pytest.mark.parametrize(
    ("due", "after", "hour", "local"),
    [
        ("2026-05-05 15:00", DAY, time(19), "2026-05-05 19:00"),  # the next
        ("2026-05-05 15:00", DAY, time(12), "2026-05-05 12:00"),  # the one before, near enough
        (
            "2026-05-05 10:00",
            DAY,
            time(20),
            "2026-05-05 10:00",
        ),  # neither: a day after is no half day more
        ("2026-05-05 10:00", TWO_DAYS, time(20), "2026-05-05 20:00"),
        ("2026-05-05 22:30", TWO_DAYS, time(8), "2026-05-06 08:00"),
        ("2026-05-05 10:00", WEEK, time(20, 30), "2026-05-05 20:30"),
        ("2026-05-05 19:00", WEEK, time(19), "2026-05-05 19:00"),
        # The clocks go forward in the night of 29 March 2026, and back in that of 25 October.
        ("2026-03-29 21:00", TWO_DAYS, time(19), "2026-03-29 19:00"),
        ("2026-03-28 23:00", TWO_DAYS, time(8), "2026-03-29 08:00"),
        ("2026-10-24 23:00", TWO_DAYS, time(8), "2026-10-25 08:00"),
        ("2026-10-25 10:00", TWO_DAYS, time(20), "2026-10-25 20:00"),
    ],
)
def test_the_chosen_hour_counts_where_it_is_near(
    due: str, after: timedelta, hour: time, local: str
) -> None:
    found = asked(datetime.fromisoformat(due).replace(tzinfo=BERLIN).astimezone(UTC), after, hour)
    assert found.astimezone(BERLIN).strftime("%Y-%m-%d %H:%M") == local


@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2028, 1, 1)),
    st.sampled_from([DAY, TWO_DAYS, WEEK]),
    st.integers(8, 20),
    st.sampled_from(["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu"]),
)
def test_nobody_is_asked_much_earlier_or_later_than_is_due(
    moment: datetime, after: timedelta, hour: int, name: str
) -> None:
    due, zone = moment.replace(tzinfo=UTC), ZoneInfo(name)
    found = asked(due, after, time(hour), zone)
    assert abs(found - due) <= min(after / 4, timedelta(hours=12))
    assert found == due or found.astimezone(zone).time() == time(hour)
    assert 8 <= in_waking_hours(found, zone).astimezone(zone).hour < 21


def test_an_hour_that_has_passed_already_is_not_gone_back_to() -> None:
    due = datetime(2026, 5, 5, 15, tzinfo=UTC)
    now = datetime(2026, 5, 5, 14, tzinfo=UTC)
    assert at_chosen_hour(due, after=DAY, hour=time(13), zone=ZoneInfo("UTC"), now=now) == due


# --- what is planned


@pytest.fixture
def runner(athlete: Any) -> Athlete:
    Athlete.objects.filter(pk=athlete.pk).update(timezone="Europe/Berlin")
    athlete.refresh_from_db()
    return athlete  # type: ignore[no-any-return]


def local_hour(check_in: CheckIn) -> int:
    return check_in.due_at.astimezone(BERLIN).hour


@pytest.mark.django_db
def test_what_is_planned_comes_at_the_hour_that_was_chosen_before(runner: Athlete) -> None:
    choices.choose_hour_of_asking(by=runner.user, at=time(20, 15))
    check_in = the(reported(Athlete.objects.get(pk=runner.pk), SORE), "week")
    assert check_in.due_at.astimezone(BERLIN).time() == time(20, 15)
    assert check_in.due_at < check_in.remind_at < check_in.missed_at


@pytest.mark.django_db
def test_what_is_planned_already_moves_when_the_hour_is_chosen(runner: Athlete) -> None:
    report = reported(runner, SORE)
    before = {row.pk: row.due_at for row in report.check_ins.all()}
    choices.choose_hour_of_asking(by=runner.user, at=time(9, 30))
    assert the(report, "week").due_at.astimezone(BERLIN).time() == time(9, 30)
    choices.choose_hour_of_asking(by=runner.user, at=None)
    assert {row.pk: row.due_at for row in report.check_ins.all()} == before


@pytest.mark.django_db
def test_what_follows_a_danger_waits_for_no_hour(runner: Athlete) -> None:
    report = reported(runner, CLOT)
    before = {row.pk: row.due_at for row in report.check_ins.all()}
    choices.choose_hour_of_asking(by=runner.user, at=time(20))
    assert before
    assert {row.pk: row.due_at for row in report.check_ins.all()} == before
    again = reported(Athlete.objects.get(pk=runner.pk), CLOT)
    entry = again.check_ins.order_by("due_at").first()
    assert entry.due_at - again.reported_at == before[min(before, key=before.__getitem__)] - (
        report.reported_at
    )


@pytest.mark.django_db
def test_what_was_asked_already_stays(runner: Athlete) -> None:
    report = reported(runner, SORE)
    first = go_through(report.check_ins.order_by("due_at").first(), ASKED)
    choices.choose_hour_of_asking(by=runner.user, at=time(9, 30))
    assert CheckIn.objects.get(pk=first.pk).due_at == first.due_at


@pytest.mark.django_db
@pytest.mark.parametrize("at", [time(7, 59), time(21), time(3)])
def test_nobody_can_choose_the_night(runner: Athlete, at: time) -> None:
    with pytest.raises(ValidationError, match="night"):
        choices.choose_hour_of_asking(by=runner.user, at=at)
    runner.user.refresh_from_db()
    assert runner.user.ask_at is None
