"""The addresses of a club's own programs: added, changed, stopped and removed by its owners."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from athletes import access
from athletes.models import Club, User, WebhookDelivery, WebhookEndpoint
from athletes.models.webhooks import EVENTS, PING
from athletes.security_log import note
from athletes.services.senders import webhook
from athletes.services.webhooks import telling
from athletes.services.webhooks.sending import BY_OWNER, withdraw_all

MOST_OF_A_CLUB = 10
OLD_SECRET_SIGNS_FOR = timedelta(hours=24)


@dataclass(frozen=True)
class Issued:
    """An endpoint and its secret, which is given out this once."""

    endpoint: WebhookEndpoint
    secret: str


@transaction.atomic
def add(*, by: User, club: Club, name: str, url: str, events: Collection[str]) -> Issued:
    """Tell this address too from now on. Raises ValidationError, by field."""
    access.require_owns_club(by, club)
    if club.calls_nobody:
        raise access.NotAllowed("In a demo club nobody is called, and no program either.")
    name, url = name.strip(), url.strip()
    _require_told(name, url, events)
    # One after the other, so that two at once do not both count nine.
    Club.objects.select_for_update(no_key=True).get(pk=club.pk)
    there = WebhookEndpoint.objects.filter(club=club, removed_at=None)
    if any(other.url == url for other in there):
        raise ValidationError({"url": _("This address is on the list already.")})
    if len(there) >= MOST_OF_A_CLUB:
        told = _("A club can have %(n)s webhooks. Remove one first.") % {"n": MOST_OF_A_CLUB}
        raise ValidationError(told)
    secret = webhook.new_secret()
    endpoint = WebhookEndpoint.objects.create(
        club=club, name=name, url=url, events=_in_order(events), secret=secret, added_by=by
    )
    note("webhook_secret_made", user_id=by.pk)
    return Issued(endpoint, secret)


@transaction.atomic
def change(
    *,
    by: User,
    endpoint: WebhookEndpoint,
    name: str | None = None,
    url: str | None = None,
    events: Collection[str] | None = None,
) -> WebhookEndpoint:
    """What is left out stays. What still waits goes to the new address. Raises ValidationError, by field."""
    endpoint = _held(by, endpoint)
    endpoint.name = endpoint.name if name is None else name.strip()
    endpoint.url = endpoint.url if url is None else url.strip()
    _require_told(
        endpoint.name, url and endpoint.url, endpoint.events if events is None else events
    )
    endpoint.events = endpoint.events if events is None else _in_order(events)
    endpoint.save(update_fields=["name", "url", "events"])
    return endpoint


def _require_told(name: str, url: str | None, events: Collection[str]) -> None:
    if not name or len(name) > 80:
        told = _("Give it a name of 80 characters at most, so that you know it again.")
        raise ValidationError({"name": told})
    if url is not None:
        webhook.require_usable(url)
    if not events or not set(events) <= set(dict(EVENTS)):
        raise ValidationError({"events": _("Choose one or more of the events.")})


def _in_order(events: Collection[str]) -> list[str]:
    return [event for event, _label in EVENTS if event in events]


def _held(by: User, endpoint: WebhookEndpoint) -> WebhookEndpoint:
    """Locked, and as it is now; for owners only, and not once it is removed."""
    access.require_owns_club(by, endpoint.club)
    held = WebhookEndpoint.objects.select_for_update(of=("self",), no_key=True)
    found = held.select_related("club").get(pk=endpoint.pk)
    if found.removed_at is not None:
        raise access.NotAllowed("This webhook was removed.")
    return found


def mark_of(endpoint: WebhookEndpoint) -> str:
    """Tells one secret from the next, and nothing of either."""
    return hashlib.sha256(f"{endpoint.pk}:{endpoint.secret}".encode()).hexdigest()[:16]


@transaction.atomic
def rotate(*, by: User, endpoint: WebhookEndpoint, mark: str = "") -> Issued | None:
    """A new secret; the one before signs as well for a day, so that receivers can be changed in peace.

    With `mark` (of `mark_of`) only if the secret is still that one, else None: a form that is sent twice does not
    take away the secret that receivers still know.
    """
    endpoint = _held(by, endpoint)
    if mark and mark != mark_of(endpoint):
        return None
    endpoint.old_secret, endpoint.secret = endpoint.secret, webhook.new_secret()
    endpoint.old_secret_until = timezone.now() + OLD_SECRET_SIGNS_FOR
    endpoint.save(update_fields=["old_secret", "secret", "old_secret_until"])
    note("webhook_secret_made", user_id=by.pk)
    return Issued(endpoint, endpoint.secret)


@transaction.atomic
def stop(*, by: User, endpoint: WebhookEndpoint) -> WebhookEndpoint:
    """Nothing is sent until it is started again, and nothing is kept for then."""
    endpoint = _held(by, endpoint)
    if endpoint.stopped_at is None:
        endpoint.stopped_at, endpoint.stopped_why = timezone.now(), BY_OWNER
        endpoint.save(update_fields=["stopped_at", "stopped_why"])
        withdraw_all(endpoint)
    return endpoint


@transaction.atomic
def start(*, by: User, endpoint: WebhookEndpoint) -> WebhookEndpoint:
    """What happens from now on is sent again, and its five days begin anew."""
    endpoint = _held(by, endpoint)
    endpoint.stopped_at, endpoint.stopped_why, endpoint.failing_since = None, "", None
    endpoint.save(update_fields=["stopped_at", "stopped_why", "failing_since"])
    return endpoint


@transaction.atomic
def remove(*, by: User, endpoint: WebhookEndpoint) -> None:
    """Nothing more is sent there, and its address and secrets are forgotten."""
    endpoint = _held(by, endpoint)
    endpoint.removed_at = timezone.now()
    endpoint.url = endpoint.secret = endpoint.old_secret = ""
    endpoint.old_secret_until = None
    endpoint.save(update_fields=["removed_at", "url", "secret", "old_secret", "old_secret_until"])
    withdraw_all(endpoint)


@transaction.atomic
def ping(*, by: User, endpoint: WebhookEndpoint) -> WebhookDelivery:
    """Send a test. Its delivery soon says how it went."""
    endpoint = _held(by, endpoint)
    _require_started(endpoint)
    waiting = endpoint.deliveries.filter(event=PING, state="pending").first()
    return waiting or telling.ping(endpoint)


@transaction.atomic
def redeliver(*, by: User, delivery: WebhookDelivery) -> WebhookDelivery:
    """Send the same event once more, with the same id. One that is still on its way is tried now."""
    endpoint = _held(by, delivery.endpoint)
    _require_started(endpoint)
    now = timezone.now()
    same = endpoint.deliveries.filter(event_id=delivery.event_id)
    if waiting := same.filter(state="pending").first():
        # One that is being sent at this moment may then come twice, as any event may.
        same.filter(pk=waiting.pk, state="pending").update(next_attempt_at=now, dispatched_at=None)
        waiting.refresh_from_db()
        return waiting
    return WebhookDelivery.objects.create(
        endpoint=endpoint,
        event_id=delivery.event_id,
        event=delivery.event,
        body=delivery.body,
        athlete_id=delivery.athlete_id,
        again_of=delivery,
        next_attempt_at=now,
    )


def _require_started(endpoint: WebhookEndpoint) -> None:
    if endpoint.stopped_at is not None:
        raise ValidationError(_("This webhook is stopped. Start it first."))
