"""Which language a page is in, and in which unit distances are counted: what the person chose, wherever they log in.

Without a choice of theirs: what was chosen on this device, else the first that the browser asks for, else English.
"""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.middleware.locale import LocaleMiddleware
from django.utils import translation
from django.views.decorators.http import require_POST
from django.views.i18n import LANGUAGE_QUERY_PARAMETER, set_language

from athletes.models import User
from athletes.services import choices
from coaching import units
from coaching.sessions import is_known

# The administration's own words are not translated, and half a page in each language reads worse than one.
ENGLISH_ONLY = ("/admin/",)


class Languages(LocaleMiddleware):
    """As Django's, but for the pages that speak English only."""

    def process_request(self, request: HttpRequest) -> None:
        if request.path_info.startswith(ENGLISH_ONLY):
            _speak(request, settings.LANGUAGE_CODE)
        else:
            super().process_request(request)


def as_the_person_chose(get_response: Callable[[HttpRequest], HttpResponse]) -> object:
    """After the log-in is known. An API is asked by programs: it counts in km, as its names say."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if not is_known(request):
            return get_response(request)
        assert isinstance(request.user, User)
        if request.user.language and not request.path_info.startswith(ENGLISH_ONLY):
            _speak(request, request.user.language)
        with units.used(request.user.units):
            return get_response(request)

    return middleware


def _speak(request: HttpRequest, language: str) -> None:
    translation.activate(language)
    request.LANGUAGE_CODE = translation.get_language()  # type: ignore[attr-defined]


@require_POST
def choose_language(request: HttpRequest) -> HttpResponse:
    """On this device by a cookie; who is logged in has chosen it everywhere."""
    chosen = request.POST.get(LANGUAGE_QUERY_PARAMETER, "")
    if isinstance(request.user, User) and chosen in dict(settings.LANGUAGES):
        choices.choose_language(by=request.user, language=chosen)
    return set_language(request)
