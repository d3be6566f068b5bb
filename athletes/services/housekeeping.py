"""What beat asks for now and then. Nothing here matters for safety."""

from __future__ import annotations

import logging
from datetime import timedelta

from django.core.management import call_command
from django.utils import timezone

from athletes.models import ApiToken, Invitation, WebhookDelivery
from athletes.services import (
    apps,
    audit_seals,
    erasure,
    exports,
    logins,
    retention,
    sent_before,
)

logger = logging.getLogger(__name__)

KEPT = timedelta(days=30)


def tidy_up() -> None:
    """Drop expired sessions, files and records, and tokens and invitations that have been of no use for a month."""
    call_command("clearsessions")
    logins.tidy_up()
    long_ago = timezone.now() - KEPT
    ApiToken.objects.filter(expires_at__lt=long_ago).delete()
    Invitation.objects.filter(expires_at__lt=long_ago, used_at=None).delete()
    told = WebhookDelivery.objects.exclude(state="pending")  # what still waits is no log yet
    told.filter(created_at__lt=long_ago).delete()
    sent_before.tidy()
    apps.tidy_up()
    exports.tidy_up()
    erasure.catch_up()
    retention.tidy_up()
    _tell_anchors()


def _tell_anchors() -> None:
    """Where each chain of who looked ends, into the log: kept elsewhere, nothing before it changes unseen."""
    audit_seals.seal_all()
    for head in audit_seals.heads():
        logger.info("audit anchor %s", head)
