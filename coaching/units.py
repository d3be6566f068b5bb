"""In which unit the reader counts distances. What is stored is kilometres, as the names of its fields say."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.utils.translation import gettext_noop

from athletes.models.users import KM, MILES

KM_IN_A_MILE = 1.609344
# What the knowledge says of kilometres, said of miles.
IN_MILES = {
    "km": gettext_noop("mi"),
    "About how many kilometres do you run a week?": gettext_noop(
        "About how many miles do you run a week?"
    ),
    "Kilometres a week": gettext_noop("Miles a week"),
    "Write down how many kilometres your shoes have run. Change them if they are worn out, "
    "and pick a pair with soft cushioning.": gettext_noop(
        "Write down how many miles your shoes have run. Change them if they are worn out, "
        "and pick a pair with soft cushioning."
    ),
}
# A distance in a sentence that the engine put together. What a person typed reads otherwise and is left alone.
_TOLD = re.compile(r"(?<=Kilometres a week: )(\d+(?:\.\d+)?)(?= km\b)")
_chosen: ContextVar[str] = ContextVar("units", default=KM)


@contextmanager
def used(unit: str) -> Iterator[None]:
    """Within it distances are shown and read in `unit`."""
    before = _chosen.set(unit)
    try:
        yield
    finally:
        _chosen.reset(before)


def in_miles() -> bool:
    return _chosen.get() == MILES


def chosen() -> str:
    return _chosen.get()


def shown(distance_km: float) -> float:
    """`distance_km` as the reader counts it, to a tenth."""
    return round(distance_km / KM_IN_A_MILE, 1) if in_miles() else distance_km


def in_km(distance: float, unit: str) -> float:
    """What was typed in `unit`, to be stored."""
    return round(distance * KM_IN_A_MILE, 1) if unit == MILES else distance


def worded(text: str) -> str:
    """A text of the knowledge, of miles where the reader counts in them."""
    return IN_MILES.get(text, text) if in_miles() else text


def counted(text: str) -> str:
    """A sentence of the engine, its distance counted as the reader does; the words are not changed."""
    return _TOLD.sub(lambda told: f"{shown(float(told[1])):g}", text) if in_miles() else text
