"""What beat asks for now and then. Nothing here matters for safety."""

from __future__ import annotations

from datetime import timedelta

from django.core.management import call_command
from django.utils import timezone

from athletes import forgotten
from athletes.models import ApiToken, Invitation, WebhookDelivery
from athletes.services import exports, retention

KEPT = timedelta(days=30)


def tidy_up() -> None:
    """Drop expired sessions, files and records, and tokens and invitations that have been of no use for a month."""
    call_command("clearsessions")
    long_ago = timezone.now() - KEPT
    ApiToken.objects.filter(expires_at__lt=long_ago).delete()
    Invitation.objects.filter(expires_at__lt=long_ago, used_at=None).delete()
    told = WebhookDelivery.objects.exclude(state="pending")  # what still waits is no log yet
    told.filter(created_at__lt=long_ago).delete()
    exports.tidy_up()
    forgotten.mend()
    retention.tidy_up()
