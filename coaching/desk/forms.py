"""What can be typed at the desk."""

from __future__ import annotations

import zoneinfo
from collections.abc import Iterable
from typing import Any

from django import forms
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.functional import lazy
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from athletes import access
from athletes.consent import was_of_age
from athletes.models import Athlete, Club, Squad, User
from athletes.models.clubs import validate_zone
from athletes.models.people import validate_birth_date
from coaching.accounts import say_plainly

INVITED_ROLES = [
    (access.ATHLETE, _("Athlete: reports pain, sees only their own page")),
    (access.COACH, _("Coach: sees the squad, is told when somebody needs help")),
    (access.CLINICIAN, _("Clinician: sees the squad, is told when coaches don't answer")),
    (access.GUARDIAN, _("Guardian: answers for one athlete who is a minor, sees nobody else")),
]
OWNER = (access.OWNER, _("Owner: runs the club, sees every squad, decides who does what"))
_with_link = lazy(format_html, SafeString)


class PlainForm(forms.Form):
    """Says in plain words which field was left empty."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        say_plainly(self)


class ResolveForm(PlainForm):
    outcome = forms.CharField(
        label=_("What came of it?"),
        max_length=300,
        help_text=_("One line, for example: saw the doctor today, no clot, back on Monday."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class CommentForm(PlainForm):
    text = forms.CharField(
        label=_("Write to the athlete"),
        max_length=2000,
        help_text=_("The athlete and everybody who looks after them can read this."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class CloseForm(PlainForm):
    reason = forms.CharField(
        label=_("Why is it over?"),
        max_length=300,
        help_text=_("One line, for example: pain free for a week, back in full training."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    pain_free = forms.TypedChoiceField(
        label=_("Is the pain gone?"),
        choices=[("yes", _("Yes")), ("no", _("No, not yet")), ("unsure", _("I don’t know"))],
        coerce={"yes": True, "no": False, "unsure": None}.get,
        help_text=_("Pain that comes back is a new episode. This says whether it had ever gone."),
        widget=forms.RadioSelect,
    )


class SquadForm(PlainForm):
    """A new squad in one of the clubs that the person owns."""

    club = forms.ModelChoiceField(Club.objects.none(), label=_("Club"), empty_label=None)
    name = forms.CharField(label=_("Name of the squad"), max_length=80)

    def __init__(self, *args: Any, clubs: Iterable[Club], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        owned = Club.objects.filter(pk__in=[club.pk for club in clubs])
        self.fields["club"].queryset = owned  # type: ignore[attr-defined]
        if len(owned) == 1:
            self.fields["club"].initial = owned[0]
            self.fields["club"].widget = forms.HiddenInput()


class AthleteForm(PlainForm):
    """An athlete whom the coach enters before there is a log-in."""

    name = forms.CharField(label=_("Name"), max_length=120)
    timezone = forms.CharField(
        label=_("Time zone"),
        max_length=64,
        validators=[validate_zone],
        help_text=_("Where the athlete lives, for example Europe/Berlin. Times are shown in it."),
        widget=forms.TextInput(
            attrs={"list": "zones", "autocomplete": "off", "data-own-zone": True}
        ),
    )
    birth_date = forms.DateField(
        label=_("Date of birth"),
        required=False,
        validators=[validate_birth_date],
        help_text=_("If you know it: some advice depends on age."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    consent_told = forms.BooleanField(
        label=_("They (for a minor: a guardian) agreed"),
        help_text=_with_link(
            _(
                'Tell them <a href="{url}" target="_blank">what is kept, who sees it and how to take it back</a> first.'
            ),
            url=reverse_lazy("consent_text"),
        ),
    )

    @staticmethod
    def zones() -> list[str]:
        """Suggestions for the time zone field."""
        return sorted(name for name in zoneinfo.available_timezones() if "/" in name)


class InviteForm(PlainForm):
    """A link for one person."""

    role = forms.ChoiceField(
        label=_("Role"), choices=INVITED_ROLES, initial=access.ATHLETE, widget=forms.RadioSelect
    )
    athlete = forms.ModelChoiceField(
        Athlete.objects.none(),
        required=False,
        label=_("Which athlete?"),
        empty_label=_("Somebody who is not on the list yet"),
        help_text=_("For an athlete: one without a log-in yet. For a guardian: whose."),
    )
    email = forms.EmailField(
        label=_("E-mail address"),
        required=False,
        help_text=_(
            "If you give one, we send the link there and only this address can use it. "
            "Without one, anybody who has the link can."
        ),
    )

    def __init__(self, *args: Any, squad: Squad, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if access.OWNER in access.desk_memberships(by, squad.club):
            self.fields["role"].choices = [*INVITED_ROLES, OWNER]  # type: ignore[attr-defined]
        real = squad.athletes.real().filter(left_at=None).select_related("club")
        self.fields["athlete"].queryset = real  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        told: dict[str, Any] = super().clean() or {}
        if wrong := self._wrong_with_athlete(told.get("role"), told.get("athlete")):
            self.add_error("athlete", wrong)
        return told

    @staticmethod
    def _wrong_with_athlete(role: str | None, athlete: Athlete | None) -> Any:
        if role == access.GUARDIAN:
            if athlete is None:
                return _("Say whose guardian it is.")
            is_grown_up = was_of_age(athlete, timezone.now())
            return _("Who is of age has no guardian.") if is_grown_up else ""
        if athlete is not None and role != access.ATHLETE:
            return _(
                "Only an athlete’s or a guardian’s link belongs to an athlete. Leave this empty."
            )
        return ""
