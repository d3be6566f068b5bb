"""Followed up: what a report plans, when the athlete is asked, and what comes of the answer."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from athletes.asking import in_waking_hours
from athletes.models import CheckIn, Escalation, Notification, PainReport
from athletes.models.follow_up import (
    ANSWERED,
    ASKED,
    CANCELLED,
    MISSED,
    PLANNED,
)
from athletes.services import episodes, escalations, follow_up
from guidance import Disposition
from tests.athletes.follow_up_stories import (
    FINE,
    LESS,
    ago,
    answered,
    go_through,
    judged,
    reported,
    states,
    the,
)
from tests.factories import (
    CLOT,
    SORE,
    STRAIN,
    make_report,
)

pytestmark = pytest.mark.django_db


# --- planned


def test_a_judged_report_plans_what_follows_it(athlete):
    report = reported(athlete, STRAIN)
    assert states(athlete) == {
        "strain_first_day": PLANNED, "second_day": PLANNED, "week": PLANNED,
    }  # fmt: skip
    assert the(report, "week").level == report.disposition


def test_planning_twice_changes_nothing(athlete):
    report = reported(athlete, STRAIN)
    before = list(CheckIn.objects.values_list("pk", "due_at"))
    follow_up.plan(report=report, result=report.assessment.result)
    assert list(CheckIn.objects.values_list("pk", "due_at")) == before


def test_a_new_report_takes_the_place_of_what_was_planned_and_asked(athlete):
    first = reported(athlete, STRAIN, hours=25)
    go_through(the(first, "strain_first_day"), ASKED)
    second = reported(athlete, STRAIN)
    assert set(first.check_ins.values_list("state", flat=True)) == {CANCELLED}
    assert second.check_ins.filter(state=PLANNED).count() == 3


def test_an_older_report_that_comes_late_plans_nothing(athlete):
    reported(athlete, STRAIN)
    late = reported(athlete, STRAIN, hours=5)
    assert not late.check_ins.exists()
    assert CheckIn.objects.filter(state=PLANNED).count() == 3


def test_a_late_report_is_asked_about_from_where_it_stands(athlete):
    two_days = reported(athlete, STRAIN, days=4)
    assert states(athlete) == {"week": PLANNED}
    assert the(two_days, "week").due_at > timezone.now()


def test_a_report_that_is_too_late_for_all_is_still_asked_about_once(athlete):
    reported(athlete, {**CLOT, "swelling": "yes"}, days=20)
    waiting = CheckIn.objects.waiting().get()
    assert waiting.due_at > timezone.now()
    assert waiting.level == "same_day"


def test_nothing_is_planned_for_an_episode_that_is_over(squad, athlete):
    report = make_report(athlete, SORE)
    episodes.close_episode(by=squad.coach, episode=report.episode, reason="Gone")
    judged(report)
    assert not CheckIn.objects.exists()


def test_closing_ends_what_was_planned_and_leaves_the_escalation(squad, athlete):
    report = reported(athlete, CLOT)
    asked = go_through(the(report, "danger_first_day"), ASKED)
    episodes.close_episode(by=squad.coach, episode=report.episode, reason="Seen, nothing found")
    assert set(states(athlete).values()) == {CANCELLED}
    assert report.escalations.get().state == "open"
    assert not Notification.objects.filter(check_in=asked, state="pending").exists()
    report.episode.refresh_from_db()
    assert report.episode.closed_as == "by_coach"


# --- by day


@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2028, 1, 1)),
    st.sampled_from(["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu"]),
)
def test_nobody_is_asked_at_night(moment: datetime, name: str) -> None:
    zone, due = ZoneInfo(name), moment.replace(tzinfo=UTC)
    asked = in_waking_hours(due, zone)
    assert 8 <= asked.astimezone(zone).hour < 21
    assert timedelta() <= asked - due <= timedelta(hours=12)  # 11 h of night, and a day of 25 hours


@pytest.mark.parametrize(
    ("due", "asked"),
    [
        (datetime(2026, 3, 29, 0, 30, tzinfo=UTC), datetime(2026, 3, 29, 6, tzinfo=UTC)),  # clocks go forward
        (datetime(2026, 10, 24, 23, 30, tzinfo=UTC), datetime(2026, 10, 25, 7, tzinfo=UTC)),  # and back
        (datetime(2026, 3, 28, 20, 30, tzinfo=UTC), datetime(2026, 3, 29, 6, tzinfo=UTC)),
        (datetime(2026, 10, 25, 19, 59, tzinfo=UTC), datetime(2026, 10, 25, 19, 59, tzinfo=UTC)),
        (datetime(2026, 10, 25, 20, 0, tzinfo=UTC), datetime(2026, 10, 26, 7, tzinfo=UTC)),
    ],
)  # fmt: skip
def test_the_morning_is_at_eight_on_both_change_days(due: datetime, asked: datetime) -> None:
    assert in_waking_hours(due, ZoneInfo("Europe/Berlin")) == asked


def test_times_stay_in_order_at_every_hour(athlete):
    """A time that slips to the morning never overtakes the next; a danger is asked at the hour."""
    for hours in range(24):
        report = reported(athlete, STRAIN, hours=hours / 24)
        day = datetime(2026, 10, 24, hours, 40, tzinfo=UTC)
        PainReport.objects.filter(pk=report.pk).update(reported_at=day)
        report.reported_at = day
        for entry in follow_up.check_ins_for(report.assessment.result):
            row = follow_up._row(report, Disposition.SELF_CARE, entry, day)
            assert row.due_at < row.remind_at < row.missed_at
            assert row.missed_at - row.remind_at >= timedelta(hours=4)
            assert row.due_at >= day + entry.due_after


def test_after_a_danger_the_hour_does_not_matter(athlete):
    report = reported(athlete, CLOT)
    assert the(report, "danger_first_day").due_at == report.reported_at + timedelta(hours=24)


# --- what comes of it


def test_an_answer_that_is_no_worse_leaves_the_days_that_were_promised(athlete):
    report = reported(athlete, SORE, hours=50)
    judged(answered(go_through(the(report, "sore_second_day"), ASKED), "better").report)
    assert states(athlete) == {"sore_second_day": ANSWERED, "week": PLANNED}


def test_the_last_one_comes_again_until_it_is_over(athlete):
    report = reported(athlete, SORE, days=7)
    week = go_through(the(report, "week"), ASKED)
    CheckIn.objects.filter(kind="sore_second_day").update(state=MISSED, settled_at=ago(days=4))
    told = judged(answered(week, "better", FINE).report)
    assert list(told.check_ins.values_list("kind", "state")) == [("week", PLANNED)]


def test_an_answer_that_is_worse_begins_anew(athlete):
    report = reported(athlete, SORE, hours=50)
    told = judged(answered(go_through(the(report, "sore_second_day"), ASKED), "worse").report)
    assert the(report, "week").state == CANCELLED
    assert told.check_ins.filter(state=PLANNED).count() >= 2


def test_who_has_seen_it_is_not_called_by_an_answer_that_says_the_same(squad, athlete):
    report = reported(athlete, STRAIN, hours=49)
    escalations.resolve(by=squad.coach, escalation=report.escalations.get(), outcome="Rest")
    judged(answered(go_through(the(report, "second_day"), ASKED), "better", LESS).report)
    assert not Escalation.objects.open().exists()


def test_what_needs_somebody_today_calls_every_time(squad, athlete):
    report = reported(athlete, CLOT, hours=25)
    escalations.resolve(by=squad.coach, escalation=report.escalations.get(), outcome="Seen")
    answered(go_through(the(report, "danger_first_day"), ASKED), "same")
    assert Escalation.objects.open().get().level == "same_day"


# --- rules of time, through stored reports


def fired(report: PainReport) -> set[str]:
    return {rule["id"] for rule in report.assessment.result["rules"]}


def test_pain_beyond_a_week_that_is_still_there_escalates(athlete):
    report = reported(athlete, SORE, days=7)
    told = judged(answered(go_through(the(report, "week"), ASKED), "better", LESS).report)
    assert "more_than_a_week" in fired(told)
    assert Escalation.objects.open().get().level == "within_days"


def test_pain_that_is_gone_after_a_week_does_not(athlete):
    report = reported(athlete, SORE, days=7)
    told = judged(answered(go_through(the(report, "week"), ASKED), "better", FINE).report)
    assert "more_than_a_week" not in fired(told)
    assert told.disposition == "self_care"


def test_worse_after_two_days_of_rest_escalates(athlete):
    report = reported(athlete, SORE, hours=49)
    check_in = go_through(the(report, "sore_second_day"), ASKED)
    told = judged(answered(check_in, "worse", {"severity_nrs": 3}).report)
    assert "worse_despite_rest" in fired(told)
    assert Escalation.objects.open().get().level == "within_days"


def test_worse_by_the_number_escalates_too(athlete):
    reported(athlete, {**SORE, "days_since_onset": 0}, hours=72)
    told = reported(athlete, {**SORE, "severity_nrs": 6, "days_since_onset": 3})
    assert "worse_despite_rest" in fired(told)


def test_the_third_time_in_eight_weeks_escalates(squad, athlete):
    for days in (40, 20):
        earlier = reported(athlete, SORE, days=days)
        episodes.close_episode(
            by=squad.coach, episode=earlier.episode, reason="Gone", at=ago(days=days - 3)
        )
    third = reported(athlete, SORE)
    assert "third_time_in_eight_weeks" in fired(third)
    assert third.escalations.open().get().level == "within_days"


def test_check_ins_that_were_not_answered_are_told_to_the_engine(athlete):
    report = reported(athlete, STRAIN)
    for kind in ("strain_first_day", "second_day"):
        assert "check_ins_not_answered" not in fired(reported_again := report)
        go_through(the(report, kind), MISSED)
    told = reported(athlete, STRAIN)
    assert reported_again.pk != told.pk
    assert "check_ins_not_answered" in fired(told)
    assert "check_ins_not_answered" not in fired(reported(athlete, STRAIN)), "heard of since"
