"""Which topic a person wants on which channel."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import time
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from athletes.models import ChannelChoice, User
from athletes.models.escalations import CALLS, DIGEST, EMAIL, FOLLOW_UP, PUSH, TALK
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


@dataclass(frozen=True)
class Row:
    """One topic with a tick box for each channel."""

    label: str | Promise
    fields: list[BoundField]


class ChoicesForm(forms.Form):
    """Ticked is wanted. What nobody chose is wanted too."""

    def __init__(self, user: User, data: Any = None, *, is_desk: bool) -> None:
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
            self.fields["digest_at"] = forms.TimeField(
                label=_("When you want your morning page"),
                initial=user.digest_at,
                input_formats=["%H:%M", "%H:%M:%S"],
                widget=forms.TimeInput(
                    attrs={"type": "time", "class": "input-short"}, format="%H:%M"
                ),
                error_messages={"invalid": _("Give a time such as 07:00.")},
            )
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
    def hour(self) -> time | None:
        """When the morning page is wanted, if that is new."""
        return self.cleaned_data["digest_at"] if "digest_at" in self.changed_data else None
