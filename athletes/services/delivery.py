"""Sending what stands in the outbox, each message as good as once.

In three steps, so that nothing waits for a mail server with a hand on the database: `claim` takes a message
for a while and reads all that it needs, `send` talks to the outside alone, `settle` writes down what came of
it. Who dies in between leaves a claim that runs out; the next one sends the same message id again.
"""

from __future__ import annotations

import hashlib
import logging
import time
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import Case, DateTimeField, F, When
from django.db.models.functions import Coalesce, Now
from django.utils import timezone, translation
from django.utils.translation import gettext

from athletes.access import DESK_ROLES
from athletes.check_in_links import magic_token
from athletes.crashpoints import reach
from athletes.models import Athlete, CheckIn, Escalation, Notification, PushSubscription
from athletes.models.escalations import DIGEST, EMAIL, FOLLOW_UP, PUSH
from athletes.services import events, keys
from athletes.services.clock import from_now
from athletes.services.senders import Message, NotSent, mail, push, squad_channel
from guidance import Disposition

if TYPE_CHECKING:
    from collections.abc import Callable

logger = logging.getLogger(__name__)

URGENT = (Disposition.EMERGENCY_NOW.value, Disposition.SAME_DAY.value)

# How long one answer is waited for, by how often it was tried: the first try is short, so that a server that
# hangs holds up nobody; the later ones give one that is merely slow its chance.
PATIENCE_S = (5.0, 10.0, 20.0)
LONGER_S = 2.0  # all answers of one try together may take this much longer than one
# Until then nobody else takes the message. Longer than a try can last, and so short that after a sender's
# sudden end the next still comes within 15 s of due.
LEASE_LONGER_S = 4.0

ASK_AGAIN_S = 0.3  # a database that is away

MAX_ATTEMPTS = 60  # then it is given up, visibly: about an hour if urgent, half a day else
FIRST_RETRY_S, LONGEST_RETRY_S = 30, 15 * 60
FIRST_URGENT_RETRY_S, LONGEST_URGENT_RETRY_S = 5, 60


class TooLate(NotSent):
    """Claimed, and not even tried in time: this machine has more to do than it can."""

    def __init__(self) -> None:
        super().__init__("TooLate")


@dataclass(frozen=True)
class Parcel:
    """A claimed message, as it stood then, and how it is sent: without asking the database."""

    notice: Notification
    send: Callable[[], None]
    claimed_at: float = field(default_factory=time.monotonic)

    @property
    def is_stale(self) -> bool:
        """A try that began only now could outlast the claim, and somebody else would send it as well."""
        return time.monotonic() - self.claimed_at > LEASE_LONGER_S - LONGER_S


def deliver(*, notification_id: UUID) -> bool:
    """Send one message if it is due and nobody else holds it. True when it went out."""
    parcel = claim(notification_id=notification_id)
    if parcel is None:
        return False
    fault = send(parcel)
    _settle_patiently(parcel, fault)
    return fault is None


def _settle_patiently(parcel: Parcel, fault: NotSent | None) -> None:
    """As long as the claim holds: a database that comes up again in time makes nobody send it twice."""
    until = parcel.claimed_at + _patience_s(parcel.notice.attempts) + LEASE_LONGER_S
    while True:
        try:
            return settle(parcel, fault)
        except (OperationalError, InterfaceError):
            if connection.in_atomic_block or time.monotonic() > until:
                raise
            connection.close()
            time.sleep(ASK_AGAIN_S)


def claim(*, notification_id: UUID) -> Parcel | None:
    """Take a message that is due, if nobody else has it. One that fells each of its senders is given up."""
    claimed = (
        Notification.objects.due()
        .filter(pk=notification_id)
        .update(
            attempts=F("attempts") + 1,
            first_attempt_at=Coalesce(F("first_attempt_at"), Now()),
            next_attempt_at=_lease(),
        )
    )
    claimed_at = time.monotonic()
    if not claimed:
        return None
    reach("notify.claimed")
    notice = Notification.objects.select_related(*_NEEDED).only(*_COLUMNS).get(pk=notification_id)
    if notice.attempts > MAX_ATTEMPTS:
        _give_up(notice, "never came to an end")
        return None
    if not _is_still_for(notice):
        Notification.objects.filter(pk=notice.pk, state="pending").update(state="withdrawn")
        return None
    return Parcel(notice=notice, send=_sender(notice), claimed_at=claimed_at)


# What a sender needs, and no more: a message is read twice as fast without the rest.
_NEEDED = ("recipient", "push_subscription", "squad_channel")
_COLUMNS = (
    "attempts", "channel", "level", "topic", "subject", "path", "dedupe_key", "address",
    "escalation_id", "check_in_id", "episode_id",
    "recipient__email", "recipient__is_active", "recipient__language",
    "push_subscription__endpoint", "push_subscription__p256dh", "push_subscription__auth",
    "squad_channel__url", "squad_channel__name",
)  # fmt: skip


def _is_still_for(notice: Notification) -> bool:
    """Whoever has left since it was written, or lost sight of the athlete, is told nothing more. A call goes on
    without them: its clock asks the next in the chain."""
    reader = notice.recipient
    if reader is None:
        return True  # a squad's room, or the club's emergency contact
    if not reader.is_active:
        return False
    if notice.episode_id is not None:
        return Athlete.objects.visible_to(reader).filter(episodes=notice.episode_id).exists()
    if notice.topic == DIGEST:
        return reader.memberships.active().filter(role__in=DESK_ROLES).exists()
    return True


def _patience_s(attempts: int) -> float:
    return PATIENCE_S[min(attempts, len(PATIENCE_S)) - 1]


def _lease() -> Case:
    """By how often it has been tried before this time."""
    ends = [from_now(seconds=patience_s + LEASE_LONGER_S) for patience_s in PATIENCE_S]
    times = [When(attempts=tried, then=end) for tried, end in enumerate(ends[:-1])]
    return Case(*times, default=ends[-1], output_field=DateTimeField())


def _sender(notice: Notification) -> Callable[[], None]:
    """What sends it, with everything read that is needed for it."""
    path = _path(notice)
    patience_s = _patience_s(notice.attempts)
    message = Message(
        id=hashlib.sha256(notice.dedupe_key.encode()).hexdigest()[:32],
        subject=_subject(notice),
        link=f"{settings.SITE_URL.rstrip('/')}{path}",
        path=path,
        is_urgent=notice.level in URGENT,
        patience_s=patience_s,
    )
    all_s = patience_s + LONGER_S
    if notice.channel == EMAIL:
        address = notice.recipient.email if notice.recipient else notice.address
        return partial(mail.send, message, to=address, all_s=all_s)
    if notice.channel == PUSH and (browser := notice.push_subscription):
        key, _public = keys.vapid()
        to = push.Browser(browser.endpoint, browser.p256dh, browser.auth, key)
        return partial(push.send, message, to=to, all_s=all_s)
    if notice.squad_channel:
        return partial(squad_channel.send, message, to=notice.squad_channel.url, all_s=all_s)
    raise ValueError(f"message {notice.pk} has no way out")


def _subject(notice: Notification) -> str:
    """In the language that the person chose; a room and who did not choose are written to in English."""
    language = notice.recipient.language if notice.recipient else ""
    with translation.override(language or settings.LANGUAGE_CODE):
        return gettext(notice.subject)


def _path(notice: Notification) -> str:
    """A check-in is answered without a log-in, by its athlete alone: the key to it is made here, and
    stands nowhere but in their own message."""
    if notice.check_in_id is None or notice.topic != FOLLOW_UP:
        return notice.path
    check_in = CheckIn.objects.select_related("episode__athlete").get(pk=notice.check_in_id)
    if check_in.episode.athlete.user_id != notice.recipient_id:
        return notice.path
    return f"/c/{magic_token(check_in)}/"


def send(parcel: Parcel) -> NotSent | None:
    """Talk to the outside; what went wrong, or None. Needs no database."""
    if parcel.is_stale:
        return TooLate()
    reach("notify.sending")
    try:
        parcel.send()
    except NotSent as fault:
        return fault
    reach("notify.sent")
    return None


def settle(parcel: Parcel, fault: NotSent | None) -> None:
    """Write down what came of it."""
    notice = parcel.notice
    if fault is None:
        _mark_sent(notice)
        reach("notify.marked")
    elif isinstance(fault, TooLate):
        _give_back(notice)
    elif fault.is_final or notice.attempts >= MAX_ATTEMPTS:
        logger.warning("message %s given up: %s", notice.pk, fault.kind)
        _give_up(notice, fault.kind, is_gone=fault.is_gone)
    else:
        logger.warning("message %s not sent: %s", notice.pk, fault.kind)
        _put_back(notice, fault.kind)
        reach("notify.put_back")


@transaction.atomic
def _mark_sent(notice: Notification) -> None:
    # Withdrawn while it was on its way, it has still been sent: the record says what happened.
    unsent = Notification.objects.filter(pk=notice.pk).exclude(state="sent")
    if unsent.update(state="sent", sent_at=timezone.now(), error=""):
        _note(notice, "told")


@transaction.atomic
def _give_up(notice: Notification, why: str, *, is_gone: bool = False) -> None:
    """No more tries. It stands in the time line of the escalation, whose clock runs on."""
    pending = Notification.objects.filter(pk=notice.pk, state="pending")
    if pending.update(state="failed", error=why):
        _note(notice, "not_told")
    if is_gone and (subscription := notice.push_subscription):
        still_there = PushSubscription.objects.filter(pk=subscription.pk, gone_at=None)
        still_there.update(gone_at=timezone.now())
        subscription.notifications.filter(state="pending").update(state="withdrawn")


def _note(notice: Notification, kind: str) -> None:
    """With what the message said: while it was on its way the escalation may have been raised or passed on, and who
    was told of one level must not look as if they had been told of the next."""
    if notice.escalation_id is None:
        return
    events.note(
        escalation=Escalation.objects.only("level", "chain_step").get(pk=notice.escalation_id),
        kind=kind,
        by=notice.recipient,
        channel=notice.channel,
        reached=_name_of_outsider(notice),
        level=notice.level,
        chain_step=events.step_of(notice.dedupe_key),
    )


def _name_of_outsider(notice: Notification) -> str:
    if notice.squad_channel:
        return notice.squad_channel.name
    return "" if notice.recipient else "emergency contact"


def _put_back(notice: Notification, why: str) -> None:
    """Try again later, each time after twice as long."""
    Notification.objects.filter(pk=notice.pk, state="pending").update(
        error=why, dispatched_at=None, next_attempt_at=from_now(seconds=_wait_s(notice))
    )


def _give_back(notice: Notification) -> None:
    """Due at once, unless somebody else has claimed it since. It was no try, so it counts as none."""
    mine = Notification.objects.filter(pk=notice.pk, state="pending", attempts=notice.attempts)
    mine.update(
        attempts=F("attempts") - 1,
        first_attempt_at=Case(When(attempts__gt=1, then=F("first_attempt_at"))),
        next_attempt_at=Now(),
        dispatched_at=None,
    )


def _wait_s(notice: Notification) -> float:
    first, longest = FIRST_RETRY_S, LONGEST_RETRY_S
    if notice.level in URGENT:
        first, longest = FIRST_URGENT_RETRY_S, LONGEST_URGENT_RETRY_S
    return float(min(first * 2 ** min(notice.attempts - 1, 10), longest))


def bring_forward(*, notification_id: UUID) -> bool:
    """The clock was set back, and this message would wait until it has caught up: it is due now."""
    ahead = Notification.objects.ahead_of_time().filter(pk=notification_id)
    return bool(ahead.update(next_attempt_at=Now(), dispatched_at=None))
