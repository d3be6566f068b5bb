"""Who may come to the desk at all, and where a form leads back to."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django_htmx.http import HttpResponseClientRefresh
from django_htmx.middleware import HtmxDetails

from athletes.models import User
from coaching.context import site_of


class DeskRequest(HttpRequest):
    """A request by somebody who looks after athletes. Only for types: `on_desk` makes sure of it."""

    user: User
    htmx: HtmxDetails


def on_desk(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """For strangers there is no desk (404); whoever is not logged in is asked to."""

    @wraps(view)
    def guarded(request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return _ask_to_log_in(request)
        if not site_of(request).is_desk:
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


def _ask_to_log_in(request: Any) -> HttpResponse:
    if request.htmx:  # a log-in page must not be put into the middle of a list
        return HttpResponseClientRefresh()
    asked_for = request.get_full_path() if request.method == "GET" else reverse("desk:today")
    return redirect_to_login(asked_for)


def back_to(request: HttpRequest, default: str) -> str:
    """Where the form came from (`next`), if that is on this site."""
    wanted = request.POST.get("next", "")
    ours = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if ours else default


def posted(request: HttpRequest) -> QueryDict | None:
    """What a form is bound to: the body of a POST, also of an empty one; None before it is sent."""
    return request.POST if request.method == "POST" else None
