"""API tokens: made, found, revoked."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, transaction
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from athletes.models import ApiToken, User
from athletes.models.tokens import LOG_IN, PERSON
from athletes.scopes import ALL, allows
from athletes.security_log import note
from athletes.services import account_notices, apps

PREFIX = "ngl_"
SHOWN = 12  # characters kept readable, to tell tokens apart
DAYS, MOST_DAYS = 90, 365
MOST_TOKENS = 50  # of one person at a time; the list is one page
NOTED_EVERY = timedelta(minutes=1)


@dataclass(frozen=True)
class Issued:
    """The token's row, and its secret: shown now and never again."""

    token: ApiToken
    secret: str


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def issue(*, by: User, scopes: Collection[str] = ALL) -> Issued:
    """A new token for `by`, who has just given the password. Good for API_TOKEN_DAYS days."""
    return _new(by, scopes, timedelta(days=settings.API_TOKEN_DAYS), made_by=LOG_IN)


@transaction.atomic
def make(
    *,
    by: User,
    name: str,
    scopes: Collection[str],
    days: int = DAYS,
    through: ApiToken | None = None,
) -> Issued:
    """A token that its owner names. `through` is the token that asks for it: it gives no more than it has itself.

    Raises ValidationError for what cannot be, PermissionDenied for more than `through` may.
    """
    User.objects.select_for_update(no_key=True).get(pk=by.pk)  # of two at once one is the last
    wrong = {
        "name": [] if name.strip() else [_("Say what it is for.")],
        "scopes": _wrong_scopes(scopes),
        "days": [] if 1 <= days <= MOST_DAYS else [_("From 1 to 365 days.")],
    }
    if any(wrong.values()):
        raise ValidationError({field: told for field, told in wrong.items() if told})
    if ApiToken.objects.visible_to(by).usable().count() >= MOST_TOKENS:
        raise ValidationError(_("You have fifty tokens. Take one back that is not used any more."))
    lasting = timedelta(days=days)
    if through is not None:
        if not all(allows(through.scopes, scope) for scope in scopes):
            raise PermissionDenied(_("A token cannot give more than it has itself."))
        lasting = min(lasting, through.expires_at - timezone.now())
    issued = _new(by, scopes, lasting, made_by=PERSON, name=name.strip())
    account_notices.tell(user=by, what=account_notices.TOKEN)
    return issued


def _wrong_scopes(scopes: Collection[str]) -> list[Any]:
    if set(scopes) - ALL:
        return [_("There is a scope among them that does not exist.")]
    return [] if scopes else [_("Tick at least one.")]


def _new(
    owner: User, scopes: Collection[str], lasting: timedelta, *, made_by: str, name: str = ""
) -> Issued:
    secret = PREFIX + secrets.token_urlsafe(32)
    token = ApiToken.objects.create(
        user=owner,
        token_hash=_hash(secret),
        prefix=secret[:SHOWN],
        name=name,
        scopes=sorted(set(scopes)),
        made_by=made_by,
        expires_at=timezone.now() + lasting,
    )
    note("token_made", user_id=owner.pk, how=made_by)
    return Issued(token, secret)


def find(*, secret: str) -> ApiToken | None:
    """The usable token with this secret, with its user."""
    usable = ApiToken.objects.usable().filter(token_hash=_hash(secret))
    return usable.select_related("user").first()


def note_use(*, token: ApiToken) -> None:
    """Write down that it was used, at most once a minute. Where that cannot be written it is left out."""
    now = timezone.now()
    if token.last_used_at is not None and now - token.last_used_at < NOTED_EVERY:
        return
    stale = Q(last_used_at=None) | Q(last_used_at__lt=now - NOTED_EVERY)
    try:
        ApiToken.objects.filter(stale, pk=token.pk).update(last_used_at=Now())
    except DatabaseError:
        return  # it only informs; nothing may wait for it or fail by it


def revoke_all(*, by: User) -> None:
    """After a new password nothing that the old one opened stays open: neither tokens nor what apps got."""
    ApiToken.objects.visible_to(by).filter(revoked_at=None).update(revoked_at=timezone.now())
    apps.take_back_all(by=by)


def revoke(*, by: User, token: ApiToken) -> None:
    """Refused from the next request on."""
    mine = ApiToken.objects.visible_to(by).filter(pk=token.pk, revoked_at=None)
    if mine.update(revoked_at=timezone.now()):
        note("token_revoked", user_id=by.pk)
