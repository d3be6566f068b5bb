"""Two people, or two processes, at the same row at the same moment.

On PostgreSQL, where they really meet; SQLite lets one writer in at a time.
"""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable
from typing import Any
from unittest.mock import patch

import pytest
from django.db import connection

from athletes.models import Assessment, Episode, Escalation, Notification, PainReport
from athletes.services import assessments, delivery, episodes, escalations, keys
from tests import factories

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        "connection.vendor != 'postgresql'", reason="SQLite lets one writer in at a time"
    ),
]
WHILE_IT_LASTS_S = 0.7
ENOUGH_S = 20


class Other(threading.Thread):
    """Somebody else doing `work`, on a database connection of their own."""

    def __init__(self, work: Callable[[], Any]) -> None:
        super().__init__(daemon=True)
        self.work, self.fault = work, None
        self.start()

    def run(self) -> None:
        try:
            self.work()
        except Exception as fault:  # noqa: BLE001 - shown by finish()
            self.fault = fault
        finally:
            connection.close()

    def finish(self) -> None:
        self.join(ENOUGH_S)
        assert not self.is_alive(), "it still waits"
        if self.fault:
            raise self.fault


def kinds(escalation):
    return list(escalation.events.values_list("kind", flat=True))


def all_at_once(*works: Callable[[], Any]) -> None:
    ready = threading.Barrier(len(works))

    def together(work: Callable[[], Any]) -> Callable[[], Any]:
        return lambda: (ready.wait(ENOUGH_S), work())

    others = [Other(together(work)) for work in works]
    for other in others:
        other.finish()


def test_what_is_acknowledged_while_it_is_raised_stays_open(squad, athlete):
    """The coach saw the lesser danger. The worse one must keep its clock until somebody sees that."""
    waiting = factories.make_report(athlete, factories.CLOT).escalations.get()
    real, coach = escalations._raise, []

    def slowly(*args):
        coach.append(
            Other(lambda: escalations.acknowledge(by=squad.coach, escalation=waiting)),
        )
        coach[0].join(WHILE_IT_LASTS_S)
        return real(*args)

    with patch.object(escalations, "_raise", slowly):
        factories.make_report(athlete, factories.BREATHLESS)
    coach[0].finish()
    worst = Escalation.objects.open().get()
    assert worst.level == "emergency_now"
    assert worst.notifications.filter(channel="email", state="pending").exists()


def test_two_first_reports_with_one_key_are_one_report(athlete):
    key = uuid.uuid4()
    send = lambda: factories.make_report(athlete, factories.CLOT, client_key=key)  # noqa: E731
    all_at_once(*[send] * 4)
    assert PainReport.objects.count() == Assessment.objects.count() == 1
    assert Escalation.objects.count() == Episode.objects.count() == 1


def test_two_assessments_of_an_episode_at_once_call_once(athlete):
    """Reports whose screening called nobody, and whose judgement does."""
    filed = [factories.make_report(athlete, factories.SORE) for _ in range(4)]
    worse = {**assessments.judge(filed[0]), "disposition": "same_day"}
    with patch.object(assessments, "judge", return_value=worse):
        all_at_once(
            *[
                lambda pk=report.assessment.pk: assessments.assess_report(
                    assessment_id=pk, finished_by="worker"
                )
                for report in filed
            ]
        )
    assert set(Assessment.objects.values_list("state", flat=True)) == {"done"}
    escalation = Escalation.objects.get()
    assert sorted(kinds(escalation)) == ["opened", *["reported_again"] * 3, "told"]


def test_many_reports_judgements_and_clicks_at_once_end(squad, athlete):
    """No two of them wait for each other for ever; nothing that was reported is without a call."""
    danger = [factories.CLOT, factories.BREATHLESS]
    reports = [factories.make_report(athlete, danger[n % 2]) for n in range(6)]

    def click():
        for escalation in Escalation.objects.all():
            escalations.acknowledge(by=squad.coach, escalation=escalation)

    def pass_on():
        Escalation.objects.update(acknowledge_by="2020-01-01T00:00:00Z")
        for escalation in Escalation.objects.all():
            escalations.pass_on(escalation_id=escalation.pk)

    def close():
        for episode in Episode.objects.all():
            episodes.close_episode(by=squad.coach, episode=episode, reason="over")

    def judge():
        for report in reports:
            assessments.assess_report(assessment_id=report.assessment.pk, finished_by="worker")

    def report():
        factories.make_report(athlete, factories.CLOT)

    all_at_once(*[click, pass_on, close, judge, report] * 2)
    assert not Assessment.objects.filter(report__in=reports, state="pending").exists()
    for filed in PainReport.objects.exclude(disposition="self_care"):
        assert filed.episode.escalations.filter(events__report=filed).exists()
    keys = Notification.objects.values_list("dedupe_key", flat=True)
    assert len(keys) == len(set(keys))


def test_a_report_stored_while_its_episode_is_closed_is_in_an_episode_that_somebody_saw(
    squad, athlete
):
    """Either the coach closed what held the report already, or the report opened the next episode."""
    episode = factories.make_report(athlete, factories.SORE).episode
    find, coach = episodes.find_or_open, []

    def slowly(**place):
        found = find(**place)
        coach.append(
            Other(lambda: episodes.close_episode(by=squad.coach, episode=episode, reason="over"))
        )
        coach[0].join(WHILE_IT_LASTS_S)
        return found

    with patch("athletes.services.reports.find_or_open", slowly):
        report = factories.make_report(athlete, factories.SORE)
    coach[0].finish()
    closed_at = Episode.objects.get(pk=report.episode_id).closed_at
    assert closed_at is None or closed_at > report.created_at


def test_one_message_that_four_deliver_at_once_goes_out_once(athlete, mailoutbox):
    factories.make_report(athlete, factories.CLOT)
    notice = Notification.objects.get(channel="email")
    went_out: list[bool] = []
    all_at_once(*[lambda: went_out.append(delivery.deliver(notification_id=notice.pk))] * 4)
    assert (sorted(went_out), len(mailoutbox)) == ([False, False, False, True], 1)
    notice.refresh_from_db()
    assert (notice.state, notice.attempts) == ("sent", 1)
    assert notice.escalation.events.filter(kind="told", channel="email").count() == 1


def test_processes_that_start_together_make_one_key_of_the_site():
    made: list[tuple[str, str]] = []
    all_at_once(*[lambda: made.append(keys.vapid())] * 4)
    assert len(set(made)) == 1
