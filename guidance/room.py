"""Makes room in the care plan: at no instant are more steps open than a person can keep in mind."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from guidance.results import PlannedStep
from guidance.schema import Knowledge


def with_room(steps: Sequence[PlannedStep], base: Knowledge, now: datetime) -> list[PlannedStep]:
    """The most useful take their time first. Whoever finds no room waits for it, or is left out."""
    room, placed = _Room(steps, base.scale.at_once, now), dict[str, PlannedStep]()
    for step in sorted(steps, key=lambda step: (step.priority, step.id)):
        found = room.place(step)
        covers = [placed[name] for name in base.advice[step.id].covered_by if name in placed]
        if found is not None and not any(_spans(cover, found, now) for cover in covers):
            room.take(found)
            placed[step.id] = found
    return list(placed.values())


def _spans(cover: PlannedStep, step: PlannedStep, now: datetime) -> bool:
    """Is the one open whenever the other would be?"""
    if max(cover.starts, now) > max(step.starts, now):
        return False
    return cover.until is None or (step.until is not None and step.until <= cover.until)


class _Room:
    """How many steps are open between any two moments at which one opens or ends."""

    def __init__(self, steps: Sequence[PlannedStep], at_once: int, now: datetime) -> None:
        starts = {max(step.starts, now) for step in steps}
        self._moments = sorted(starts | {step.until for step in steps if step.until} | {now})
        self._open = [0] * len(self._moments)
        self._at_once = at_once
        self._now = now

    def place(self, step: PlannedStep) -> PlannedStep | None:
        """The step in its own time, or from when there is room until its end; None where there never is."""
        within = self._within(step)
        full = [place for place in within if self._open[place] >= self._at_once]
        if not full:
            return step
        first = full[-1] + 1
        return replace(step, starts=self._moments[first]) if first < within.stop else None

    def take(self, step: PlannedStep) -> None:
        for place in self._within(step):
            self._open[place] += 1

    def _within(self, step: PlannedStep) -> range:
        first = bisect_left(self._moments, max(step.starts, self._now))
        end = len(self._moments) if step.until is None else bisect_left(self._moments, step.until)
        return range(first, end)
