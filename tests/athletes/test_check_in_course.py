"""Asked, reminded, missed: each once, and silence after a danger calls for somebody."""

from datetime import timedelta

import pytest
from django.utils import timezone

from athletes.models import Athlete, CheckIn, Escalation, Notification
from athletes.models.follow_up import (
    ASKED,
    CANCELLED,
    MISSED,
    REMINDED,
)
from athletes.services import escalations, follow_up
from tests.athletes.follow_up_stories import (
    ago,
    go_through,
    make_due,
    messages,
    reported,
    sweep,
    the,
)
from tests.factories import (
    CLOT,
    SORE,
    STRAIN,
    make_athlete,
)

pytestmark = pytest.mark.django_db


# --- asked, reminded, missed


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
