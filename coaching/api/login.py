"""Checking a password for a token, under the same limits and rules as the log-in page."""

from __future__ import annotations

from allauth.account import app_settings
from allauth.account.adapter import get_adapter
from allauth.account.utils import has_verified_email
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from rest_framework import status
from rest_framework.exceptions import APIException, Throttled

from athletes import second_factor
from athletes.models import User
from coaching.api.problems import UnverifiedEmail, WrongCredentials
from coaching.second_factor import CodeTaken, take_code

TRY_AGAIN_AFTER_S = 300  # the longer of the two windows of allauth's `login_failed` limit


class SecondFactorNeeded(APIException):
    status_code = status.HTTP_401_UNAUTHORIZED
    default_detail = (
        "This account has a second factor: send `code` as well, from the app or a recovery code. "
        "Who has only a passkey makes a token at /accounts/tokens/."
    )
    default_code = "second_factor_needed"


def authenticated(request: HttpRequest, *, email: str, password: str, code: str = "") -> User:
    """The person with this password (and second factor), or one and the same refusal whatever is wrong.

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
    if second_factor.is_on(second_factor.held_by(user)):
        _check_code(user, code)
    return user


def _check_code(user: User, code: str) -> None:
    """Counted together with the page's, by the person, not by the address."""
    if not code:
        raise SecondFactorNeeded
    match take_code(user, code):
        case CodeTaken.TOO_MANY:
            raise Throttled(TRY_AGAIN_AFTER_S, "Too many codes were wrong. Please wait.")
        case CodeTaken.NO:
            raise SecondFactorNeeded("This code does not fit, or was used before.")
