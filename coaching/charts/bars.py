"""Bars, one pile for each label: weeks mostly."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from django.utils.formats import number_format

from coaching.charts.scales import Linear, across, down, from_zero
from coaching.charts.tables import Frame, Key, Look, Mark, Text, thinned

LEFT = 5.0  # per cent of the width, for the numbers at the side
TOP, BOTTOM = 8.0, 168.0  # pixels
HEIGHT = 196
FILLED = 0.72  # of the room of a pile; what is left keeps it apart from the next


@dataclass(frozen=True)
class Series:
    """One part of each pile. A value of None is not known, and is no nought."""

    name: Text
    values: Sequence[float | None]
    look: Look = 1

    @property
    def key(self) -> Key:
        return Key(self.name, self.look)


@dataclass(frozen=True)
class Bar:
    x: str
    y: str
    width: str
    height: str
    look: Look
    says: str


@dataclass(frozen=True)
class Bars:
    """Piles of bars, the first series at the bottom."""

    frame: Frame
    labels: Sequence[str]
    series: Sequence[Series]
    height: int = HEIGHT
    left: str = across(LEFT)
    floor: str = down(BOTTOM)

    @cached_property
    def _up(self) -> Linear:
        piles = [
            sum(part.values[place] or 0.0 for part in self.series)
            for place in range(len(self.labels))
        ]
        return from_zero(piles, BOTTOM, TOP)

    @property
    def _room(self) -> float:
        return (100.0 - LEFT) / max(len(self.labels), 1)

    @property
    def looks(self) -> list[Look]:
        return sorted({part.look for part in self.series}, key=str)

    @property
    def lines(self) -> list[Mark]:
        return [Mark(down(self._up(tick)), number_format(f"{tick:g}")) for tick in self._up.ticks()]

    @property
    def marks(self) -> list[Mark]:
        centres = [across(LEFT + (n + 0.5) * self._room) for n in range(len(self.labels))]
        return thinned(centres, self.labels)

    @property
    def bars(self) -> list[Bar]:
        return [bar for place in range(len(self.labels)) for bar in self._pile(place)]

    def _pile(self, place: int) -> Iterator[Bar]:
        below = 0.0
        for part in self.series:
            value = part.values[place]
            if not value:
                continue
            foot, head = self._up(below), self._up(below + value)
            below += value
            yield Bar(
                x=across(LEFT + (place + (1 - FILLED) / 2) * self._room),
                y=down(head),
                width=across(self._room * FILLED),
                height=down(foot - head),
                look=part.look,
                says=f"{self.labels[place]}: {part.name}, {number_format(f'{value:g}')}",
            )

    @property
    def unknown(self) -> list[str]:
        """Where nothing is known of any series: a mark on the floor, so that it is not read as nought."""
        return [
            across(LEFT + (place + 0.5) * self._room)
            for place in range(len(self.labels))
            if all(part.values[place] is None for part in self.series)
        ]
