"""Logging in with a passkey: the fingerprint, face or PIN of one's own phone in place of the password.

allauth keeps the keys and checks them. A passkey alone is another way in, no second lock: the password still opens the
account on a device that has no passkey, so nobody is locked out by a lost phone. Who has switched on the second factor
(second_factor.py) is asked for it after the password.
"""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import get_adapter as get_account_adapter
from allauth.core.internal.httpkit import authenticated_user
from allauth.mfa.webauthn import views
from allauth.mfa.webauthn.internal import flows
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import path, reverse


class AddPasskey(views.AddWebAuthnView):  # type: ignore[misc]
    """As allauth's, without recovery codes: they are made when somebody switches the second factor on."""

    def form_valid(self, form: Any) -> HttpResponse:
        user = authenticated_user(self.request)
        flows.signup_authenticator(  # the way that makes no codes; who it is was asked by the view
            self.request,
            user,
            form.cleaned_data["name"],
            form.cleaned_data["credential"],
        )
        get_account_adapter().send_notification_mail("mfa/email/webauthn_added", user)
        return HttpResponseRedirect(reverse("mfa_list_webauthn"))


# Under the names by which allauth finds them.
urlpatterns = [
    path("", views.list_webauthn, name="mfa_list_webauthn"),
    path("add/", AddPasskey.as_view(), name="mfa_add_webauthn"),
    path("log-in/", views.login_webauthn, name="mfa_login_webauthn"),
    path("is-it-you/", views.reauthenticate_webauthn, name="mfa_reauthenticate_webauthn"),
    path("<int:pk>/rename/", views.edit_webauthn, name="mfa_edit_webauthn"),
    path("<int:pk>/remove/", views.remove_webauthn, name="mfa_remove_webauthn"),
]
