"""Who comes back stays logged in: athletes for a season's break, people at a desk for two weeks."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from athletes.models import User
from coaching.accounts import PHONE, face_of

RENEWED = "renewed_on"


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
