"""Checking a password for a token, under the same limits and rules as the log-in page."""

from __future__ import annotations

from allauth.account import app_settings
from allauth.account.adapter import get_adapter
from allauth.account.utils import has_verified_email
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from rest_framework.exceptions import Throttled

from athletes.models import User
from coaching.api.errors import UnverifiedEmail, WrongCredentials

TRY_AGAIN_AFTER_S = 300  # the longer of the two windows of allauth's `login_failed` limit


def authenticated(request: HttpRequest, *, email: str, password: str) -> User:
    """The person with this password, or one and the same refusal whatever is wrong.

    The limit on failed log-ins is allauth's and is shared with the page, so that nobody gets twice
    the guesses by using both.
    """
    try:
        user = get_adapter(request).authenticate(request, email=email, password=password)
    except ValidationError as limit:
        raise Throttled(
            TRY_AGAIN_AFTER_S, "Too many log-ins failed. Please wait a few minutes."
        ) from limit
    if user is None or not user.is_active:
        raise WrongCredentials
    mandatory = app_settings.EmailVerificationMethod.MANDATORY
    if mandatory == app_settings.EMAIL_VERIFICATION and not has_verified_email(user):
        raise UnverifiedEmail
    return user
