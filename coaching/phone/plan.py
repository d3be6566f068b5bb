"""A care plan as the athlete reads it: what to do now, what to leave, what comes when, and what it comes to in a line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from athletes.models import CareStep
from coaching import words
from guidance import KNOWLEDGE

LOAD = "load"  # the tag of advice on how hard and how much to train
AFTERWARDS = "running"  # the anchor of advice for when one runs again: that holds nothing back now
IN_WORDS = {
    1: gettext_lazy("Ease off for a day"),
    2: gettext_lazy("Ease off for two days"),
    3: gettext_lazy("Ease off for three days"),
    7: gettext_lazy("Ease off for a week"),
    14: gettext_lazy("Ease off for two weeks"),
    21: gettext_lazy("Ease off for three weeks"),
}
DAY = timedelta(days=1)
TOGETHER = timedelta(
    hours=1
)  # what begins within it begins at one time: nobody looks at the clock twice for it
FIRST_STEPS = 4


@dataclass(frozen=True)
class Hold:
    """Training that is held back until a known time."""

    step: CareStep
    until: datetime

    def headline(self, zone: tzinfo, now: datetime) -> str:
        """“Ease off for two days”, by what is left of it; the last day by the clock."""
        left = self.until - now
        if left < DAY:
            return _("Ease off until %(end)s") % {"end": words.when(self.until, zone, now)}
        days = -(-left // DAY)  # a day that has begun counts whole: nobody starts too early
        if days in IN_WORDS:
            return str(IN_WORDS[days])
        return ngettext("Ease off for %(n)s day", "Ease off for %(n)s days", days) % {"n": days}

    def in_a_line(self, zone: tzinfo, now: datetime) -> str:
        """“Hold hard running until Thursday 07:40”."""
        end = {"end": words.when(self.until, zone, now)}
        if self.step.kind == "dont":
            return _("Hold hard running until %(end)s") % end
        return _("Train less until %(end)s") % end


@dataclass(frozen=True)
class Moment:
    """What begins at one time."""

    at: datetime
    steps: list[CareStep]


@dataclass(frozen=True)
class Plan:
    """The steps of one answer, seen from `now`. What a coach took out is in none of the lists but `taken_out`."""

    steps: Sequence[CareStep]
    now: datetime

    @property
    def to_do(self) -> list[CareStep]:
        """What can be done now, the most useful first."""
        return [step for step in self._now if step.kind == "do"]

    @property
    def first_to_do(self) -> list[CareStep]:
        """The most useful of what can be done now, for the home page."""
        return self.to_do[:FIRST_STEPS]

    @property
    def number(self) -> int:
        """How many steps count now or later."""
        return len(self._holding)

    @property
    def to_leave(self) -> list[CareStep]:
        """What not to do now."""
        return [step for step in self._now if step.kind == "dont"]

    @property
    def to_come(self) -> list[Moment]:
        """What begins later. The time of several is that of the last: nothing is done before its time."""
        later = [step for step in self._holding if step.starts_at > self.now]
        groups: list[list[CareStep]] = []
        for step in sorted(later, key=lambda step: (step.starts_at, step.position)):
            if groups and step.starts_at - groups[-1][0].starts_at < TOGETHER:
                groups[-1].append(step)
            else:
                groups.append([step])
        return [Moment(steps[-1].starts_at, steps) for steps in groups]

    @property
    def taken_out(self) -> list[CareStep]:
        """What a coach or clinician said need not be done, as long as it would have held."""
        return [step for step in self.steps if step.is_off and step.phase(self.now) != "over"]

    @property
    def is_over(self) -> bool:
        return not self._holding and not self.taken_out

    @property
    def hold(self) -> Hold | None:
        """The strongest that holds training back now: a “don't” before a “do less”, then what lasts longest."""
        held = [
            Hold(step, step.ends_at)
            for step in self._now
            if step.ends_at and not step.is_changed and _is_about_training(step)
        ]
        return max(held, key=lambda one: (one.step.kind == "dont", one.until), default=None)

    @property
    def _holding(self) -> list[CareStep]:
        return [step for step in self.steps if not step.is_off and step.phase(self.now) != "over"]

    @property
    def _now(self) -> list[CareStep]:
        return [step for step in self._holding if step.starts_at <= self.now]


def _is_about_training(step: CareStep) -> bool:
    """Whether the advice is about how hard to train now. What the knowledge no longer has is not."""
    advice = KNOWLEDGE.advice.get(step.advice)
    return advice is not None and LOAD in advice.tags and advice.anchor != AFTERWARDS
