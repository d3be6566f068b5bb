"""`/livez` and `/readyz`: for supervisors and load balancers. No log-in, no health data.

The web process never opens a connection to Redis: the dispatcher asks it and writes down that it answered.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.models import DateTimeField, F
from django.db.models.functions import Now
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

import guidance
from athletes.models import Assessment, Heartbeat
from athletes.services import clock

Finding = dict[str, Any]  # {"ok": bool, ...}


@require_safe
def livez(request: HttpRequest) -> JsonResponse:
    """The process answers."""
    return JsonResponse({"alive": True})


@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """All that the main job needs, each by itself; 503 names what is not ready."""
    found = {name: _look(check) for name, check in _checks().items()}
    missing = [name for name, finding in found.items() if not finding["ok"]]
    body = {"ready": not missing, "not_ready": missing, "checks": found}
    answer = JsonResponse(body, status=503 if missing else 200)
    # Django would log every 503 as an error; a site that is starting is asked several times a second.
    answer._has_been_logged = True  # type: ignore[attr-defined]
    return answer


def _checks() -> dict[str, Callable[[], Finding]]:
    checks: dict[str, Callable[[], Finding]] = {
        "database": _database,
        "migrations": _migrations,
        "knowledge": _knowledge,
        "dispatcher": lambda: _heartbeat(clock.DISPATCHER),
        "pending": _pending,
    }
    if settings.REDIS_URL:
        checks["redis"] = lambda: _heartbeat(clock.BROKER)
        checks["worker"] = lambda: _heartbeat(clock.WORKER)
    return checks


def _look(check: Callable[[], Finding]) -> Finding:
    try:
        return check()
    except DatabaseError as fault:
        return {"ok": False, "why": type(fault).__name__}


def _database() -> Finding:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        cursor.fetchone()
    return {"ok": True, "kind": connection.vendor}


_is_migrated = False  # once seen, it stays true for as long as this process runs this code


def _migrations() -> Finding:
    global _is_migrated
    if not _is_migrated:
        executor = MigrationExecutor(connection)
        waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
        _is_migrated = not waiting
        if waiting:
            return {"ok": False, "waiting": len(waiting)}
    return {"ok": True}


def _knowledge() -> Finding:
    return {"ok": bool(guidance.KNOWLEDGE.causes), "version": guidance.KNOWLEDGE.version}


def _heartbeat(name: str) -> Finding:
    row = Heartbeat.objects.filter(name=name).annotate(now=_now()).values_list("at", "now").first()
    if row is None:
        return {"ok": False, "age_s": None}
    age = _seconds(*row)
    return {"ok": age <= settings.HEARTBEAT_STALE_S, "age_s": age}


def _pending() -> Finding:
    """The oldest report without a judgement: ages here mean that nobody does the work."""
    waiting = Assessment.objects.pending().order_by("created_at")
    row = waiting.annotate(now=_now(), since=F("created_at")).values_list("since", "now").first()
    if row is None:
        return {"ok": True, "oldest_age_s": None}
    age = _seconds(*row)
    return {"ok": age <= settings.HEARTBEAT_STALE_S, "oldest_age_s": age}


def _now() -> Now:
    return Now(output_field=DateTimeField())


def _seconds(since: datetime, now: datetime) -> float:
    return round(max(now - since, timedelta(0)).total_seconds(), 1)
