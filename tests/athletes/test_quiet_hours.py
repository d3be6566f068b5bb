"""Quiet hours hold back a review only, by the wall clock of the club, also when that is put on or back."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from athletes import hours
from athletes.models import Club
from guidance import Disposition

BERLIN, NEW_YORK, LORD_HOWE = "Europe/Berlin", "America/New_York", "Australia/Lord_Howe"
ZONES = (BERLIN, NEW_YORK, LORD_HOWE, "Pacific/Auckland", "America/Santiago", "Asia/Kathmandu")
REVIEW = Disposition.COACH_REVIEW
NIGHT = (time(22), time(7))
MOST = timedelta(hours=16)


def club(zone=BERLIN, quiet=NIGHT, **fields):
    start, end = quiet or (None, None)
    return Club(name="Milers", timezone=zone, quiet_from=start, quiet_until=end, **fields)


def at(zone, *wall, fold=0):
    return datetime(*wall, tzinfo=ZoneInfo(zone), fold=fold).astimezone(UTC)


def told_at(zone, quiet, *wall, fold=0):
    """When somebody is told of a review that comes up then, by the wall clock."""
    where = club(zone, quiet)
    ends = hours.told_from(where, REVIEW, at(zone, *wall, fold=fold))
    return ends.astimezone(where.zone).replace(tzinfo=None)


@pytest.mark.parametrize(
    ("wall", "told"),
    [
        ((2026, 6, 1, 21, 59), datetime(2026, 6, 1, 21, 59)),
        ((2026, 6, 1, 22, 0), datetime(2026, 6, 2, 7, 0)),
        ((2026, 6, 1, 23, 30, 15), datetime(2026, 6, 2, 7, 0)),
        ((2026, 6, 2, 6, 59, 59), datetime(2026, 6, 2, 7, 0)),
        ((2026, 6, 2, 7, 0), datetime(2026, 6, 2, 7, 0)),
    ],
)
def test_over_midnight(wall, told):
    assert told_at(BERLIN, NIGHT, *wall) == told


def test_within_one_day():
    siesta = (time(13), time(15))
    assert told_at(BERLIN, siesta, 2026, 6, 1, 14, 0) == datetime(2026, 6, 1, 15, 0)
    assert told_at(BERLIN, siesta, 2026, 6, 1, 23, 0) == datetime(2026, 6, 1, 23, 0)


@pytest.mark.parametrize("quiet", [None, (time(8), time(8))])
def test_without_quiet_hours_nothing_waits(quiet):
    assert told_at(BERLIN, quiet, 2026, 6, 1, 3, 0) == datetime(2026, 6, 1, 3, 0)


@pytest.mark.parametrize("level", [level for level in Disposition if level > REVIEW])
def test_what_is_more_urgent_rings_at_night_too(level):
    night = at(BERLIN, 2026, 6, 1, 3, 0)
    where = club()
    assert hours.told_from(where, level, night) == night
    assert hours.acknowledge_by(where, level, night) == night + where.wait_for(level)


@pytest.mark.parametrize(
    ("zone", "evening", "morning", "slept_h"),
    [
        # the night on which the clocks are put on, and the one on which they are put back
        (BERLIN, (2026, 3, 28, 22, 0), datetime(2026, 3, 29, 7, 0), 8),
        (BERLIN, (2026, 10, 24, 22, 0), datetime(2026, 10, 25, 7, 0), 10),
        (NEW_YORK, (2026, 3, 7, 22, 0), datetime(2026, 3, 8, 7, 0), 8),
        (NEW_YORK, (2026, 10, 31, 22, 0), datetime(2026, 11, 1, 7, 0), 10),
        (LORD_HOWE, (2026, 10, 3, 22, 0), datetime(2026, 10, 4, 7, 0), 8.5),
        (LORD_HOWE, (2026, 4, 4, 22, 0), datetime(2026, 4, 5, 7, 0), 9.5),
    ],
)
def test_on_the_days_on_which_the_clocks_change(zone, evening, morning, slept_h):
    assert told_at(zone, NIGHT, *evening) == morning
    slept = morning.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC) - at(zone, *evening)
    assert slept == timedelta(hours=slept_h)


def test_an_end_that_the_clocks_skip_is_when_they_skip_it():
    # In Berlin 02:30 does not exist on that night: after 01:59 comes 03:00.
    assert told_at(BERLIN, (time(22), time(2, 30)), 2026, 3, 29, 1, 0) == datetime(
        2026, 3, 29, 3, 0
    )


def test_an_hour_that_comes_twice_is_quiet_twice():
    quiet = (time(2), time(2, 30))
    for fold, ends_utc in ((0, (0, 30)), (1, (1, 30))):
        moment = at(BERLIN, 2026, 10, 25, 2, 10, fold=fold)
        told = hours.told_from(club(quiet=quiet), REVIEW, moment)
        assert told == datetime(2026, 10, 25, *ends_utc, tzinfo=UTC)


def test_the_clock_of_a_review_does_not_run_out_at_night():
    where = club(wait_coach_review_min=60)
    runs_out = hours.acknowledge_by(where, REVIEW, at(BERLIN, 2026, 6, 1, 21, 30))
    assert runs_out == at(BERLIN, 2026, 6, 2, 7, 0)


def test_the_clock_of_a_review_from_the_night_starts_in_the_morning():
    where = club(wait_coach_review_min=60)
    runs_out = hours.acknowledge_by(where, REVIEW, at(BERLIN, 2026, 6, 1, 23, 0))
    assert runs_out == at(BERLIN, 2026, 6, 2, 8, 0)


clock_times = st.times().map(lambda moment: moment.replace(second=0, microsecond=0))


@given(
    zone=st.sampled_from(ZONES),
    start=clock_times,
    length=st.integers(0, int(MOST.total_seconds()) // 60),
    moment=st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC)),
)
def test_at_any_time_in_any_zone_quiet_ends_soon(zone, start, length, moment):
    end = (datetime.combine(datetime(2026, 1, 1), start) + timedelta(minutes=length)).time()
    where = club(zone, (start, end))
    told = hours.told_from(where, REVIEW, moment)
    assert moment <= told <= moment + timedelta(hours=24)
    assert not hours.is_quiet(where, told)
    if told != moment:  # and not later than it must be
        assert hours.is_quiet(where, told - timedelta(minutes=1))
    runs_out = hours.acknowledge_by(where, REVIEW, moment)
    assert not hours.is_quiet(where, runs_out)
    assert runs_out >= told + where.wait_for(REVIEW)


def test_every_minute_of_the_days_on_which_the_clocks_change():
    """One after the other, in each zone: nothing is told in quiet hours, and nothing waits for a second night."""
    for zone, days in (
        (BERLIN, ((3, 28), (10, 24))),
        (NEW_YORK, ((3, 7), (10, 31))),
        (LORD_HOWE, ((4, 4), (10, 3))),
    ):
        where = club(zone)
        for month, day in days:
            first = at(zone, 2026, month, day, 12, 0)
            told = [
                hours.when_quiet_ends(where, first + timedelta(minutes=minute))
                for minute in range(0, 48 * 60, 7)
            ]
            assert told == sorted(told)
            assert not any(hours.is_quiet(where, moment) for moment in told)
            mornings = {
                moment
                for n, moment in enumerate(told)
                if moment != first + n * timedelta(minutes=7)
            }
            assert {m.astimezone(where.zone).time() for m in mornings} == {time(7)}
            assert len(mornings) == 2
