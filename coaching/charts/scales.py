"""Where a value or a moment stands on an axis, and where the axis has its marks."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

NICE = (1, 2, 5, 10)
LONGEST_IN_DAYS, LONGEST_IN_WEEKS = timedelta(days=8), timedelta(days=70)


@dataclass(frozen=True)
class Linear:
    """`low` to `high` on an axis that runs from `start` to `end`. What lies outside is put at the end."""

    low: float
    high: float
    start: float
    end: float
    step: float = 0.0  # between two marks; nought: whatever is round

    def __call__(self, value: float) -> float:
        if self.high == self.low:
            return self.start
        share = (value - self.low) / (self.high - self.low)
        return self.start + min(max(share, 0.0), 1.0) * (self.end - self.start)

    def ticks(self, about: int = 4) -> list[float]:
        """Round numbers on the axis, `about` so many steps."""
        step = self.step or nice_step(self.high - self.low, about)
        first = math.ceil(self.low / step - 1e-9)
        last = math.floor(self.high / step + 1e-9)
        return [round(number * step, 9) for number in range(first, last + 1)]


@dataclass(frozen=True)
class Times:
    """Moments on an axis that runs from `start` to `end`."""

    since: datetime
    until: datetime
    start: float = 0.0
    end: float = 100.0

    def __call__(self, moment: datetime) -> float:
        linear = Linear(self.since.timestamp(), self.until.timestamp(), self.start, self.end)
        return linear(moment.timestamp())

    def ticks(self, zone: tzinfo, most: int = 7) -> list[datetime]:
        """Midnights in `zone`: of days, of Mondays or of first days of months, and never more than `most`."""
        span = self.until - self.since
        days = [day for day in self._days(zone) if self.since <= _midnight(day, zone) <= self.until]
        if span > LONGEST_IN_WEEKS:
            days = [day for day in days if day.day == 1]
        elif span > LONGEST_IN_DAYS:
            days = [day for day in days if day.weekday() == 0]
        return [_midnight(day, zone) for day in days[:: math.ceil(len(days) / most) or 1]]

    def _days(self, zone: tzinfo) -> Iterable[date]:
        first, last = self.since.astimezone(zone).date(), self.until.astimezone(zone).date()
        return (first + timedelta(days=number) for number in range((last - first).days + 1))


def _midnight(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day, time(0), tzinfo=zone)


def nice_step(span: float, about: int = 4) -> float:
    """1, 2 or 5 with zeros, so that `span` has `about` so many of them."""
    if span <= 0:
        return 1.0
    rough = span / max(about, 1)
    power = 10.0 ** math.floor(math.log10(rough))
    return next(nice * power for nice in NICE if nice * power >= rough * (1 - 1e-9))


def from_zero(values: Iterable[float | None], start: float, end: float, about: int = 4) -> Linear:
    """From nought to a round number that no value passes. Counts have no half steps."""
    known = [value for value in values if value is not None]
    top = max(known, default=0.0)
    step = nice_step(top, about)
    if all(float(value).is_integer() for value in known):
        step = max(step, 1.0)
    return Linear(0.0, max(step, math.ceil(top / step - 1e-9) * step), start, end, step)


def across(share: float) -> str:
    """A place between left and right, in per cent of the width, as SVG takes it."""
    return f"{share:.3f}".rstrip("0").rstrip(".") + "%"


def down(pixels: float) -> str:
    """A length or place in pixels."""
    return f"{pixels:.2f}".rstrip("0").rstrip(".")
