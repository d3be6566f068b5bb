"""The morning page: what to know before the day begins, to read or to print."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from athletes.models import Squad
from athletes.morning import morning_of
from athletes.services.digests import zone_of
from coaching.desk.door import DeskRequest, on_desk
from coaching.desk.filters import chosen_squad


@on_desk
@require_safe
def morning(request: DeskRequest) -> HttpResponse:
    squads = list(Squad.objects.seen_from_desk_by(request.user))
    chosen = chosen_squad(request, squads)
    page = {
        "morning": morning_of(request.user, timezone.now(), chosen),
        "squads": squads,
        "chosen": chosen,
        "zone": zone_of(request.user),
    }
    return render(request, "desk/morning.html", page)
