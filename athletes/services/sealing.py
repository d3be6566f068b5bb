"""Sealing anew what stands encrypted in the database, after a new key has come in front of the old ones."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from allauth.mfa.models import Authenticator
from cryptography.fernet import InvalidToken
from django.apps import apps
from django.db import models, transaction
from django.db.models import TextField, Value
from django.db.models.functions import Cast

from athletes.models.secret import SealedText, resealed

IN_JSON = ("secret", "seed")  # of an app that shows codes, of recovery codes


@dataclass
class Counted:
    """Of values, not rows."""

    sealed_anew: int = 0
    as_it_was: int = 0
    unreadable: int = 0


def sealed_columns() -> Iterator[tuple[type[models.Model], str]]:
    """Every column of every installed app that stands encrypted."""
    for model in apps.get_models():
        for field in model._meta.get_fields():
            if isinstance(field, SealedText):
                yield model, field.name


def reseal() -> Counted:
    """Each value under the newest key. Stopped in the middle it goes on where it was; run twice it changes nothing.

    What stands under a key that nobody gave is left as it is, and counted.
    """
    counted = Counted()
    for model, name in sealed_columns():
        for pk in model._default_manager.order_by("pk").values_list("pk", flat=True).iterator():
            _reseal_one(model, name, pk, counted)
    for pk in Authenticator.objects.order_by("pk").values_list("pk", flat=True).iterator():
        _reseal_key(pk, counted)
    return counted


@transaction.atomic
def _reseal_one(model: type[models.Model], name: str, pk: object, counted: Counted) -> None:
    """One value, and nobody else writes it meanwhile."""
    row = model._default_manager.select_for_update(no_key=True).filter(pk=pk)
    stored = row.values_list(Cast(name, TextField()), flat=True).first()
    if not stored:
        return
    try:
        fresh = resealed(stored)
    except InvalidToken:
        counted.unreadable += 1
        return
    if fresh == stored:
        counted.as_it_was += 1
        return
    # As it stands: the column itself would seal it once more.
    model._default_manager.filter(pk=pk).update(**{name: Value(fresh, output_field=TextField())})
    counted.sealed_anew += 1


@transaction.atomic
def _reseal_key(pk: int, counted: Counted) -> None:
    """Of a second factor: allauth keeps what is sealed inside of a JSON."""
    row = Authenticator.objects.select_for_update(no_key=True).filter(pk=pk).first()
    for name in IN_JSON if row else ():
        if not (stored := row.data.get(name)):
            continue
        try:
            fresh = resealed(stored)
        except InvalidToken:
            counted.unreadable += 1
            continue
        if fresh == stored:
            counted.as_it_was += 1
            continue
        row.data[name] = fresh
        row.save(update_fields=["data"])
        counted.sealed_anew += 1
