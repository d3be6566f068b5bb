"""What stands and waits, in numbers: for `/readyz` and `/metrics`. No names, no health data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, DateTimeField, Max, Min, Q, QuerySet
from django.db.models.functions import Coalesce, Now

from athletes.models import (
    Assessment,
    CheckIn,
    Escalation,
    Notification,
    WebhookDelivery,
    WebhookEndpoint,
)
from athletes.models.escalations import EMAIL
from athletes.models.follow_up import ASKED, MISSED, REMINDED

UNTRIED = Q(state="pending", attempts=0, due_at__lte=Now())


@dataclass(frozen=True)
class Pending:
    """Reports without a judgement."""

    count: int
    oldest_s: float | None


@dataclass(frozen=True)
class Calls:
    """Escalations of one level that nobody has acknowledged."""

    level: str
    waiting: int
    past_due: int
    nobody_left: int


@dataclass(frozen=True)
class Messages:
    """Notifications of one channel in one state."""

    channel: str
    state: str
    count: int
    oldest_unsent_s: float | None  # since it was due


@dataclass(frozen=True)
class FollowUp:
    """Check-ins that were asked and wait for an answer, and those that never got one."""

    due: int
    missed: int


def pending() -> Pending:
    """How many reports wait, and how long the first has."""
    told = Assessment.objects.pending().aggregate(
        count=Count("pk"), oldest=Min("created_at"), now=_now()
    )
    return Pending(told["count"], _age(told["oldest"], told["now"]))


def oldest_untried_s() -> float | None:
    """Since when the first message that is due has waited for its first attempt."""
    told = Notification.objects.filter(UNTRIED).aggregate(oldest=Min("due_at"), now=_now())
    return _age(told["oldest"], told["now"])


def mail_failing_for_s() -> float | None:
    """Since when every e-mail has failed. None when the last attempts went well, or there were none."""
    mails = Notification.objects.filter(channel=EMAIL)
    last_sent = mails.aggregate(at=Max("sent_at"))["at"]
    failing = mails.filter(state="pending", attempts__gt=0).annotate(
        since=Coalesce("first_attempt_at", "due_at")
    )
    if last_sent is not None:
        failing = failing.filter(since__gt=last_sent)
    told = failing.aggregate(oldest=Min("since"), now=_now())
    return _age(told["oldest"], told["now"])


def calls() -> list[Calls]:
    """By level; drills, and clubs that call nobody, are in no figure."""
    waiting = Escalation.objects.open().real().filter(athlete__club__calls_nobody=False)
    rows = _grouped(waiting, "level").annotate(
        waiting=Count("pk"),
        past_due=Count("pk", filter=Q(acknowledge_by__lte=Now())),
        nobody_left=Count("nobody_left_at"),
    )
    return [Calls(**row) for row in rows]


def messages() -> list[Messages]:
    """By channel and state."""
    rows = _grouped(Notification.objects.all(), "channel", "state").annotate(
        count=Count("pk"),
        oldest=Min("due_at", filter=Q(state="pending", due_at__lte=Now())),
        now=_now(),
    )
    return [
        Messages(row["channel"], row["state"], row["count"], _age(row["oldest"], row["now"]))
        for row in rows
    ]


def follow_up() -> FollowUp:
    """Check-ins, over all athletes; those of drills are in no figure."""
    told = CheckIn.objects.real().aggregate(
        due=Count("pk", filter=Q(state__in=[ASKED, REMINDED])),
        missed=Count("pk", filter=Q(state=MISSED)),
    )
    return FollowUp(**told)


@dataclass(frozen=True)
class Webhooks:
    """Events that wait for a club's program, and addresses whose last try failed."""

    waiting: int
    failing: int


def webhooks() -> Webhooks:
    failing = WebhookEndpoint.objects.in_use().filter(failing_since__isnull=False)
    waiting = WebhookDelivery.objects.filter(state="pending")
    return Webhooks(waiting.count(), failing.count())


def _grouped(rows: QuerySet[Any], *fields: str) -> QuerySet[Any, dict[str, Any]]:
    return rows.order_by(*fields).values(*fields)


def _now() -> Any:
    return Max(Now(output_field=DateTimeField()))


def _age(since: datetime | None, now: datetime) -> float | None:
    return None if since is None else max((now - since).total_seconds(), 0.0)
