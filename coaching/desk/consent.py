"""What an athlete's page says of their agreement and guardians; what a coach was told, and the end of a guardian."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from athletes import access
from athletes.consent import Standing, guardianships_of
from athletes.models import Athlete, Guardianship, Squad, User
from athletes.services import consents, guardians
from coaching.agreement import Shown, why_not_kept
from coaching.desk.door import DeskRequest, on_desk
from coaching.desk.forms import PlainForm
from coaching.door import posted

UNPROCESSABLE = 422


class ToldForm(PlainForm):
    agreed = forms.BooleanField(
        label=gettext_lazy("They (for a minor: a guardian) have heard or read this, and agreed")
    )


@dataclass(frozen=True)
class Agreement:
    """For `desk/parts/consent.html`."""

    standing: Standing
    guardians: list[Guardianship]
    squad_to_invite_into: Squad | None
    may_end_guardians: bool

    @property
    def why_not_kept(self) -> str:
        return why_not_kept(self.standing, about_me=False)


def agreement_of(user: User, athlete: Athlete, now: datetime) -> Agreement:
    standing, answering = Standing(athlete, now), guardianships_of(athlete, now)
    led = athlete.squads.filter(pk__in=Squad.objects.led_by(user).values("pk"))
    return Agreement(
        standing=standing,
        guardians=answering,
        squad_to_invite_into=None if standing.is_of_age else led.first(),
        may_end_guardians=bool(answering)
        and access.OWNER in access.desk_memberships(user, athlete.club),
    )


@on_desk
@require_http_methods(["GET", "POST"])
def consent_told(request: DeskRequest, pk: UUID) -> HttpResponse:
    """They have no log-in, and told their coach that they agree."""
    seen = Athlete.objects.seen_from_desk_by(request.user).select_related("club")
    athlete = get_object_or_404(seen, pk=pk)
    form = ToldForm(posted(request))
    if form.is_valid():
        consents.note_told(by=request.user, athlete=athlete)
        messages.success(request, _("Noted. Reports about %(name)s are kept.") % {"name": athlete})
        return redirect(on_page(athlete))
    page: dict[str, Any] = {"athlete": athlete, "form": form, "consent": Shown()}
    status = UNPROCESSABLE if form.is_bound else 200
    return render(request, "desk/consent_told.html", page, status=status)


@on_desk
@require_POST
def guardian_end(request: DeskRequest, pk: UUID) -> HttpResponse:
    """By an owner: from the next request on the guardian sees nothing."""
    seen = Guardianship.objects.seen_from_desk_by(request.user)
    found = get_object_or_404(seen.select_related("athlete__club", "user"), pk=pk)
    guardians.end(by=request.user, guardianship=found)
    messages.success(request, _("%(name)s is no guardian here any more.") % {"name": found.user})
    return redirect(on_page(found.athlete))


def on_page(athlete: Athlete) -> str:
    return reverse("desk:athlete", args=[athlete.pk]) + "#consent"
