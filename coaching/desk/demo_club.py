"""A made-up club to look around in: loaded and removed by a button."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from athletes import access, demo
from athletes.models import Club
from athletes.services import erasure
from coaching.desk.door import DeskRequest, on_desk


@on_desk
@require_POST
def load(request: DeskRequest) -> HttpResponse:
    demo.load_for(by=request.user, now=timezone.now())
    messages.success(
        request, _("The demo club is there. Nothing in it is real, and nobody is called.")
    )
    return redirect("desk:today")


@on_desk
@require_POST
def remove(request: DeskRequest, pk: UUID) -> HttpResponse:
    """All of it, and only it."""
    club = get_object_or_404(Club.objects.seen_from_desk_by(request.user), pk=pk, calls_nobody=True)
    access.require_owns_club(request.user, club)
    erasure.erase_demo_club(by=request.user, club=club)
    messages.success(request, _("The demo club is gone. Your own clubs are as they were."))
    return redirect("desk:today")
