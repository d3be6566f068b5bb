"""Logging in by a code that comes by mail: for athletes, who rarely come by and forget passwords.

allauth makes the code and checks it, three times at most. A second factor is asked for after it, as after a password.
"""

from __future__ import annotations

from typing import Any, cast

from allauth.account.adapter import get_adapter
from allauth.account.forms import ConfirmLoginCodeForm, RequestLoginCodeForm
from allauth.account.internal.userkit import filter_users_by_email
from allauth.core import context, ratelimit

from coaching.limits import account_and_address


class Digits:
    """A phone shows its number pad."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        attrs = self.fields["code"].widget.attrs  # type: ignore[attr-defined]
        attrs.pop("placeholder", None)
        attrs["inputmode"] = "numeric"


class ConfirmCodeForm(Digits, ConfirmLoginCodeForm):  # type: ignore[misc]
    """The code that came by mail."""


class AskForCodeForm(RequestLoginCodeForm):  # type: ignore[misc]
    """As allauth's, but counted by account and address: nobody can use up somebody else's codes."""

    def clean_email(self) -> str:
        email = cast(str, self.cleaned_data["email"])
        key = account_and_address(context.request, email)
        if not ratelimit.consume(context.request, action="request_login_code", key=key):
            raise get_adapter().validation_error("too_many_login_attempts")
        users = filter_users_by_email(email, is_active=True, prefer_verified=True, for_login=True)
        self._user = users[0] if users else None
        return email
