"""The way in that the faces share: whoever is not logged in is asked to, also in the middle of a page."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django_htmx.http import HttpResponseClientRedirect

Page = Callable[..., HttpResponse]


def signed_in(view: Page) -> Page:
    """As `login_required`; a piece of a page that htmx asked for leads the whole page to the log-in."""
    checked = login_required(view)

    @wraps(view)
    def guarded(request: Any, **where: Any) -> HttpResponse:
        response: HttpResponse = checked(request, **where)
        if request.htmx and not request.user.is_authenticated:
            return HttpResponseClientRedirect(response["Location"])
        return response

    return guarded


def posted(request: HttpRequest) -> QueryDict | None:
    """What a form is bound to: the body of a POST, also of an empty one; None before it is sent."""
    return request.POST if request.method == "POST" else None
