"""Whether an athlete may train now, who or what says so, and what a coach can do about it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext_lazy

from athletes.availability import Because, Record, Stretch, record_of
from athletes.casebook import Casebook
from athletes.models import Athlete, TrainingHold
from athletes.models.availability import FULL, MODIFIED, OUT, UNKNOWN
from coaching import words
from coaching.availability import REASONS
from coaching.saying import said

STATES = {
    FULL: gettext_lazy("Full training"),
    MODIFIED: gettext_lazy("Modified training"),
    OUT: gettext_lazy("No training"),
    UNKNOWN: gettext_lazy("Not known"),
}
ICONS = {FULL: "check", MODIFIED: "minus", OUT: "cross", UNKNOWN: "info"}


@dataclass(frozen=True)
class Reason:
    """One thing that keeps the athlete from full training now."""

    words: str
    until: str


@dataclass(frozen=True)
class Training:
    """As the athlete's page shows it, large."""

    status: str
    because: Because
    hold: TrainingHold | None
    hold_until: str
    others: tuple[Reason, ...]  # of the plan, of a danger, of the way back: no release ends them

    @property
    def name(self) -> str:
        return str(STATES[self.status])

    @property
    def icon(self) -> str:
        return ICONS[self.status]

    @property
    def why(self) -> str:
        """Where nothing restricts."""
        return "" if self.hold or self.others else str(REASONS[self.because])

    @property
    def hold_name(self) -> str:
        return str(STATES[self.hold.kind]) if self.hold else ""


def training_of(book: Casebook) -> Training:
    athlete, now = book.athlete, book.now
    record = record_of(athlete, book, zone=athlete.zone)
    standing, hold = record.at(now), book.hold_in_force
    return Training(
        status=standing.status,
        because=standing.because,
        hold=hold,
        hold_until=words.when(hold.until, athlete.zone, now) if hold and hold.until else "",
        others=tuple(_others(record, athlete, now)),
    )


def _others(record: Record, athlete: Athlete, now: datetime) -> list[Reason]:
    """Each once, what lasts longest."""
    found: dict[str, Stretch] = {}
    for part in record.stretches:
        if part.because != Because.HOLD and part.holds_at(now):
            text = said(part.words) if part.because == Because.PLAN else str(REASONS[part.because])
            if text not in found or _lasts_longer(part, found[text]):
                found[text] = part
    return [
        Reason(text, words.when(part.until, athlete.zone, now) if part.until else "")
        for text, part in found.items()
    ]


def _lasts_longer(one: Stretch, other: Stretch) -> bool:
    return other.until is not None and (one.until is None or one.until > other.until)
