"""Who is calling: a personal token or an app's in the header, else the browser's session."""

from __future__ import annotations

from contextvars import ContextVar
from typing import Any

from allauth.idp.oidc.models import Token as AppToken
from django.core.signals import request_finished
from django.dispatch import receiver
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from athletes.models import ApiToken, User
from athletes.scopes import SCOPES
from athletes.services import apps, tokens
from coaching.api import scopes

# The token of the request that this thread is at. Its use is written down once the answer is out.
_used: ContextVar[ApiToken | None] = ContextVar("token_used", default=None)


def _refused() -> AuthenticationFailed:
    return AuthenticationFailed(
        "This token cannot be used: it is wrong, has expired or was revoked.",
        code="invalid_token",
    )


def _secret(request: Request) -> str | None:
    scheme, _, secret = get_authorization_header(request).decode("latin-1").partition(" ")
    return secret.strip() if scheme.lower() == "bearer" else None


class Bearer(BaseAuthentication):
    """`Authorization: Bearer …`. A token that is wrong, expired or revoked is refused, never ignored."""

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="niggle"'


class BearerTokenAuthentication(Bearer):
    """A personal token. All others are left to `AppAuthentication`."""

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        secret = _secret(request)
        if secret is None or not secret.startswith(tokens.PREFIX):
            return None
        token = tokens.find(secret=secret)
        if token is None:
            raise _refused()
        _used.set(token)
        return token.user, token


class AppAuthentication(Bearer):
    """An access token that an app got for somebody."""

    def authenticate(self, request: Request) -> tuple[User, AppToken] | None:
        secret = _secret(request)
        if secret is None:
            return None
        token = apps.find(secret=secret)
        if token is None:
            raise _refused()
        return token.user, token


@receiver(request_finished)
def _note_use(**_: object) -> None:
    """After the answer: a database that is locked or cannot be written keeps nobody waiting for one."""
    token = _used.get()
    if token is not None:
        _used.set(None)
        tokens.note_use(token=token)


def _scopes_of(auto_schema: Any) -> list[str]:
    scope = scopes.needed(auto_schema.view, auto_schema.method)
    return [] if scope in (None, scopes.ANY_TOKEN, scopes.NO_LOG_IN) else [str(scope)]


class BearerTokenScheme(OpenApiAuthenticationExtension):
    """How the schema names it."""

    target_class = BearerTokenAuthentication
    name = "token"
    priority = 1

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:
        return {
            "type": "http",
            "scheme": "bearer",
            "description": "A personal token: from `/accounts/tokens/` or `POST /api/v1/auth/login/`.",
        }

    def get_security_requirement(self, auto_schema: Any) -> dict[str, list[str]]:
        return {self.name: _scopes_of(auto_schema)}


class AppScheme(OpenApiAuthenticationExtension):
    """How the schema names it."""

    target_class = AppAuthentication
    name = "app"
    priority = 1

    def get_security_definition(self, auto_schema: object) -> dict[str, Any]:
        return {
            "type": "oauth2",
            "description": "For other apps: OAuth 2 with PKCE. `/.well-known/openid-configuration` has all addresses.",
            "flows": {
                "authorizationCode": {
                    "authorizationUrl": "/identity/o/authorize",
                    "tokenUrl": "/identity/o/api/token",
                    "refreshUrl": "/identity/o/api/token",
                    "scopes": {name: str(said) for name, said in SCOPES.items()},
                }
            },
        }

    def get_security_requirement(self, auto_schema: Any) -> dict[str, list[str]]:
        return {self.name: _scopes_of(auto_schema)}
