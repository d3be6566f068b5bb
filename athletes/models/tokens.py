"""Personal API tokens: prefix and 256 bits, kept only as a SHA-256."""

from __future__ import annotations

from typing import Any, Self

from django.db import models
from django.db.models.functions import Now

from athletes.models.base import Record, one_of
from athletes.models.users import User

LOG_IN, PERSON = "log_in", "person"
MADE_BY = [(LOG_IN, "By logging in"), (PERSON, "By its owner")]


class ApiTokenQuerySet(models.QuerySet["ApiToken"]):
    def visible_to(self, user: Any) -> Self:
        return self.filter(user=user.pk)

    def usable(self) -> Self:
        return self.filter(revoked_at=None, expires_at__gt=Now(), user__is_active=True)


class ApiToken(Record):
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="api_tokens")
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    prefix = models.CharField(
        max_length=12, help_text="The first characters, to tell tokens apart."
    )
    name = models.CharField(max_length=80, blank=True, help_text="What it is for, by its owner.")
    scopes = models.JSONField(
        default=list, help_text="What it may do, of `athletes.scopes`; never more than its owner."
    )
    made_by = models.CharField(max_length=8, choices=MADE_BY, default=LOG_IN)
    last_used_at = models.DateTimeField(
        null=True, blank=True, help_text="To a minute: not each use is written down."
    )
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = ApiTokenQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(condition=one_of("made_by", MADE_BY), name="token_made_by_known")
        ]

    def __str__(self) -> str:
        return self.name or self.prefix
