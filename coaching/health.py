"""`/livez` and `/readyz`: for supervisors and load balancers. No log-in, no health data.

The web process never opens a connection to Redis: the dispatcher asks it and writes down that it answered.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

import guidance
from athletes import watch
from athletes.services import clock

Finding = dict[str, Any]  # {"ok": bool, ...}
MAIL_FAILS_S = 5 * 60  # a mail server may be restarted; after that somebody should look


@require_safe
def livez(request: HttpRequest) -> JsonResponse:
    """The process answers."""
    return JsonResponse({"alive": True})


@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """All that the main job needs, each by itself; 503 names what is not ready."""
    found = _findings()
    missing = [name for name, finding in found.items() if not finding["ok"]]
    body = {"ready": not missing, "not_ready": missing, "checks": found}
    answer = JsonResponse(body, status=503 if missing else 200)
    # Django would log every 503 as an error; a site that is starting is asked several times a second.
    answer._has_been_logged = True  # type: ignore[attr-defined]
    return answer


def _findings() -> dict[str, Finding]:
    checks: dict[str, Callable[[], Finding]] = {
        "database": _database,
        "migrations": _migrations,
        "knowledge": _knowledge,
        "pending": _pending,
        "messages": _messages,
        "mail": _mail,
    }
    return {name: _look(check) for name, check in checks.items()} | _loops()


def _loops() -> dict[str, Finding]:
    """Dispatcher, each of its sweeps and, where a broker is set up, all that hangs on it."""
    try:
        return {
            loop.shown_as: {
                "ok": loop.is_fresh,
                "age_s": None if loop.age_s is None else round(loop.age_s, 1),
            }
            for loop in clock.loops()
        }
    except DatabaseError as fault:
        return {clock.DISPATCHER: _failed(fault)}


def _failed(fault: DatabaseError) -> Finding:
    return {"ok": False, "why": type(fault).__name__}


def _look(check: Callable[[], Finding]) -> Finding:
    try:
        return check()
    except DatabaseError as fault:
        return _failed(fault)


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


def _pending() -> Finding:
    """The oldest report without a judgement: ages here mean that nobody does the work."""
    return _age(watch.pending().oldest_s)


def _messages() -> Finding:
    """The oldest message that is due and was never tried: nobody sends."""
    return _age(watch.oldest_untried_s())


def _mail() -> Finding:
    """How long every e-mail has failed: the mail server is away, or turns us down."""
    since_s = watch.mail_failing_for_s()
    return {"ok": since_s is None or since_s <= MAIL_FAILS_S, "failing_for_s": _rounded(since_s)}


def _age(oldest_s: float | None) -> Finding:
    is_young = oldest_s is None or oldest_s <= settings.HEARTBEAT_STALE_S
    return {"ok": is_young, "oldest_age_s": _rounded(oldest_s)}


def _rounded(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds, 1)
