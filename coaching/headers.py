"""What every answer tells the browser to keep shut, files included. The Content-Security-Policy is django-csp's."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse


def for_this_site_only(get_response: Callable[[HttpRequest], HttpResponse]) -> object:
    """No other site may put an answer of ours into a page of its own, not even as a picture."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        return response

    return middleware
