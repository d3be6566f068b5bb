"""Who may come to the desk at all, and where a form leads back to."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django_htmx.http import HttpResponseClientRefresh
from django_htmx.middleware import HtmxDetails

from athletes.models import User
from coaching.context import site_of
from coaching.looks.shown import names_in

ABOUT_ONE = names_in(
    """
    athletes athlete report comment close clearance finding note check_in hold release change_step hand_over sheet
    consent_told athlete_squads athlete_leave athlete_return left own_coaches
    """
)
TABS = {"today": "today", "escalation": "today", "resolve": "today"} | {
    name: name for name in ("morning", "outcomes")
}


class DeskRequest(HttpRequest):
    """A request by somebody who looks after athletes. Only for types: `on_desk` makes sure of it."""

    user: User
    htmx: HtmxDetails
    desk_tab: str


def on_desk(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """For strangers there is no desk (404); whoever is not logged in is asked to."""

    @wraps(view)
    def guarded(request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return _ask_to_log_in(request)
        if not site_of(request).is_desk:
            raise Http404
        request.desk_tab = tab_of(request.resolver_match.url_name)
        return view(request, *args, **kwargs)

    return guarded


def tab_of(address: str) -> str:
    """Under which of the desk's tabs a page stands; what is about no athlete is about squads and clubs."""
    return "athletes" if address in ABOUT_ONE else TABS.get(address, "squads")


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
