"""Web Push (RFC 8030), encrypted so that the push service cannot read it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from email.utils import parseaddr

import requests
from django.conf import settings
from py_vapid import Vapid
from pywebpush import WebPushException, webpush

from athletes.services.senders import Message, NotSent
from athletes.services.senders.outgoing import guarded

KEPT_S = 24 * 3600  # how long a push service keeps it for a phone that is off
GONE = (404, 410)  # RFC 8030, 7.3: this subscription will never work again


@dataclass(frozen=True)
class Browser:
    """Where one browser is reached, and the site's own key."""

    endpoint: str
    p256dh: str
    auth: str
    vapid_private: str


def send(message: Message, *, to: Browser, all_s: float) -> None:
    """Hand one message to the push service; `NotSent` when it was not taken."""
    shown = {"title": message.subject, "body": "", "url": message.path, "tag": message.id}
    with guarded(answer_s=message.patience_s, all_s=all_s) as attempt:
        try:
            webpush(
                {"endpoint": to.endpoint, "keys": {"p256dh": to.p256dh, "auth": to.auth}},
                json.dumps(shown),
                vapid_private_key=Vapid.from_raw(to.vapid_private.encode()),
                vapid_claims={"sub": f"mailto:{parseaddr(settings.DEFAULT_FROM_EMAIL)[1]}"},
                ttl=KEPT_S,
                headers={
                    "Urgency": "high" if message.is_urgent else "normal",
                    "Topic": message.id,  # a second one with it takes the place of the first
                },
            )
        except WebPushException as fault:
            status = attempt.status
            raise NotSent(f"answered {status}", is_gone=status in GONE) from fault
        except (requests.RequestException, OSError) as fault:
            raise NotSent(attempt.fault or type(fault).__name__) from fault
        except ValueError as fault:  # keys that are none: no later try will do better
            raise NotSent(type(fault).__name__, is_final=True) from fault
