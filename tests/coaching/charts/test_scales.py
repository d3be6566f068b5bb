"""Where values and moments stand, and what stands on the axis."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coaching.charts.scales import Linear, Times, across, down, from_zero, nice_step

BERLIN = ZoneInfo("Europe/Berlin")


def test_a_value_stands_between_the_ends_of_the_axis():
    pain = Linear(0, 10, 168, 8)
    assert (pain(0), pain(5), pain(10)) == (168, 88, 8)


def test_what_lies_outside_is_put_at_the_end_and_an_empty_range_divides_by_nothing():
    assert Linear(0, 10, 0, 100)(12) == 100
    assert Linear(0, 10, 0, 100)(-1) == 0
    assert Linear(3, 3, 0, 100)(3) == 0


@pytest.mark.parametrize(
    ("high", "ticks"),
    [(10, [0, 5, 10]), (4, [0, 1, 2, 3, 4]), (0.4, [0, 0.1, 0.2, 0.3, 0.4]), (50, [0, 20, 40])],
)
def test_the_marks_of_an_axis_are_round_numbers(high, ticks):
    assert Linear(0, high, 0, 1).ticks(4) == ticks


@given(st.lists(st.integers(0, 500), min_size=1))
def test_counts_end_at_a_round_number_that_none_passes_and_have_no_half_steps(counts):
    axis = from_zero([float(count) for count in counts], 0, 100)
    assert axis.high >= max(*counts, 1)
    assert axis.ticks()[-1] == axis.high
    assert all(tick == int(tick) for tick in axis.ticks())
    assert len(axis.ticks()) <= 6


def test_what_is_not_known_moves_no_axis():
    assert from_zero([None, 3.0, None], 0, 1).high == 3
    assert from_zero([None], 0, 1).high == 1


def test_the_step_of_an_empty_axis_is_one():
    assert nice_step(0) == 1


def test_moments_stand_by_the_time_that_passed():
    start = datetime(2026, 3, 1, tzinfo=BERLIN)
    axis = Times(start, start + timedelta(days=10))
    assert axis(start + timedelta(days=5)) == pytest.approx(50)


@pytest.mark.parametrize(
    ("days", "weekdays"), [(6, {0, 1, 2, 3, 4, 5, 6}), (40, {0}), (200, {0, 1, 2, 3, 4, 5, 6})]
)
def test_a_time_axis_is_marked_at_local_midnights_and_never_crowded(days, weekdays):
    start = datetime(2026, 3, 20, 15, tzinfo=BERLIN)  # the clocks change on 29 March
    ticks = Times(start, start + timedelta(days=days)).ticks(BERLIN)
    assert 2 <= len(ticks) <= 7
    assert {(tick.hour, tick.minute) for tick in ticks} == {(0, 0)}
    assert {tick.weekday() for tick in ticks} <= weekdays
    if days > 70:
        assert {tick.day for tick in ticks} == {1}


def test_coordinates_are_texts_that_no_language_changes():
    assert across(12.5) == "12.5%"
    assert across(100 / 3) == "33.333%"
    assert (down(168.0), down(0.0), down(10.0)) == ("168", "0", "10")
