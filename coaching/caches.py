"""No answer of the site is kept: on a shared phone nothing is left to go back to after log-out."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.cache import add_never_cache_headers


def never_kept(get_response: Callable[[HttpRequest], HttpResponse]) -> object:
    """For every view and face, so that no page can forget it. Static files do not come past here."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        add_never_cache_headers(response)
        return response

    return middleware
