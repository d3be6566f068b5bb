"""The link that opens one check-in without a log-in, and nothing else. Signed, never stored."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.core.signing import BadSignature, Signer

from athletes.models import CheckIn
from athletes.models.follow_up import CANCELLED, PLANNED

SEPARATOR = "."
KEPT_AFTER_MISSED = timedelta(days=7)  # an answer that comes late still counts


def magic_token(check_in: CheckIn) -> str:
    """Opens `check_in` to whoever holds it, as long as the athlete has the same log-in."""
    return _signer(check_in).sign(check_in.pk.hex)


def link(check_in: CheckIn) -> str:
    """For a message to the athlete. Built when it is sent: the outbox holds no token."""
    return f"{settings.SITE_URL}/c/{magic_token(check_in)}/"


def find_by_token(token: str, now: datetime) -> CheckIn | None:
    """The check-in that `token` opens; None where it opens nothing, or nothing any more."""
    try:
        key = UUID(token.partition(SEPARATOR)[0])
    except ValueError:
        return None
    people = CheckIn.objects.select_related("report", "episode__athlete__user")
    found = people.filter(pk=key, episode__athlete__left_at=None).first()
    if found is None or found.state in (PLANNED, CANCELLED):
        return None
    user = found.episode.athlete.user
    if user is None or not user.is_active or now > found.missed_at + KEPT_AFTER_MISSED:
        return None
    try:
        _signer(found).unsign(token)
    except BadSignature:
        return None
    return found


def _signer(check_in: CheckIn) -> Signer:
    """Bound to the person: whoever gets the athlete's record later cannot use an old message."""
    user = check_in.episode.athlete.user_id
    return Signer(sep=SEPARATOR, salt=f"niggle.check-in:{user}")
