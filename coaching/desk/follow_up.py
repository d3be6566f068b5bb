"""Asking an athlete how it is, from the desk."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from athletes.models import CheckIn, PainReport
from coaching.checking_in import Place, check_in_page
from coaching.desk.door import DeskRequest, on_desk


def _done(request: HttpRequest, report: PainReport) -> HttpResponse:
    messages.success(request, _("Saved. What to do now stands below; tell the athlete."))
    return redirect("desk:report", report.pk)


DESK = Place(
    face="desk",
    template="desk/check_in.html",
    done=_done,
    about_me=False,
    for_others="desk/check_in_for_others.html",
)


@on_desk
@require_http_methods(["GET", "POST"])
def check_in(request: DeskRequest, pk: UUID) -> HttpResponse:
    """Ask the athlete, and note the answer here."""
    seen = CheckIn.objects.seen_from_desk_by(request.user)
    found = get_object_or_404(seen.select_related("episode__athlete__club", "report"), pk=pk)
    return check_in_page(request, found, by=request.user, place=DESK)
