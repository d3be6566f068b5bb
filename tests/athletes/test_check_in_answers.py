"""An answer to a check-in is a report in the same episode, also from a link without a log-in."""

import uuid
from datetime import timedelta

import pytest
from django.db import DatabaseError
from django.utils import timezone

from athletes import access
from athletes.check_in_links import KEPT_AFTER_MISSED
from athletes.models import CheckIn, Escalation, Notification, PainReport
from athletes.models.follow_up import (
    ANSWERED,
    ASKED,
    MISSED,
)
from athletes.services import check_ins, episodes, follow_up
from athletes.services.reports import NotStored, SameKeyOtherContent
from guidance import Disposition
from tests.athletes.follow_up_stories import (
    ago,
    answered,
    go_through,
    judged,
    make_due,
    reported,
    the,
)
from tests.factories import (
    CLOT,
    SORE,
    STRAIN,
    make_athlete,
    make_club,
    make_coach,
)

pytestmark = pytest.mark.django_db


# --- answered


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


# --- the link


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
