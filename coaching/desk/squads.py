"""Squads, the people in them, and the links that bring people in."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Prefetch, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from athletes import access
from athletes.models import Athlete, Club, Invitation, Membership, Squad, User
from athletes.services import invitations, people
from coaching.desk.door import DeskRequest, on_desk
from coaching.desk.forms import AthleteForm, InviteForm, SquadForm
from coaching.door import posted

UNPROCESSABLE = 422


@dataclass(frozen=True)
class SquadCard:
    """A squad as the page shows it, and whether the person may change it."""

    squad: Squad
    may_lead: bool

    @property
    def athletes(self) -> list[Athlete]:
        return list(self.squad.athletes.all())

    @property
    def staff(self) -> list[Membership]:
        return list(self.squad.memberships.all())

    @property
    def invitations(self) -> list[Invitation]:
        return list(self.squad.invitations.all())


def clubs_owned_by(user: User) -> QuerySet[Club]:
    return Club.objects.filter(access.clubs_led_by(user)).distinct()


def _cards(user: User) -> list[SquadCard]:
    led = set(Squad.objects.led_by(user).values_list("pk", flat=True))
    return [SquadCard(squad, may_lead=squad.pk in led) for squad in _squads(user)]


def _squads(user: User) -> QuerySet[Squad]:
    staff = Membership.objects.active().filter(role__in=access.DESK_ROLES).select_related("user")
    open_links = Invitation.objects.usable().select_related("athlete", "created_by")
    return (
        Squad.objects.seen_from_desk_by(user)
        .select_related("club")
        .prefetch_related(
            Prefetch("athletes", Athlete.objects.filter(left_at=None).real()),
            Prefetch("memberships", staff.order_by("role", "user__name")),
            Prefetch("invitations", open_links),
        )
        .order_by("club__name", "name")
    )


@on_desk
@require_safe
def squads(request: DeskRequest) -> HttpResponse:
    cards = _cards(request.user)
    page = {
        "cards": cards,
        "clubs": Club.objects.seen_from_desk_by(request.user).order_by("name"),
        "owned": clubs_owned_by(request.user).order_by("name"),
        "some_left": Athlete.objects.that_left(request.user).exists(),
    }
    return render(request, "desk/squads.html", page)


@on_desk
@require_http_methods(["GET", "POST"])
def new_squad(request: DeskRequest) -> HttpResponse:
    owned = list(clubs_owned_by(request.user))
    if not owned:
        raise access.NotAllowed("Only the owners of a club can add a squad.")
    form = SquadForm(posted(request), clubs=owned)
    if form.is_valid():
        try:
            squad = people.create_squad(by=request.user, **form.cleaned_data)
        except ValidationError as invalid:
            form.add_error(None, invalid)
        else:
            messages.success(
                request, _("%(squad)s is there. Next: bring in its athletes.") % {"squad": squad}
            )
            return redirect(_on_page(squad))
    return _small_form(request, form, _("New squad"), _("Create the squad"))


@on_desk
@require_http_methods(["GET", "POST"])
def new_athlete(request: DeskRequest, pk: UUID) -> HttpResponse:
    squad = _squad_to_lead(request, pk)
    form = AthleteForm(posted(request), initial={"timezone": _usual_zone(squad)})
    if form.is_valid():
        athlete = people.add_athlete(by=request.user, squad=squad, **form.cleaned_data)
        messages.success(
            request,
            _("%(athlete)s is in %(squad)s. Next: a link, so that they can report themselves.")
            % {"athlete": athlete, "squad": squad},
        )
        return redirect(f"{reverse('desk:invite', args=[squad.pk])}?athlete={athlete.pk}")
    title = _("New athlete in %(squad)s") % {"squad": squad}
    return _small_form(request, form, title, _("Add the athlete"), zones=AthleteForm.zones())


def _usual_zone(squad: Squad) -> str:
    """The zone of the athlete who was added last: squads mostly live in one place. "" for the first."""
    newest = squad.athletes.real().order_by("-created_at").first()
    return newest.timezone if newest else ""


@on_desk
@require_http_methods(["GET", "POST"])
def invite(request: DeskRequest, pk: UUID) -> HttpResponse:
    """A link for one person. It is on the answer to this form and nowhere else, ever."""
    squad = _squad_to_lead(request, pk)
    asked = {name: request.GET[name] for name in ("athlete", "role") if name in request.GET}
    form = InviteForm(posted(request), squad=squad, by=request.user, initial=asked)
    if form.is_valid() and (invited := _invited(request, squad, form)):
        link = request.build_absolute_uri(invited.path)
        days = invitations.VALID_FOR.days
        page = {"invitation": invited.invitation, "link": link, "squad": squad, "days": days}
        return render(request, "desk/invited.html", page)
    title = _("Invite somebody to %(squad)s") % {"squad": squad}
    return _small_form(request, form, title, _("Make the link"))


def _invited(request: DeskRequest, squad: Squad, form: InviteForm) -> invitations.Invited | None:
    """None with the reason beside the field."""
    try:
        return invitations.invite(by=request.user, squad=squad, **form.cleaned_data)
    except ValidationError as invalid:
        form.add_error(None, invalid)
        return None


@on_desk
@require_POST
def revoke(request: DeskRequest, pk: UUID) -> HttpResponse:
    seen = Invitation.objects.visible_to(request.user).select_related("squad")
    invitation = get_object_or_404(seen, pk=pk)
    invitations.revoke(by=request.user, invitation=invitation)
    messages.success(request, _("This link no longer works."))
    return redirect(_on_page(invitation.squad))


def _squad_to_lead(request: DeskRequest, pk: UUID) -> Squad:
    seen = Squad.objects.seen_from_desk_by(request.user).select_related("club")
    squad = get_object_or_404(seen, pk=pk)
    access.require_leads_squad(request.user, squad)
    return squad


def _on_page(squad: Squad) -> str:
    return f"{reverse('desk:squads')}#squad-{squad.pk}"


def _small_form(
    request: DeskRequest,
    form: SquadForm | AthleteForm | InviteForm,
    title: str,
    send: str,
    zones: Iterable[str] = (),
) -> HttpResponse:
    page = {
        "title": title,
        "form": form,
        "send": send,
        "back": reverse("desk:squads"),
        "zones": zones,
    }
    return render(request, "desk/form.html", page, status=UNPROCESSABLE if form.is_bound else 200)
