"""A club may ask whoever looks after its athletes for a second factor. After a week of grace its desk is shut.

What a danger needs is never shut: reporting for an athlete and the answer to it, and a call for somebody now or today,
to read and to acknowledge. Messages go on as before. Whoever has only a password sees that much of a club, no more.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django_htmx.http import HttpResponseClientRedirect

from athletes import second_factor
from athletes.models import Escalation, PainReport
from coaching.context import site_of

CALLS = ("escalation", "acknowledge")
REPORTING = "new_report"


class AskedForByTheClub:
    """Stands before every address of the desk, so that a new page cannot forget it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: Any, view: object, args: object, kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        found = request.resolver_match
        if found.namespaces != ["desk"] or found.url_name.startswith(REPORTING):
            return None  # reporting is asked nothing at all
        if not request.user.is_authenticated:
            return None
        asking = site_of(request).needs_second_factor
        request.second_factor_asked = second_factor.asked_of(request.user) if asking else None
        if request.second_factor_asked is None or not request.second_factor_asked.is_over:
            return None
        if _is_needed_for_a_danger(request, found.url_name, kwargs):
            return None
        if request.htmx:
            return HttpResponseClientRedirect(reverse("mfa_index"))
        return redirect("mfa_index")


def _is_needed_for_a_danger(request: Any, name: str, kwargs: dict[str, Any]) -> bool:
    if name in CALLS:
        called = Escalation.objects.seen_from_desk_by(request.user).filter(pk=kwargs["pk"])
        return any(second_factor.stays_open(escalation) for escalation in called)
    if name == "report":  # the answer to what they reported themselves
        return PainReport.objects.filter(pk=kwargs["pk"], filed_by=request.user).exists()
    return False
