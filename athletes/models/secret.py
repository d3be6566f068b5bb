"""Columns that a copy of the database gives nobody: encrypted with a key that is kept outside of it."""

from __future__ import annotations

import base64
import logging
from functools import lru_cache
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.db import models

MARK = "enc1:"  # what was stored before there was a key has none, and is read as it is

logger = logging.getLogger(__name__)


class Unreadable(str):
    """Reads as nothing; keeps what is stored, so that saving the row again loses nothing.

    The key is gone (a backup put back elsewhere without `COLUMN_KEYS`). Whoever is told by other ways must still be
    told, so one such row may not stop the others.
    """

    stored: str

    def __new__(cls, stored: str) -> Unreadable:
        found = super().__new__(cls, "")
        found.stored = stored
        return found


@lru_cache(maxsize=8)
def _keys(secrets: tuple[str, ...]) -> MultiFernet:
    """The first encrypts; each can read. The keys are worked out, so that `SECRET_KEY` itself only signs."""
    return MultiFernet([Fernet(_derived(secret)) for secret in secrets])


def _derived(secret: str) -> bytes:
    hkdf = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=b"niggle.columns")
    return base64.urlsafe_b64encode(hkdf.derive(secret.encode()))


def _keyring() -> MultiFernet:
    return _keys(_secrets())


def _newest() -> MultiFernet:
    return _keys(_secrets()[:1])


def _secrets() -> tuple[str, ...]:
    return tuple(
        settings.COLUMN_KEYS or [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS],
    )


def seal(text: str) -> str:
    """`text` encrypted under the newest key, with a mark in front."""
    return MARK + _keyring().encrypt(text.encode()).decode()


def unseal(stored: str) -> str:
    """What was sealed; a text from before there was encryption is given back as it is."""
    if not stored.startswith(MARK):
        return stored
    try:
        return _keyring().decrypt(stored.removeprefix(MARK).encode()).decode()
    except InvalidToken:
        logger.error("a sealed column is under a key that is not in COLUMN_KEYS any more")
        return Unreadable(stored)


def resealed(stored: str) -> str:
    """The same under the newest key; unchanged when it is already. Raises InvalidToken for a key that is gone."""
    if stored.startswith(MARK):
        token = stored.removeprefix(MARK).encode()
        try:
            _newest().decrypt(token)
            return stored
        except InvalidToken:
            return MARK + _keyring().rotate(token).decode()
    return seal(stored)


class SealedText(models.TextField):
    """Text that stands encrypted in the database. It cannot be searched for: compare a hash beside it."""

    def get_prep_value(self, value: Any) -> Any:
        if isinstance(value, Unreadable):
            return value.stored
        plain = super().get_prep_value(value)
        return seal(plain) if plain else plain

    def from_db_value(self, value: str | None, *_: object) -> str | None:
        return unseal(value) if value else value
