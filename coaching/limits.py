"""How many guesses somebody has. Counted in the database, so that it holds while Redis is away.

What is counted is an account together with an address: whoever guesses a coach's password from elsewhere uses up
their own tries, not the coach's. Guesses from many addresses at once come to a limit of the account, which does not
hold for devices that have logged in to it before. Passkeys and codes by mail have counters of their own.
"""

from __future__ import annotations

from allauth.core.internal import ratelimit
from django.http import HttpRequest

from athletes.models import User
from coaching import devices

LOGIN_FAILED = "login_failed"
OF_ACCOUNT = {"login_failed_account": "100/h/key"}  # of all addresses together


def account_and_address(request: HttpRequest, email: str) -> str:
    """The key under which tries are counted. IPv6 counts by network, as everywhere in allauth."""
    return f"{email.strip().lower()} from {ratelimit.get_ip(request)}"


def take_one(request: HttpRequest, email: str) -> ratelimit.RateLimitUsage | None:
    """One try at the password of this account; None if there is none left. Given back after a right one."""
    usage = ratelimit.consume(
        request,
        app="allauth.account",
        action=LOGIN_FAILED,
        key=account_and_address(request, email),
    )
    if not usage:
        return None
    of_account = ratelimit.consume(
        request,
        app="allauth.account",
        action="login_failed_account",
        config=OF_ACCOUNT,
        key=email.strip().lower(),
    )
    if of_account:
        usage.usage += of_account.usage
    elif not _is_known_here(request, email):
        return None
    return usage


def _is_known_here(request: HttpRequest, email: str) -> bool:
    user = User.objects.filter(email__iexact=email.strip()).first()
    return user is not None and devices.is_known(request, user)
