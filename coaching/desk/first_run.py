"""The first three steps of a new club: itself, how its coach is told, how its athletes come in.

Each can be put off, all can be left and taken up again: the club knows which one is ahead.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from athletes import access
from athletes.models import Athlete, Club, Squad, User
from athletes.models.clubs import validate_zone
from athletes.services import channels, clubs, keys
from athletes.services.clubs import dialled
from coaching.desk import track
from coaching.desk.club_forms import ContactForm, RefusableForm
from coaching.desk.door import DeskRequest, on_desk
from coaching.desk.forms import AthleteForm
from coaching.door import posted
from coaching.reading import chains

UNPROCESSABLE = 422
ITSELF, TOLD, COME_IN = clubs.STEPS


class ClubItselfForm(RefusableForm):
    """What everything else stands on."""

    name = forms.CharField(label=gettext_lazy("Your club"), max_length=120)
    squad_name = forms.CharField(
        label=gettext_lazy("Your first squad"),
        max_length=80,
        help_text=gettext_lazy("The group you train. You can add more later."),
    )
    timezone = forms.CharField(
        label=gettext_lazy("Time zone"),
        max_length=64,
        validators=[validate_zone],
        help_text=gettext_lazy("Where you train, for example Europe/Berlin."),
        widget=forms.TextInput(
            attrs={"list": "zones", "autocomplete": "off", "data-own-zone": True}
        ),
    )
    emergency_number = forms.CharField(
        label=gettext_lazy("Emergency number"),
        max_length=30,
        validators=[dialled],
        help_text=gettext_lazy("The ambulance, as it is dialled where you train."),
    )


@on_desk
@require_http_methods(["GET", "POST"])
def start(request: DeskRequest, pk: UUID, step: int) -> HttpResponse:
    """One step. What is sent is stored and leads on to the next; a GET changes nothing."""
    found = _own_club(request, pk)
    if step not in clubs.STEPS:
        raise Http404
    squad = found.squads.order_by("created_at").first()
    if squad is None:  # its owner has no squad any more: there is nothing to lead to
        return redirect("desk:squads")
    form = _form(step, found, squad, request)
    if request.method == "POST" and (form is None or _stored(request.user, found, squad, form)):
        clubs.go_to_step(by=request.user, club=found, step=step + 1)
        if step < COME_IN:
            return redirect("desk:start", pk=pk, step=step + 1)
        messages.success(request, _("You are set up. Whoever needs you shows up here."))
        return redirect("desk:today")
    page = {"club": found, "squad": squad, "step": step, "steps": len(clubs.STEPS), "form": form}
    refused = form is not None and form.is_bound
    page |= _more(request, step, squad)
    if request.htmx and step == TOLD:
        return render(request, "desk/parts/own_tries.html", page)
    return render(request, "desk/start.html", page, status=UNPROCESSABLE if refused else 200)


def _own_club(request: DeskRequest, pk: UUID) -> Club:
    found = get_object_or_404(Club.objects.seen_from_desk_by(request.user), pk=pk)
    access.require_owns_club(request.user, found)
    return found


def _form(step: int, club: Club, squad: Squad, request: DeskRequest) -> RefusableForm | None:
    if step == ITSELF:
        known = {"name": club.name, "squad_name": squad.name}
        zone = "" if club.first_step and club.timezone == "UTC" else club.timezone
        known |= {"timezone": zone, "emergency_number": club.emergency_number}
        return ClubItselfForm(posted(request), initial=known)
    if step == TOLD:
        known = {"contact_name": club.contact_name, "contact_phone": club.contact_phone}
        return ContactForm(posted(request), initial=known)
    return None


def _stored(by: User, club: Club, squad: Squad, form: RefusableForm) -> bool:
    """What is refused stands beside its field, and nothing of it was stored."""
    if not form.is_valid():
        return False
    told: dict[str, Any] = dict(form.cleaned_data)
    name, squad_name = told.pop("name", club.name), told.pop("squad_name", squad.name)
    try:
        with transaction.atomic():
            clubs.update_club(by=by, club=club, name=name, **told)
            _rename(by, squad, squad_name)
    except ValidationError as invalid:
        form.refuse(invalid)
        return False
    return True


def _rename(by: User, squad: Squad, name: str) -> None:
    """Beside the form's own field for it: the club has a name too."""
    try:
        clubs.rename_squad(by=by, squad=squad, name=name)
    except ValidationError as invalid:
        raise ValidationError({"squad_name": invalid.messages}) from invalid


def _more(request: DeskRequest, step: int, squad: Squad) -> dict[str, Any]:
    """What a step shows besides its form."""
    if step == ITSELF:
        return {"zones": AthleteForm.zones()}
    if step == TOLD:
        tries = channels.own_tries(request.user)
        return {
            "chain": chains.of_squads([squad], timezone.now())[0],
            "tries": tries,
            "is_waiting": any(it.state == "pending" for it in tries),
            "public_key": keys.vapid()[1],
        }
    joined = Athlete.objects.filter(squads=squad, left_at=None).real().order_by("-created_at")
    return {
        "link": track.newest_link(request, squad),
        "joined": list(joined.values_list("name", flat=True)),
    }


@on_desk
@require_POST
def send_test(request: DeskRequest, pk: UUID) -> HttpResponse:
    """To oneself, on every way on which one is told."""
    _own_club(request, pk)
    channels.try_own_ways(by=request.user)
    return redirect(reverse("desk:start", args=[pk, TOLD]) + "#test")


@on_desk
@require_POST
def later(request: DeskRequest, pk: UUID, step: int) -> HttpResponse:
    """Put a step off: the next one, without storing anything."""
    found = _own_club(request, pk)
    if step not in clubs.STEPS:
        raise Http404
    clubs.go_to_step(by=request.user, club=found, step=step + 1)
    return (
        redirect("desk:start", pk=pk, step=step + 1) if step < COME_IN else redirect("desk:today")
    )


@on_desk
@require_POST
def leave(request: DeskRequest, pk: UUID) -> HttpResponse:
    """No more steps: whoever knows the way needs none."""
    clubs.go_to_step(by=request.user, club=_own_club(request, pk), step=0)
    return redirect("desk:today")
