"""`/livez` and `/readyz`."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError
from django.test import Client
from django.utils import timezone

import guidance
from athletes.models import Heartbeat
from athletes.services import clock
from coaching import health

pytestmark = pytest.mark.django_db


@pytest.fixture
def alive(settings: Any) -> None:
    """With Redis set up, and everybody well."""
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    for name in (clock.DISPATCHER, clock.WORKER, clock.BROKER):
        clock.beat(name=name)


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
    assert set(checks) == {
        "database",
        "migrations",
        "knowledge",
        "dispatcher",
        "pending",
        "redis",
        "worker",
    }
    assert all(checks[name]["age_s"] < 5 for name in ("dispatcher", "redis", "worker"))
    assert checks["pending"]["oldest_age_s"] is None
    assert checks["knowledge"]["version"] == guidance.KNOWLEDGE.version


@pytest.mark.parametrize(
    ("heartbeat", "named"),
    [(clock.DISPATCHER, "dispatcher"), (clock.WORKER, "worker"), (clock.BROKER, "redis")],
)
def test_a_loop_that_stands_still_is_named(
    client: Client, alive: None, settings: Any, heartbeat: str, named: str
) -> None:
    long_ago = timezone.now() - timedelta(seconds=settings.HEARTBEAT_STALE_S + 5)
    Heartbeat.objects.filter(name=heartbeat).update(at=long_ago)
    status, body = readyz(client)
    assert (status, body["not_ready"]) == (503, [named])
    assert body["checks"][named]["age_s"] > settings.HEARTBEAT_STALE_S


def test_a_loop_that_never_began_is_named(client: Client, alive: None) -> None:
    Heartbeat.objects.filter(name=clock.WORKER).delete()
    status, body = readyz(client)
    assert (status, body["not_ready"]) == (503, ["worker"])


def test_without_redis_nobody_asks_for_a_worker(client: Client, alive: None, settings: Any) -> None:
    settings.REDIS_URL = ""
    Heartbeat.objects.exclude(name=clock.DISPATCHER).delete()
    status, body = readyz(client)
    assert status == 200
    assert not {"redis", "worker"} & set(body["checks"])


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
