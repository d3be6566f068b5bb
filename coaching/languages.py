"""Which language a page is in: the one that was chosen, else the first that the browser asks for, else English."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest
from django.middleware.locale import LocaleMiddleware
from django.utils import translation

# Their own words are not translated yet, and half a page in each language reads worse than one.
ENGLISH_ONLY = ("/desk/", "/admin/")


class Languages(LocaleMiddleware):
    """As Django's, but for the pages that speak English only."""

    def process_request(self, request: HttpRequest) -> None:
        if request.path_info.startswith(ENGLISH_ONLY):
            translation.activate(settings.LANGUAGE_CODE)
            request.LANGUAGE_CODE = settings.LANGUAGE_CODE  # type: ignore[attr-defined]
        else:
            super().process_request(request)
