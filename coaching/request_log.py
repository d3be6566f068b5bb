"""One line in the log for every request, and an id that stands in all lines written meanwhile."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from uuid import UUID, uuid4

import structlog
from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

logger = structlog.get_logger("coaching.requests")

HEADER = "X-Request-ID"
SANE_ID = re.compile(r"[0-9a-f-]{16,64}")  # nothing that could spell a name
PROBES = ("livez", "readyz", "metrics")  # asked every few seconds


def request_log(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """A proxy in front may have given the request its id; else it gets one here."""

    def told(request: HttpRequest) -> HttpResponse:
        given = request.headers.get(HEADER, "").lower()
        request_id = given if SANE_ID.fullmatch(given) else uuid4().hex
        started_at = time.monotonic()
        with structlog.contextvars.bound_contextvars(request_id=request_id):
            answer = get_response(request)
            _tell(request, answer, seconds=time.monotonic() - started_at)
        answer[HEADER] = request_id
        return answer

    return told


def _tell(request: HttpRequest, answer: HttpResponse, *, seconds: float) -> None:
    found = request.resolver_match
    tell = logger.debug if found and found.url_name in PROBES else logger.info
    tell(
        "request_finished",
        method=request.method,
        view=found.view_name if found else "",
        ids=[key for value in found.kwargs.values() if (key := _primary_key(value))]
        if found
        else [],
        code=answer.status_code,
        duration_ms=round(1000 * seconds),
        user_id=_who(request),
    )


def _primary_key(value: object) -> str | None:
    """Not every part of an address is one: some are secrets that let somebody in."""
    try:
        return str(UUID(str(value)))
    except ValueError:
        return None


def _who(request: HttpRequest) -> str | None:
    """The person's primary key, if anybody has asked who it is: a log line costs no query."""
    user = vars(request).get("user")
    if type(user) is SimpleLazyObject:  # not isinstance: that would fetch them
        user = vars(request).get("_cached_user")
    return str(user.pk) if user is not None and user.pk else None
