"""How you are told: which topic on which channel, on which devices, and at what hour."""

from __future__ import annotations

import hashlib
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from athletes.models import PushSubscription, User
from athletes.services import channels, digests, keys
from coaching.accounts import DESK, face_of
from coaching.door import signed_in
from coaching.notices.forms import ChoicesForm

UNPROCESSABLE = 422


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def how_told(request: Any) -> HttpResponse:
    is_desk = face_of(request.user) == DESK
    posted = request.POST if request.method == "POST" else None
    form = ChoicesForm(request.user, posted, is_desk=is_desk)
    if form.is_valid():
        for topic, channel, wanted in form.changes():
            channels.choose_channel(by=request.user, topic=topic, channel=channel, wanted=wanted)
        if form.hour:
            digests.choose_hour(by=request.user, at=form.hour)
        messages.success(request, _("Saved."))
        return redirect("how_told")
    page = {
        "form": form,
        "at_desk": is_desk,
        "browsers": _browsers(request.user),
        "public_key": keys.vapid()[1],
        "club_zone": digests.zone_of(request.user) if is_desk else None,
    }
    status = UNPROCESSABLE if form.is_bound else 200
    return render(request, "notices/how_told.html", page, status=status)


def _browsers(user: User) -> list[PushSubscription]:
    """Each with a name by which a script can tell whether it is the one that it runs in."""
    mine = list(user.push_subscriptions.filter(gone_at=None).order_by("-created_at"))
    for browser in mine:
        name = hashlib.sha256(browser.endpoint.encode()).hexdigest()
        browser.name_of_address = name  # type: ignore[attr-defined]
    return mine
