"""A program that speaks to us without TLS is told so. To lead it on would hide that its token could be read on the way."""

from __future__ import annotations

import re
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse

from athletes.security_log import note
from coaching.api.problems import MEDIA_TYPE, problem


def refuse_programs(get_response: Callable[[HttpRequest], HttpResponse]) -> object:
    """Where people are led to HTTPS, programs are refused: nothing of what they sent is read."""
    is_theirs = re.compile(settings.FOR_PROGRAMS)

    def middleware(request: HttpRequest) -> HttpResponse:
        if not settings.SECURE_SSL_REDIRECT or request.is_secure():
            return get_response(request)
        if not is_theirs.search(request.path_info.removeprefix("/")):
            return get_response(request)
        detail = (
            "Ask over https. If a token was sent along, take it back: it could be read on the way."
        )
        note("https_missed")
        body = problem(403, "https_only", detail)
        return JsonResponse(body, status=403, content_type=MEDIA_TYPE)

    return middleware
