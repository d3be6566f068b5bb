"""What you choose for yourself: how and when you are told, your language, your unit of distance."""

from __future__ import annotations

import hashlib
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from athletes.models import PushSubscription, User
from athletes.services import channels, choices, digests, keys
from coaching.accounts import DESK, face_of
from coaching.door import signed_in
from coaching.notices.forms import ChoicesForm, LanguageForm

UNPROCESSABLE = 422


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def how_told(request: Any) -> HttpResponse:
    is_desk = face_of(request.user) == DESK
    runs = request.user.athletes.filter(left_at=None).first()
    posted = request.POST if request.method == "POST" else None
    form = ChoicesForm(
        request.user, posted, is_desk=is_desk, own_zone=runs.timezone if runs else ""
    )
    if form.is_valid() and _hour_taken(request.user, form):
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


def _hour_taken(user: User, form: ChoicesForm) -> bool:
    """False with the reason beside the field."""
    if form.moves_asking:
        try:
            choices.choose_hour_of_asking(by=user, at=form.cleaned_data["ask_at"])
        except ValidationError as invalid:
            form.add_error(None, invalid)
    return not form.errors


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def language_and_units(request: Any) -> HttpResponse:
    """Chosen once, for both faces and every device."""
    form = LanguageForm(request.user, request.POST if request.method == "POST" else None)
    if form.is_valid():
        chosen = form.cleaned_data["language"]
        choices.choose_language(by=request.user, language=chosen)
        choices.choose_units(by=request.user, units=form.cleaned_data["units"])
        if chosen:
            translation.activate(chosen)
        messages.success(request, _("Saved."))
        response = redirect("language_and_units")
        response.delete_cookie(settings.LANGUAGE_COOKIE_NAME)  # it would speak for this device only
        return response
    status = UNPROCESSABLE if form.is_bound else 200
    return render(request, "notices/language.html", {"form": form}, status=status)


def _browsers(user: User) -> list[PushSubscription]:
    """Each with a name by which a script can tell whether it is the one that it runs in."""
    mine = list(user.push_subscriptions.filter(gone_at=None).order_by("-created_at"))
    for browser in mine:
        name = hashlib.sha256(browser.endpoint.encode()).hexdigest()
        browser.name_of_address = name  # type: ignore[attr-defined]
    return mine
