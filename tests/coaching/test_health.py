"""`/livez` and `/readyz`."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import DatabaseError
from django.test import Client
from django.utils import timezone

import guidance
from athletes.dispatcher import SWEEPS
from athletes.models import Heartbeat, Notification
from athletes.services import clock
from coaching import health
from coaching.context import STANDING_STILL
from tests import factories
from tests.stack import ROOT

pytestmark = pytest.mark.django_db

SWEPT = {f"sweep:{sweep.name}" for sweep in SWEEPS}


@pytest.fixture
def alive(settings: Any) -> None:
    """With Redis set up, and everybody well."""
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    clock.beat_all(names=clock.expected())


def readyz(client: Client) -> tuple[int, dict[str, Any]]:
    answer = client.get("/readyz")
    return answer.status_code, answer.json()


def test_livez_says_only_that_the_process_answers(client: Client) -> None:
    answer = client.get("/livez")
    assert (answer.status_code, answer.json()) == (200, {"alive": True})


def test_all_well(client: Client, alive: None) -> None:
    status, body = readyz(client)
    assert status == 200
    assert body["not_ready"] == []
    checks = body["checks"]
    assert set(checks) - SWEPT == {
        "database",
        "migrations",
        "knowledge",
        "dispatcher",
        "pending",
        "messages",
        "mail",
        "redis",
        "worker",
        "messenger",
        "postman",
        "courier",
        "beat",
    }
    assert {name for name in checks if name.startswith("sweep:")} == SWEPT
    assert all(checks[name]["age_s"] < 5 for name in ("dispatcher", "redis", "worker", *SWEPT))
    assert checks["pending"]["oldest_age_s"] is None
    assert checks["knowledge"]["version"] == guidance.KNOWLEDGE.version


@pytest.mark.parametrize(
    ("heartbeat", "named"),
    [
        (clock.DISPATCHER, "dispatcher"),
        (clock.WORKER, "worker"),
        (clock.BROKER, "redis"),
        (clock.MESSENGER, "messenger"),
        (clock.POSTMAN, "postman"),
        (clock.COURIER, "courier"),
        (clock.BEAT, "beat"),
        (clock.sweep_beat("clocks"), "sweep:clocks"),
    ],
)
def test_a_loop_that_stands_still_is_named(
    client: Client, alive: None, settings: Any, heartbeat: str, named: str
) -> None:
    long_ago = timezone.now() - timedelta(seconds=settings.HEARTBEAT_STALE_S + 5)
    Heartbeat.objects.filter(name=heartbeat).update(at=long_ago)
    status, body = readyz(client)
    assert (status, body["not_ready"]) == (503, [named])
    assert body["checks"][named]["age_s"] > settings.HEARTBEAT_STALE_S
    assert clock.standing_still() == [named]


def test_a_sweep_that_comes_seldom_may_be_silent_for_two_of_its_rounds(
    alive: None, settings: Any
) -> None:
    settings.HEARTBEAT_STALE_S = 3
    ago = timezone.now() - timedelta(seconds=max(sweep.every_s for sweep in SWEEPS) + 1)
    slowest = max(SWEEPS, key=lambda sweep: sweep.every_s)
    Heartbeat.objects.filter(name=clock.sweep_beat(slowest.name)).update(at=ago)
    assert slowest.every_s > settings.HEARTBEAT_STALE_S
    assert clock.standing_still() == []


def test_a_loop_that_died_before_the_clock_was_set_back_is_named(alive: None) -> None:
    ahead = timezone.now() + timedelta(hours=2)
    Heartbeat.objects.filter(name=clock.WORKER).update(at=ahead)
    assert clock.standing_still() == ["worker"]


def test_what_stands_still_is_one_question(alive: None, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        clock.standing_still()


def test_a_loop_that_never_began_is_named(client: Client, alive: None) -> None:
    Heartbeat.objects.filter(name=clock.WORKER).delete()
    status, body = readyz(client)
    assert (status, body["not_ready"]) == (503, ["worker"])


def test_without_redis_nobody_asks_for_a_worker(client: Client, alive: None, settings: Any) -> None:
    settings.REDIS_URL = ""
    of_the_queue = {clock.BROKER, clock.WORKER, clock.MESSENGER, clock.BEAT}
    Heartbeat.objects.filter(name__in=of_the_queue).delete()
    status, body = readyz(client)
    assert status == 200
    assert not {"redis", *of_the_queue} & set(body["checks"])


def test_a_database_that_is_away_is_named(
    client: Client, alive: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away() -> health.Finding:
        raise DatabaseError("gone")

    monkeypatch.setattr(health, "_database", away)
    status, body = readyz(client)
    assert status == 503
    assert body["checks"]["database"] == {"ok": False, "why": "DatabaseError"}
    assert "gone" not in str(body)


def test_a_migration_that_waits_is_named(
    client: Client, alive: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "_is_migrated", False)
    monkeypatch.setattr(health.MigrationExecutor, "migration_plan", lambda *_: [("a", False)])
    status, body = readyz(client)
    assert (status, body["not_ready"]) == (503, ["migrations"])


def mail_to(person: Any, *, due_s_ago: float, **fields: Any) -> Notification:
    """An e-mail in the outbox that was due `due_s_ago`."""
    due = timezone.now() - timedelta(seconds=due_s_ago)
    more = {"due_at": due, "next_attempt_at": due, **fields}
    return Notification.objects.create(
        recipient=person, channel="email", subject="x", path="/", dedupe_key=uuid4().hex, **more
    )


def test_a_message_that_nobody_tries_to_send_is_named(
    client: Client, alive: None, settings: Any
) -> None:
    person = factories.make_user()
    mail_to(person, due_s_ago=settings.HEARTBEAT_STALE_S - 30)
    assert readyz(client)[0] == 200
    mail_to(person, due_s_ago=settings.HEARTBEAT_STALE_S + 5)
    status, body = readyz(client)
    assert (status, body["not_ready"]) == (503, ["messages"])
    assert body["checks"]["messages"]["oldest_age_s"] > settings.HEARTBEAT_STALE_S


def test_mail_that_has_failed_for_minutes_is_named(client: Client, alive: None) -> None:
    person = factories.make_user()
    failing = {"due_s_ago": health.MAIL_FAILS_S + 5, "attempts": 4}
    mail_to(person, **failing)
    status, body = readyz(client)
    assert (status, body["not_ready"]) == (503, ["mail"])
    # The server took another meanwhile: it is that one address, not the mail.
    mail_to(person, due_s_ago=60, attempts=1, state="sent", sent_at=timezone.now())
    assert readyz(client)[0] == 200


def test_mail_that_failed_a_minute_ago_is_only_told(client: Client, alive: None) -> None:
    mail_to(factories.make_user(), due_s_ago=40, attempts=1)
    status, body = readyz(client)
    assert status == 200
    assert body["checks"]["mail"]["failing_for_s"] >= 40


def test_a_report_that_nobody_judges_is_named(client: Client, alive: None, settings: Any) -> None:
    report = factories.make_report(factories.make_athlete(factories.make_club()))
    long_ago = timezone.now() - timedelta(seconds=settings.HEARTBEAT_STALE_S + 5)
    report.assessments.update(created_at=long_ago)
    status, body = readyz(client)
    assert (status, body["not_ready"]) == (503, ["pending"])


def test_every_check_is_explained(client: Client, alive: None) -> None:
    table = (ROOT / "docs" / "operating.md").read_text().split("| check | not ready when |")[1]
    rows = [line.split("|")[1] for line in table.split("\n\n")[0].splitlines() if "`" in line]
    checks = readyz(client)[1]["checks"]
    assert set(re.findall(r"`([\w:.]+)`", " ".join(rows))) == checks.keys() - SWEPT | {"sweep:..."}


def test_every_loop_that_may_stand_still_has_a_plain_name(settings: Any) -> None:
    """A coach reads it in a banner."""
    settings.REDIS_URL = "redis://localhost"
    shown = {loop.shown_as for loop in clock.loops()}
    assert shown <= STANDING_STILL.keys()
