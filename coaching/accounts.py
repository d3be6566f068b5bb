"""How people come in: what allauth asks us, the coach's sign-up, and joining by invitation."""

from __future__ import annotations

import logging
import uuid
from datetime import date
from smtplib import SMTPException
from typing import Any, cast

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.forms import SignupForm
from allauth.account.models import EmailAddress
from allauth.core import context
from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from athletes.access import DESK_ROLES
from athletes.models import Athlete, Club, Squad, User
from athletes.passwords import HardToGuess
from athletes.security_log import note, pk_of
from athletes.services import account_notices, clubs, invitations, people
from coaching import devices, limits

TOLD_BY_OUTBOX = {
    "mfa/email/totp_activated": account_notices.SECOND_FACTOR,
    "mfa/email/totp_deactivated": account_notices.SECOND_FACTOR,
    "mfa/email/recovery_codes_generated": account_notices.SECOND_FACTOR,
    "mfa/email/webauthn_added": account_notices.SECOND_FACTOR,
    "mfa/email/webauthn_removed": account_notices.SECOND_FACTOR,
}
OF_PASSWORD = tuple(f"account/email/password_{done}" for done in ("changed", "reset", "set"))

logger = logging.getLogger(__name__)

DESK, PHONE = "/desk/", "/me/"
PASSWORD_HELP = _("At least 12 characters. A few words in a row are good.")


def face_of(user: User) -> str:
    """Where this person starts: the desk if they look after others, else their own legs."""
    if user.memberships.active().filter(role__in=DESK_ROLES).exists():
        return DESK
    if Athlete.objects.told_about_themselves(user).exists():
        return PHONE
    return reverse("account")


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Where log-in leads, in plain words, and a mail server that is away is no broken page."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": _("This e-mail address and password do not go together."),
        "too_many_login_attempts": _("Too many tries. Wait a few minutes, then try again."),
        "rate_limited": _("Too many tries. Wait a few minutes, then try again."),
        "email_taken": _("This e-mail address has an account already. Log in instead."),
        "enter_current_password": _("This is not your present password."),
        "incorrect_password": _("This is not your password."),
        "incorrect_code": _(
            "This code does not fit. It has eight digits, from the newest message."
        ),
        "account_inactive": _("This account is switched off."),
        "duplicate_email": _("This is your e-mail address already."),
        "invalid_password_reset": _("This link cannot be used any more."),
    }

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        assert isinstance(request.user, User)
        return face_of(request.user)

    def get_signup_redirect_url(self, request: HttpRequest) -> str:
        """A new coach is led through the first steps; they can be left, and stand on the desk until done."""
        assert isinstance(request.user, User)
        club = clubs.with_steps_ahead(request.user)
        if club is None:
            return face_of(request.user)
        return reverse("desk:start", args=[club.pk, club.first_step])

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("account")

    def set_password(self, user: User, password: str) -> None:
        """Changed or reset: what the old one opened ends with it (athletes/passwords.py), or nothing changes."""
        with transaction.atomic():
            super().set_password(user, password)

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        email = str(credentials.get("email", ""))
        self._login_failed_rl_usage = limits.take_one(request, email)
        if not self._login_failed_rl_usage:
            note("log_in_limited", user_id=pk_of(email))
            raise self.validation_error("too_many_login_attempts")

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """What allauth forgets after a new password."""
        return limits.account_and_address(request, str(credentials.get("email", "")))

    def post_login(self, request: HttpRequest, user: User, **how: Any) -> HttpResponse:
        response = cast(HttpResponse, super().post_login(request, user, **how))
        devices.came_in(request, response, user, is_new=how["signup"])
        return response

    def send_notification_mail(
        self,
        template_prefix: str,
        user: User,
        context: dict[str, Any] | None = None,
        email: str | None = None,
    ) -> None:
        """Through the outbox, which tries again. The old address is in no account any more: it is written to at once.

        Of a password that is new athletes/passwords.py tells, also when staff or a command changed it.
        """
        what = TOLD_BY_OUTBOX.get(template_prefix)
        if what and not email:
            account_notices.tell(user=user, what=what)
        elif template_prefix not in OF_PASSWORD:
            super().send_notification_mail(template_prefix, user, context, email)

    def send_account_already_exists_mail(self, email: str) -> None:
        """To the owner of an address with which somebody signs up, or takes up an invitation, once more."""
        request = context.request
        is_join = request.resolver_match.url_name == "join"
        told = {
            "request": request,
            "join_url": request.build_absolute_uri(request.path) if is_join else "",
            "password_reset_url": request.build_absolute_uri(reverse("account_reset_password")),
        }
        self.send_mail("account/email/account_already_exists", email, told)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        try:
            super().send_mail(template_prefix, email, context)
        except (SMTPException, OSError) as fault:
            logger.warning("mail %s not sent: %s", template_prefix, type(fault).__name__)
            messages.error(
                self.request,
                _("We could not send the e-mail just now. Please try again in a few minutes."),
            )


class CoachSignupForm(SignupForm):  # type: ignore[misc]
    """A coach's account, with a club and its first squad. Athletes come by invitation instead."""

    name = forms.CharField(
        label=_("Your name"),
        max_length=120,
        help_text=_("As your athletes know you."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    club_name = forms.CharField(
        label=_("Your club"),
        max_length=Club._meta.get_field("name").max_length,
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    squad_name = forms.CharField(
        label=_("Your first squad"),
        max_length=Squad._meta.get_field("name").max_length,
        help_text=_("The group you train, such as “Milers”. You can add more later."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    field_order = ("name", "email", "password1", "club_name", "squad_name")
    account_already_exists: bool

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].label = _("E-mail address")
        self.fields["password1"].help_text = PASSWORD_HELP
        say_plainly(self)

    def try_save(self, request: HttpRequest) -> tuple[User | None, HttpResponse | None]:
        """For an address that has an account everything is done as for a new one, and undone: it takes as long."""
        if self.account_already_exists:
            asked_for = self.cleaned_data["email"]
            self.account_already_exists = False
            self.cleaned_data["email"] = nobodys_address()
            with transaction.atomic():
                self.save(request)
                transaction.set_rollback(True)
            self.account_already_exists = True
            self.cleaned_data["email"] = asked_for
        return cast(tuple[User | None, HttpResponse | None], super().try_save(request))

    def save(self, request: HttpRequest) -> User:
        with transaction.atomic():  # an account without its club would lead nowhere
            return cast(User, super().save(request))

    def clean(self) -> dict[str, Any]:
        """The password is judged with the name and the club in mind, too."""
        told = cast(dict[str, Any], super().clean())
        if password := told.get("password1"):
            likeness = User(email=told.get("email", ""), name=told.get("name", ""))
            club = (told.get("club_name", ""), told.get("squad_name", ""))
            try:
                HardToGuess(also=club).validate(password, likeness)
            except ValidationError as fault:
                if "password1" not in self.errors:
                    self.add_error("password1", fault)
        return told

    def signup(self, request: HttpRequest, user: User) -> None:
        """Called by allauth with the new user."""
        user.name = self.cleaned_data["name"]
        user.language = language_of_page()
        user.save(update_fields=["name", "language"])
        people.create_club(
            by=user,
            name=self.cleaned_data["club_name"],
            squad_name=self.cleaned_data["squad_name"],
            first_step=1,
        )


def nobodys_address() -> str:
    """One that no account has: for work that is undone."""
    return f"{uuid.uuid4().hex}@nobody.invalid"


def language_of_page() -> str:
    """Who opens an account has read this page: messages are written to them in its language, until they choose."""
    return get_language() or settings.LANGUAGE_CODE


def say_plainly(form: forms.Form) -> None:
    """What is said of a field that was left empty."""
    for field in form.fields.values():
        field.error_messages["required"] = _("Please fill this in.")


@transaction.atomic
def open_account(
    *,
    token: str,
    name: str,
    email: str,
    password: str,
    timezone_name: str,
    birth_date: date | None = None,
) -> tuple[User, EmailAddress]:
    """An account by invitation: no club is made. Raises UnusableInvitation, then nothing was made."""
    user = User.objects.create_user(email, password, name=name, language=language_of_page())
    address = EmailAddress.objects.create(user=user, email=user.email, primary=True)
    invitations.accept(
        by=user, token=token, name=name, timezone_name=timezone_name, birth_date=birth_date
    )
    return user, address
