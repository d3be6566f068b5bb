"""Messages on the phone (Web Push): which browsers take them. The service worker that shows them is of `offline`."""

from __future__ import annotations

import json
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from athletes.models import PushSubscription
from athletes.services import channels, keys
from coaching.door import signed_in

MOST_BYTES = 4000  # of a subscription; real ones have a few hundred
BROWSERS = [
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
]
SYSTEMS = [
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "Mac"),
    ("Linux", "Linux"),
]


@signed_in
@require_safe
def key(request: Any) -> HttpResponse:
    """For the service worker, which has no page to read these from."""
    return JsonResponse({"public_key": keys.vapid()[1], "csrf_token": get_token(request)})


@signed_in
@require_POST
def subscribe(request: Any) -> HttpResponse:
    """This browser takes messages from now on. The body is the browser's own `PushSubscription`."""
    told = _told(request)
    if told is None:
        return JsonResponse({"error": _("This browser could not be added.")}, status=400)
    try:
        channels.subscribe_push(
            by=request.user, browser=browser_of(request.headers.get("User-Agent", "")), **told
        )
    except ValidationError:
        return JsonResponse({"error": _("This browser could not be added.")}, status=400)
    return HttpResponse(status=204)


def _told(request: HttpRequest) -> dict[str, str] | None:
    """The address and the two keys, if the body is what a browser sends."""
    if len(request.body) > MOST_BYTES:
        return None
    try:
        sent = json.loads(request.body)
        told = {
            "endpoint": sent["endpoint"],
            "p256dh": sent["keys"]["p256dh"],
            "auth": sent["keys"]["auth"],
        }
    except (ValueError, KeyError, TypeError):
        return None
    return told if all(isinstance(value, str) and value for value in told.values()) else None


@signed_in
@require_POST
def unsubscribe(request: Any) -> HttpResponse:
    """No more messages to one browser of the person: named by the list, or by itself."""
    mine = PushSubscription.objects.filter(user=request.user, gone_at=None)
    if request.content_type == "application/json":
        channels.unsubscribe_push(by=request.user, endpoint=_endpoint(request))
        return HttpResponse(status=204)
    try:
        browser = get_object_or_404(mine, pk=request.POST.get("browser", ""))
    except ValidationError as not_an_id:
        raise Http404 from not_an_id
    channels.unsubscribe_push(by=request.user, endpoint=browser.endpoint)
    messages.success(request, _("This browser gets no more messages."))
    return redirect("how_told")


def _endpoint(request: HttpRequest) -> str:
    try:
        return str(json.loads(request.body)["endpoint"])
    except (ValueError, KeyError, TypeError):
        return ""


def browser_of(agent: str) -> str:
    """A name that its owner knows again: “Chrome, Android”."""
    names = [
        next((name for sign, name in kinds if sign in agent), "") for kinds in (BROWSERS, SYSTEMS)
    ]
    return ", ".join(name for name in names if name)
