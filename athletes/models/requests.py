"""What a program has sent before, so that sending it again changes nothing."""

from __future__ import annotations

from django.db import models
from django.db.models import UniqueConstraint
from django.utils import timezone

from athletes.models.secret import SealedText
from athletes.models.users import User


class SentBefore(models.Model):
    """One `Idempotency-Key` of one person: what was asked, and what was answered. Kept for a day."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="sent_before")
    key_hash = models.CharField(max_length=64)
    request_hash = models.CharField(max_length=64, help_text="Of method, path and body.")
    created_at = models.DateTimeField(default=timezone.now, db_index=True)
    claimed_until = models.DateTimeField(help_text="While the first of them is still at work.")
    status = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="Of the answer; empty: none yet."
    )
    headers = models.JSONField(default=dict)
    answer = SealedText(blank=True, default="", help_text="May hold health data.")

    class Meta:
        constraints = [UniqueConstraint(fields=["user", "key_hash"], name="one_answer_per_key")]

    def __str__(self) -> str:
        return f"Sent before {self.pk}"
