"""What a club's programs are told of: written down with what happened, once, and with nothing in it but ids and times."""

import json
import uuid
from datetime import timedelta

import pytest
from django.urls import resolve
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from athletes.models import Escalation, WebhookDelivery
from athletes.models.follow_up import REMINDED
from athletes.models.reports import DEMO
from athletes.models.webhooks import EVENTS
from athletes.services import assessments, escalations, follow_up, reports
from athletes.services.webhooks import endpoints
from guidance import Answers
from tests import factories
from tests.canary import ANSWERS, WORDS
from tests.coaching.lookups import nobody_is_asked

pytestmark = pytest.mark.django_db
ALL = [event for event, _label in EVENTS]
NAMES = {"id", "type", "at", "club", "data"}


@pytest.fixture(autouse=True)
def no_lookups(monkeypatch):
    nobody_is_asked(monkeypatch)


@pytest.fixture
def endpoint(squad):
    return factories.make_webhook(squad)


def told(event=""):
    rows = WebhookDelivery.objects.order_by("created_at", "pk")
    return list(rows.filter(event=event) if event else rows)


def kinds():
    return [row.event for row in told()]


def call(athlete, answers=factories.CLOT, **more):
    return factories.make_report(athlete, answers, **more).escalations.get()


def test_a_danger_is_told_when_it_is_opened_and_when_it_is_judged(endpoint, athlete):
    report = factories.make_report(athlete, factories.CLOT)
    assert kinds() == ["escalation.opened"]
    assessments.assess_report(assessment_id=report.assessment.pk, finished_by="worker")
    assessments.assess_report(assessment_id=report.assessment.pk, finished_by="worker")
    assert kinds() == ["escalation.opened", "report.assessed"]


def test_it_is_told_once_when_somebody_has_seen_it(endpoint, squad, athlete):
    escalation = call(athlete)
    for _ in range(2):
        escalations.acknowledge(by=squad.coach, escalation=escalation)
    escalations.resolve(by=squad.coach, escalation=escalation, outcome="Seen")
    assert len(told("escalation.acknowledged")) == 1


def test_it_is_told_when_it_gets_worse_and_when_nobody_has_seen_it(endpoint, athlete):
    escalation = call(athlete)
    factories.make_report(athlete, factories.BREATHLESS)
    assert len(told("escalation.raised")) == 1
    Escalation.objects.update(acknowledge_by=timezone.now() - timedelta(seconds=1))
    assert escalations.pass_on(escalation_id=escalation.pk)
    assert not escalations.pass_on(escalation_id=escalation.pk)
    assert len(told("escalation.raised")) == 2


def test_the_same_report_sent_twice_is_told_once(endpoint, athlete):
    again = {"client_key": uuid.uuid4()}
    for _ in range(2):
        factories.make_report(athlete, factories.CLOT, **again)
    assert kinds() == ["escalation.opened"]


def test_a_check_in_that_nobody_answered_is_told_once(endpoint, athlete):
    report = factories.make_report(athlete, factories.SORE, assess=True)
    WebhookDelivery.objects.all().delete()
    yesterday = timezone.now() - timedelta(days=1)
    check_in = factories.make_only_check_in(report, state=REMINDED, due_at=yesterday)
    for _ in range(2):
        follow_up.miss(check_in_id=check_in.pk)
    assert kinds()[:1] == ["check_in.missed"]
    assert len(told("check_in.missed")) == 1
    assert told()[0].body["data"]["check_in"] == str(check_in.pk)


def test_the_body_holds_ids_and_times_and_a_way_to_ask_for_the_rest(endpoint, squad, athlete):
    escalation = call(athlete, factories.BREATHLESS, assess=True)
    escalations.acknowledge(by=squad.coach, escalation=escalation)
    endpoints.ping(by=squad.coach, endpoint=endpoint)
    assert {row.event for row in told()} == {
        "escalation.opened", "report.assessed", "escalation.acknowledged", "ping",
    }  # fmt: skip
    for row in told():
        body = row.body
        assert set(body) == NAMES
        assert (body["id"], body["type"]) == (str(row.event_id), row.event)
        assert abs(parse_datetime(body["at"]) - timezone.now()) < timedelta(minutes=1)
        assert body["at"].endswith("Z")
        assert body["club"] == str(squad.club.pk)
        url = body["data"].pop("url")
        assert url.startswith("http://")
        assert resolve("/" + url.split("/", 3)[3]).view_name != "api:nowhere"
        assert all(uuid.UUID(key) for key in body["data"].values())
        text = json.dumps(body)
        assert not ANSWERS.search(text)
        assert not WORDS.search(text)
        assert athlete.name not in text


def test_only_who_asked_for_an_event_is_told_and_each_by_the_same_id(squad, athlete):
    both = [factories.make_webhook(squad, events=["escalation.opened"]) for _ in range(2)]
    factories.make_webhook(squad, events=["check_in.missed"])
    call(athlete)
    assert {row.endpoint for row in told()} == set(both)
    assert len({row.event_id for row in told()}) == 1


@pytest.mark.parametrize("why", ["stopped", "removed", "another club's"])
def test_who_is_stopped_removed_or_of_another_club_is_told_nothing(why, squad, athlete):
    if why == "another club's":
        factories.make_webhook(factories.make_club())
    else:
        endpoint = factories.make_webhook(squad)
        {"stopped": endpoints.stop, "removed": endpoints.remove}[why](
            by=squad.coach, endpoint=endpoint
        )
    call(athlete)
    assert not told()


def test_nothing_is_told_of_a_drill(endpoint, athlete):
    athlete.is_drill = True
    athlete.save()
    call(athlete, assess=True)
    assert not told()


def test_nothing_is_told_by_a_club_that_calls_nobody(endpoint, squad, athlete):
    squad.club.is_demo = squad.club.calls_nobody = True
    squad.club.save()
    factories.make_report(athlete, factories.CLOT, assess=True)
    assert not told()


def test_nothing_is_told_of_what_is_entered_as_history(endpoint, athlete):
    submission = reports.submit_pain_report(
        by=athlete.user,
        athlete=athlete,
        answers=Answers.parse(factories.CLOT),
        client_key=uuid.uuid4(),
        face=DEMO,
        reported_at=timezone.now() - timedelta(days=3),
    )
    assessments.assess_report(assessment_id=submission.report.assessment.pk, finished_by="worker")
    assert not told()


def test_a_call_for_help_costs_a_club_without_webhooks_one_question(
    athlete, django_assert_num_queries
):
    escalation = Escalation.objects.select_related("athlete").get(pk=call(athlete).pk)
    for tell in (escalations.telling.opened, escalations.telling.acknowledged):
        with django_assert_num_queries(1):
            tell(escalation)


def test_it_is_written_with_what_happened_or_not_at_all(endpoint, athlete, monkeypatch):
    def fail(**_):
        raise RuntimeError

    monkeypatch.setattr(escalations.notifications, "queue", fail)
    with pytest.raises(RuntimeError):
        factories.make_report(athlete, factories.CLOT)
    assert not told()


def test_who_is_forgotten_leaves_nothing_in_the_log(endpoint, athlete):
    call(athlete)
    assert told()
    athlete.delete()
    assert not told()
