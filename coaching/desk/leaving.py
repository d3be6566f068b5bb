"""Who leaves a club, who has left, and who comes back."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from athletes import access
from athletes.access import policies
from athletes.models import Athlete
from athletes.services import leaving
from coaching.desk.door import DeskRequest, on_desk

UNPROCESSABLE = 422


@on_desk
@require_http_methods(["GET", "HEAD", "POST"])
def leave(request: DeskRequest, pk: UUID) -> HttpResponse:
    """What it means, and why it may have to wait; only POST changes anything."""
    seen = Athlete.objects.seen_from_desk_by(request.user).select_related("club")
    athlete = get_object_or_404(seen, pk=pk)
    access.require_leads_athlete(request.user, athlete)
    why_not = policies.why_athlete_stays(athlete)
    if request.method == "POST":
        try:
            leaving.let_go(by=request.user, athlete=athlete)
        except ValidationError as invalid:
            why_not = " ".join(invalid.messages)
        else:
            messages.success(request, _("%(who)s has left the club.") % {"who": athlete})
            return redirect("desk:left")
    page = {"athlete": athlete, "why_not": why_not}
    status = UNPROCESSABLE if request.method == "POST" else 200
    return render(request, "desk/leave.html", page, status=status)


@on_desk
@require_safe
def left(request: DeskRequest) -> HttpResponse:
    """Those that one let go oneself, or could have."""
    gone = Athlete.objects.that_left(request.user).select_related("club")
    page = {"athletes": gone.order_by("-left_at", "pk")}
    return render(request, "desk/left.html", page)


@on_desk
@require_POST
def bring_back(request: DeskRequest, pk: UUID) -> HttpResponse:
    athlete = get_object_or_404(Athlete.objects.that_left(request.user), pk=pk)
    try:
        leaving.bring_back(by=request.user, athlete=athlete)
    except ValidationError as invalid:
        messages.error(request, " ".join(invalid.messages))
        return redirect("desk:left")
    messages.success(request, _("%(who)s is in the club again.") % {"who": athlete})
    return redirect("desk:athlete", pk=pk)
