"""Other programs that act for somebody (OAuth): registered by staff, allowed and taken back by each person."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from allauth.idp.oidc.adapter import get_adapter
from allauth.idp.oidc.models import Client, Token
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from athletes.models import User
from athletes.scopes import ALL, IDENTITY
from athletes.security_log import note
from athletes.services import account_notices

MOST_DAYS = (
    365  # from when somebody said yes; then they are asked again, however often it was renewed
)
UNUSED_DAYS = settings.IDP_OIDC_REFRESH_TOKEN_EXPIRES_IN // (24 * 3600)
ENDS_AT = "ends_at"  # in `Token.data`
FIRST_TOKENS = 2  # one to get in, one to renew it
THIS_DEVICE = ("127.0.0.1", "::1", "localhost")
OWN_SCHEME = re.compile(r"[a-z][a-z0-9+-]*(\.[a-z0-9+-]+)+")  # org.example.app, as RFC 8252 asks


@dataclass(frozen=True)
class Registered:
    """The app, and its secret: shown now and never again. A public app has none."""

    app: Client
    secret: str


@dataclass(frozen=True)
class Allowed:
    """An app that may act for somebody now."""

    app: Client
    scopes: list[str]
    renewed_at: datetime  # while it is used, within the hour
    ends_at: datetime  # at the latest, unless it is allowed anew


@transaction.atomic
def register(
    *,
    name: str,
    redirect_uris: Sequence[str],
    scopes: Collection[str] = ALL | IDENTITY,
    public: bool = False,
) -> Registered:
    """An app that people may allow to act for them. For whoever is at the server itself: nobody is asked who it is."""
    app = Client(name=name)
    app.type = Client.Type.PUBLIC if public else Client.Type.CONFIDENTIAL
    app.set_redirect_uris(list(redirect_uris))
    app.set_scopes(sorted(scopes))
    prepare(app=app)
    secret = "" if public else new_secret(app=app)
    app.save(force_insert=True)
    return Registered(app, secret)


def prepare(*, app: Client) -> None:
    """Only what we offer: a code with PKCE, and its renewal; asked for each time. Raises ValidationError."""
    wrong = [sentence for uri in app.get_redirect_uris() for sentence in why_not(uri)]
    if not app.name.strip():
        raise ValidationError({"name": _("An app needs a name.")})
    if wrong or not app.get_redirect_uris():
        raise ValidationError({"redirect_uris": wrong or [_("An app needs an address.")]})
    if set(app.get_scopes()) - ALL - IDENTITY:
        raise ValidationError({"scopes": _("There is a scope among them that does not exist.")})
    app.set_grant_types([Client.GrantType.AUTHORIZATION_CODE, Client.GrantType.REFRESH_TOKEN])
    app.set_response_types([Client.ResponseType.CODE])
    app.set_default_scopes([])
    app.set_cors_origins([])
    app.allow_uri_wildcards = app.skip_consent = False


def new_secret(*, app: Client) -> str:
    """Kept only as a hash; the app must be saved."""
    secret = str(get_adapter().generate_client_secret())
    app.set_secret(secret)
    return secret


def why_not(uri: str) -> list[str]:
    """What is wrong with an address to which codes would be sent; nothing, if it can be used."""
    try:
        parts = urlsplit(uri)
        host, _port = parts.hostname, parts.port
    except ValueError:
        return [gettext("This address cannot be read.")]
    if re.search(r"[#*@;,'\"\s\\]", uri):
        return [gettext("An address has no #, *, @, quotes, commas and no spaces.")]
    is_ours = OWN_SCHEME.fullmatch(parts.scheme) and not parts.netloc
    if is_ours or (parts.scheme == "https" and host):
        return []
    if parts.scheme == "http" and host in THIS_DEVICE:
        return []
    return [gettext("It starts with https://, http://127.0.0.1, or a scheme like org.example:/")]


def find(*, secret: str) -> Token | None:
    """The usable access token with this secret, with its user and app."""
    usable = Token.objects.valid().by_value(secret).filter(type=Token.Type.ACCESS_TOKEN)
    return (
        usable.filter(user__is_active=True, client__isnull=False)
        .select_related("user", "client")
        .first()
    )


def allowed_by(user: User) -> list[Allowed]:
    """Which apps may act for `user` now, by name."""
    held = Token.objects.valid().filter(user=user, client__isnull=False).select_related("client")
    found: dict[str, list[Token]] = {}
    for token in held.order_by("client__name", "client_id", "created_at"):
        found.setdefault(token.client_id, []).append(token)
    return [
        Allowed(
            of_one[0].client,
            sorted({scope for token in of_one for scope in token.get_scopes()}),
            of_one[-1].created_at,
            max(_end_of(token) for token in of_one),
        )
        for of_one in found.values()
    ]


def end_of(*, renewal: str) -> datetime | None:
    """Until when this key to renew may be renewed, and what comes of it; None if it opens nothing."""
    keys = Token.objects.valid().by_value(renewal).filter(type=Token.Type.REFRESH_TOKEN)
    found = keys.first()
    return _end_of(found) if found else None


def _end_of(token: Token) -> datetime:
    told = parse_datetime((token.data or {}).get(ENDS_AT, ""))
    return told or token.created_at + timedelta(days=MOST_DAYS)


def let_end(*, secrets: Collection[str], ends_at: datetime) -> datetime | None:
    """What was just given out ends with the agreement on which it stands. When the key to renew among it does."""
    renewable_until = None
    for secret in secrets:
        for token in Token.objects.by_value(secret):
            token.expires_at = min(token.expires_at or ends_at, ends_at)
            token.data = {**(token.data or {}), ENDS_AT: ends_at.isoformat()}
            if token.type == Token.Type.REFRESH_TOKEN:
                renewable_until = token.expires_at
            token.save(update_fields=["expires_at", "data"])
    return renewable_until


def end_from_now() -> datetime:
    """Of what somebody agrees to now."""
    return timezone.now() + timedelta(days=MOST_DAYS)


@transaction.atomic
def take_back(*, by: User, app: Client) -> None:
    """What the app got is dead from the next request on."""
    gone, _of_each = Token.objects.filter(user=by, client=app).delete()
    if gone:
        note("app_ended", user_id=by.pk)


def take_back_all(*, by: User) -> None:
    Token.objects.filter(user=by).delete()


def tell_if_new(*, token: Token) -> None:
    """The person is told once that this app acts for them: with its first tokens."""
    held = Token.objects.filter(user=token.user, client=token.client)
    if held.count() <= FIRST_TOKENS:
        account_notices.tell(user=token.user, what=account_notices.APP)


def tidy_up() -> None:
    """What has ended opens nothing, and need not stay."""
    Token.objects.expired().delete()
