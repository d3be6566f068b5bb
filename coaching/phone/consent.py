"""Agreeing on the phone: the athlete of age, or a guardian for a child; and whom a minor asks."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from athletes import access
from athletes.consent import Standing, guardianships_of
from athletes.models import Athlete, Guardianship, Invitation
from athletes.models.people import validate_birth_date
from athletes.services import consents, guardians, invitations, people
from coaching.accounts import say_plainly
from coaching.agreement import Shown
from coaching.door import signed_in
from coaching.phone.door import PhoneRequest, about_own, as_athlete
from guidance import KNOWLEDGE

UNPROCESSABLE = 422
LATER = "consent_later"  # session key: whom the person does not want to decide about today


class BirthDateForm(forms.Form):
    birth_date = forms.DateField(
        label=gettext_lazy("Date of birth"),
        validators=[validate_birth_date],
        widget=forms.DateInput(attrs={"type": "date", "autocomplete": "bday"}, format="%Y-%m-%d"),
        help_text=gettext_lazy("It decides whether you agree yourself or a parent does."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        say_plainly(self)


class GuardianForm(forms.Form):
    email = forms.EmailField(
        label=gettext_lazy("E-mail address of a parent or guardian"),
        max_length=254,
        help_text=gettext_lazy("They get a link that works for three days, once."),
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        say_plainly(self)


def is_put_off(request: PhoneRequest, athlete: Athlete) -> bool:
    """Whether the person said “not now” since they logged in."""
    return str(athlete.pk) in request.session.get(LATER, [])


def asks_first(request: PhoneRequest, standing: Standing) -> bool:
    """Whether home leads to the question: until it is answered, or put off for today."""
    return not standing.is_given and not is_put_off(request, standing.athlete)


@as_athlete
@require_http_methods(["GET", "HEAD", "POST"])
def consent(request: PhoneRequest, athlete: Athlete) -> HttpResponse:
    """What is kept, and whether you agree. Each button says what it does."""
    if request.method != "POST":
        return _page(request, athlete)
    action = request.POST.get("action", "")
    if action == "agree":
        return _agree(request, athlete)
    if action == "withdraw":
        consents.withdraw(by=request.user, athlete=athlete)
        messages.success(request, _("Taken back. From now on no new report is kept."))
        return _later(request, athlete, "phone:consent")
    return _later(request, athlete, "phone:home")


def _agree(request: PhoneRequest, athlete: Athlete) -> HttpResponse:
    try:
        consents.give(by=request.user, athlete=athlete, version=request.POST.get("version", ""))
    except consents.TextChanged as changed:
        messages.warning(request, _(str(changed)))
        return redirect("phone:consent")
    messages.success(request, _("Thank you. Reports are kept from now on."))
    return redirect("phone:home")


def _later(request: PhoneRequest, athlete: Athlete, to: str) -> HttpResponse:
    put_off = {*request.session.get(LATER, []), str(athlete.pk)}
    request.session[LATER] = sorted(put_off)
    return redirect(to)


@as_athlete
@require_POST
def birth_date(request: PhoneRequest, athlete: Athlete) -> HttpResponse:
    """Asked of who joined before it was asked of everybody."""
    form = BirthDateForm(request.POST)
    if form.is_valid():
        try:
            people.update_athlete(by=request.user, athlete=athlete, **form.cleaned_data)
        except ValidationError as refused:
            form.add_error(None, refused)
        else:
            return redirect("phone:consent")
    return _page(request, athlete, age_form=form, status=UNPROCESSABLE)


@as_athlete
@require_POST
def ask_guardian(request: PhoneRequest, athlete: Athlete) -> HttpResponse:
    """A link for a parent, by e-mail alone: it is theirs, and stands on no page."""
    form = GuardianForm(request.POST)
    squad = athlete.squads.first() or athlete.club.squads.first()
    if form.is_valid() and squad is not None:
        try:
            invitations.invite(
                by=request.user,
                squad=squad,
                role=access.GUARDIAN,
                athlete=athlete,
                email=form.cleaned_data["email"],
            )
        except ValidationError as refused:
            form.add_error(None, refused)
        else:
            messages.success(request, _("Asked. The link is on its way."))
            return redirect("phone:consent")
    return _page(request, athlete, guardian_form=form, status=UNPROCESSABLE)


@signed_in
@require_POST
def end_guardian(request: PhoneRequest, guardianship_id: UUID) -> HttpResponse:
    """By the athlete, or by the guardian themself."""
    mine = Guardianship.objects.standing().filter(about_own(request.user, "athlete"))
    found = get_object_or_404(mine.select_related("athlete__club", "user"), pk=guardianship_id)
    guardians.end(by=request.user, guardianship=found)
    messages.success(request, _("%(name)s is no guardian here any more.") % {"name": found.user})
    return redirect("phone:home" if found.user_id == request.user.pk else "phone:consent")


def _page(
    request: PhoneRequest,
    athlete: Athlete,
    *,
    age_form: BirthDateForm | None = None,
    guardian_form: GuardianForm | None = None,
    status: int = 200,
) -> HttpResponse:
    now = timezone.now()
    standing = Standing(athlete, now)
    asked = Invitation.objects.usable().filter(athlete=athlete, role=access.GUARDIAN)
    page = {
        "athlete": athlete,
        "club": athlete.club,
        "zone": athlete.zone,
        "consent": Shown(),
        "standing": standing,
        "is_me": athlete.user_id == request.user.pk,
        "may_give": consents.may_give(user=request.user, athlete=athlete),
        "guardians": guardianships_of(athlete, now),
        "asked": asked.order_by("created_at"),
        "age_form": age_form or BirthDateForm(),
        "guardian_form": guardian_form or GuardianForm(),
        "danger_signs": KNOWLEDGE.safety_net.always,
    }
    return render(request, "phone/consent.html", page, status=status)
