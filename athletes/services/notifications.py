"""The outbox of messages: written with what caused them, sent later, never with health data."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterable
from datetime import datetime
from smtplib import SMTPException
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from athletes.models import (
    ChannelChoice,
    CheckIn,
    Episode,
    Escalation,
    EscalationEvent,
    Notification,
    PushSubscription,
    Squad,
    SquadChannel,
    User,
)
from athletes.models.escalations import CALLS, EMAIL, IN_APP, PUSH, SQUAD
from athletes.services.clock import from_now
from guidance import Disposition

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
    topic: str = CALLS,
    level: Disposition | None = None,
    escalation: Escalation | None = None,
    episode: Episode | None = None,
    check_in: CheckIn | None = None,
    not_before: datetime | None = None,
) -> None:
    """Put one message a person and channel into the outbox. The same `key` twice is one message.

    In the app it stands at once; by e-mail and on the phone where the person wants `topic` there. What
    calls for somebody now or today (`level`) goes out on every channel, whatever they chose.
    `not_before` (aware) holds it back until quiet hours are over.
    """
    now = timezone.now()
    base = {
        "subject": subject,
        "path": path,
        "topic": topic,
        "level": level.value if level else "",
        "escalation": escalation,
        "episode": episode,
        "check_in": check_in,
        "due_at": not_before or now,
        "next_attempt_at": not_before or now,
    }
    people = list(recipients)
    unwanted = _unwanted(people, topic, level)
    rows = []
    for person in people:
        to_person = {**base, "recipient": person}
        rows.append(
            Notification(
                **to_person,
                channel=IN_APP,
                dedupe_key=f"{key}:{person.pk}:{IN_APP}",
                state="sent",
                sent_at=now,
            )
        )
        if (person.pk, EMAIL) not in unwanted:
            rows.append(
                Notification(**to_person, channel=EMAIL, dedupe_key=f"{key}:{person.pk}:{EMAIL}")
            )
    reached = [person for person in people if (person.pk, PUSH) not in unwanted]
    for browser in PushSubscription.objects.filter(user__in=reached, gone_at=None):
        rows.append(
            Notification(
                **base,
                recipient_id=browser.user_id,
                push_subscription=browser,
                channel=PUSH,
                dedupe_key=f"{key}:{browser.pk}:{PUSH}",
            )
        )
    Notification.objects.bulk_create(rows, ignore_conflicts=True)


def queue_outside(
    *,
    key: str,
    subject: str,
    path: str,
    level: Disposition,
    escalation: Escalation,
    squads: Iterable[Squad] = (),
    address: str = "",
    not_before: datetime | None = None,
) -> None:
    """The same for who has no log-in: the squads' own channels, and the club's emergency contact."""
    due = not_before or timezone.now()
    base = {
        "subject": subject,
        "path": path,
        "topic": CALLS,
        "level": level.value,
        "escalation": escalation,
        "episode": escalation.episode,
        "due_at": due,
        "next_attempt_at": due,
    }
    channels = SquadChannel.objects.filter(squad__in=squads, removed_at=None)
    rows = [
        Notification(
            **base,
            squad_channel=channel,
            channel=SQUAD,
            dedupe_key=f"{key}:{channel.pk}:{SQUAD}",
        )
        for channel in channels
        if level >= Disposition(channel.least_level)
    ]
    if address:
        rows.append(
            Notification(
                **base, address=address, channel=EMAIL, dedupe_key=f"{key}:contact:{EMAIL}"
            )
        )
    Notification.objects.bulk_create(rows, ignore_conflicts=True)


def _unwanted(people: list[User], topic: str, level: Disposition | None) -> set[tuple[object, str]]:
    """Who switched which channel off for `topic`; nobody where it calls for them now or today."""
    if level is not None and level >= Disposition.SAME_DAY:
        return set()
    off = ChannelChoice.objects.filter(user__in=people, topic=topic, wanted=False)
    return set(off.values_list("user_id", "channel"))


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
        to=[notice.recipient.email if notice.recipient else notice.address],
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
