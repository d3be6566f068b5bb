"""What the home page says first: the state of today in one line, and what a coach holds back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from athletes.models import Athlete, TrainingHold, User
from athletes.models.availability import OUT
from coaching import words
from coaching.phone.answer import Answer
from coaching.saying import said
from guidance import Disposition


@dataclass(frozen=True)
class Today:
    """The newest answer of what is open, and the hold that stands, whichever of them there is."""

    athlete: Athlete
    answer: Answer | None
    hold: TrainingHold | None
    now: datetime

    @property
    def line(self) -> str:
        """What counts most today. Who should be seen goes before what a coach holds, and that before the plan."""
        if self.answer is not None and self._asks_to_be_seen:
            return self.answer.in_a_line
        if self.hold is not None:
            return self.hold_line
        if self.answer is not None:
            return self.answer.in_a_line
        return _("No open problem")

    @property
    def hold_line(self) -> str:
        return hold_in_a_line(self.hold, self.athlete, self.now) if self.hold else ""

    @property
    def is_about_hold(self) -> bool:
        """Whether the line says the hold already."""
        return self.hold is not None and self.line == self.hold_line

    @property
    def level(self) -> str:
        return self.answer.disposition if self.answer else ""

    @property
    def more(self) -> str:
        """What the answer says beyond the line; of a sign that was not sure only how soon to be seen."""
        if self.answer is None or self.answer.what_to_do["is_certain"]:
            return self.answer.lead if self.answer else ""
        engine = self.answer.result.get("headline")
        return said(str(engine or self.answer.report.screening["tell_athlete"]))

    @property
    def _asks_to_be_seen(self) -> bool:
        return Disposition(self.level) >= Disposition.WITHIN_DAYS


def hold_of(user: User, athlete: Athlete, now: datetime) -> TrainingHold | None:
    """What a coach or clinician holds back now, with who said so."""
    seen = TrainingHold.objects.visible_to(user).filter(athlete=athlete)
    return seen.in_force(now).select_related("set_by").first()


def hold_in_a_line(hold: TrainingHold, athlete: Athlete, now: datetime) -> str:
    """“No training until Thursday 07:40”."""
    if hold.until is None:
        if hold.kind == OUT:
            return _("No training until your coach says so")
        return _("Modified training until your coach says so")
    end = {"end": words.when(hold.until, athlete.zone, now)}
    if hold.kind == OUT:
        return _("No training until %(end)s") % end
    return _("Modified training until %(end)s") % end
