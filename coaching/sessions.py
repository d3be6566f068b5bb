"""Who comes back stays logged in: athletes for a season's break, people at a desk for two weeks."""

from __future__ import annotations

import logging
import time
from collections import OrderedDict
from collections.abc import Callable

from allauth.account.signals import authentication_step_completed
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.db import DatabaseError
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from athletes.models import User
from coaching.accounts import PHONE, face_of

RENEWED = "renewed_on"
SEEN_EVERY_S = 600
MOST_REMEMBERED = 10_000

logger = logging.getLogger(__name__)
_noted: OrderedDict[str, float] = OrderedDict()  # session key: when this process last wrote it down


def keep_logged_in(get_response: Callable[[HttpRequest], HttpResponse]) -> object:
    """Once a day the session starts anew; a write at every request would cost too much."""

    def middleware(request: HttpRequest) -> HttpResponse:
        today = timezone.now().date().isoformat()
        if is_known(request) and request.session.get(RENEWED) != today:
            request.session[RENEWED] = today
            assert isinstance(request.user, User)
            on_phone = face_of(request.user) == PHONE
            age = settings.PHONE_SESSION_AGE if on_phone else settings.SESSION_COOKIE_AGE
            request.session.set_expiry(age)
        return get_response(request)

    return middleware


def is_known(request: HttpRequest) -> bool:
    """Without a session cookie nothing is asked of the database."""
    return (
        settings.SESSION_COOKIE_NAME in request.COOKIES
        and SESSION_KEY in request.session
        and request.user.is_authenticated
    )


def note_seen(get_response: Callable[[HttpRequest], HttpResponse]) -> object:
    """When and from where a device was last here, for its owner: after the answer, and never at its cost."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if request.method in ("GET", "HEAD") and is_known(request) and _is_due(request):
            try:
                UserSession.objects.create_from_request(request)
            except DatabaseError as fault:
                logger.warning("a device was not noted: %s", type(fault).__name__)
        return response

    return middleware


@receiver(authentication_step_completed)
def new_key_after_proof(request: HttpRequest, reauthenticated: bool = False, **_: object) -> None:
    """Who has shown once more that it is they goes on under a new key: one that was taken before opens no more.

    A log-in makes a new key by itself. The device stays one and the same in the list.
    """
    if not reauthenticated:
        return
    old = request.session.session_key
    request.session.cycle_key()
    UserSession.objects.filter(session_key=old).update(session_key=request.session.session_key)


def _is_due(request: HttpRequest) -> bool:
    """Of each session every ten minutes, and by each process for itself."""
    key, now = request.session.session_key or "", time.monotonic()
    if now - _noted.get(key, -SEEN_EVERY_S) < SEEN_EVERY_S:
        return False
    _noted[key] = now
    _noted.move_to_end(key)
    while len(_noted) > MOST_REMEMBERED:
        _noted.popitem(last=False)
    return bool(key)
