"""The second factor: what is asked for after the password, by whoever has switched it on.

An app that shows codes (TOTP), a passkey, and codes on paper for when both are away. allauth keeps and checks them;
what it keeps is sealed. There is no way around it: a new password does not switch it off, nor does a code by mail.
"""

from __future__ import annotations

from enum import Enum
from typing import Any

from allauth.account.adapter import get_adapter as get_account_adapter
from allauth.account.decorators import reauthentication_required
from allauth.core import context
from allauth.core.internal.cryptokit import normalize_user_code
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.base import forms as base_forms
from allauth.mfa.base import views as base_views
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes import views as codes_views
from allauth.mfa.totp import views as totp_views
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.totp.internal.auth import generate_totp_secret
from django.contrib import messages
from django.core.cache import cache
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from athletes import second_factor
from athletes.models import Escalation, User
from athletes.models.secret import seal, unseal
from athletes.second_factor import CODES, PASSKEY, TOTP
from coaching.desk.qr import qr
from coaching.door import signed_in
from coaching.log_in_by_code import Digits
from coaching.notices.push import browser_of

USED_S = 120  # longer than a code of an app is taken


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """What is sealed, what a key is called at first, and plain words for what goes wrong."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _("This code does not fit. Take the newest one, or try another way."),
        "unverified_email": _("Confirm your e-mail address first: open the link that we sent you."),
        "cannot_generate_recovery_codes": _("Add a passkey or an app first."),
    }

    def is_mfa_enabled(self, user: Any, types: Any = None) -> bool:
        """Whether something of `types` is asked for. A passkey alone is only another way in."""
        if user.is_anonymous:
            return False
        held = second_factor.held_by(user)
        return second_factor.is_on(held) and (types is None or not held.isdisjoint(types))

    def encrypt(self, text: str) -> str:
        return seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        """Under a key that is gone nothing fits any more, rather than whatever is worked out from nothing."""
        return unseal(encrypted_text) or generate_totp_secret()

    def build_totp_svg(self, url: str) -> SafeString:
        return qr(url)

    def generate_authenticator_name(self, user: Any, type: Any) -> str:
        agent = context.request.headers.get("user-agent", "")
        return browser_of(agent) or gettext("Passkey")


class OnceOnly(Digits):
    """A code of an app lets in once, for as long as it is taken; allauth forgets it after half a minute."""

    def clean_code(self) -> str:
        code = str(super().clean_code())  # type: ignore[misc]
        key = f"niggle.code.used:{self.user.pk}:{normalize_user_code(code)}"  # type: ignore[attr-defined]
        if self.authenticator.type == TOTP and not cache.add(key, "y", USED_S):  # type: ignore[attr-defined]
            raise SecondFactorAdapter().validation_error("incorrect_code")
        return code


class CodeForm(OnceOnly, base_forms.AuthenticateForm):  # type: ignore[misc]
    """After the password."""


class IsItYouForm(OnceOnly, base_forms.ReauthenticateForm):  # type: ignore[misc]
    """Before something is changed."""


class FirstCodeForm(Digits, ActivateTOTPForm):  # type: ignore[misc]
    """The one that proves that the app was set up."""


class CodeTaken(Enum):
    YES, NO, TOO_MANY = range(3)


def take_code(user: User, code: str) -> CodeTaken:
    """For a program that logs in; counted and used up as on the page."""
    form = CodeForm(user=user, data={"code": code})
    if form.is_valid():
        form.authenticator.record_usage()
        return CodeTaken.YES
    too_many = form.has_error("code", "too_many_login_attempts")
    return CodeTaken.TOO_MANY if too_many else CodeTaken.NO


@signed_in
@require_safe
def overview(request: Any) -> HttpResponse:
    """What is asked for after the password, and what a club asks; the calls that stay open for whoever it shut out."""
    held = second_factor.held_by(request.user)
    asked = second_factor.asked_of(request.user)
    page = {
        "is_on": second_factor.is_on(held),
        "has_app": TOTP in held,
        "has_passkey": PASSKEY in held,
        "has_codes": CODES in held,
        "asked": asked,
        "calls": _open_calls(request.user) if asked and asked.is_over else [],
    }
    return render(request, "mfa/index.html", page)


def _open_calls(user: User) -> list[Escalation]:
    seen = Escalation.objects.seen_from_desk_by(user).unresolved()
    urgent = seen.filter(level__in=second_factor.URGENT).select_related("athlete", "episode")
    return list(urgent.order_by("opened_at"))


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
@reauthentication_required(app="allauth.mfa")
def switch_off(request: Any) -> HttpResponse:
    """The password alone opens the account again. Passkeys stay, as another way in."""
    if request.method != "POST":
        return render(request, "mfa/switch_off.html")
    Authenticator.objects.filter(user=request.user, type__in=[TOTP, CODES]).delete()
    messages.success(request, gettext("The second factor is switched off."))
    get_account_adapter().send_notification_mail("mfa/email/totp_deactivated", request.user)
    return redirect("mfa_index")


# Under the names by which allauth finds them.
urlpatterns = [
    path("", overview, name="mfa_index"),
    path("log-in/", base_views.authenticate, name="mfa_authenticate"),
    path("is-it-you/", base_views.reauthenticate, name="mfa_reauthenticate"),
    path("app/", totp_views.activate_totp, name="mfa_activate_totp"),
    path("app/remove/", totp_views.deactivate_totp, name="mfa_deactivate_totp"),
    path("codes/", codes_views.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("codes/new/", codes_views.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    path("off/", switch_off, name="second_factor_off"),
]
