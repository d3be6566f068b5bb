"""Which topic a person wants on which channel."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import time
from typing import Any

from django import forms
from django.conf import settings
from django.forms import BoundField
from django.utils.functional import Promise
from django.utils.translation import get_language_info
from django.utils.translation import gettext_lazy as _

from athletes.models import ChannelChoice, User
from athletes.models.escalations import CALLS, DIGEST, EMAIL, FOLLOW_UP, PUSH, TALK
from athletes.models.users import UNITS
from coaching.accounts import say_plainly

CHANNELS = [(EMAIL, _("E-mail")), (PUSH, _("On the phone"))]
AT_DESK = [
    (CALLS, _("An athlete needs you in the next days")),
    (FOLLOW_UP, _("Check-ins")),
    (TALK, _("Somebody wrote to you")),
    (DIGEST, _("Your morning page is ready")),
]
ON_THE_PHONE = [
    (FOLLOW_UP, _("Check-ins: how is it today?")),
    (TALK, _("Somebody wrote to you")),
]


ASKED_AT = _(
    "By your own clock (%(zone)s). We ask at this hour where that is near enough to when we should. "
    "What follows a danger sign does not wait for it. Empty: as soon as it is due."
)


@dataclass(frozen=True)
class Row:
    """One topic with a tick box for each channel."""

    label: str | Promise
    fields: list[BoundField]


class ChoicesForm(forms.Form):
    """Ticked is wanted. What nobody chose is wanted too."""

    def __init__(self, user: User, data: Any = None, *, is_desk: bool, own_zone: str = "") -> None:
        super().__init__(data)
        self.topics = AT_DESK if is_desk else ON_THE_PHONE
        self.off = set(
            ChannelChoice.objects.filter(user=user, wanted=False).values_list("topic", "channel")
        )
        for topic, _label in self.topics:
            for channel, name in CHANNELS:
                self.fields[f"{topic}-{channel}"] = forms.BooleanField(
                    label=name, required=False, initial=(topic, channel) not in self.off
                )
        if is_desk:
            self.fields["digest_at"] = _hour(_("When you want your morning page"), user.digest_at)
        if own_zone:
            self.fields["ask_at"] = _hour(
                _("When we may ask how it is"), user.ask_at, required=False
            )
            self.fields["ask_at"].help_text = ASKED_AT % {"zone": own_zone}
        say_plainly(self)

    def rows(self) -> list[Row]:
        return [
            Row(label, [self[f"{topic}-{channel}"] for channel, _name in CHANNELS])
            for topic, label in self.topics
        ]

    def changes(self) -> Iterator[tuple[str, str, bool]]:
        """Topic, channel, and whether it is wanted, where that is new."""
        for topic, _label in self.topics:
            for channel, _name in CHANNELS:
                wanted = self.cleaned_data[f"{topic}-{channel}"]
                if wanted == ((topic, channel) in self.off):
                    yield topic, channel, wanted

    @property
    def moves_asking(self) -> bool:
        """Whether check-ins are wanted at another hour than before."""
        return "ask_at" in self.changed_data

    @property
    def hour(self) -> time | None:
        """When the morning page is wanted, if that is new."""
        return self.cleaned_data["digest_at"] if "digest_at" in self.changed_data else None


def _hour(label: Any, initial: time | None, *, required: bool = True) -> forms.TimeField:
    return forms.TimeField(
        label=label,
        required=required,
        initial=initial,
        input_formats=["%H:%M", "%H:%M:%S"],
        widget=forms.TimeInput(attrs={"type": "time", "class": "input-short"}, format="%H:%M"),
        error_messages={"invalid": _("Give a time such as 07:00.")},
    )


class LanguageForm(forms.Form):
    """The same for both faces, on every device."""

    language = forms.ChoiceField(
        label=_("Language"),
        required=False,
        help_text=_("For every page, and for the messages that we send you."),
    )
    units = forms.ChoiceField(
        label=_("Distances"),
        choices=UNITS,
        help_text=_("How kilometres a week are asked and shown to you."),
    )

    def __init__(self, user: User, data: Any = None) -> None:
        super().__init__(data, initial={"language": user.language, "units": user.units})
        known = [
            (code, get_language_info(code)["name_local"]) for code, _name in settings.LANGUAGES
        ]
        own = [(code, name[:1].upper() + name[1:]) for code, name in known]
        self.fields["language"].choices = [("", _("As each device asks for")), *own]  # type: ignore[attr-defined]
        say_plainly(self)
