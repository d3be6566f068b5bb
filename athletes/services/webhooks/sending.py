"""Sending what stands written down, each event at least once and always with the same id.

As with messages (delivery.py) in three steps: `claim` takes it for a while, `send` talks to the outside alone, `settle`
writes down what came of it. Who dies in between leaves a claim that runs out, and somebody sends it again.
"""

from __future__ import annotations

import json
import logging
import random
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Coalesce, Now
from django.utils import timezone
from django.utils.translation import gettext_noop

from athletes import access
from athletes.crashpoints import reach
from athletes.models import User, WebhookDelivery, WebhookEndpoint
from athletes.services import notifications
from athletes.services.clock import from_now
from athletes.services.senders import webhook
from athletes.services.senders.webhook import Hook, Outcome

logger = logging.getLogger(__name__)

LEASE_S = webhook.ALL_S + 4.0  # until then nobody else takes it: longer than a try can last
HOUR_S = 3600
# After each try, in seconds: about three days in all, with what chance adds.
RETRY_AFTER_S = (5, 30, 2 * 60, 10 * 60, HOUR_S, 4 * HOUR_S, *[12 * HOUR_S] * 5)
MAX_ATTEMPTS = len(RETRY_AFTER_S) + 1
JITTER = 0.2  # of the wait, at most: those that failed together do not come again together
FAILING_TOO_LONG = timedelta(days=5)
STOPPED = gettext_noop("A webhook of your club was stopped")
BY_RECEIVER, FAILED_FOR_DAYS, BY_OWNER = "gone", "failing", "owner"  # `stopped_why`

_dice = random.SystemRandom()


@dataclass(frozen=True)
class Parcel:
    """One claimed event as it stood then: it is sent without asking the database."""

    delivery: WebhookDelivery
    body: bytes
    to: Hook


def deliver(*, delivery_id: UUID) -> bool:
    """Send one event if it is due and nobody else holds it. True when it was taken."""
    parcel = claim(delivery_id=delivery_id)
    if parcel is None:
        return False
    outcome = send(parcel)
    settle(parcel, outcome)
    return outcome.was_taken


def claim(*, delivery_id: UUID) -> Parcel | None:
    """Take an event that is due, if nobody else has it."""
    claimed = (
        WebhookDelivery.objects.due()
        .filter(pk=delivery_id)
        .update(
            attempts=F("attempts") + 1,
            first_attempt_at=Coalesce(F("first_attempt_at"), Now()),
            next_attempt_at=from_now(seconds=LEASE_S),
        )
    )
    if not claimed:
        return None
    reach("webhook.claimed")
    found = WebhookDelivery.objects.select_related("endpoint").filter(pk=delivery_id).first()
    if found is None:  # the athlete was erased meanwhile
        return None
    if found.endpoint.removed_at or found.endpoint.stopped_at:
        withdraw_all(found.endpoint)
        return None
    if found.attempts > MAX_ATTEMPTS:  # it felled each of its senders
        settle(_parcel(found), Outcome(None, 0, "never came to an end"))
        return None
    return _parcel(found)


def _parcel(delivery: WebhookDelivery) -> Parcel:
    return Parcel(delivery, written(delivery.body), _hook(delivery.endpoint))


def written(body: dict[str, Any]) -> bytes:
    """The same bytes each time: a database keeps no order in JSON."""
    return json.dumps(body, sort_keys=True, separators=(",", ":")).encode()


def _hook(endpoint: WebhookEndpoint) -> Hook:
    secrets = [endpoint.secret]
    if endpoint.old_secret_until and endpoint.old_secret_until > timezone.now():
        secrets.append(endpoint.old_secret)
    return Hook(endpoint.url, tuple(secrets))


def send(parcel: Parcel) -> Outcome:
    """Talk to the outside. Needs no database."""
    outcome = webhook.send(event_id=str(parcel.delivery.event_id), body=parcel.body, to=parcel.to)
    reach("webhook.sent")
    return outcome


def settle(parcel: Parcel, outcome: Outcome) -> None:
    """Write down what came of it; the endpoint first, as whoever stops it does."""
    with transaction.atomic():
        if outcome.was_taken:
            _note_taken(parcel, outcome)
        else:
            _note_failed(parcel, outcome)
    reach("webhook.settled")


def _note_taken(parcel: Parcel, outcome: Outcome) -> None:
    works = WebhookEndpoint.objects.filter(
        pk=parcel.delivery.endpoint_id, failing_since__isnull=False
    )
    works.update(failing_since=None)
    # Withdrawn while it was on its way, it has still been sent: the record says what happened.
    untold = WebhookDelivery.objects.filter(pk=parcel.delivery.pk).exclude(state="sent")
    untold.update(
        state="sent",
        finished_at=Now(),
        status=outcome.status,
        took_ms=outcome.took_ms,
        error="",
        dispatched_at=None,
    )


def _note_failed(parcel: Parcel, outcome: Outcome) -> None:
    delivery = parcel.delivery
    is_last = outcome.is_gone or delivery.attempts >= MAX_ATTEMPTS
    logger.warning(
        "webhook delivery %s %s: %s",
        delivery.pk,
        "given up" if is_last else "not taken",
        outcome.error,
    )
    endpoint = WebhookEndpoint.objects.filter(pk=delivery.endpoint_id)
    endpoint.filter(failing_since=None).update(failing_since=Now())
    told = {"status": outcome.status, "took_ms": outcome.took_ms, "error": outcome.error}
    mine = WebhookDelivery.objects.filter(
        pk=delivery.pk, state="pending", attempts=delivery.attempts
    )
    if is_last:
        mine.update(**told, state="failed", finished_at=Now(), dispatched_at=None)
        _stop_if_hopeless(delivery, outcome)
    else:
        due = from_now(seconds=wait_s(delivery.attempts))
        mine.update(**told, next_attempt_at=due, dispatched_at=None)


def wait_s(attempts: int) -> float:
    """Seconds until the next try, after `attempts` of them."""
    return RETRY_AFTER_S[attempts - 1] * (1 + JITTER * _dice.random())


def _stop_if_hopeless(delivery: WebhookDelivery, outcome: Outcome) -> None:
    """Looked at when an event is given up, not at each fault: a short one after a quiet week stops nothing."""
    stopping = WebhookEndpoint.objects.in_use().filter(pk=delivery.endpoint_id)
    if not outcome.is_gone:
        stopping = stopping.filter(
            failing_since__lte=from_now(seconds=-FAILING_TOO_LONG.total_seconds())
        )
    why = BY_RECEIVER if outcome.is_gone else FAILED_FOR_DAYS
    if not stopping.update(stopped_at=Now(), stopped_why=why):
        return
    endpoint = WebhookEndpoint.objects.select_related("club").get(pk=delivery.endpoint_id)
    withdraw_all(endpoint)
    notifications.queue(
        recipients=User.objects.filter(
            is_active=True,
            memberships__club=endpoint.club,
            memberships__role=access.OWNER,
            memberships__ended_at=None,
        ),
        key=f"webhook:{endpoint.pk}:stopped:{delivery.pk}",
        subject=STOPPED,
        path=f"/desk/webhooks/{endpoint.pk}/",
    )


def withdraw_all(endpoint: WebhookEndpoint) -> None:
    """What still waits for `endpoint` is not sent; by hand it can be, once it is started again. Inner step."""
    waiting = WebhookDelivery.objects.filter(endpoint=endpoint, state="pending")
    waiting.update(state="withdrawn", finished_at=Now(), dispatched_at=None)
