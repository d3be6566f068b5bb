"""What a page has to say after a form was sent, kept until the next page shows it."""

from __future__ import annotations

from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage
from django.contrib.messages.storage.fallback import FallbackStorage
from django.contrib.messages.storage.session import SessionStorage


class NamedCookie(CookieStorage):
    """Django's, under a name of ours: in production one that no other host can set."""

    @property
    def cookie_name(self) -> str:  # type: ignore[override]
        return str(settings.MESSAGES_COOKIE_NAME)


class UntilShown(FallbackStorage):
    """In the cookie; what is too long for it in the session."""

    storage_classes = (NamedCookie, SessionStorage)
