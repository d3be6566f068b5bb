"""What is kept, where, how long and why, in plain words and with this installation's real settings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from athletes.models import Club, User
from athletes.services import exports, housekeeping
from coaching.devices import KEPT_S

DAY_S = 24 * 3600


@dataclass(frozen=True)
class Cookie:
    """One that the site needs to work. There is no other."""

    name: str
    what_for: Any
    days: int


@require_safe
def privacy(request: Any) -> HttpResponse:
    """For anybody. Who is logged in sees how long their own clubs keep what is closed."""
    page = {
        "operator": settings.OPERATOR_NAME,
        "contact": settings.OPERATOR_CONTACT,
        "host": urlsplit(settings.SITE_URL).hostname,
        "cookies": _cookies(),
        "mail_server": _mail_server(),
        "phone_days": settings.PHONE_SESSION_AGE // DAY_S,
        "desk_days": settings.SESSION_COOKIE_AGE // DAY_S,
        "file_days": exports.KEPT.days,
        "kept_days": housekeeping.KEPT.days,
        "clubs": _clubs_of(request.user),
    }
    return render(request, "own_data/privacy.html", page)


def _cookies() -> list[Cookie]:
    return [
        Cookie(
            settings.SESSION_COOKIE_NAME,
            _("that you stay logged in"),
            max(settings.SESSION_COOKIE_AGE, settings.PHONE_SESSION_AGE) // DAY_S,
        ),
        Cookie(
            settings.CSRF_COOKIE_NAME,
            _("that no other site can act for you"),
            settings.CSRF_COOKIE_AGE // DAY_S,
        ),
        Cookie(
            settings.LANGUAGE_COOKIE_NAME,
            _("the language you chose, before you log in"),
            settings.LANGUAGE_COOKIE_AGE // DAY_S,
        ),
        Cookie(
            settings.DEVICE_COOKIE_NAME,
            _("that you are told when a device logs in that never did before"),
            KEPT_S // DAY_S,
        ),
        Cookie(settings.MESSAGES_COOKIE_NAME, _("what the next page has to say, until it has"), 1),
    ]


def _mail_server() -> str:
    """Through whom mail goes out; "" where it stays in a folder here."""
    is_folder = settings.EMAIL_BACKEND.endswith("filebased.EmailBackend")
    return "" if is_folder else settings.EMAIL_HOST


def _clubs_of(user: Any) -> list[Club]:
    if not isinstance(user, User):
        return []
    return list(
        Club.objects.filter(pk__in=user.memberships.active().values("club")).order_by("name")
    )
