"""What the knowledge says, in the reader's language. What is stored stays English; it is translated when it is shown."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.utils import formats
from django.utils.translation import get_language, gettext

import guidance
from athletes.models.users import KM
from coaching import units


def said(text: str) -> str:
    """A text of the knowledge, or a sentence that the engine made of such; distances as the reader counts them."""
    if units.in_miles():
        return guidance.said(units.counted(text), lambda known: gettext(units.worded(known)))
    return text if _is_english() else guidance.said(text, gettext)


def all_said(told: dict[str, Any]) -> dict[str, Any]:
    """The JSON of an assessment or a screening; its ids, times and numbers stay as they are."""
    return told if _is_english() else guidance.all_said(told, gettext)


def listed(words: Iterable[object]) -> str:
    """Words after each other, with what this language puts between them: “Calf, Heel”."""
    return gettext(", ").join(map(str, words))


def listed_to_the_last(words: Iterable[str]) -> str:
    """The same at the end of a sentence: “in the app, by e-mail and on the phone”."""
    *others, last = words
    if not others:
        return last
    return gettext("%(others)s and %(last)s") % {"others": listed(others), "last": last}


def number(value: float) -> str:
    """“2.5”, or as the reader's language writes it: “2,5”."""
    return formats.number_format(f"{value:g}")


def measured(value: float, unit: str) -> str:
    """A number with its unit: “3 days”; a distance as the reader counts it."""
    return said(f"{number(units.shown(value) if unit == KM else value)} {unit}")


def _is_english() -> bool:
    return get_language() in (None, settings.LANGUAGE_CODE)
