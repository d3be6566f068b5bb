"""What an athlete can write besides a report: a comment, and their own profile."""

from __future__ import annotations

import zoneinfo
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from athletes.models import Athlete
from athletes.models.people import validate_birth_date
from coaching.accounts import say_plainly
from coaching.saying import said
from coaching.telling import PLAIN
from guidance import KNOWLEDGE, Finding

ASKED_ONCE = ("yes_no", "one_of")  # kinds of profile findings that the form can ask


class CommentForm(forms.Form):
    text = forms.CharField(
        label=_("Write to your coach"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Write something first.")},
    )


class ProfileForm(forms.Form):
    """Name, zone, birth date, and the lasting facts that a report need not ask again."""

    name = forms.CharField(label=_("Name"), max_length=120)
    timezone = forms.ChoiceField(
        label=_("Time zone"), help_text=_("Times in your plan are shown in this zone.")
    )
    birth_date = forms.DateField(
        label=_("Date of birth"),
        required=False,
        validators=[validate_birth_date],
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Some likely causes depend on age."),
    )

    def __init__(self, athlete: Athlete, *args: Any, **kwargs: Any) -> None:
        self.athlete = athlete
        super().__init__(*args, initial=self._initial(athlete), **kwargs)
        self.fields["timezone"].choices = [(zone, zone.replace("_", " ")) for zone in _zones()]  # type: ignore[attr-defined]
        for finding in asked_once():
            self.fields[finding.id] = _question(finding)
        say_plainly(self)

    @staticmethod
    def _initial(athlete: Athlete) -> dict[str, Any]:
        own = {
            "name": athlete.name,
            "timezone": athlete.timezone,
            "birth_date": athlete.birth_date,
        }
        return {**athlete.background, **own}

    @property
    def plain_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in ("name", "timezone", "birth_date")]

    @property
    def background_fields(self) -> list[forms.BoundField]:
        return [self[finding.id] for finding in asked_once()]

    def changes(self) -> dict[str, Any]:
        """For `people.update_athlete`. Facts that this form does not ask stay as they are."""
        asked = {finding.id for finding in asked_once()}
        lasting = {name for name, finding in KNOWLEDGE.findings.items() if finding.profile}
        kept = {
            name: told for name, told in self.athlete.background.items() if name in lasting - asked
        }
        told = {name: self.cleaned_data[name] for name in asked if self.cleaned_data[name]}
        plain = {name: self.cleaned_data[name] for name in ("name", "timezone", "birth_date")}
        return {**plain, "background": {**kept, **told}}


def asked_once() -> list[Finding]:
    """The profile findings; age is worked out from the date of birth."""
    return [
        finding
        for finding in KNOWLEDGE.findings.values()
        if finding.profile and finding.kind in ASKED_ONCE
    ]


def _question(finding: Finding) -> forms.ChoiceField:
    told: list[tuple[str, Any]] = [("yes", PLAIN["yes"]), ("no", PLAIN["no"])]
    if finding.kind == "one_of":
        told = [(option.id, said(option.label)) for option in finding.options]
    return forms.ChoiceField(
        label=said(finding.question),
        help_text=said(finding.help),
        required=False,
        choices=[*told, ("unsure", PLAIN["unsure"])],
        widget=forms.RadioSelect,
    )


def _zones() -> list[str]:
    """Places such as Europe/Berlin, and UTC."""
    named = zoneinfo.available_timezones()
    return ["UTC", *sorted(zone for zone in named if "/" in zone and not zone.startswith("Etc/"))]
