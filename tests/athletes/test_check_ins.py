"""Followed up until it is over: asked, reminded, missed or answered, each once, whatever comes in between."""

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import DatabaseError
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from athletes import access
from athletes.check_in_links import KEPT_AFTER_MISSED
from athletes.dispatcher import SWEEPS
from athletes.models import Athlete, CheckIn, Escalation, Notification, PainReport, Squad
from athletes.models.follow_up import (
    ANSWERED,
    ASKED,
    CANCELLED,
    MISSED,
    PLANNED,
    REMINDED,
)
from athletes.services import assessments, check_ins, episodes, escalations, follow_up
from athletes.services.reports import NotStored, SameKeyOtherContent, Submission
from guidance import Disposition, check_in_told
from tests.factories import (
    CLOT,
    SORE,
    STRAIN,
    make_athlete,
    make_club,
    make_coach,
    make_report,
)

pytestmark = pytest.mark.django_db

FINE = {"severity_nrs": 0, "can_walk": "yes", "hop_pain": "no"}
LESS = {"severity_nrs": 1, "can_walk": "yes", "hop_pain": "no"}


@pytest.fixture
def squad() -> Squad:
    return make_club()


@pytest.fixture
def athlete(squad: Squad) -> Athlete:
    return make_athlete(squad, timezone="Europe/Berlin")


def ago(**age: float) -> datetime:
    return timezone.now() - timedelta(**age)


def judged(report: PainReport) -> PainReport:
    assessments.assess_report(assessment_id=report.assessment.pk, finished_by="worker")
    report.refresh_from_db()
    return report


def reported(athlete: Athlete, answers: dict[str, Any] = SORE, **age: float) -> PainReport:
    """A report that came in as it was told, a while ago."""
    report = make_report(athlete, answers, reported_at=ago(**age) if age else None)
    PainReport.objects.filter(pk=report.pk).update(created_at=report.reported_at)
    report.refresh_from_db()
    return judged(report)


def the(report: PainReport, kind: str) -> CheckIn:
    return CheckIn.objects.select_related("report", "episode__athlete__user").get(
        report=report, kind=kind
    )


def make_due(check_in: CheckIn, *, at: str = "due_at") -> CheckIn:
    """As if its time had just come."""
    row = CheckIn.objects.get(pk=check_in.pk)
    shift = getattr(row, at) - timezone.now() + timedelta(seconds=1)
    times = {name: getattr(row, name) - shift for name in ("due_at", "remind_at", "missed_at")}
    CheckIn.objects.filter(pk=row.pk).update(**times)
    return row


def go_through(check_in: CheckIn, state: str) -> CheckIn:
    """Asked, reminded, missed: as far as `state`."""
    steps = [
        (ASKED, "due_at", follow_up.ask),
        (REMINDED, "remind_at", follow_up.remind),
        (MISSED, "missed_at", follow_up.miss),
    ]
    for reached, at, step in steps:
        make_due(check_in, at=at)
        assert step(check_in_id=check_in.pk)
        if reached == state:
            break
    check_in.refresh_from_db()
    assert check_in.state == state
    return check_in


def answered(
    check_in: CheckIn, trend: str = "better", told: dict[str, Any] = LESS, **fields: Any
) -> Submission:
    by = fields.pop("by", None) or check_in.episode.athlete.user
    key = fields.pop("client_key", None) or uuid.uuid4()
    return check_ins.answer(
        by=by,
        check_in=check_in,
        answers=check_in_told(trend, told),
        client_key=key,
        face="phone",
        **fields,
    )


def states(athlete: Athlete) -> dict[str, str]:
    rows = CheckIn.objects.filter(episode__athlete=athlete).order_by("due_at", "id")
    return dict(rows.values_list("kind", "state"))


def messages(check_in: CheckIn) -> list[tuple[str, str, str]]:
    rows = Notification.objects.filter(check_in=check_in, channel="in_app").order_by("created_at")
    return list(rows.values_list("recipient__email", "subject", "path"))


def sweep() -> None:
    for entry in SWEEPS:
        if entry.name.startswith("check_ins"):
            for pk in entry.find().values_list("pk", flat=True):
                entry.do(pk)


# ---------------------------------------------------------------- planned


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


# ---------------------------------------------------------------- by day


@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2028, 1, 1)),
    st.sampled_from(["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu"]),
)
def test_nobody_is_asked_at_night(moment: datetime, name: str) -> None:
    zone, due = ZoneInfo(name), moment.replace(tzinfo=UTC)
    asked = follow_up.in_waking_hours(due, zone)
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
    assert follow_up.in_waking_hours(due, ZoneInfo("Europe/Berlin")) == asked


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


# ---------------------------------------------------------------- asked, reminded, missed


def test_it_is_asked_once_when_due(athlete):
    check_in = the(reported(athlete, SORE), "sore_second_day")
    assert not follow_up.ask(check_in_id=check_in.pk), "not due"
    make_due(check_in)
    assert [follow_up.ask(check_in_id=check_in.pk) for _ in range(2)] == [True, False]
    assert messages(check_in) == [
        (athlete.user.email, "How is it today? Three taps", f"/me/check-ins/{check_in.pk}/")
    ]
    assert Notification.objects.filter(check_in=check_in, channel="email").count() == 1


def test_without_a_log_in_a_coach_is_to_ask(squad):
    check_in = the(reported(make_athlete(squad, with_login=False), SORE), "sore_second_day")
    go_through(check_in, ASKED)
    assert messages(check_in) == [
        (squad.coach.email, "Ask an athlete how it is today", f"/desk/check-ins/{check_in.pk}/")
    ]


def test_no_health_data_and_no_name_goes_out(squad):
    athlete = make_athlete(squad, name="Zebedee Quill")
    for answers in (SORE, {**CLOT, "site": ["shin_medial"]}):
        go_through(reported(athlete, answers).check_ins.earliest("due_at"), MISSED)
    sent = Notification.objects.filter(check_in__isnull=False)
    assert sent.count() > 6
    text = " ".join(f"{row.subject} {row.path}" for row in sent)
    for planted in ("Zebedee", "calf", "shin", "swell", "pain"):
        assert planted not in text


def test_it_is_reminded_once_and_then_a_coach_is_told(squad, athlete):
    check_in = the(reported(athlete, SORE), "sore_second_day")
    go_through(check_in, REMINDED)
    assert not follow_up.remind(check_in_id=check_in.pk)
    go_through_again = make_due(check_in, at="missed_at")
    assert [follow_up.miss(check_in_id=go_through_again.pk) for _ in range(2)] == [True, False]
    assert messages(check_in)[2:] == [
        (squad.coach.email, "An athlete has not answered a check-in", f"/desk/athletes/{athlete.pk}/")
    ]  # fmt: skip
    assert not Escalation.objects.exists()


def test_nobody_is_missed_who_was_not_reminded(athlete):
    check_in = the(reported(athlete, SORE), "sore_second_day")
    go_through(check_in, ASKED)
    CheckIn.objects.filter(pk=check_in.pk).update(
        due_at=ago(days=2), remind_at=ago(days=1), missed_at=ago(hours=1)
    )
    assert not follow_up.miss(check_in_id=check_in.pk)
    assert follow_up.remind(check_in_id=check_in.pk)
    check_in.refresh_from_db()
    assert check_in.missed_at > timezone.now(), "as long to answer as everybody"


def test_who_is_asked_late_has_as_long_to_answer(athlete):
    check_in = the(reported(athlete, SORE), "sore_second_day")
    times = {"due_at": ago(hours=30), "remind_at": ago(hours=24), "missed_at": ago(hours=10)}
    CheckIn.objects.filter(pk=check_in.pk).update(**times)
    sweep()
    check_in.refresh_from_db()
    assert check_in.state == ASKED
    assert check_in.remind_at > timezone.now() + timedelta(hours=5)
    assert check_in.missed_at > check_in.remind_at


def test_the_sweeps_find_all_of_it(athlete):
    check_in = the(reported(athlete, SORE), "sore_second_day")
    for at, state in (("due_at", ASKED), ("remind_at", REMINDED), ("missed_at", MISSED)):
        sweep()
        make_due(check_in, at=at)
        sweep()
        check_in.refresh_from_db()
        assert check_in.state == state


def test_who_has_left_is_asked_no_more(squad, athlete):
    report = reported(athlete, CLOT)
    first, second = the(report, "danger_first_day"), the(report, "danger_second_day")
    go_through(second, REMINDED)
    Athlete.objects.filter(pk=athlete.pk).update(left_at=timezone.now())
    make_due(first)
    make_due(second, at="missed_at")
    sweep()
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, second.state) == (CANCELLED, CANCELLED)
    assert Notification.objects.filter(subject__contains="not answered").count() == 0


def test_silence_after_a_danger_is_itself_an_escalation(squad, athlete):
    report = reported(athlete, CLOT)
    first = report.escalations.get()
    escalations.resolve(by=squad.coach, escalation=first, outcome="On the way to the hospital")
    check_in = go_through(the(report, "danger_first_day"), MISSED)
    called = Escalation.objects.open().get()
    assert (called.level, called.check_in, called.report) == ("same_day", check_in, report)
    assert "call" in called.reason
    assert called.acknowledge_by > timezone.now() + timedelta(minutes=50)
    assert not follow_up.miss(check_in_id=check_in.pk)
    assert Escalation.objects.count() == 2


def test_two_in_a_row_without_an_answer_call_for_a_look(squad, athlete):
    report = reported(athlete, STRAIN)
    escalations.resolve(by=squad.coach, escalation=report.escalations.get(), outcome="Talked")
    go_through(the(report, "strain_first_day"), MISSED)
    assert not Escalation.objects.open().exists()
    go_through(the(report, "second_day"), MISSED)
    called = Escalation.objects.open().get()
    assert called.level == "coach_review"
    assert "has not answered the last check-ins" in called.reason


# ---------------------------------------------------------------- answered


def test_an_answer_is_a_report_in_the_same_episode(athlete):
    report = reported(athlete, STRAIN, hours=49)
    check_in = go_through(the(report, "second_day"), ASKED)
    told = answered(check_in, "better", note="Walked the dog")
    assert told.created
    assert told.report.episode == report.episode
    assert told.report.answers["site"] == STRAIN["site"]
    assert told.report.answers["days_since_onset"] == STRAIN["days_since_onset"] + 2
    assert told.report.pain_now == 1
    check_in.refresh_from_db()
    assert (check_in.state, check_in.answer) == (ANSWERED, told.report)
    assert not Notification.objects.filter(check_in=check_in, state="pending").exists()
    assert judged(told.report).assessment.state == "done"


def test_the_same_answer_sent_again_is_the_same_report(athlete):
    report = reported(athlete, {**CLOT, "days_since_onset": 1}, hours=26)
    check_in, key = go_through(the(report, "danger_first_day"), ASKED), uuid.uuid4()
    first = answered(check_in, "same", client_key=key)
    judged(first.report)
    again = answered(check_in, "same", client_key=key)
    assert (again.report, again.created) == (first.report, False)
    with pytest.raises(SameKeyOtherContent):
        answered(check_in, "worse", client_key=key)
    assert PainReport.objects.count() == 2


def test_answered_twice_the_later_one_counts(athlete):
    report = reported(athlete, STRAIN, hours=49)
    check_in = go_through(the(report, "second_day"), ASKED)
    first = answered(check_in, "better", reported_at=ago(minutes=10)).report
    second = answered(check_in, "worse", {"severity_nrs": 6}).report
    check_in.refresh_from_db()
    assert check_in.answer == second
    late = answered(check_in, "same", {"severity_nrs": 3}, reported_at=ago(minutes=5)).report
    check_in.refresh_from_db()
    assert check_in.answer == second
    assert len({first, second, late}) == 3


def test_an_answer_after_it_was_missed_still_counts(squad, athlete):
    check_in = go_through(the(reported(athlete, CLOT), "danger_first_day"), MISSED)
    answered(check_in, "better")
    check_in.refresh_from_db()
    assert check_in.state == ANSWERED
    assert Escalation.objects.open().exists(), "what runs is not lowered by a machine"


def test_a_danger_in_the_answer_calls_in_the_request(athlete):
    check_in = go_through(the(reported(athlete, SORE), "sore_second_day"), ASKED)
    told = answered(check_in, "worse", {"severity_nrs": 6, "shortness_of_breath": "yes"}).report
    assert told.disposition == "emergency_now"
    assert Escalation.objects.open().get().level == "emergency_now"


def test_an_answer_that_comes_late_overturns_nothing_but_its_danger_calls(athlete):
    report = reported(athlete, SORE, hours=50)
    check_in = go_through(the(report, "sore_second_day"), ASKED)
    newer = reported(athlete, SORE, minutes=5)
    planned = list(newer.check_ins.values_list("pk", "state"))
    late = answered(check_in, "worse", {"swelling": "yes"}, reported_at=ago(minutes=30)).report
    judged(late)
    assert Escalation.objects.open().get().level == "same_day"
    assert list(newer.check_ins.values_list("pk", "state")) == planned
    assert not late.check_ins.exists()
    assert athlete.reports.newest_first()[0] == newer


def test_an_answer_when_the_episode_is_over_opens_the_next(squad, athlete):
    report = reported(athlete, SORE)
    check_in = go_through(the(report, "sore_second_day"), ASKED)
    episodes.close_episode(by=squad.coach, episode=report.episode, reason="Gone")
    told = answered(check_in, "worse").report
    assert told.episode != report.episode
    assert told.episode.kind == "recurrence"


def test_only_the_athlete_and_their_desk_may_answer(squad, athlete):
    check_in = go_through(the(reported(athlete, SORE), "sore_second_day"), ASKED)
    for stranger in (make_athlete(squad).user, make_club().coach):
        with pytest.raises(access.NotAllowed):
            answered(check_in, by=stranger)
    assert answered(check_in, by=make_coach(squad)).created


def test_what_the_profile_learned_since_is_not_told_back(athlete):
    """A risk that was told once is kept in the profile; a check-in must not undo a correction there."""
    report = reported(athlete, {**SORE, "smoker": "yes"})
    athlete.refresh_from_db()
    athlete.background = {**athlete.background, "smoker": "no"}
    athlete.save()
    told = answered(go_through(the(report, "sore_second_day"), ASKED)).report
    assert "smoker" not in told.answers
    athlete.refresh_from_db()
    assert athlete.background["smoker"] == "no"
    assert told.known_facts["smoker"] == "no"


def test_a_failing_database_answers_with_what_to_do(athlete, monkeypatch):
    check_in = go_through(the(reported(athlete, SORE), "sore_second_day"), ASKED)

    def fail(*_: object, **__: object) -> None:
        raise DatabaseError

    monkeypatch.setattr(check_ins, "_told_last", fail)
    with pytest.raises(NotStored) as failure:
        answered(check_in, "worse", {"chest_pain": "yes"})
    assert failure.value.screening.disposition is Disposition.EMERGENCY_NOW


# ---------------------------------------------------------------- what comes of it


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


# ---------------------------------------------------------------- rules of time, through stored reports


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


# ---------------------------------------------------------------- the link


@pytest.fixture
def asked(athlete) -> CheckIn:
    return go_through(the(reported(athlete, SORE), "sore_second_day"), ASKED)


def test_a_link_opens_its_check_in_and_no_other(athlete, asked):
    token = check_ins.magic_token(asked)
    assert check_ins.find_by_token(token, timezone.now()) == asked
    assert check_ins.link(asked).endswith(f"/c/{token}/")
    other = the(asked.report, "week")
    forged = f"{other.pk.hex}.{token.partition('.')[2]}"
    for wrong in (forged, token[:-1], token.replace(".", ""), "", "x.y", "ü", str(asked.pk)):
        assert check_ins.find_by_token(wrong, timezone.now()) is None


def test_a_link_ends(athlete, asked):
    token = check_ins.magic_token(asked)
    last = asked.missed_at + KEPT_AFTER_MISSED
    assert check_ins.find_by_token(token, last) == asked
    assert check_ins.find_by_token(token, last + timedelta(seconds=1)) is None


def test_a_link_of_a_missed_one_still_opens(asked):
    token = check_ins.magic_token(asked)
    go_through_rest = [("remind_at", follow_up.remind), ("missed_at", follow_up.miss)]
    for at, step in go_through_rest:
        make_due(asked, at=at)
        step(check_in_id=asked.pk)
    found = check_ins.find_by_token(token, timezone.now())
    assert found is not None
    assert found.state == MISSED


@pytest.mark.parametrize("gone", ["left", "another person", "no person", "locked out", "cancelled"])
def test_a_link_opens_nothing_once_it_should_not(squad, athlete, asked, gone):
    token = check_ins.magic_token(asked)
    if gone == "left":
        athlete.left_at = timezone.now()
    elif gone == "another person":
        athlete.user = make_coach(squad)
    elif gone == "no person":
        athlete.user = None
    elif gone == "locked out":
        athlete.user.is_active = False
        athlete.user.save()
    else:
        follow_up.cancel(episode=asked.episode)
    athlete.save()
    assert check_ins.find_by_token(token, timezone.now()) is None
