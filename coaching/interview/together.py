"""Two questions that one tap answers: the place and the side on the drawing, the day and the way it began, two yes or no.

A button posts both answers in one value, `name="place" value="calf_mid:left"`, in the order of `data-findings`. The same
questions can be answered one by one too, in the list below the drawing: then their own names are posted.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from coaching.body_map import BACK, BOTH, LEFT, RIGHT, VIEWS, View, Zone
from coaching.interview.draft import Typed
from coaching.saying import said
from coaching.telling import DAYS, PLAIN
from guidance import Finding

if TYPE_CHECKING:
    from coaching.interview.screens import Field

PLACE, START, PAIR = "place", "start", "pair"
NAMED = {PLACE: ("site", "side"), START: ("days_since_onset", "onset")}
UNSURE, OWN = "unsure", "own"
DRAWN = frozenset(zone.site for view in VIEWS for zone in view.zones)


@dataclass(frozen=True)
class Tap:
    """One button, with both of its answers."""

    value: str
    label: str
    chosen: bool


@dataclass(frozen=True)
class Row:
    """Ways it began, for one day."""

    label: str
    taps: tuple[Tap, ...]
    is_typed: bool  # goes with the number of days that is typed beside it


@dataclass(frozen=True)
class Target:
    """A zone of the drawing as buttons: on the left leg, on both, on the right."""

    zone: Zone
    name: str
    left: Tap
    both: Tap
    right: Tap


@dataclass(frozen=True)
class MapView:
    """The drawing from one direction."""

    view: View
    rows: tuple[tuple[Target, ...], ...]
    is_open: bool


class Together:
    """Two questions on one screen, and the buttons that answer both, with what was answered before."""

    def __init__(self, name: str, first: Field, second: Field) -> None:
        self.name, self.first, self.second = name, first, second
        self.template = f"interview/fields/{name}.html"

    @property
    def error(self) -> str:
        return self.first.error or self.second.error

    @property
    def findings(self) -> str:
        return f"{self.first.id} {self.second.id}"

    @property
    def is_listed(self) -> bool:
        """Whether the list is what was used: for several places, for one that is not drawn, or for one half."""
        places, sides = self.first.chosen, self.second.chosen
        if self.error or not places or not sides:
            return bool(self.error or places or sides)
        return len(places) > 1 or places[0] not in DRAWN or UNSURE in sides

    @property
    def views(self) -> Iterator[MapView]:
        """The drawing; what opens is the view with the chosen place, else the back with the calf."""
        holding = [
            view.id
            for view in VIEWS
            if any([zone.site] == self.first.chosen for zone in view.zones)
        ]
        opens = holding[0] if holding else BACK
        for view in VIEWS:
            rows = tuple(tuple(self._target(zone) for zone in row) for row in view.rows)
            yield MapView(view, rows, view.id == opens)

    def _target(self, zone: Zone) -> Target:
        places = {option.id: option.label for option in self.first.finding.options}
        sides = {option.id: option.label for option in self.second.finding.options}
        left, both, right = (
            self._tap(zone.site, side, said(sides[side])) for side in (LEFT, BOTH, RIGHT)
        )
        return Target(zone, said(places[zone.site]), left, both, right)

    @property
    def days(self) -> Iterator[Row]:
        """When it began, each with the ways in which it can have begun."""
        ways = [(option.id, said(option.label)) for option in self.second.finding.options]
        ways.append((UNSURE, str(PLAIN[UNSURE])))
        for day, words in [*DAYS.items(), (OWN, _("Longer ago")), (UNSURE, PLAIN[UNSURE])]:
            taps = tuple(self._tap(day, way, label) for way, label in ways)
            yield Row(str(words), taps, is_typed=day == OWN)

    @property
    def yes_or_no(self) -> Iterator[Tap]:
        """Two questions with yes or no: both, the one, the other, neither, not sure."""
        one, other = (said(field.finding.short) for field in (self.first, self.second))
        yield self._tap("yes", "yes", _("Both: %(one)s, %(other)s") % {"one": one, "other": other})
        yield self._tap("yes", "no", _("Only this: %(what)s") % {"what": one})
        yield self._tap("no", "yes", _("Only this: %(what)s") % {"what": other})
        yield self._tap("no", "no", _("Neither"))
        yield self._tap(UNSURE, UNSURE, str(PLAIN[UNSURE]))

    def _tap(self, one: str, other: str, label: str) -> Tap:
        return Tap(
            f"{one}:{other}", label, self.first.chosen == [one] and self.second.chosen == [other]
        )


def pair_of(findings: Sequence[Finding]) -> tuple[str, str, str] | None:
    """What a tap that answers these two questions is called, and the questions in its order."""
    asked = [finding.id for finding in findings]
    for name, (first, second) in NAMED.items():
        if {first, second} == set(asked):
            return name, first, second
    if len(asked) == 2 and all(finding.kind == "yes_no" for finding in findings):
        return PAIR, asked[0], asked[1]
    return None


def unfolded(findings: Sequence[Finding], post: Any, typed: Typed) -> Typed:
    """What was typed, with a tap that answers two questions put into the words of both."""
    pair = pair_of(findings)
    if pair is None:
        return typed
    name, first, second = pair
    one, is_tap, other = post.get(name, "").partition(":")
    if not is_tap:
        return typed
    kept = {key: value for key, value in typed.items() if one == OWN or key != f"{first}-{OWN}"}
    return {**kept, first: [one], second: [other]}
