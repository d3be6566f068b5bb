"""API tokens: made, found, revoked."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from athletes.models import ApiToken, User

PREFIX = "ngl_"
SHOWN = 12  # characters kept readable, to tell tokens apart


@dataclass(frozen=True)
class Issued:
    """The token's row, and its secret: shown now and never again."""

    token: ApiToken
    secret: str


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def issue(*, by: User) -> Issued:
    """A new token for `by`, good for API_TOKEN_DAYS days."""
    secret = PREFIX + secrets.token_urlsafe(32)
    token = ApiToken.objects.create(
        user=by,
        token_hash=_hash(secret),
        prefix=secret[:SHOWN],
        expires_at=timezone.now() + timedelta(days=settings.API_TOKEN_DAYS),
    )
    return Issued(token, secret)


def find(*, secret: str) -> ApiToken | None:
    """The usable token with this secret, with its user."""
    usable = ApiToken.objects.usable().filter(token_hash=_hash(secret))
    return usable.select_related("user").first()


def revoke_all(*, by: User) -> None:
    """After a new password nothing that the old one opened stays open."""
    ApiToken.objects.visible_to(by).filter(revoked_at=None).update(revoked_at=timezone.now())


def revoke(*, by: User, token: ApiToken) -> None:
    """Refused from the next request on."""
    ApiToken.objects.visible_to(by).filter(pk=token.pk).update(revoked_at=timezone.now())
