"""Logging in with a passkey: the fingerprint, face or PIN of one's own phone in place of the password.

allauth keeps the keys and checks them. A passkey is another way in, no second lock: the password alone still opens the
account on a device that has no passkey, so nobody is locked out by a lost phone.
"""

from __future__ import annotations

from typing import Any

from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.webauthn import views
from django.urls import path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from coaching.notices.push import browser_of

UNUSABLE = _("This passkey cannot be used here. Try again, or log in with your password.")


class PasskeyAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """What a key is called at first, and plain words for what goes wrong."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": UNUSABLE,
        "unverified_email": _("Confirm your e-mail address first: open the link that we sent you."),
    }

    def is_mfa_enabled(self, user: Any, types: Any = None) -> bool:
        """Who has a passkey is not asked for it after the password."""
        return False

    def generate_authenticator_name(self, user: Any, type: Any) -> str:
        agent = context.request.headers.get("user-agent", "")
        return browser_of(agent) or gettext("Passkey")


class AddPasskey(views.AddWebAuthnView):  # type: ignore[misc]
    """As allauth's; there are no recovery codes to show afterwards."""

    def get_success_url(self) -> str:
        return reverse("mfa_list_webauthn")


# Under the names by which allauth finds them; its other pages are about second factors.
urlpatterns = [
    path("", views.list_webauthn, name="mfa_list_webauthn"),
    path("overview/", views.list_webauthn, name="mfa_index"),
    path("add/", AddPasskey.as_view(), name="mfa_add_webauthn"),
    path("log-in/", views.login_webauthn, name="mfa_login_webauthn"),
    path("<int:pk>/rename/", views.edit_webauthn, name="mfa_edit_webauthn"),
    path("<int:pk>/remove/", views.remove_webauthn, name="mfa_remove_webauthn"),
]
