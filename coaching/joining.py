"""`/join/<token>/`: what an invitation link opens. Whatever is wrong with a link, the answer is the same."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, cast
from urllib.parse import urlencode

from allauth.account import app_settings
from allauth.account.adapter import get_adapter
from allauth.account.internal.flows import login, signup
from allauth.account.models import Login
from django import forms
from django.contrib import messages
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from athletes import access
from athletes.models import Invitation, User
from athletes.models.clubs import validate_zone
from athletes.models.people import validate_birth_date
from athletes.services import invitations
from athletes.services.invitations import UnusableInvitation
from coaching.accounts import (
    PASSWORD_HELP,
    face_of,
    nobodys_address,
    open_account,
    say_plainly,
)
from coaching.door import posted
from coaching.phone.door import CHOSEN

ROLE_WORDS = {
    access.ATHLETE: gettext_lazy("an athlete"),
    access.COACH: gettext_lazy("a coach"),
    access.CLINICIAN: gettext_lazy("a clinician"),
    access.OWNER: gettext_lazy("an owner of the club"),
    access.GUARDIAN: gettext_lazy("a parent or guardian"),
}


class ZoneForm(forms.Form):
    """The device's time zone. A guess from a script: what is no zone is left out, not complained of."""

    timezone = forms.CharField(required=False, widget=forms.HiddenInput)

    def clean_timezone(self) -> str:
        zone = cast(str, self.cleaned_data["timezone"])
        try:
            validate_zone(zone)
        except ValidationError:
            return ""
        return zone


class ArrivalForm(ZoneForm):
    """What whoever takes up an invitation tells: athletes when they were born, unless that is known."""

    birth_date = forms.DateField(
        label=gettext_lazy("Date of birth"),
        validators=[validate_birth_date],
        help_text=gettext_lazy(
            "For minors a parent or guardian agrees. Some advice depends on age."
        ),
        widget=forms.DateInput(attrs={"type": "date", "autocomplete": "bday"}, format="%Y-%m-%d"),
    )

    def __init__(self, *args: Any, asks_age: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not asks_age:
            del self.fields["birth_date"]
        say_plainly(self)

    @property
    def told(self) -> dict[str, Any]:
        """For `invitations.accept`."""
        told = self.cleaned_data
        return {"timezone_name": told["timezone"], "birth_date": told.get("birth_date")}


class JoinForm(ArrivalForm):
    """An account by invitation."""

    name = forms.CharField(
        label=gettext_lazy("Your name"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    email = forms.EmailField(
        label=gettext_lazy("E-mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    password = forms.CharField(
        label=gettext_lazy("Choose a password"),
        help_text=PASSWORD_HELP,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    field_order = ("name", "birth_date", "email", "password", "timezone")

    def __init__(self, data: Any = None, *, invitation: Invitation) -> None:
        runs = invitation.athlete if invitation.role == access.ATHLETE else None
        known = {"email": invitation.email, "name": runs.name if runs else ""}
        asks_age = not invitations.birth_date_is_known(invitation=invitation)
        super().__init__(data, initial=known, asks_age=asks_age)
        self.bound_email = invitation.email
        if self.bound_email:
            self.fields["email"].widget.attrs["readonly"] = True
            self.fields["email"].help_text = _("The invitation is for this address.")

    def clean_email(self) -> str:
        return self.bound_email or cast(str, self.cleaned_data["email"]).lower()

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if "password" in data:
            likeness = User(email=data.get("email", ""), name=data.get("name", ""))
            try:
                validate_password(data["password"], user=likeness)
            except ValidationError as fault:
                self.add_error("password", fault)
        return data


@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest, token: str) -> HttpResponse:
    """Show who invites to what; take the invitation up."""
    try:
        invitation = invitations.find_usable(token=token)
        if request.user.is_authenticated:
            return _as_oneself(request, request.user, invitation, token)
        return _as_somebody_new(request, invitation, token)
    except UnusableInvitation:
        return _unusable(request, token)


def _as_oneself(
    request: HttpRequest, user: User, invitation: Invitation, token: str
) -> HttpResponse:
    """Logged in: one button."""
    for_other = not invitation.is_for(user)
    asks_age = not invitations.birth_date_is_known(invitation=invitation, user=user)
    form = ArrivalForm(posted(request), asks_age=asks_age)
    if not for_other and form.is_valid():
        invitations.accept(by=user, token=token, name=str(user), **form.told)
        return _welcome(request, user, invitation)
    shown = _shown(invitation) | {"for_other": for_other, "form": form}
    return render(request, "join/accept.html", shown, status=_status(request))


def _as_somebody_new(request: HttpRequest, invitation: Invitation, token: str) -> HttpResponse:
    form = JoinForm(posted(request), invitation=invitation)
    if form.is_valid():
        if app_settings.EMAIL_VERIFICATION == app_settings.EmailVerificationMethod.MANDATORY:
            return _by_mail(request, form.cleaned_data, token)
        if User.objects.filter(email__iexact=form.cleaned_data["email"]).exists():
            return _log_in_first(request)
        try:
            return _open(request, form.cleaned_data, invitation, token)
        except IntegrityError:  # the same address, at the same moment
            return _log_in_first(request)
    shown = _shown(invitation) | {"form": form, "login_url": _login_url(request)}
    return render(request, "join/new.html", shown, status=_status(request))


def _status(request: HttpRequest) -> int:
    """Of a page that is there, or that comes back because what was sent could not be taken."""
    return HTTPStatus.UNPROCESSABLE_ENTITY if request.method == "POST" else HTTPStatus.OK


def _open(
    request: HttpRequest, told: dict[str, Any], invitation: Invitation, token: str
) -> HttpResponse:
    user, address = open_account(
        token=token,
        name=told["name"],
        email=told["email"],
        password=told["password"],
        timezone_name=told["timezone"],
        birth_date=told.get("birth_date"),
    )
    get_adapter(request).login(request, user)
    if app_settings.EMAIL_VERIFICATION != "none":
        address.send_confirmation(request, signup=True)
    return _welcome(request, user, invitation)


def _by_mail(request: HttpRequest, told: dict[str, Any], token: str) -> HttpResponse:
    """Whoever holds the mailbox goes on from there. The same answer, and as much work, whether or not there is an
    account: an invitation is no way to learn who has one."""
    taken = User.objects.filter(email__iexact=told["email"]).exists()
    try:
        user = _open_or_pretend(told, token, taken=taken)
    except IntegrityError:  # the same address, at the same moment
        taken = True
    if taken:
        return cast(HttpResponse, signup.prevent_enumeration(request, email=told["email"]))
    return cast(HttpResponse, login.perform_login(request, Login(user=user, signup=True)))


@transaction.atomic
def _open_or_pretend(told: dict[str, Any], token: str, *, taken: bool) -> User:
    user, _address = open_account(
        token=token,
        name=told["name"],
        email=nobodys_address() if taken else told["email"],
        password=told["password"],
        timezone_name=told["timezone"],
        birth_date=told.get("birth_date"),
    )
    if taken:
        transaction.set_rollback(True)
    return user


def _log_in_first(request: HttpRequest) -> HttpResponse:
    """The same way and words as “I already have an account”: nobody learns who has one."""
    return redirect(_login_url(request))


def _login_url(request: HttpRequest) -> str:
    return f"{reverse('account_login')}?{urlencode({'next': request.path})}"


def _welcome(request: HttpRequest, user: User, invitation: Invitation) -> HttpResponse:
    if invitation.role == access.GUARDIAN:
        request.session[CHOSEN] = str(invitation.athlete_id)
        return redirect("phone:consent")
    messages.success(request, _("Welcome to %(club)s.") % {"club": invitation.club.name})
    return redirect("/me/" if invitation.role == access.ATHLETE else face_of(user))


def _unusable(request: HttpRequest, token: str) -> HttpResponse:
    """One page for every reason; whoever used this link themselves is let in."""
    if request.user.is_authenticated:
        mine = Invitation.objects.filter(
            token_hash=invitations.token_hash(token), used_by=request.user
        )
        if mine.exists():
            return redirect(face_of(request.user))
    return render(request, "join/unusable.html", status=404)


def _shown(invitation: Invitation) -> dict[str, Any]:
    return {"invitation": invitation, "role_words": ROLE_WORDS[invitation.role]}
