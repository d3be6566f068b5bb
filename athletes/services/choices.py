"""What a person chose for themselves: language, unit, and the hour at which check-ins are asked."""

from __future__ import annotations

from datetime import time

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from athletes.models import User
from athletes.models.people import UNITS
from athletes.services import follow_up
from guidance import KNOWLEDGE


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
