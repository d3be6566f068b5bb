"""The way back to running as the faces show it: the same words on the phone and on the desk."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from athletes.models import ReturnRun
from athletes.returning import State, WayBack
from coaching.saying import said

FOR_ATHLETE = {
    State.CLOSED: gettext_lazy("This problem is over."),
    State.HELD: gettext_lazy("On hold: talk to your coach."),
    State.UNJUDGED: gettext_lazy("Your last report is still being worked out."),
    State.UNCLEAR: gettext_lazy("On hold: talk to your coach."),
    State.NONE: gettext_lazy("We do not know a way back to running here yet."),
    State.CLEARANCE: gettext_lazy("A doctor or physiotherapist must say yes first."),
    State.EARLY: gettext_lazy("Not yet."),
    State.ENTRY: gettext_lazy("Can you start?"),
    State.FINISHED: gettext_lazy("You have done every step."),
}
FOR_COACH = {
    **FOR_ATHLETE,
    State.HELD: gettext_lazy("On hold after a danger sign. No runs until a clinician says yes."),
    State.UNCLEAR: gettext_lazy("On hold: the last report fits no way back. Please talk it over."),
    State.EARLY: gettext_lazy("Too early to start."),
    State.ENTRY: gettext_lazy("Waits for the athlete to say that the conditions are true."),
    State.FINISHED: gettext_lazy("Every step is done."),
}
NEWEST = 3  # runs that are shown without a tap
HOLDS = (State.HELD, State.UNCLEAR)


@dataclass(frozen=True)
class Step:
    """One level of the ladder."""

    number: int
    text: str
    is_done: bool
    is_current: bool


@dataclass(frozen=True)
class RunLine:
    """One run of the log. One that does not count was before a new start."""

    run: ReturnRun
    counts: bool

    @property
    def pains(self) -> list[tuple[str, int | None]]:
        run = self.run
        return [
            (_("Before"), run.pain_before),
            (_("During"), run.pain_during),
            (_("After"), run.pain_after),
            (_("Next morning"), run.pain_next_morning),
        ]


@dataclass(frozen=True)
class Sheet:
    """Where somebody stands, in words."""

    way: WayBack

    @property
    def title(self) -> str:
        return self._title(FOR_ATHLETE)

    @property
    def title_for_coach(self) -> str:
        return self._title(FOR_COACH)

    def _title(self, words: dict[State, Any]) -> str:
        if self.way.state == State.CLIMBING and self.way.standing and self.way.ladder:
            told = {"level": self.way.standing.level, "levels": len(self.way.ladder.levels)}
            return _("Step %(level)s of %(levels)s") % told
        return str(words[self.way.state])

    @property
    def conditions(self) -> list[str]:
        """What must be true before the first step."""
        entry = [said(condition) for condition in self.way.ladder.entry] if self.way.ladder else []
        return [*entry, _("I have talked to my coach.")] if self.way.coach_first else entry

    @property
    def is_held(self) -> bool:
        return self.way.state in HOLDS

    @property
    def steps(self) -> list[Step]:
        ladder, stands = self.way.ladder, self.way.standing
        if ladder is None:
            return []
        here = stands.level if stands else 0
        is_over = self.way.state == State.FINISHED
        return [
            Step(
                number=level.number,
                text=level.text,
                is_done=is_over or level.number < here,
                is_current=level.number == here and not is_over,
            )
            for level in ladder.levels
        ]

    @property
    def current(self) -> Step | None:
        return next((step for step in self.steps if step.is_current), None)

    @property
    def next_run(self) -> str:
        """When the next run is allowed, in a sentence."""
        stands = self.way.standing
        if stands is None or self.way.state != State.CLIMBING:
            return ""
        if self.way.may_run_now:
            return _("You may run today.")
        return _("Rest first. Next run: %(day)s or later.") % {
            "day": day(stands.may_run_from, self.way)
        }

    @property
    def is_under_way(self) -> bool:
        """Whether this is what today is about, more than the plan of steps."""
        return self.is_held or self.way.state == State.CLIMBING

    @property
    def newest_lines(self) -> list[RunLine]:
        return self.lines[:NEWEST]

    @property
    def older_lines(self) -> list[RunLine]:
        return self.lines[NEWEST:]

    @property
    def lines(self) -> list[RunLine]:
        return [RunLine(run, self.way.counts(run)) for run in self.way.runs]


def day(moment: datetime, way: WayBack) -> str:
    """A day as one would say it in the athlete's zone: “tomorrow”, “Thursday”, “3 March”."""
    zone = way.episode.athlete.zone
    there = moment.astimezone(zone).date()
    days = (there - way.now.astimezone(zone).date()).days
    if days in (0, 1):
        return _("today") if days == 0 else _("tomorrow")
    if 1 < days < 7:
        return formats.date_format(there, "l")
    return formats.date_format(there, pgettext("a day of this year", "j F"))
