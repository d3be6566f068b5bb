"""Heartbeats, and times by the database's clock."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import DateTimeField, ExpressionWrapper
from django.db.models.expressions import CombinedExpression
from django.db.models.functions import Now

from athletes.models import Heartbeat
from athletes.paces import SWEEP_EVERY_S

DISPATCHER, BROKER, BEAT = "dispatcher", "broker", "beat"
WORKER, MESSENGER, POSTMAN, COURIER = "worker", "messenger", "postman", "courier"
CLOCK_SET_BACK_S = 5.0  # a beat further ahead than this was written before the clock was set back


def from_now(*, seconds: float) -> ExpressionWrapper[CombinedExpression]:
    """The database's time in `seconds`, for an UPDATE or a filter."""
    return ExpressionWrapper(Now() + timedelta(seconds=seconds), output_field=DateTimeField())


def beat(*, name: str) -> None:
    """Say that the loop `name` has just made progress."""
    beat_all(names=[name])


def beat_all(*, names: Iterable[str]) -> None:
    """The same for several loops, in one statement."""
    Heartbeat.objects.bulk_create(
        [Heartbeat(name=name, at=Now()) for name in sorted(names)],  # one order: no deadlock
        update_conflicts=True,
        unique_fields=["name"],
        update_fields=["at"],
    )


def is_fresh(*, name: str) -> bool:
    """Whether the loop `name` made progress in the last `HEARTBEAT_STALE_S` seconds."""
    recent = (
        from_now(seconds=-settings.HEARTBEAT_STALE_S),
        from_now(seconds=CLOCK_SET_BACK_S),  # a beat still to come: the clock was set back
    )
    return Heartbeat.objects.filter(name=name, at__range=recent).exists()


def sweep_beat(name: str) -> str:
    """The heartbeat of the dispatcher's sweep `name`."""
    return f"sweep:{name}"


@dataclass(frozen=True)
class Loop:
    """Something that must never stand still, and its last sign of life."""

    shown_as: str
    age_s: float | None  # None: it never began
    stale_s: float

    @property
    def is_fresh(self) -> bool:
        return self.age_s is not None and -CLOCK_SET_BACK_S <= self.age_s <= self.stale_s


def loops() -> list[Loop]:
    """Each loop that should run here, in one query."""
    now = Now(output_field=DateTimeField())
    beats = Heartbeat.objects.annotate(now=now).values_list("name", "at", "now")
    ages = {name: (right_now - at).total_seconds() for name, at, right_now in beats}
    return [
        Loop(shown_as="redis" if name == BROKER else name, age_s=ages.get(name), stale_s=stale_s)
        for name, stale_s in expected().items()
    ]


def standing_still() -> list[str]:
    """The names, as `/readyz` has them, of the loops that have made no progress for too long."""
    return [loop.shown_as for loop in loops() if not loop.is_fresh]


def watched_until() -> datetime | None:
    """Up to when every round of the dispatcher has looked: what was due by then was found.

    None as soon as one of its rounds stands still: then nobody may say that nothing was missed.
    """
    watch = {
        name: stale_s
        for name, stale_s in expected().items()
        if name == DISPATCHER or name.startswith(sweep_beat(""))
    }
    now = Now(output_field=DateTimeField())
    beats = list(Heartbeat.objects.filter(name__in=watch).annotate(now=now))
    ages = {beat.name: (beat.now - beat.at).total_seconds() for beat in beats}
    rounds = [Loop(name, ages.get(name), stale_s) for name, stale_s in watch.items()]
    if not all(a_round.is_fresh for a_round in rounds):
        return None
    return min(min(beat.at, beat.now) for beat in beats)


def expected() -> dict[str, float]:
    """The name of every loop, and after how many seconds it counts as standing still."""
    stale_s: float = settings.HEARTBEAT_STALE_S
    queue = (BROKER, WORKER, MESSENGER, BEAT) if settings.REDIS_URL else ()
    sweeps = {
        sweep_beat(name): max(stale_s, 2 * every_s) for name, every_s in SWEEP_EVERY_S.items()
    }
    own = dict.fromkeys((DISPATCHER, POSTMAN, COURIER, *queue), stale_s)
    return {**own, **sweeps}
