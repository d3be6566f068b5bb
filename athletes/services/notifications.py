"""The outbox of messages: written with what caused them, sent later, never with health data."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterable
from smtplib import SMTPException
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from athletes.models import Episode, Escalation, EscalationEvent, Notification, User
from athletes.services.clock import from_now

logger = logging.getLogger(__name__)

MAX_ATTEMPTS = 8
LEASE_S = 30
FIRST_RETRY_S = 30


def queue(
    *,
    recipients: Iterable[User],
    key: str,
    subject: str,
    path: str,
    escalation: Escalation | None = None,
    episode: Episode | None = None,
) -> None:
    """Put one message a person and channel into the outbox. The same `key` twice is one message."""
    now = timezone.now()
    rows = []
    for person in recipients:
        for channel in ("in_app", "email"):
            seen_at_once = channel == "in_app"
            rows.append(
                Notification(
                    recipient=person,
                    escalation=escalation,
                    episode=episode,
                    channel=channel,
                    dedupe_key=f"{key}:{person.pk}:{channel}",
                    subject=subject,
                    path=path,
                    state="sent" if seen_at_once else "pending",
                    sent_at=now if seen_at_once else None,
                    next_attempt_at=now,
                )
            )
    Notification.objects.bulk_create(rows, ignore_conflicts=True)


def deliver(*, notification_id: UUID) -> bool:
    """Send one message if it is due and nobody else holds it. True when it went out."""
    claimed = (
        Notification.objects.due()
        .filter(pk=notification_id)
        .update(attempts=F("attempts") + 1, next_attempt_at=from_now(seconds=LEASE_S))
    )
    if not claimed:
        return False
    notice = Notification.objects.select_related("recipient").get(pk=notification_id)
    try:
        _email(notice).send()
    except (SMTPException, OSError) as fault:
        _put_back(notice, fault)
        return False
    _mark_sent(notice)
    return True


def _email(notice: Notification) -> EmailMessage:
    body = f"{notice.subject}\n\n{settings.SITE_URL}{notice.path}\n\nNiggle\n"
    # The same message keeps its id when it is sent again, so that a mailbox can tell.
    stable = hashlib.sha256(notice.dedupe_key.encode()).hexdigest()[:32]
    return EmailMessage(
        subject=notice.subject,
        body=body,
        to=[notice.recipient.email],
        headers={"Message-ID": f"<{stable}@niggle>"},
    )


@transaction.atomic
def _mark_sent(notice: Notification) -> None:
    sent = Notification.objects.filter(pk=notice.pk, state="pending").update(
        state="sent", sent_at=timezone.now(), error=""
    )
    if sent and notice.escalation_id:
        EscalationEvent.objects.create(
            escalation_id=notice.escalation_id, kind="told", actor=notice.recipient
        )


def _put_back(notice: Notification, fault: Exception) -> None:
    """Try again later, each time after twice as long; give up visibly in the end."""
    logger.warning("message %s not sent: %s", notice.pk, type(fault).__name__)
    given_up = notice.attempts >= MAX_ATTEMPTS
    Notification.objects.filter(pk=notice.pk, state="pending").update(
        state="failed" if given_up else "pending",
        dispatched_at=None,
        error=type(fault).__name__,
        next_attempt_at=from_now(seconds=FIRST_RETRY_S * 2 ** (notice.attempts - 1)),
    )
