"""Keys of this site, made at the first start and kept in the database for every process."""

from __future__ import annotations

import base64

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.db import transaction

from athletes.models import SiteKey

VAPID = "vapid"


def vapid() -> tuple[str, str]:
    """The private and the public key (RFC 8292) by which push services know this site.

    Both in URL-safe base64, as py-vapid and `pushManager.subscribe` take them. Several processes may ask
    for the first time at once: the row that came first stays.
    """
    private = SiteKey.objects.filter(name=VAPID).values_list("value", flat=True).first()
    if private is None:
        SiteKey.objects.bulk_create([SiteKey(name=VAPID, value=_new())], ignore_conflicts=True)
        private = SiteKey.objects.get(name=VAPID).value
    if (
        not private
    ):  # sealed under a key that is gone: the browsers of before are lost, new ones are not
        private = _replaced()
    return private, _public(private)


@transaction.atomic
def _replaced() -> str:
    kept = SiteKey.objects.select_for_update(no_key=True).get(name=VAPID)
    if not kept.value:
        kept.value = _new()
        kept.save(update_fields=["value"])
    return kept.value


def _new() -> str:
    number = ec.generate_private_key(ec.SECP256R1()).private_numbers().private_value
    return _base64(number.to_bytes(32, "big"))


def _public(private: str) -> str:
    number = int.from_bytes(base64.urlsafe_b64decode(private + "=="), "big")
    point = ec.derive_private_key(number, ec.SECP256R1()).public_key()
    return _base64(point.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint))


def _base64(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).decode().rstrip("=")
