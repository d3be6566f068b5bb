"""What a report told, for the page to read: plainly, in the person's language."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.utils import formats
from django.utils.translation import get_language, gettext

import guidance
from athletes.models import Episode
from guidance import KNOWLEDGE, Finding

PLAIN = {"yes": "Yes", "no": "No", "unsure": "Not sure"}  # translated where the pages say them too


def said(text: str) -> str:
    """A text of the knowledge, or a sentence that the engine made of such."""
    is_english = get_language() in (None, settings.LANGUAGE_CODE)
    return text if is_english else guidance.said(text, gettext)


def answers(told: dict[str, Any]) -> list[tuple[str, str]]:
    """Each sign with what was said of it. One that today's knowledge no longer has keeps its id, readable."""
    return [(label(name), _answer(name, value)) for name, value in told.items()]


def label(name: str) -> str:
    finding = KNOWLEDGE.findings.get(name)
    return said(finding.short) if finding else name.replace("_", " ").capitalize()


def cause(name: str) -> str:
    known = KNOWLEDGE.causes.get(name)
    return said(known.name) if known else name.replace("_", " ")


def _answer(name: str, value: Any) -> str:
    finding = KNOWLEDGE.findings.get(name)
    if isinstance(value, list):
        return gettext(", ").join(_option(finding, str(one)) for one in value)
    if isinstance(value, str):
        return _option(finding, value)
    number = formats.number_format(f"{value:g}")
    return f"{number} {said(finding.unit)}" if finding and finding.unit else number


def _option(finding: Finding | None, value: str) -> str:
    named = {one.id: said(one.label) for one in finding.options} if finding else {}
    return named.get(value) or gettext(PLAIN.get(value, value.replace("_", " ")))


def said_place(episode: Episode) -> str:
    return gettext(episode.place)
