"""Small rows of bars below each other on one scale: for more kinds than a pile can tell apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from coaching.charts.bars import FILLED, Bar
from coaching.charts.scales import Linear, across, down
from coaching.charts.tables import Frame, Mark, Text, thinned

TALL = 34.0  # pixels of one row


@dataclass(frozen=True)
class Strip:
    """One kind: its number in each week, and over all of them (which need not be their sum)."""

    name: Text
    values: Sequence[int]
    total: object


@dataclass(frozen=True)
class Strips:
    frame: Frame
    labels: Sequence[str]
    strips: Sequence[Strip]
    total_name: Text
    tall: str = down(TALL)

    @property
    def marks(self) -> list[Mark]:
        room = 100.0 / max(len(self.labels), 1)
        places = [across((n + 0.5) * room) for n in range(len(self.labels))]
        return thinned(places, self.labels, on_a_desk=4, on_a_phone=4)

    @property
    def rows(self) -> list[tuple[Strip, list[Bar]]]:
        return [(strip, self._bars(strip)) for strip in self.strips]

    def _bars(self, strip: Strip) -> list[Bar]:
        most = max((value for row in self.strips for value in row.values), default=0)
        up = Linear(0.0, float(most or 1), TALL, 2.0)
        room = 100.0 / max(len(self.labels), 1)
        return [
            Bar(
                x=across((place + (1 - FILLED) / 2) * room),
                y=down(up(value)),
                width=across(room * FILLED),
                height=down(TALL - up(value)),
                look=1,
                says=f"{self.labels[place]}: {value}",
            )
            for place, value in enumerate(strip.values)
            if value
        ]
