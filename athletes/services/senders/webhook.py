"""A club's own program: one JSON body over HTTPS, signed as Standard Webhooks (standardwebhooks.com) says.

Only the status of the answer counts; its body is read a little and forgotten.
"""

from __future__ import annotations

import base64
import secrets
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlsplit

import requests
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from standardwebhooks import Webhook
from urllib3.exceptions import HTTPError

from athletes.services.senders.outgoing import (
    HTTP_PORTS,
    Refused,
    guarded,
    is_named_by_operator,
    require_public,
)

PREFIX = "whsec_"
SECRET_BYTES = 32
LONGEST_URL = 500  # characters
ANSWER_S, ALL_S = 5.0, 7.0  # how long one answer is waited for, and all of one try together
GONE = 410
LOST_KEY = "sealed under a key that is gone"


def new_secret() -> str:
    """256 bits, as Standard Webhooks writes them."""
    return PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


@dataclass(frozen=True)
class Hook:
    """Where it goes, and what signs it: the newest secret first."""

    url: str
    secrets: tuple[str, ...]


@dataclass(frozen=True)
class Outcome:
    """What came of one try. `error` is short and says nothing of addresses, secrets or answers."""

    status: int | None
    took_ms: int
    error: str = ""

    @property
    def was_taken(self) -> bool:
        return self.status is not None and 200 <= self.status < 300

    @property
    def is_gone(self) -> bool:
        """The receiver wants nothing more (the one status that says so)."""
        return self.status == GONE


def send(*, event_id: str, body: bytes, to: Hook) -> Outcome:
    """Hand one event to the address, and say what came of it. Raises nothing that a receiver could cause."""
    began = time.monotonic()
    if not to.url or not all(to.secrets):
        return Outcome(None, 0, LOST_KEY)
    with guarded(answer_s=ANSWER_S, all_s=ALL_S) as attempt, requests.Session() as session:
        session.trust_env = False  # no password of a .netrc goes to an address that somebody typed
        try:
            session.post(to.url, data=body, headers=headers(event_id, body, to.secrets))
        except (requests.RequestException, HTTPError, OSError, ValueError) as fault:
            attempt.fault = attempt.fault or type(fault).__name__
    took_ms = round((time.monotonic() - began) * 1000)
    told = Outcome(attempt.status, took_ms)
    if told.was_taken:
        return told
    # A name as the database has room for; a fault without a status says what broke on the wire.
    error = f"answered {told.status}" if told.status else attempt.fault
    return Outcome(told.status, took_ms, error[:80])


def headers(event_id: str, body: bytes, with_secrets: tuple[str, ...]) -> dict[str, str]:
    """One signature by each secret: while they are rotated, the receiver may know either."""
    now = datetime.now(UTC)
    signatures = [Webhook(secret).sign(event_id, now, body.decode()) for secret in with_secrets]
    return {
        "Content-Type": "application/json",
        "User-Agent": "Niggle",
        "Accept-Encoding": "identity",
        "webhook-id": event_id,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": " ".join(signatures),
    }


def require_usable(url: str) -> None:
    """Raises ValidationError for an address that nothing is sent to; the text does not repeat it.

    https to a public host; what an operator named in PRIVATE_TARGETS may be plain http.
    """
    if len(url) > LONGEST_URL or not url.isascii() or not url.isprintable():
        raise _unusable()
    if any(odd in url for odd in ' \\"<>'):
        raise _unusable()
    try:
        parts = urlsplit(url)
        port = parts.port or HTTP_PORTS.get(parts.scheme, 0)
    except ValueError as fault:
        raise _unusable() from fault
    if parts.scheme not in HTTP_PORTS or not parts.hostname:
        raise _unusable()
    if "@" in parts.netloc:
        told = _("Leave out the user name and the password: every sending is signed instead.")
        raise ValidationError({"url": told})
    if parts.fragment:
        raise ValidationError({"url": _("Leave out what follows the #: it is never sent.")})
    if is_named_by_operator(parts.hostname, port):
        return
    if parts.scheme != "https":
        raise ValidationError({"url": _("The address must begin with https://.")})
    try:
        require_public(parts.hostname, port)
    except Refused as refusal:
        told = _("This address is not open to the internet, so nothing is sent there.")
        raise ValidationError({"url": told}) from refusal


def _unusable() -> ValidationError:
    told = _("This is not a web address that can be used. It looks like https://example.org/hook.")
    return ValidationError({"url": told})
