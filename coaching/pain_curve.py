"""The pain of one episode over time, with what happened on the way. Knows no record and no request.

Pain that nobody told is a gap with a question mark, never nought. Times are read in the athlete's zone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from functools import cached_property
from uuid import UUID

from django.utils import formats
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from coaching import words
from coaching.charts.lines import Dot, path
from coaching.charts.scales import Linear, Times, across, down
from coaching.charts.tables import Frame, Mark, Row, Table

LEFT, RIGHT = 7.0, 97.0  # per cent of the width
TOP, FLOOR = 10.0, 170.0  # pixels: 10 of 10, and no pain
PINS, HEIGHT = 198, 246
APART = 9.0  # per cent: events that would touch each other on a phone share a pin
SHORTEST = timedelta(days=1)
MOST_DATES = 5

ICONS = {
    "report": "leg",
    "check_in": "clock",
    "missed": "warning",
    "step": "check",
    "changed": "minus",
    "call": "bell",
    "seen": "eye",
    "settled": "check",
    "talk": "talk",
    "hold": "cross",
    "release": "plus",
    "hand_over": "people",
    "found": "search",
    "run": "next",
    "closed": "check",
}


@dataclass(frozen=True)
class Happening:
    """One thing that happened. `pain` belongs to a report or check-in alone; None there is not told.

    `about` names the kind of the record that tells more of it, by its id in `record`.
    """

    at: datetime
    kind: str
    text: str
    about: str = ""
    record: UUID | None = None
    pain: float | None = None

    @property
    def tells_pain(self) -> bool:
        """Whether pain was asked, told or not."""
        return self.kind in ("report", "check_in", "missed")

    @property
    def icon(self) -> str:
        return ICONS[self.kind]


@dataclass(frozen=True)
class Numbered:
    """A happening with its number on the curve, the first in time is 1."""

    number: int
    it: Happening
    when: str
    id: str


@dataclass(frozen=True)
class Pin:
    """One or some happenings at one place below the curve."""

    share: float
    events: tuple[Numbered, ...]

    @property
    def x(self) -> str:
        return across(self.share)

    @property
    def left(self) -> str:
        """Of what can be tapped."""
        return across(self.share - APART / 2)

    @property
    def mark(self) -> str:
        first = str(self.events[0].number)
        return f"{first}+" if len(self.events) > 1 else first

    @property
    def href(self) -> str:
        return f"#{self.events[0].id}"

    @property
    def says(self) -> str:
        first, more = self.events[0], len(self.events) - 1
        words_of_first = f"{first.number}, {first.when}: {first.it.text}"
        if not more:
            return words_of_first
        and_more = ngettext("and %(n)s more", "and %(n)s more", more) % {"n": more}
        return f"{words_of_first} {and_more}"


@dataclass(frozen=True)
class Band:
    """A time in which the athlete was held out of training."""

    x: str
    width: str
    says: str


@dataclass(frozen=True)
class Held:
    since: datetime
    until: datetime
    says: str


@dataclass(frozen=True)
class Curve:
    """Of one episode; `happenings` in any order, `held` in which training was held."""

    id: str
    happenings: Sequence[Happening]
    zone: tzinfo
    now: datetime
    until: datetime  # now, or when the episode was closed
    held: Sequence[Held] = ()
    height: int = HEIGHT
    left: str = across(LEFT)
    floor: str = down(FLOOR)
    pins_at: int = PINS
    tap: str = across(APART)

    @cached_property
    def in_order(self) -> list[Happening]:
        return sorted(self.happenings, key=lambda it: it.at)

    @cached_property
    def events(self) -> list[Numbered]:
        return [
            Numbered(number, it, words.when(it.at, self.zone, self.now), f"{self.id}-{number}")
            for number, it in enumerate(self.in_order, 1)
        ]

    @property
    def newest_first(self) -> list[Numbered]:
        return list(reversed(self.events))

    @cached_property
    def _told(self) -> list[Happening]:
        return [it for it in self.in_order if it.tells_pain]

    @cached_property
    def _times(self) -> Times:
        """From the first event to now. Never into what is to come: a story of minutes stands at the end of its day."""
        moments = [self.until, *(it.at for it in self.in_order)]
        last = max(moments)
        return Times(min(min(moments), last - SHORTEST), last, LEFT + 2, RIGHT)

    @property
    def _up(self) -> Linear:
        return Linear(0.0, 10.0, FLOOR, TOP, 2.0)

    @property
    def path(self) -> str:
        """For a frame of 100 by `height` that is stretched to the width."""
        return path(
            (self._times(it.at), None if it.pain is None else self._up(it.pain))
            for it in self._told
        )

    @property
    def points(self) -> str:
        """For the same frame: a stroke without length, with round ends, is a dot however it is stretched."""
        known = (
            (self._times(it.at), self._up(it.pain)) for it in self._told if it.pain is not None
        )
        return " ".join(f"M{down(x)} {down(y)}h0" for x, y in known)

    @property
    def shares(self) -> list[tuple[float, float | None]]:
        """Each pain that was asked, and how far along it stands: 0 at the beginning, 1 now."""
        times = self._times
        span = Times(times.since, times.until, 0.0, 1.0)
        return [(span(it.at), it.pain) for it in self._told]

    def _dots(self, kind: str) -> list[Dot]:
        return [
            Dot(
                x=across(self._times(it.at)),
                y=down(self._up(it.pain)),
                says=f"{words.when(it.at, self.zone, self.now)}: {pain_of_10(it.pain)}",
            )
            for it in self._told
            if it.kind == kind and it.pain is not None
        ]

    @property
    def dots(self) -> list[Dot]:
        """Of reports."""
        return self._dots("report")

    @property
    def squares(self) -> list[Dot]:
        """Of check-ins."""
        return self._dots("check_in")

    @property
    def unknown(self) -> list[str]:
        """Where it was asked and nobody told."""
        return [across(self._times(it.at)) for it in self._told if it.pain is None]

    @property
    def lines(self) -> list[Mark]:
        return [Mark(down(self._up(tick)), number_format(f"{tick:g}")) for tick in self._up.ticks()]

    @property
    def marks(self) -> list[Mark]:
        days = self._times.ticks(self.zone, most=MOST_DATES)
        if not days:
            days = [self._times.since]
        pattern = pgettext("a day on the axis of a plot", "j M")
        return [
            Mark(across(self._times(day)), formats.date_format(day.astimezone(self.zone), pattern))
            for day in days
        ]

    @property
    def pins(self) -> list[Pin]:
        found: list[tuple[float, list[Numbered]]] = []
        for event in self.events:
            share = self._times(event.it.at)
            if found and share - found[-1][0] < APART:
                found[-1][1].append(event)
            else:
                found.append((share, [event]))
        return [Pin(share, tuple(events)) for share, events in found]

    @property
    def bands(self) -> list[Band]:
        shares = [(self._times(it.since), self._times(it.until), it.says) for it in self.held]
        return [Band(across(a), across(max(b - a, 0.6)), says) for a, b, says in shares]

    @property
    def frame(self) -> Frame:
        return Frame(self.id, _("Pain, and what happened"), self.summary, self._table)

    @property
    def summary(self) -> str:
        """What one should see in it."""
        said_of_it = self._summary()
        return said_of_it[:1].upper() + said_of_it[1:]

    def _summary(self) -> str:
        known = [it for it in self._told if it.pain is not None]
        if not known:
            return _("Nobody has said how much it hurts.")
        if len(known) == 1:
            told = _("%(pain)s, told once.") % {"pain": pain_of_10(known[0].pain)}
        else:
            told = _("%(first)s at first, %(last)s at last; the worst was %(worst)s.") % {
                "first": pain_of_10(known[0].pain),
                "last": pain_of_10(known[-1].pain),
                "worst": number_format(f"{max(it.pain or 0.0 for it in known):g}"),
            }
        gaps = len(self._told) - len(known)
        if not gaps:
            return told
        untold = ngettext(
            "Once nobody said how much.", "%(n)s times nobody said how much.", gaps
        ) % {"n": gaps}
        return f"{told} {untold}"

    @property
    def _table(self) -> Table:
        return Table(
            [_("When"), _("What happened"), _("Pain, 0 to 10")],
            [Row(event.when, [event.it.text, _pain_cell(event.it)]) for event in self.events],
        )


def pain_of_10(pain: float | None) -> str:
    if pain is None:
        return _("pain not told")
    return _("pain %(pain)s of 10") % {"pain": number_format(f"{pain:g}")}


def _pain_cell(it: Happening) -> str | None:
    """None is shown as not known; where there was nothing to tell, the cell stays empty."""
    if not it.tells_pain:
        return ""
    return None if it.pain is None else number_format(f"{it.pain:g}")
