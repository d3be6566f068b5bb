"""One club: who is told when, who is on call, and the times, hours and contacts behind it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from athletes import access
from athletes.models import Athlete, Club, OnCall, Squad, User
from athletes.models.base import LONGEST_WAIT_MIN
from athletes.services import clubs
from coaching.desk.club_forms import ClubForm, OnCallForm, OwnCoachesForm
from coaching.desk.door import DeskRequest, on_desk
from coaching.desk.forms import AthleteForm
from coaching.door import posted
from coaching.reading import chains
from coaching.words import duration

UNPROCESSABLE = 422


@dataclass(frozen=True)
class Duty:
    """Somebody on call, now or to come."""

    row: OnCall
    has_begun: bool
    may_end: bool

    @property
    def squads(self) -> list[Squad]:
        return list(self.row.squads.all())


@on_desk
@require_http_methods(["GET", "POST"])
def club(request: DeskRequest, pk: UUID) -> HttpResponse:
    """For everybody at its desk to read; its owners change it here."""
    found = _club_seen(request, pk)
    owns = access.OWNER in access.desk_memberships(request.user, found)
    if request.method == "POST":
        access.require_owns_club(request.user, found)
    form = ClubForm(found, posted(request)) if owns else None
    if form and form.is_valid():
        try:
            clubs.update_club(by=request.user, club=found, **form.changes())
        except ValidationError as invalid:
            form.refuse(invalid)
        else:
            messages.success(request, _("Saved. It holds for every call that comes from now on."))
            return redirect("desk:club", pk=pk)
    status = UNPROCESSABLE if form and form.is_bound else 200
    return render(request, "desk/club.html", _page(request.user, found, form), status=status)


def _page(user: User, found: Club, form: ClubForm | None) -> dict[str, Any]:
    now = timezone.now()
    found = Club.objects.get(pk=found.pk)  # a form that was refused has changed nothing
    squads = list(found.squads.all())
    seen = set(Squad.objects.seen_from_desk_by(user).values_list("pk", flat=True))
    shown = [squad for squad in squads if squad.pk in seen]
    for squad in shown:
        squad.club = found
    return {
        "club": found,
        "chains": chains.of_squads(shown, now),
        "duties": _duties(user, found, now, owns=form is not None),
        "may_add_duty": Squad.objects.led_by(user).filter(club=found).exists() or form is not None,
        "form": form,
        "zones": AthleteForm.zones(),
        "levels": [level.value for level in LONGEST_WAIT_MIN],
        "waits": [(level.value, duration(found.wait_for(level))) for level in LONGEST_WAIT_MIN],
    }


def _duties(user: User, found: Club, now: datetime, *, owns: bool) -> list[Duty]:
    led = set(Squad.objects.led_by(user).values_list("pk", flat=True))
    rows = found.on_call.not_over(now).select_related("user").prefetch_related("squads")
    return [Duty(row, row.starts_at <= now, owns or _may_end(user, row, led)) for row in rows]


def _may_end(user: User, row: OnCall, led: set[UUID]) -> bool:
    squads = {squad.pk for squad in row.squads.all()}
    return row.user_id == user.pk or (bool(squads) and squads <= led)


@on_desk
@require_http_methods(["GET", "POST"])
def new_on_call(request: DeskRequest, pk: UUID) -> HttpResponse:
    """Put somebody on call. Times are typed and read in the club's zone."""
    found = _club_seen(request, pk)
    with timezone.override(found.zone):
        form = OnCallForm(posted(request), club=found, by=request.user)
        if not form.fields["squads"].queryset and form.fields["squads"].required:  # type: ignore[attr-defined]
            raise access.NotAllowed("Only a squad's coaches and the club's owners can do this.")
        if form.is_valid():
            try:
                duty = clubs.put_on_call(by=request.user, club=found, **form.duty())
            except ValidationError as invalid:
                form.refuse(invalid)
            else:
                messages.success(request, _("%(who)s is on call.") % {"who": duty.user})
                return redirect(_on_page(found, "on-call"))
        return _small_form(
            request,
            form,
            title=_("Put somebody on call at %(club)s") % {"club": found},
            note=_("They are told first, beside the athlete’s own coaches. Times are in %(zone)s.")
            % {"zone": found.timezone},
            send=_("Put on call"),
            back=_on_page(found, "on-call"),
        )


@on_desk
@require_POST
def end_on_call(request: DeskRequest, pk: UUID) -> HttpResponse:
    seen = OnCall.objects.visible_to(request.user).select_related("club", "user")
    duty = get_object_or_404(seen, pk=pk)
    clubs.end_on_call(by=request.user, on_call=duty)
    messages.success(request, _("%(who)s is no longer on call.") % {"who": duty.user})
    return redirect(_on_page(duty.club, "on-call"))


@on_desk
@require_http_methods(["GET", "POST"])
def own_coaches(request: DeskRequest, pk: UUID) -> HttpResponse:
    """Who is told first of one athlete."""
    seen = Athlete.objects.seen_from_desk_by(request.user).select_related("club")
    athlete = get_object_or_404(seen, pk=pk)
    access.require_leads_athlete(request.user, athlete)
    back = reverse("desk:athlete", args=[pk])
    form = OwnCoachesForm(posted(request), athlete=athlete)
    if form.is_valid():
        try:
            told = list(form.cleaned_data["coaches"])
            clubs.set_own_coaches(by=request.user, athlete=athlete, coaches=told)
        except ValidationError as invalid:
            form.refuse(invalid)
        else:
            messages.success(request, _("Saved. It holds for every call that comes from now on."))
            return redirect(back)
    title = _("Who is told first of %(athlete)s") % {"athlete": athlete}
    return _small_form(request, form, title=title, send=_("Save"), back=back)


def _club_seen(request: DeskRequest, pk: UUID) -> Club:
    return get_object_or_404(Club.objects.seen_from_desk_by(request.user), pk=pk)


def _on_page(found: Club, place: str) -> str:
    return f"{reverse('desk:club', args=[found.pk])}#{place}"


def _small_form(
    request: DeskRequest, form: OnCallForm | OwnCoachesForm, **page: str
) -> HttpResponse:
    status = UNPROCESSABLE if form.is_bound else 200
    return render(request, "desk/form.html", {"form": form, **page}, status=status)
