"""The words for who can train, in templates."""

from __future__ import annotations

from django import template

from coaching.availability import LETTERS, MEANINGS, NAMES

register = template.Library()


@register.filter
def availability_name(status: str) -> str:
    """“Modified”."""
    return str(NAMES.get(status, ""))


@register.filter
def availability_letter(status: str) -> str:
    """“M”, beside its word or with the word for a screen reader."""
    return str(LETTERS.get(status, ""))


@register.filter
def availability_meaning(status: str) -> str:
    """“Some training, not all of it”."""
    return str(MEANINGS.get(status, ""))
