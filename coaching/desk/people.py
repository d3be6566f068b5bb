"""Who looks after athletes in a club, for its owners: roles, squads, and the end of a role."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from athletes import access
from athletes.access import policies
from athletes.models import Athlete, Club, Membership, Squad, User
from athletes.services import memberships
from coaching.desk.door import DeskRequest, on_desk
from coaching.desk.forms import PlainForm
from coaching.door import posted

UNPROCESSABLE = 422


class SquadsForm(PlainForm):
    squads = forms.ModelMultipleChoiceField(
        Squad.objects.none(),
        label=gettext_lazy("Looks after"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Without any squad they see nobody and are called for nobody."),
    )

    def __init__(self, *args: object, membership: Membership, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["squads"].queryset = membership.club.squads.all()  # type: ignore[attr-defined]


class AthleteSquadsForm(PlainForm):
    needs_one_of = True  # in all: those of others count too

    squads = forms.ModelMultipleChoiceField(
        Squad.objects.none(),
        label=gettext_lazy("Runs in"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy(
            "Whoever looks after a squad sees its athletes. Squads that you do not lead stay as they are."
        ),
    )

    def __init__(self, *args: object, athlete: Athlete, by: User, **kwargs: object) -> None:
        led = Squad.objects.led_by(by).filter(club=athlete.club_id)
        kwargs["initial"] = {"squads": list(athlete.squads.filter(pk__in=led))}
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["squads"].queryset = led  # type: ignore[attr-defined]


@on_desk
@require_safe
def people(request: DeskRequest, pk: UUID) -> HttpResponse:
    """Everybody with a role at the desk of one club."""
    seen = Club.objects.seen_from_desk_by(request.user)
    club = get_object_or_404(seen, pk=pk)
    access.require_owns_club(request.user, club)
    held = _held(request.user).filter(club=club).order_by("user__name", "user__email", "role")
    roles = [access.ROLES[name] for name in access.ROLES]
    page = {"club": club, "members": held, "roles": roles}
    return render(request, "desk/people.html", page)


@on_desk
@require_http_methods(["GET", "POST"])
def member(request: DeskRequest, pk: UUID) -> HttpResponse:
    """One role of one person: its squads, and its end."""
    found = _seen(request, pk)
    form = SquadsForm(
        posted(request), membership=found, initial={"squads": list(found.squads.all())}
    )
    if form.is_valid() and _saved(request, form, partial(memberships.set_squads, membership=found)):
        return redirect("desk:people", pk=found.club_id)
    return _page(request, found, form, UNPROCESSABLE if form.is_bound else 200)


def _saved(request: DeskRequest, form: forms.Form, move: Callable[..., object]) -> bool:
    """False with the reason beside the field."""
    try:
        move(by=request.user, squads=list(form.cleaned_data["squads"]))
    except ValidationError as invalid:
        form.add_error(None, invalid)
        return False
    messages.success(request, _("Saved. It holds from now on."))
    return True


@on_desk
@require_http_methods(["GET", "POST"])
def athlete_squads(request: DeskRequest, pk: UUID) -> HttpResponse:
    """In which squads an athlete runs, for who leads them."""
    seen = Athlete.objects.seen_from_desk_by(request.user).select_related("club")
    athlete = get_object_or_404(seen, pk=pk)
    access.require_leads_athlete(request.user, athlete)
    form = AthleteSquadsForm(posted(request), athlete=athlete, by=request.user)
    if form.is_valid() and _saved(
        request, form, partial(memberships.move_athlete, athlete=athlete)
    ):
        return redirect("desk:squads")
    page = {
        "title": _("Squads of %(name)s") % {"name": athlete},
        "form": form,
        "send": _("Save the squads"),
        "back": reverse("desk:athlete", args=[athlete.pk]),
    }
    return render(request, "desk/form.html", page, status=UNPROCESSABLE if form.is_bound else 200)


@on_desk
@require_POST
def end(request: DeskRequest, pk: UUID) -> HttpResponse:
    """From the next request on, the person sees nothing by this role."""
    found = _seen(request, pk)
    try:
        memberships.end_membership(by=request.user, membership=found)
    except ValidationError as invalid:
        form = SquadsForm(membership=found, initial={"squads": list(found.squads.all())})
        return _page(request, found, form, UNPROCESSABLE, refused=" ".join(invalid.messages))
    messages.success(request, _("%(who)s no longer has this role.") % {"who": found.user})
    if found.user_id == request.user.pk:  # who was the owner may not come back to this page
        return redirect(reverse("home"))
    return redirect("desk:people", pk=found.club_id)


def _held(user: User) -> QuerySet[Membership]:
    clubs = Club.objects.seen_from_desk_by(user).values("pk")
    held = Membership.objects.active().filter(club__in=clubs, role__in=access.DESK_ROLES)
    return held.select_related("user", "club").prefetch_related("squads")


def _seen(request: DeskRequest, pk: UUID) -> Membership:
    found = get_object_or_404(_held(request.user), pk=pk)
    access.require_owns_club(request.user, found.club)
    return found


def _page(
    request: DeskRequest, found: Membership, form: SquadsForm, status: int, *, refused: str = ""
) -> HttpResponse:
    page = {
        "member": found,
        "role": access.ROLES[found.role],
        "form": form,
        "squads_stay": policies.why_squads_stay(found),
        "role_stays": policies.why_role_stays(found),
        "refused": refused,
    }
    return render(request, "desk/member.html", page, status=status)
