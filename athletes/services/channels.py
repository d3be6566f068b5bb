"""How people and squads choose to be told: browsers that take push, channels per topic, chat rooms."""

from __future__ import annotations

import base64
import binascii
import hashlib
import uuid
from collections.abc import Mapping
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from athletes import access
from athletes.models import (
    ChannelChoice,
    Notification,
    PushSubscription,
    Squad,
    SquadChannel,
    User,
)
from athletes.models.escalations import CALLS, IN_APP, SQUAD, TOPICS
from athletes.models.telling import CHOSEN_CHANNELS
from athletes.services import notifications, wake
from athletes.services.senders import squad_channel
from athletes.services.senders.outgoing import (
    HTTP_PORTS,
    Refused,
    is_named_by_operator,
    require_public,
)
from guidance import Disposition

LONGEST_ENDPOINT = 700  # characters
MOST_BROWSERS = 20  # of one person; the oldest makes room
POINT_BYTES, SECRET_BYTES = 65, 16  # RFC 8291: an uncompressed point on P-256, and 128 bits
TRY = "try:"  # how the keys of tests begin
TEST_SUBJECT = "A test from Niggle: this channel works"


@transaction.atomic
def subscribe_push(
    *, by: User, endpoint: str, p256dh: str, auth: str, browser: str = ""
) -> PushSubscription:
    """Send to this browser of `by` from now on. The same browser again, or with another log-in, moves.

    Raises ValidationError for what no push service would have given.
    """
    _require_push_service(endpoint)
    if _length(p256dh) != POINT_BYTES or _length(auth) != SECRET_BYTES:
        raise ValidationError(_("This browser gave an address that cannot be used."))
    subscription, _made = PushSubscription.objects.update_or_create(
        endpoint_hash=_endpoint_hash(endpoint),
        defaults={
            "user": by,
            "endpoint": endpoint,
            "p256dh": p256dh,
            "auth": auth,
            "browser": browser[:80],
            "gone_at": None,
        },
    )
    too_many = by.push_subscriptions.filter(gone_at=None).order_by("-created_at", "-id")
    for oldest in too_many[MOST_BROWSERS:]:
        _let_go(oldest)
    return subscription


def _require_push_service(endpoint: str) -> None:
    unusable = ValidationError(_("This browser gave an address that cannot be used."))
    try:
        parts = urlsplit(endpoint)
        port = parts.port or HTTP_PORTS.get(parts.scheme, 0)
    except ValueError as fault:
        raise unusable from fault
    too_long = len(endpoint) > LONGEST_ENDPOINT
    if not parts.hostname or parts.username or too_long or not endpoint.isascii():
        raise unusable
    if is_named_by_operator(parts.hostname, port):
        return
    if parts.scheme != "https":
        raise unusable
    try:
        require_public(parts.hostname, port)
    except Refused as refusal:
        raise unusable from refusal


def _endpoint_hash(endpoint: str) -> str:
    """What it is found by: the address itself stands encrypted."""
    return hashlib.sha256(endpoint.encode()).hexdigest()


def _length(value: str) -> int:
    """Bytes in URL-safe base64 without padding; -1 for what is none."""
    try:
        return len(base64.b64decode(value + "=" * (-len(value) % 4), altchars=b"-_", validate=True))
    except (binascii.Error, ValueError):
        return -1


@transaction.atomic
def unsubscribe_push(*, by: User, endpoint: str) -> None:
    """No more to this browser of `by`. One that is not theirs, or unknown, is left as it is."""
    for subscription in by.push_subscriptions.filter(
        endpoint_hash=_endpoint_hash(endpoint), gone_at=None
    ):
        _let_go(subscription)


def _let_go(subscription: PushSubscription) -> None:
    PushSubscription.objects.filter(pk=subscription.pk).update(gone_at=timezone.now())
    subscription.notifications.filter(state="pending").update(state="withdrawn")


def choose_channel(*, by: User, topic: str, channel: str, wanted: bool) -> ChannelChoice:
    """Whether `by` wants `topic` on `channel`. What calls for them now or today comes whatever they choose."""
    if topic not in dict(TOPICS) or channel not in dict(CHOSEN_CHANNELS):
        raise ValidationError(_("There is no such choice."))
    choice, _made = ChannelChoice.objects.update_or_create(
        user=by, topic=topic, channel=channel, defaults={"wanted": wanted}
    )
    return choice


@transaction.atomic
def choose_channels(*, by: User, wanted: Mapping[tuple[str, str], bool]) -> None:
    """Several at once, or none of them: by topic and channel."""
    for (topic, channel), is_wanted in wanted.items():
        choose_channel(by=by, topic=topic, channel=channel, wanted=is_wanted)


@transaction.atomic
def try_own_ways(*, by: User) -> None:
    """A test to `by` on every way on which they are told. `own_tries` soon says how it went."""
    notifications.queue(
        recipients=[by],
        key=f"{TRY}{uuid.uuid4()}",
        subject=TEST_SUBJECT,
        path="/desk/",
        topic=CALLS,
        level=Disposition.SAME_DAY,  # as what is urgent: it goes out whatever they chose
    )
    wake.dispatcher()


def own_tries(user: User) -> list[Notification]:
    """The messages of the newest test that `user` sent to themself: by e-mail, and to each device."""
    mine = Notification.objects.filter(recipient=user, dedupe_key__startswith=TRY)
    tests = mine.exclude(channel=IN_APP).select_related("push_subscription")
    newest = tests.order_by("-created_at").first()
    if newest is None:
        return []
    same = ":".join(newest.dedupe_key.split(":")[:2])
    return list(tests.filter(dedupe_key__startswith=same).order_by("channel", "pk"))


@transaction.atomic
def add_squad_channel(
    *, by: User, squad: Squad, name: str, url: str, least_level: str = "same_day"
) -> SquadChannel:
    """Tell a chat room or an SMS gateway too, from `least_level` on. Only who leads the squad may.

    Raises ValidationError, by field, for an address that nothing can or may be sent to.
    """
    access.require_leads_squad(by, squad)
    if least_level not in [level.value for level in Disposition]:
        raise ValidationError({"least_level": _("There is no such level.")})
    if not name.strip():
        raise ValidationError({"name": _("Give it a name, so that you know it again.")})
    try:
        squad_channel.require_understood(url)
    except squad_channel.NotUnderstood as fault:
        raise ValidationError({"url": str(fault)}) from fault
    return SquadChannel.objects.create(
        squad=squad, name=name.strip()[:80], url=url.strip(), least_level=least_level, added_by=by
    )


@transaction.atomic
def remove_squad_channel(*, by: User, channel: SquadChannel) -> None:
    """Nothing more is sent there, and its address, which holds a secret, is forgotten."""
    access.require_leads_squad(by, channel.squad)
    still_there = SquadChannel.objects.filter(pk=channel.pk, removed_at=None)
    still_there.update(removed_at=timezone.now(), url="")
    channel.notifications.filter(state="pending").update(state="withdrawn")
    channel.refresh_from_db()


@transaction.atomic
def try_squad_channel(*, by: User, channel: SquadChannel) -> Notification:
    """Put a test message into the outbox. Its `state` and `error` soon say how it went."""
    access.require_leads_squad(by, channel.squad)
    if channel.removed_at is not None:
        raise access.NotAllowed("This channel was removed.")
    now = timezone.now()
    notice = Notification.objects.create(
        squad_channel=channel,
        channel=SQUAD,
        topic=CALLS,
        dedupe_key=f"{TRY}{uuid.uuid4()}:{SQUAD}",
        subject=TEST_SUBJECT,
        path="/desk/",
        due_at=now,
        next_attempt_at=now,
    )
    wake.dispatcher()
    return notice
