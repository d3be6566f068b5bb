"""What the tests of the second factor share: people who have it, and the code that an app would show."""

from __future__ import annotations

import time
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.test import Client

from tests.factories import PASSWORD

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
OVERVIEW, LOG_IN = "/accounts/second-factor/", "/accounts/second-factor/log-in/"


def give_app(user: Any) -> list[str]:
    """The second factor by an app; the recovery codes."""
    TOTP.activate(user, SECRET)
    return RecoveryCodes.activate(user).generate_codes()


def give_passkey(user: Any) -> Authenticator:
    return Authenticator.objects.create(  # type: ignore[no-any-return]
        user=user, type=Authenticator.Type.WEBAUTHN, data={"name": "Phone", "credential": {}}
    )


def code_now(*, steps: int = 0) -> str:
    return format_hotp_value(hotp_value(SECRET, int(time.time()) // 30 + steps))


def with_password(client: Client, user: Any, password: str = PASSWORD) -> Any:
    return client.post("/accounts/login/", {"login": user.email, "password": password})


def proved(user: Any) -> Client:
    """Logged in, and the password given once more just now."""
    client = Client()
    client.force_login(user)
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    return client
