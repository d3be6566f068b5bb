"""Which devices are logged in to an account, and which have been before."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from allauth.account.decorators import reauthentication_required
from allauth.usersessions.internal.flows import sessions as flows
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import HASH_SESSION_KEY
from django.contrib.sessions.models import Session
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from athletes.models import User
from athletes.services import account_notices
from coaching.door import signed_in
from coaching.notices.push import browser_of

KEPT_S = 400 * 24 * 3600  # the longest that browsers keep a cookie
MOST_PEOPLE = 5  # who share a browser


@dataclass(frozen=True)
class Device:
    """One session, as its owner reads it."""

    pk: int
    key: UUID  # by which programs know it: never a counter
    name: str
    place: str
    since: datetime
    seen: datetime
    is_this: bool


# --- Known again ----------------------------------------------------------------------------------


def _mark(user: User) -> str:
    """Cannot be made without the secret; a new password makes every device a new one."""
    return salted_hmac(
        "niggle.device", f"{user.uid}:{user.password}", algorithm="sha256"
    ).hexdigest()


def _marks(request: HttpRequest) -> list[str]:
    return request.COOKIES.get(settings.DEVICE_COOKIE_NAME, "").split(".")[:MOST_PEOPLE]


def is_known(request: HttpRequest, user: User) -> bool:
    """Whether this browser has logged in as `user` before, with the password of now."""
    mine = _mark(user)
    return any(constant_time_compare(mark, mine) for mark in _marks(request))


def remember(request: HttpRequest, response: HttpResponse, user: User) -> None:
    marks = [_mark(user), *(mark for mark in _marks(request) if mark and mark != _mark(user))]
    response.set_cookie(
        settings.DEVICE_COOKIE_NAME,
        ".".join(marks[:MOST_PEOPLE]),
        max_age=KEPT_S,
        httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
        samesite="Lax",
    )


def came_in(request: HttpRequest, response: HttpResponse, user: User, *, is_new: bool) -> None:
    """After a log-in. From a browser that the account does not know its owner is told; `is_new` is the account."""
    if not is_new and not is_known(request, user):
        account_notices.tell(user=user, what=account_notices.NEW_DEVICE)
    remember(request, response, user)


# --- Which there are ------------------------------------------------------------------------------


def place_of(address: str) -> str:
    """Where about an address lies: enough to know one's own, too little to find somebody by."""
    found = ipaddress.ip_address(address)
    if found.version == 4:
        return address.rpartition(".")[0] + ".*"
    return ":".join(found.exploded.split(":")[:3]) + ":*"


def key_of(row: UserSession) -> UUID:
    """Cannot be made without the secret, and says nothing about how many there are."""
    digest = salted_hmac("niggle.session", str(row.pk), algorithm="sha256").digest()
    return UUID(bytes=digest[:16], version=4)


def open_rows(user: User) -> list[UserSession]:
    """Sessions in which `user` is logged in now: not ended, and opened with the password of now."""
    rows = list(UserSession.objects.filter(user=user))
    stored = Session.objects.filter(expire_date__gt=timezone.now())
    found = stored.in_bulk([row.session_key for row in rows])
    return [
        row
        for row in rows
        if row.session_key in found and _opens(found[row.session_key].get_decoded(), user)
    ]


def _opens(session: dict[str, Any], user: User) -> bool:
    """As `django.contrib.auth.get_user` judges it, also under a secret that was the site's before."""
    told = str(session.get(HASH_SESSION_KEY, ""))
    hashes = [user.get_session_auth_hash(), *user.get_session_auth_fallback_hash()]
    return any(constant_time_compare(told, one) for one in hashes)


def devices_of(user: User, *, here: str | None) -> list[Device]:
    """All of them, first the one with the session key `here`, then the one that was used last."""
    found = [
        Device(
            row.pk,
            key_of(row),
            browser_of(row.user_agent) or _("A browser"),
            place_of(row.ip),
            row.created_at,
            row.last_seen_at,
            row.session_key == here,
        )
        for row in open_rows(user)
    ]
    return sorted(found, key=lambda device: (device.is_this, device.seen), reverse=True)


# --- The page -------------------------------------------------------------------------------------


@signed_in
@require_safe
def sessions(request: Any) -> HttpResponse:
    """Where one is logged in."""
    here = UserSession.objects.filter(session_key=request.session.session_key)
    if not here.exists():
        UserSession.objects.create_from_request(request)
    found = devices_of(request.user, here=request.session.session_key)
    return render(request, "account/sessions.html", {"devices": found})


@signed_in
@require_POST
@reauthentication_required(app="allauth.mfa")
def end_session(request: Any, pk: int) -> HttpResponse:
    """Refused from its next request on."""
    row = get_object_or_404(UserSession, pk=pk, user=request.user)
    flows.end_sessions(request, [row])
    messages.success(request, _("That device is logged out."))
    return redirect("sessions")


@signed_in
@require_POST
@reauthentication_required(app="allauth.mfa")
def end_other_sessions(request: Any) -> HttpResponse:
    flows.end_other_sessions(request, request.user)
    messages.success(request, _("All other devices are logged out."))
    return redirect("sessions")
