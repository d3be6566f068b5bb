"""Who needs somebody now: the first page of the desk, and the click that says “I have seen it”."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from athletes import demo
from athletes.models import Escalation, Squad, User
from athletes.services import clubs, escalations
from athletes.services.escalations import SeenTogether
from coaching.desk.door import DeskRequest, back_to, on_desk
from coaching.desk.filters import filters_from
from coaching.reading.filters import LEVELS, STATES
from coaching.reading.today import for_person, rows_for, with_row_parts


@on_desk
@require_safe
def today(request: DeskRequest) -> HttpResponse:
    """Who needs somebody now. Asked by htmx, only the list, so that it stays live."""
    return _list(request)


def _list(request: DeskRequest, said: str = "") -> HttpResponse:
    squads = list(Squad.objects.seen_from_desk_by(request.user).select_related("club"))
    filters = filters_from(request, squads)
    page = {
        "today": for_person(request.user, filters, timezone.now()),
        "squads": squads,
        "filters": filters,
        "here": _address(filters.query),
        "said": said,
    }
    if request.htmx:
        response = render(request, "desk/parts/today_list.html", page)
        if request.htmx.trigger == "filters":  # chosen by hand: the address says so, also later
            response["HX-Push-Url"] = page["here"]
    else:
        response = render(request, "desk/today.html", page | _once(request.user))
    patch_vary_headers(response, ["HX-Request"])
    return response


def _address(query: str) -> str:
    return reverse("desk:today") + (f"?{query}" if query else "")


def _once(user: User) -> dict[str, Any]:
    """What the page needs besides its list."""
    return {
        "new_club": clubs.with_steps_ahead(user),
        "demo_club": demo.club_of(user),
        "levels": LEVELS,
        "states": STATES,
        "words": {
            "minutes": _("%(n)s min"),
            "hours": _("%(n)s h"),
            "short": _("less than a minute"),
            "overdue": _("Overdue, being passed on"),
            "new": _("New: %(who)s."),
            "waiting": _("%(n)s waiting now."),
            "seen": _("Acknowledged: %(who)s."),
            "raised": _("It became more urgent meanwhile. Please look once more."),
        },
    }


@on_desk
@require_POST
def acknowledge(request: DeskRequest, pk: UUID) -> HttpResponse:
    """A person has seen it: only ever by a click or a key."""
    seen = with_row_parts(Escalation.objects.seen_from_desk_by(request.user), request.user)
    found = get_object_or_404(seen, pk=pk)
    escalations.acknowledge(by=request.user, escalation=found, level=request.POST.get("level", ""))
    (fresh,) = rows_for(request.user, [seen.get(pk=pk)], timezone.now())
    if request.htmx:
        page = {"row": fresh, "just_seen": True, "raised": fresh.is_waiting}
        return render(request, "desk/parts/row.html", page)
    if fresh.is_waiting:
        messages.warning(request, _("It became more urgent meanwhile. Please look once more."))
    return redirect(back_to(request, reverse("desk:escalation", args=[pk])))


@on_desk
@require_POST
def acknowledge_ticked(request: DeskRequest) -> HttpResponse:
    """Several at once, of the low levels only; each as the person saw it."""
    ticked = dict(_ticked(value) for value in request.POST.getlist("ticked"))
    found = list(
        Escalation.objects.seen_from_desk_by(request.user)
        .filter(pk__in=ticked)
        .select_related("athlete__club")
    )
    if len(found) < len(ticked):
        raise Http404
    done = escalations.acknowledge_together(
        by=request.user, seen=[(it, ticked[it.pk]) for it in found]
    )
    said = _said(done) if found else _("Tick at least one first.")
    if request.htmx:
        return _list(request, said)
    (messages.warning if done.raised or not found else messages.success)(request, said)
    return redirect(back_to(request, reverse("desk:today")))


def _ticked(value: str) -> tuple[UUID, str]:
    """“id:level”, as the box has it. Raises Http404 for what no box of ours says."""
    pk, _colon, level = value.partition(":")
    try:
        return UUID(pk), level
    except ValueError as fault:
        raise Http404 from fault


def _said(done: SeenTogether) -> str:
    seen, raised = len(done.seen), len(done.raised)
    told = [ngettext("%(n)s acknowledged.", "%(n)s acknowledged.", seen) % {"n": seen}]
    if raised:
        told.append(
            ngettext(
                "%(n)s became more urgent meanwhile and still waits: please look at it.",
                "%(n)s became more urgent meanwhile and still wait: please look at them.",
                raised,
            )
            % {"n": raised}
        )
    return " ".join(told)
