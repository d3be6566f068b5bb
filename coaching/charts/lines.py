"""A line through what is known, broken where nothing is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from django.utils.formats import number_format

from coaching.charts.bars import BOTTOM, HEIGHT, LEFT, TOP
from coaching.charts.scales import Linear, across, down, from_zero
from coaching.charts.tables import Frame, Mark, thinned

Point = tuple[float, float]


def stretches(points: Iterable[tuple[float, float | None]]) -> list[list[Point]]:
    """The parts between the gaps."""
    parts: list[list[Point]] = [[]]
    for x, y in points:
        if y is None:
            parts.append([])
        else:
            parts[-1].append((x, y))
    return [part for part in parts if part]


def path(points: Iterable[tuple[float, float | None]]) -> str:
    """What a `<path d>` takes. A point between two gaps has no line: the dot on it shows it."""
    return " ".join(
        "M" + " L".join(f"{down(x)} {down(y)}" for x, y in part)
        for part in stretches(points)
        if len(part) > 1
    )


@dataclass(frozen=True)
class Dot:
    x: str
    y: str
    says: str


@dataclass(frozen=True)
class Line:
    """One value for each label, at even distances; None is not known and leaves a gap."""

    frame: Frame
    labels: Sequence[str]
    values: Sequence[float | None]
    unit: str = ""
    height: int = HEIGHT
    left: str = across(LEFT)
    floor: str = down(BOTTOM)

    @cached_property
    def _up(self) -> Linear:
        return from_zero(self.values, BOTTOM, TOP)

    def _at(self, place: int) -> float:
        return LEFT + (place + 0.5) * (100.0 - LEFT) / max(len(self.labels), 1)

    @property
    def path(self) -> str:
        """For a frame of 100 by `height` that is stretched to the width."""
        return path(
            (self._at(place), None if value is None else self._up(value))
            for place, value in enumerate(self.values)
        )

    @property
    def dots(self) -> list[Dot]:
        return [
            Dot(
                x=across(self._at(place)),
                y=down(self._up(value)),
                says=f"{self.labels[place]}: {number_format(f'{value:g}')} {self.unit}".rstrip(),
            )
            for place, value in enumerate(self.values)
            if value is not None
        ]

    @property
    def lines(self) -> list[Mark]:
        return [Mark(down(self._up(tick)), number_format(f"{tick:g}")) for tick in self._up.ticks()]

    @property
    def marks(self) -> list[Mark]:
        return thinned([across(self._at(n)) for n in range(len(self.labels))], self.labels)
