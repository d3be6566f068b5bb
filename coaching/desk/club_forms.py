"""What can be typed about a club: how long a call waits, who is on call, who is told first."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils import formats, timezone
from django.utils.translation import gettext_lazy as _

from athletes import access
from athletes.chain import in_order
from athletes.models import Athlete, Club, Squad, User
from athletes.models.base import LONGEST_WAIT_MIN
from athletes.models.clubs import validate_zone
from athletes.services.clubs import dialled
from coaching.desk.forms import PlainForm
from coaching.words import LEVELS
from guidance import Disposition

MIN, HOURS = "min", "h"
UNITS_MIN = {MIN: 1, HOURS: 60}
CONSENT_AGES = range(access.YOUNGEST_CONSENT_AGE, access.OLDEST_CONSENT_AGE + 1)
MOMENT = "%Y-%m-%dT%H:%M"


def unit_of(level: Disposition) -> str:
    """In which unit people type how long `level` may wait."""
    return MIN if LONGEST_WAIT_MIN[level] <= UNITS_MIN[HOURS] else HOURS


class RefusableForm(PlainForm):
    """Takes what the service refused, beside the field that it is about."""

    def refuse(self, invalid: ValidationError) -> None:
        for name, sentences in invalid.message_dict.items():
            self.add_error(name if name in self.fields else None, sentences)


class ContactForm(RefusableForm):
    """Whom an athlete calls when nobody answers."""

    contact_name = forms.CharField(
        label=_("Who an athlete calls if no coach answers"),
        max_length=120,
        required=False,
        help_text=_("For example: club office."),
    )
    contact_phone = forms.CharField(
        label=_("Their telephone"),
        max_length=30,
        required=False,
        validators=[dialled],
        help_text=_("Athletes see it until somebody has seen their report."),
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "off"}),
    )


class ClubForm(ContactForm):
    """The times, hours and contacts of a club."""

    field_order = ("emergency_number",)  # before the contact

    emergency_number = forms.CharField(
        max_length=30,
        label=_("Emergency number"),
        validators=[dialled],
        help_text=_("The ambulance, as it is dialled where you train."),
    )
    contact_email = forms.EmailField(
        label=_("Their e-mail address"),
        required=False,
        help_text=_("Written to in an emergency that nobody in the club has seen."),
    )
    timezone = forms.CharField(
        label=_("Time zone"),
        max_length=64,
        validators=[validate_zone],
        help_text=_("For quiet hours and on-call times, for example Europe/Berlin."),
        widget=forms.TextInput(attrs={"list": "zones", "autocomplete": "off"}),
    )
    quiet_from = forms.TimeField(
        label=_("Quiet from"),
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )
    quiet_until = forms.TimeField(
        label=_("Quiet until"),
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )
    clinicians_in_chain = forms.BooleanField(
        label=_("Tell the squads’ clinicians in the second step, with all coaches"), required=False
    )
    consent_age = forms.TypedChoiceField(
        label=_("Athletes agree for themselves from this age on"),
        choices=[(age, age) for age in CONSENT_AGES],
        coerce=int,
        empty_value=None,
        required=False,
        help_text=_(
            "Until then a parent or guardian must agree. Data protection laws set an age between 13 and 16 in many "
            "countries, and 18 in others; 18 is on the safe side. This is no legal advice: ask if you are not sure."
        ),
    )
    needs_second_factor = forms.BooleanField(
        label=_("Coaches, clinicians and owners must log in with a second factor"),
        required=False,
        help_text=_(
            "Everybody gets a week to switch it on. After that the desk waits for it; urgent calls can be read and "
            "acknowledged all the same."
        ),
    )

    def __init__(self, club: Club, *args: Any, **kwargs: Any) -> None:
        initial = {name: getattr(club, name) for name in self.base_fields}
        for level in LONGEST_WAIT_MIN:
            shorter_min = getattr(club, f"wait_{level.value}_min")
            if shorter_min is not None:
                in_unit = Decimal(shorter_min) / UNITS_MIN[unit_of(level)]
                initial[wait_field(level)] = f"{float(round(in_unit, 2)):g}"
        super().__init__(*args, initial=initial, **kwargs)
        for level in LONGEST_WAIT_MIN:
            self.fields[wait_field(level)] = _wait(level)

    @property
    def waits(self) -> list[forms.BoundField]:
        return [self[wait_field(level)] for level in LONGEST_WAIT_MIN]

    @property
    def hours(self) -> list[forms.BoundField]:
        return [self[name] for name in ("quiet_from", "quiet_until")]

    @property
    def contacts(self) -> list[forms.BoundField]:
        names = ("contact_name", "contact_phone", "contact_email", "emergency_number", "timezone")
        return [self[name] for name in names]

    def changes(self) -> dict[str, Any]:
        """For `clubs.update_club`."""
        told = {name: self.cleaned_data[name] for name in self.base_fields}
        if told["consent_age"] is None:  # left out, as programs do: it stays
            del told["consent_age"]
        for level in LONGEST_WAIT_MIN:
            typed = self.cleaned_data[wait_field(level)]
            told[f"wait_{level.value}_min"] = typed and round(typed * UNITS_MIN[unit_of(level)])
        return told


def wait_field(level: Disposition) -> str:
    return f"wait_{level.value}_{unit_of(level)}"


def _wait(level: Disposition) -> forms.DecimalField:
    """Only shorter than the default: a longer one is nothing that a club can choose."""
    unit = unit_of(level)
    longest = LONGEST_WAIT_MIN[level] // UNITS_MIN[unit]
    least = Decimal(1) if unit == MIN else Decimal("0.25")
    too_long = (_("At most %(n)s min.") if unit == MIN else _("At most %(n)s h.")) % {"n": longest}
    too_short = (_("At least %(n)s min.") if unit == MIN else _("At least %(n)s h.")) % {
        "n": formats.number_format(least.normalize())
    }
    empty = (_("Empty: %(n)s min.") if unit == MIN else _("Empty: %(n)s h.")) % {"n": longest}
    label = _("%(level)s, minutes") if unit == MIN else _("%(level)s, hours")
    return forms.DecimalField(
        label=label % {"level": LEVELS[level.value][0]},
        required=False,
        min_value=least,
        max_value=longest,
        decimal_places=0 if unit == MIN else 2,
        help_text=f"{too_long} {empty}",
        error_messages={"min_value": too_short, "max_value": too_long},
    )


class OnCallForm(RefusableForm):
    """Who is told first, for which squads, from when until when (in the club's zone)."""

    user = forms.ModelChoiceField(User.objects.none(), label=_("Who"), empty_label=None)
    squads = forms.ModelMultipleChoiceField(
        Squad.objects.none(), label=_("For which squads"), widget=forms.CheckboxSelectMultiple
    )
    starts_at = forms.DateTimeField(
        label=_("From"),
        required=False,
        help_text=_("Empty: from now on."),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format=MOMENT),
    )
    ends_at = forms.DateTimeField(
        label=_("Until"),
        required=False,
        help_text=_("Empty: until somebody ends it."),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format=MOMENT),
    )

    def __init__(self, *args: Any, club: Club, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        led = club.squads.filter(pk__in=Squad.objects.led_by(by).values("pk"))
        self.fields["squads"].queryset = led  # type: ignore[attr-defined]
        if access.OWNER in access.desk_memberships(by, club):
            self.fields["squads"].required = False
            self.fields["squads"].help_text = _("None ticked: the whole club.")
        self.fields["user"].queryset = desk_people(club, led)  # type: ignore[attr-defined]
        self.fields["user"].initial = by.pk

    def duty(self) -> dict[str, Any]:
        """For `clubs.put_on_call`."""
        told = self.cleaned_data
        return {
            "user": told["user"],
            "squads": list(told["squads"]),
            "starts_at": told["starts_at"] or timezone.now(),
            "ends_at": told["ends_at"],
        }


class OwnCoachesForm(RefusableForm):
    """Who is told first of one athlete."""

    coaches = forms.ModelMultipleChoiceField(
        User.objects.none(),
        label=_("Told first"),
        required=False,
        help_text=_("None ticked: all coaches of the squads are told first."),
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(
        self, *args: Any, athlete: Athlete, people: Iterable[User] = (), **kwargs: Any
    ) -> None:
        """`people`: who is to choose from, where that was read already."""
        super().__init__(*args, **kwargs)
        coaches: forms.ModelMultipleChoiceField[User] = self.fields["coaches"]  # type: ignore[assignment]
        squads = athlete.squads.all()
        coaches.queryset = desk_people(athlete.club, squads).exclude(pk=athlete.user_id)
        if people:
            offered = in_order(one for one in people if one.pk != athlete.user_id)
            coaches.choices = [(one.pk, str(one)) for one in offered]
        coaches.initial = list(athlete.own_coaches.all())


def desk_people(club: Club, squads: Any) -> Any:
    """Who looks after one of `squads` now; the owners look after all."""
    held = Q(memberships__club=club, memberships__ended_at=None)
    own = held & Q(memberships__role__in=access.DESK_ROLES, memberships__squads__in=squads)
    owns = held & Q(memberships__role=access.OWNER)
    return User.objects.filter(own | owns, is_active=True).distinct().order_by("name", "email")
