"""What a person chose for themselves: name, language, unit, and the hours at which they are asked and told."""

from __future__ import annotations

from collections.abc import Callable
from datetime import time
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from athletes.models import User
from athletes.models.users import UNITS
from athletes.services import digests, follow_up
from guidance import KNOWLEDGE


@transaction.atomic
def choose(*, by: User, **chosen: Any) -> None:
    """Several at once, or none of them: `name`, `language`, `units`, `ask_at`, `digest_at`. Raises ValidationError."""
    ways: dict[str, Callable[[Any], None]] = {
        "name": lambda told: choose_name(by=by, name=told),
        "language": lambda told: choose_language(by=by, language=told),
        "units": lambda told: choose_units(by=by, units=told),
        "ask_at": lambda told: choose_hour_of_asking(by=by, at=told),
        "digest_at": lambda told: digests.choose_hour(by=by, at=told),
    }
    for name, told in chosen.items():
        ways[name](told)


@transaction.atomic
def choose_name(*, by: User, name: str) -> None:
    """By which others know them, also where they wrote before. The name of an athlete is another: `people.update_athlete`."""
    if not name.strip():
        raise ValidationError({"name": _("Please fill this in.")})
    by.name = name.strip()
    by.clean_fields(exclude={field.name for field in User._meta.fields} - {"name"})
    by.save(update_fields=["name"])


@transaction.atomic
def choose_language(*, by: User, language: str) -> None:
    """For every page and message of theirs; empty for what each browser asks for."""
    if language and language not in dict(settings.LANGUAGES):
        raise ValidationError({"language": _("Niggle does not speak this language yet.")})
    by.language = language
    by.save(update_fields=["language"])


@transaction.atomic
def choose_units(*, by: User, units: str) -> None:
    """In which distances are shown and typed; they are stored in km."""
    if units not in dict(UNITS):
        raise ValidationError({"units": _("There is no such choice.")})
    by.units = units
    by.save(update_fields=["units"])


@transaction.atomic
def choose_hour_of_asking(*, by: User, at: time | None) -> None:
    """When check-ins are asked, by the athlete's clock; None for as soon as they are due.

    What is planned already moves with it. Nothing that follows a danger does.
    """
    day = KNOWLEDGE.follow_up
    if at and not day.day_from_hour <= at.hour < day.day_until_hour:
        told = _("Nobody is asked at night. Choose a time from %(first)s to %(last)s.")
        bounds = {
            "first": f"{day.day_from_hour:02}:00",
            "last": f"{day.day_until_hour - 1:02}:59",
        }
        raise ValidationError({"ask_at": told % bounds})
    by.ask_at = at
    by.save(update_fields=["ask_at"])
    follow_up.move_to_hour(user=by)
