"""Chat rooms and SMS gateways of a squad, which are told beside its people."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from athletes import access
from athletes.models import Squad, SquadChannel
from athletes.services import channels as service
from coaching.desk.door import DeskRequest, on_desk
from coaching.desk.forms import PlainForm
from coaching.door import posted
from coaching.words import LEVELS
from guidance import Disposition

UNPROCESSABLE = 422
OFFERED = [level.value for level in reversed(Disposition) if level > Disposition.SELF_CARE]
TEXT_MESSAGE = _("Text message (%(service)s)")
EXAMPLES = [
    ("Slack", "slack://T0000/B0000/SECRET/#milers"),
    ("Discord", "discord://1234567890/the-long-token"),
    ("Telegram", "tgram://123456789:the-long-token/-1001234567/"),
    ("ntfy", "ntfys://a-topic-that-nobody-guesses"),
]
BY_TEXT_MESSAGE = [
    ("Twilio", "twilio://AC0123456789:0123456789@15550001111/491510000000"),
    ("ClickSend", "clicksend://user:key@491510000000"),
]
LOOK_AGAIN_FOR = timedelta(minutes=2)  # after a message, whether it has arrived


class ChannelForm(PlainForm):
    name = forms.CharField(
        label=_("Name"), max_length=80, help_text=_("So that you know it again: “Milers' chat”.")
    )
    url = forms.CharField(
        label=_("Address"),
        max_length=500,
        help_text=_("It holds a key to the room, so it is never shown again."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    least_level = forms.ChoiceField(
        label=_("From when on"),
        choices=[(level, LEVELS[level][1]) for level in OFFERED],
        initial=Disposition.SAME_DAY.value,
        help_text=_("Everything from this level up is sent there."),
    )


@on_desk
@require_http_methods(["GET", "HEAD", "POST"])
def channels(request: DeskRequest, pk: UUID) -> HttpResponse:
    squad = get_object_or_404(Squad.objects.seen_from_desk_by(request.user), pk=pk)
    access.require_leads_squad(request.user, squad)
    form = ChannelForm(posted(request))
    if form.is_valid() and _added(request, squad, form):
        messages.success(request, _("Added. Send a test to see whether it arrives."))
        return redirect("desk:channels", pk=squad.pk)
    found = list(squad.channels.filter(removed_at=None).with_last_message())
    now = timezone.now()
    page = {
        "squad": squad,
        "channels": found,
        "is_waiting": any(_may_still_arrive(channel, now) for channel in found),
        "form": form,
        "examples": [
            *EXAMPLES,
            *((TEXT_MESSAGE % {"service": name}, address) for name, address in BY_TEXT_MESSAGE),
        ],
        "now": now,
    }
    part = "desk/parts/channel_list.html" if request.htmx else "desk/channels.html"
    response = render(request, part, page, status=UNPROCESSABLE if form.is_bound else 200)
    patch_vary_headers(response, ["HX-Request"])
    return response


def _added(request: DeskRequest, squad: Squad, form: ChannelForm) -> bool:
    try:
        service.add_squad_channel(by=request.user, squad=squad, **form.cleaned_data)
    except ValidationError as fault:
        form.add_error(None if hasattr(fault, "error_dict") else "url", fault)
        return False
    return True


def _may_still_arrive(channel: Any, now: datetime) -> bool:
    """The page looks again by itself, for a while."""
    return channel.last_state == "pending" and now - channel.last_created_at < LOOK_AGAIN_FOR


@on_desk
@require_POST
def remove(request: DeskRequest, pk: UUID) -> HttpResponse:
    channel = _channel(request, pk)
    service.remove_squad_channel(by=request.user, channel=channel)
    messages.success(request, _("%(channel)s gets no more messages.") % {"channel": channel})
    return redirect("desk:channels", pk=channel.squad_id)


@on_desk
@require_POST
def send_test(request: DeskRequest, pk: UUID) -> HttpResponse:
    channel = _channel(request, pk)
    service.try_squad_channel(by=request.user, channel=channel)
    messages.success(request, _("A test is on its way to %(channel)s.") % {"channel": channel})
    return redirect("desk:channels", pk=channel.squad_id)


def _channel(request: DeskRequest, pk: UUID) -> SquadChannel:
    squads = Squad.objects.seen_from_desk_by(request.user)
    there = SquadChannel.objects.filter(squad__in=squads, removed_at=None)
    return get_object_or_404(there.select_related("squad__club"), pk=pk)
