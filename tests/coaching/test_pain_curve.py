"""The pain curve: what is not told is a gap, every event has a place, days are the athlete's."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation

from coaching.pain_curve import APART, Curve, Happening, Held

START = datetime(2026, 3, 2, 7, 40, tzinfo=UTC)
NOW = START + timedelta(days=6)


def told(days, pain, kind="report"):
    return Happening(START + timedelta(days=days), kind, f"day {days:g}", pain=pain)


def talk(days):
    return Happening(START + timedelta(days=days), "talk", "Anna wrote")


def curve(*happenings, zone=UTC, **more):
    return Curve("curve-1", list(happenings), zone, NOW, NOW, **more)


def test_pain_that_nobody_told_is_a_gap_and_never_nought():
    with_gap = curve(told(0, 6), told(1, None), told(2, 4))
    assert with_gap.path == ""  # no line leads over the gap
    assert len(with_gap.dots) == 2
    assert len(with_gap.unknown) == 1
    assert [row.cells[1] for row in with_gap.frame.table.rows] == ["6", None, "4"]


def test_a_missed_check_in_is_a_gap_too():
    assert curve(told(0, 6), told(1, None, "missed"), told(2, 4)).path == ""


def test_no_pain_stands_on_the_floor():
    line = curve(told(0, 6), told(1, 0))
    assert line.dots[1].y == line.floor
    assert line.path.startswith("M")


def test_check_ins_and_reports_look_different():
    both = curve(told(0, 6), told(1, 4, "check_in"))
    assert (len(both.dots), len(both.squares)) == (1, 1)


def test_events_are_numbered_in_time_and_each_has_its_pin():
    shown = curve(talk(3), told(0, 6), talk(5.5))
    assert [event.it.text for event in shown.events] == ["day 0", "Anna wrote", "Anna wrote"]
    assert [pin.mark for pin in shown.pins] == ["1", "2", "3"]
    assert [pin.href for pin in shown.pins] == ["#curve-1-1", "#curve-1-2", "#curve-1-3"]


def test_events_that_would_touch_share_a_pin_that_names_the_first():
    shared = curve(told(0, 6), talk(0.01), talk(0.02), talk(5))
    first, last = shared.pins
    assert (first.mark, last.mark) == ("1+", "4")
    assert "day 0" in first.says
    assert "and 2 more" in first.says
    assert last.share - first.share >= APART


def test_the_table_says_the_same_as_the_picture():
    shown = curve(told(0, 6), talk(1))
    cells = [row.cells for row in shown.frame.table.rows]
    assert cells == [["day 0", "6"], ["Anna wrote", ""]]


@pytest.mark.parametrize(
    ("happenings", "says"),
    [
        ([], "Nobody has said how much it hurts."),
        ([told(0, None)], "Nobody has said how much it hurts."),
        ([told(0, 6)], "Pain 6 of 10, told once."),
        (
            [told(0, 6), told(1, 7.5), told(2, 2)],
            "Pain 6 of 10 at first, pain 2 of 10 at last; the worst was 7.5.",
        ),
        (
            [told(0, 6), told(1, None), told(2, 2)],
            "Pain 6 of 10 at first, pain 2 of 10 at last; the worst was 6. Once nobody said how much.",
        ),
    ],
)
def test_the_summary_says_what_one_should_see(happenings, says):
    assert curve(*happenings).summary == says


def test_days_begin_at_the_athletes_midnight():
    berlin = curve(told(0, 6), zone=ZoneInfo("Asia/Tokyo"))
    assert [mark.text for mark in berlin.marks][:2] == ["3 Mar", "5 Mar"]
    share = (datetime(2026, 3, 2, 15, tzinfo=UTC) - START) / (NOW - START)
    assert float(berlin.marks[0].at.rstrip("%")) == pytest.approx(9 + share * 88, abs=0.01)


def test_coordinates_stay_numbers_in_a_language_with_a_decimal_comma():
    with translation.override("es"):
        spanish = curve(told(0, 6.5), told(1.3, 4))
        assert "," not in spanish.path + spanish.dots[0].y + spanish.pins[1].x
        assert spanish.frame.table.rows[0].cells[1] == "6,5"


def test_a_hold_is_a_band_from_its_beginning_to_its_end():
    held = Held(START + timedelta(days=3), NOW, "No training: scan")
    (band,) = curve(told(0, 6), held=[held]).bands
    assert (band.x, band.width, band.says) == ("53%", "44%", "No training: scan")


def test_a_first_report_of_this_minute_has_room_too_and_no_day_is_to_come():
    just_now = Curve("c", [Happening(NOW, "report", "now", pain=3)], UTC, NOW, NOW)
    assert just_now.dots[0].x == "97%"
    assert [mark.text for mark in just_now.marks] == ["8 Mar"]
