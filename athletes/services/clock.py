"""Heartbeats, and times by the database's clock."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db.models import DateTimeField, ExpressionWrapper
from django.db.models.expressions import CombinedExpression
from django.db.models.functions import Now

from athletes.models import Heartbeat

DISPATCHER, WORKER, BROKER = "dispatcher", "worker", "broker"
CLOCK_SET_BACK_S = 5.0


def from_now(*, seconds: float) -> ExpressionWrapper[CombinedExpression]:
    """The database's time in `seconds`, for an UPDATE or a filter."""
    return ExpressionWrapper(Now() + timedelta(seconds=seconds), output_field=DateTimeField())


def beat(*, name: str) -> None:
    """Say that the loop `name` has just made progress."""
    changed = Heartbeat.objects.filter(name=name).update(at=Now())
    if not changed:
        Heartbeat.objects.update_or_create(name=name, defaults={"at": Now()})


def is_fresh(*, name: str) -> bool:
    """Whether the loop `name` made progress in the last `HEARTBEAT_STALE_S` seconds."""
    recent = (
        from_now(seconds=-settings.HEARTBEAT_STALE_S),
        from_now(seconds=CLOCK_SET_BACK_S),  # a beat still to come: the clock was set back
    )
    return Heartbeat.objects.filter(name=name, at__range=recent).exists()
