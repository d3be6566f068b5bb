"""What allauth's OpenID Connect provider asks us: the key it signs with, and who somebody is."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from allauth.idp.oidc.adapter import DefaultOIDCAdapter
from allauth.idp.oidc.models import Client, PrivateKey

from athletes.models import User
from athletes.scopes import ABOUT_ONESELF, SCOPES
from athletes.services import keys


class IdentityAdapter(DefaultOIDCAdapter):  # type: ignore[misc]
    """People are known to apps by their `uid`, never by the number of a row."""

    scope_display = {**ABOUT_ONESELF, **SCOPES}

    def generate_client_secret(self) -> str:
        return secrets.token_urlsafe(32)

    def list_private_keys(self, **_: Any) -> list[PrivateKey]:
        return [PrivateKey(pem=keys.signing())]

    def get_user_sub(self, client: Client, user: User) -> str:
        return str(user.uid)

    def get_user_by_sub(self, client: Client, sub: str) -> User | None:
        try:
            return User.objects.filter(uid=UUID(sub), is_active=True).first()
        except ValueError:
            return None

    def get_claims(
        self, purpose: str, user: User, client: Client, scopes: Iterable[str], **kwargs: Any
    ) -> dict[str, Any]:
        """The name and the e-mail address only with their scopes; nothing else about anybody."""
        email = [scope for scope in scopes if scope == "email"]
        claims: dict[str, Any] = super().get_claims(purpose, user, client, email, **kwargs)
        return {**claims, "name": user.name} if "profile" in scopes else claims
