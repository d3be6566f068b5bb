"""How much one person, one token and one address may ask for in a minute.

For fairness, not for safety: where the counters cannot be reached there is no limit. Who is logged in and tells how a leg is, is
never refused; beyond the limit it is stored all the same, and a line in the log says so.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from typing import Any

from allauth.core.internal import ratelimit
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, InterfaceError
from django.http.response import HttpResponseBase
from rest_framework.exceptions import AuthenticationFailed, NotAuthenticated, Throttled
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from coaching import counting

logger = logging.getLogger(__name__)

WINDOW_S = 60
# Of API_REQUESTS_PER_MIN. Many people of a club sit behind one address.
SHARE = {"user": 1.0, "token": 0.5, "address": 2.0, "stranger": 0.5}


class Limit(BaseThrottle):
    def allow_request(self, request: Request, view: Any) -> bool:
        return getattr(view, "tells_danger", False) or not _is_over(_whose(request))

    def wait(self) -> float:
        return counting.seconds_left(WINDOW_S)


def of_strangers(request: Request, exc: Exception) -> Exception:
    """Who tries tokens, or has none, is told 429 in the end."""
    if not isinstance(exc, NotAuthenticated | AuthenticationFailed):
        return exc
    if _is_over(_address(request, "stranger")):
        return Throttled(counting.seconds_left(WINDOW_S))
    return exc


def note_if_over(request: Request, response: HttpResponseBase) -> None:
    """Counts a report when its answer is out: counting holds up no danger sign."""
    user = getattr(request, "_user", None)
    if user is None or not user.is_authenticated or response.status_code >= 500:
        return

    def count() -> None:
        if _is_over(_whose(request)):
            logger.warning(
                "user %s is over the limit; their report was taken all the same", user.pk
            )

    response._resource_closers.append(count)  # type: ignore[attr-defined]


def _whose(request: Request) -> Iterator[tuple[str, str]]:
    yield from _address(request, "address")
    if request.user.is_authenticated:
        yield "user", str(request.user.pk)
    if (token := getattr(request.auth, "pk", None)) is not None:
        yield "token", f"{type(request.auth).__name__}{token}"


def _address(request: Request, kind: str) -> Iterator[tuple[str, str]]:
    """IPv6 by network, as at log-in. A web server that does not know it (a socket of Unix) counts persons and tokens."""
    try:
        yield kind, ratelimit.get_ip(request._request)
    except PermissionDenied:
        return


def _is_over(whose: Iterable[tuple[str, str]]) -> bool:
    if not settings.API_REQUESTS_PER_MIN:
        return False
    names = {f"{kind}:{who}": kind for kind, who in whose}
    try:
        counts = counting.counted(names, every_s=WINDOW_S)
    except (DatabaseError, InterfaceError):
        return False
    return any(
        count > settings.API_REQUESTS_PER_MIN * SHARE[names[name]] for name, count in counts.items()
    )
