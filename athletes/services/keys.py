"""Keys of this site, made at the first start and kept in the database for every process."""

from __future__ import annotations

import base64
from collections.abc import Callable

from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from django.db import transaction

from athletes.models import SiteKey

VAPID, SIGNING = "vapid", "oidc"
RSA_BITS = 3072  # as hard to break as 128 bits


def vapid() -> tuple[str, str]:
    """The private and the public key (RFC 8292) by which push services know this site.

    Both in URL-safe base64, as py-vapid and `pushManager.subscribe` take them.
    """
    private = _kept(VAPID, _new_vapid)
    return private, _public(private)


def signing() -> str:
    """The private key (RSA, PEM) with which other apps are told who somebody is."""
    return _kept(SIGNING, _new_signing)


def _kept(name: str, new: Callable[[], str]) -> str:
    """Several processes may ask for the first time at once: the row that came first stays."""
    private = SiteKey.objects.filter(name=name).values_list("value", flat=True).first()
    if private is None:
        SiteKey.objects.bulk_create([SiteKey(name=name, value=new())], ignore_conflicts=True)
        private = SiteKey.objects.get(name=name).value
    # Empty: sealed under a key that is gone. Whoever trusted the one before is lost, who comes anew is not.
    return private or _replaced(name, new)


@transaction.atomic
def _replaced(name: str, new: Callable[[], str]) -> str:
    kept = SiteKey.objects.select_for_update(no_key=True).get(name=name)
    if not kept.value:
        kept.value = new()
        kept.save(update_fields=["value"])
    return kept.value


def _new_vapid() -> str:
    number = ec.generate_private_key(ec.SECP256R1()).private_numbers().private_value
    return _base64(number.to_bytes(32, "big"))


def _new_signing() -> str:
    made = rsa.generate_private_key(public_exponent=65537, key_size=RSA_BITS)
    return made.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def _public(private: str) -> str:
    number = int.from_bytes(base64.urlsafe_b64decode(private + "=="), "big")
    point = ec.derive_private_key(number, ec.SECP256R1()).public_key()
    return _base64(point.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint))


def _base64(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).decode().rstrip("=")
