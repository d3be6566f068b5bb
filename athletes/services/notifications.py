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

MAX_ATTEMPTS = 60  # about half a day without a mail server; then it is given up, visibly
LEASE_S = 30  # longer than a server takes that works; each of its answers has EMAIL_TIMEOUT
FIRST_RETRY_S = 30
LONGEST_RETRY_S = 15 * 60  # when mail works again, nobody waits longer than this


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
    if notice.attempts > MAX_ATTEMPTS:  # it fells its sender before that can say what is wrong
        _put_back(notice, "never came to an end")
        return False
    try:
        _email(notice).send()
    except (SMTPException, OSError, ValueError) as fault:  # ValueError: an address that cannot be
        _put_back(notice, type(fault).__name__)
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
    # Withdrawn while it was on its way, it has still been sent: the record says what happened.
    unsent = Notification.objects.filter(pk=notice.pk).exclude(state="sent")
    sent = unsent.update(state="sent", sent_at=timezone.now(), error="")
    if sent and notice.escalation_id:
        EscalationEvent.objects.create(
            escalation_id=notice.escalation_id, kind="told", actor=notice.recipient
        )


def _put_back(notice: Notification, why: str) -> None:
    """Try again later, each time after twice as long; give up visibly in the end."""
    logger.warning("message %s not sent: %s", notice.pk, why)
    given_up = notice.attempts >= MAX_ATTEMPTS
    Notification.objects.filter(pk=notice.pk, state="pending").update(
        state="failed" if given_up else "pending",
        error=why,
        next_attempt_at=from_now(seconds=_wait(notice.attempts)),
    )


def _wait(attempts: int) -> float:
    doubled = FIRST_RETRY_S * 2 ** min(attempts - 1, 10)
    return float(min(doubled, LONGEST_RETRY_S))
