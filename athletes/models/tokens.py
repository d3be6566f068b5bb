"""Personal API tokens: prefix and 256 bits, kept only as a SHA-256."""

from __future__ import annotations

from typing import Any, Self

from django.db import models
from django.db.models.functions import Now

from athletes.models.base import Record
from athletes.models.people import User


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
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = ApiTokenQuerySet.as_manager()
