"""The facts of a plot in words, and what the words around it need."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.utils.functional import Promise

Text = str | Promise
LABELS_ON_A_PHONE, LABELS_ON_A_DESK = 6, 14
Look = int | str  # 1 to 6, or who can train: full, modified, out, unknown


@dataclass(frozen=True)
class Row:
    head: Text
    cells: Sequence[object]  # None is not known


@dataclass(frozen=True)
class Table:
    """`columns` names every column, that of the heads first."""

    columns: Sequence[Text]
    rows: Sequence[Row]


@dataclass(frozen=True)
class Key:
    """One line of the legend. `look` is a pattern and its colour."""

    name: Text
    look: Look


@dataclass(frozen=True)
class Mark:
    """A gridline or a label of an axis."""

    at: str
    text: str
    only_wide: bool = False  # left out on a phone, where it would touch its neighbour


@dataclass(frozen=True)
class Frame:
    """What every plot has around it. `id` is unique on the page."""

    id: str
    title: Text
    summary: Text  # what one should see in it, in a sentence; read by a screen reader in place of the picture
    table: Table
    csv: str = ""  # where the same facts are as a file
    keys: Sequence[Key] = field(default_factory=tuple)


def thinned(
    places: Sequence[str],
    texts: Sequence[str],
    *,
    on_a_desk: int = LABELS_ON_A_DESK,
    on_a_phone: int = LABELS_ON_A_PHONE,
) -> list[Mark]:
    """Labels that don't touch each other, neither on a desk nor on a phone."""
    wide = math.ceil(len(texts) / on_a_desk) or 1
    narrow = wide * (math.ceil(len(texts) / wide / on_a_phone) or 1)
    return [
        Mark(place, text, only_wide=bool(number % narrow))
        for number, (place, text) in enumerate(zip(places, texts, strict=True))
        if number % wide == 0
    ]
