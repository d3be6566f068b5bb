"""`/metrics`: for who shows the token, numbers only, in a fixed number of queries."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families

from athletes.models import Escalation, Heartbeat, Notification, WebhookEndpoint
from athletes.services import clock, escalations
from athletes.services.webhooks import telling
from guidance import KNOWLEDGE
from tests import factories
from tests.coaching.lookups import nobody_is_asked
from tests.stack import ROOT

pytestmark = pytest.mark.django_db

TOKEN = "a-token-of-the-monitoring"


@pytest.fixture(autouse=True)
def switched_on(settings: Any) -> None:
    settings.METRICS_TOKEN = TOKEN


def scrape(client: Client) -> str:
    answer = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/plain")
    return answer.content.decode()


def told(client: Client) -> dict[str, float]:
    """`name{label,label}`: value."""
    return {
        f"{sample.name}{{{','.join(sample.labels.values())}}}".removesuffix("{}"): sample.value
        for family in text_string_to_metric_families(scrape(client))
        for sample in family.samples
    }


def test_without_a_token_set_there_is_no_such_page(client: Client, settings: Any) -> None:
    settings.METRICS_TOKEN = ""
    for shown in ("Bearer ", "Bearer", f"Bearer {TOKEN}", ""):
        assert client.get("/metrics", headers={"Authorization": shown}).status_code == 404


@pytest.mark.parametrize("shown", ["", TOKEN, "Bearer", "Bearer ", f"Bearer {TOKEN}x", "Basic é"])
def test_without_the_right_one_nothing_is_told(client: Client, shown: str) -> None:
    answer = client.get("/metrics", headers={"Authorization": shown})
    assert (answer.status_code, answer.content) == (401, b"")


def test_a_quiet_site(client: Client) -> None:
    numbers = told(client)
    assert numbers["niggle_assessments_pending"] == 0
    assert numbers["niggle_escalations_unacknowledged{emergency_now}"] == 0
    assert numbers["niggle_loop_age_seconds{dispatcher}"] == float("inf")
    assert numbers["niggle_loop_stands_still{dispatcher}"] == 1
    assert "niggle_escalations_unacknowledged{self_care}" not in numbers


def test_what_waits_is_counted(client: Client) -> None:
    squad = factories.make_club()
    report = factories.make_report(factories.make_athlete(squad), factories.BREATHLESS)
    report.assessments.update(created_at=timezone.now() - timedelta(seconds=90))
    Escalation.objects.update(
        acknowledge_by=timezone.now() - timedelta(seconds=5), nobody_left_at=timezone.now()
    )
    Notification.objects.filter(channel="email").update(
        due_at=timezone.now() - timedelta(seconds=70)
    )
    Notification.objects.create(
        recipient=squad.coach,  # type: ignore[attr-defined]
        channel="push",
        state="failed",
        subject="x",
        path="/",
        dedupe_key=uuid4().hex,
        next_attempt_at=timezone.now(),
    )
    numbers = told(client)
    assert numbers["niggle_assessments_pending"] == 1
    assert 90 <= numbers["niggle_assessments_oldest_pending_seconds"] < 120
    for what in ("unacknowledged", "past_due", "nobody_left"):
        assert numbers[f"niggle_escalations_{what}{{emergency_now}}"] == 1
        assert numbers[f"niggle_escalations_{what}{{same_day}}"] == 0
    assert numbers["niggle_notifications{email,pending}"] == 1
    assert numbers["niggle_notifications{push,failed}"] == 1
    assert 70 <= numbers["niggle_notifications_oldest_unsent_seconds{email}"] < 100
    assert 70 <= numbers["niggle_notifications_oldest_untried_seconds"] < 100
    assert numbers["niggle_mail_failing_seconds"] == 0
    assert numbers["niggle_loop_stands_still{dispatcher}"] == 0
    assert numbers["niggle_squads_without_reachable_coach"] == 0

    escalations.acknowledge(by=squad.coach, escalation=Escalation.objects.get())  # type: ignore[attr-defined]
    assert told(client)["niggle_escalations_unacknowledged{emergency_now}"] == 0


def test_webhooks_that_fail_are_counted(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    nobody_is_asked(monkeypatch)
    squad = factories.make_club()
    well, failing = (factories.make_webhook(squad) for _ in range(2))
    for endpoint in (well, failing):
        telling.ping(endpoint)
    WebhookEndpoint.objects.filter(pk=failing.pk).update(failing_since=timezone.now())
    numbers = told(client)
    assert numbers["niggle_webhook_deliveries_waiting"] == 2
    assert numbers["niggle_webhooks_failing"] == 1


def test_a_drill_is_in_no_figure(client: Client) -> None:
    athlete = factories.make_athlete(factories.make_club(), with_login=False)
    factories.make_report(athlete, factories.BREATHLESS)
    type(athlete).objects.filter(pk=athlete.pk).update(is_drill=True)
    assert told(client)["niggle_escalations_unacknowledged{emergency_now}"] == 0


def test_a_squad_whose_danger_would_reach_nobody(client: Client) -> None:
    squad = factories.make_club()
    squad.club.memberships.all().delete()
    assert told(client)["niggle_squads_without_reachable_coach"] == 1


def test_mail_that_fails_shows_since_when(client: Client) -> None:
    factories.make_report(factories.make_athlete(factories.make_club()), factories.CLOT)
    since = timezone.now() - timedelta(seconds=400)
    Notification.objects.filter(channel="email").update(attempts=3, first_attempt_at=since)
    assert 400 <= told(client)["niggle_mail_failing_seconds"] < 430


def test_the_age_of_each_sweep_is_told(client: Client) -> None:
    clock.beat_all(names=clock.expected())
    ago = timezone.now() - timedelta(seconds=200)
    Heartbeat.objects.filter(name="sweep:clocks").update(at=ago)
    numbers = told(client)
    assert 200 <= numbers["niggle_loop_age_seconds{sweep:clocks}"] < 230
    assert numbers["niggle_loop_stands_still{sweep:clocks}"] == 1


def test_the_number_of_queries_does_not_grow(client: Client) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            scrape(client)
        return len(asked)

    factories.make_report(factories.make_athlete(factories.make_club()), factories.CLOT)
    before = queries()
    for _ in range(3):
        squad = factories.make_club()
        for answers in (factories.BREATHLESS, factories.CLOT, factories.SORE):
            factories.make_report(factories.make_athlete(squad), answers)
    assert queries() == before <= MOST_QUERIES


MOST_QUERIES = 18


def test_no_name_and_no_answer_is_told(client: Client) -> None:
    squad = factories.make_club("Ravens")
    athlete = factories.make_athlete(squad, name="Lena Vogt")
    factories.make_report(athlete, factories.BREATHLESS, assess=True, note="since Sunday")
    text = scrape(client)
    for private in ("Lena", "Ravens", "Sunday", "example.test", str(athlete.pk)):
        assert private not in text
    values = {value for line in text.splitlines() for value in line.split('"')[1::2]}
    assert not values & (set(KNOWLEDGE.findings) | set(KNOWLEDGE.causes))


def test_every_number_is_explained(client: Client) -> None:
    """docs/operating.md names each, and none that is not told."""
    factories.make_report(factories.make_athlete(factories.make_club()))
    page = (ROOT / "docs" / "operating.md").read_text()
    table = page.split("| number | meaning |")[1].split("\n\n")[0]
    told_of = {sample.partition("{")[0] for sample in told(client)}
    assert set(re.findall(r"`(niggle_\w+)", table)) == told_of
