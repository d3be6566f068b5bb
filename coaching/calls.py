"""What happened to a call for a person, in words: for the athlete as for the desk."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from athletes import chain
from athletes.models import Club, EscalationEvent
from athletes.models.escalations import EMAIL, IN_APP, PUSH, SQUAD
from coaching.saying import listed_to_the_last

WAYS = {
    IN_APP: gettext_lazy("in the app"),
    EMAIL: gettext_lazy("by e-mail"),
    PUSH: gettext_lazy("on the phone"),
}
TOGETHER = timedelta(minutes=1)  # messages to one person within it are told in one line


@dataclass(frozen=True)
class Line:
    """One line of the time line."""

    kind: str
    level: str
    at: datetime
    name: str = ""
    ways: tuple[str, ...] = ()
    sentence: str = ""

    @property
    def is_bad(self) -> bool:
        """Somebody could not be told, or nobody is left: shown in red."""
        return self.kind in ("not_told", "nobody_left")

    @property
    def text(self) -> str:
        """“Anna Berg was told in the app and by e-mail”."""
        if self.sentence:
            return self.sentence
        told = {"name": self.name, "ways": listed_to_the_last(self.ways)}
        if self.kind == "not_told":
            return _("%(name)s could not be told %(ways)s") % told
        return _("%(name)s was told %(ways)s") % told


def time_line(events: Iterable[EscalationEvent], club: Club) -> list[Line]:
    """Every event with its sentence, oldest first; what went to one person at once in one line."""
    lines: list[Line] = []
    for event in events:
        line = _line(event, club)
        place = _place_of_same(lines, line)
        if place is None:
            lines.append(line)
        else:
            before = lines[place]
            ways = before.ways + tuple(way for way in line.ways if way not in before.ways)
            lines[place] = replace(before, ways=ways)
    return lines


def _place_of_same(lines: list[Line], line: Line) -> int | None:
    """Where the same person was told just before; between the two only others may have been told."""
    for place in reversed(range(len(lines))):
        before = lines[place]
        if before.kind != line.kind or line.at - before.at >= TOGETHER:
            return None
        if before.ways and line.ways and before.name == line.name:
            return place
    return None


def _line(event: EscalationEvent, club: Club) -> Line:
    line = Line(kind=event.kind, level=event.level, at=event.created_at, name=_who(event))
    if event.kind in ("told", "not_told") and event.channel in WAYS:
        return replace(line, ways=(str(WAYS[event.channel]),))
    return replace(line, sentence=_sentence(event, club))


def _who(event: EscalationEvent) -> str:
    if event.actor:
        return str(event.actor)
    if event.reached and event.channel != SQUAD:  # nobody else who is no user is written to
        return _("The club’s emergency contact")
    return event.reached or _("somebody who has left")


def _sentence(event: EscalationEvent, club: Club) -> str:
    who = {"name": _who(event)}
    match event.kind:
        case "opened" | "reported_again" if event.check_in_id:
            return _("A check-in was not answered")
        case "opened":
            return _("The report came in")
        case "raised":
            return _("It became more urgent")
        case "reported_again":
            return _("Reported again")
        case "told" if event.channel == SQUAD:
            return _("A message went to %(name)s") % who
        case "told":
            return _("%(name)s was told") % who
        case "not_told" if event.channel == SQUAD:
            return _("No message could be sent to %(name)s") % who
        case "not_told":
            return _("%(name)s could not be told") % who
        case "passed_on":
            return _passed_on(event, club)
        case "nobody_left":
            return _("Everybody has been told, and nobody has answered yet")
        case "acknowledged":
            return _("Seen by %(name)s") % who
        case "resolved":
            return _("Dealt with by %(name)s") % who
    return str(event.get_kind_display())


def _passed_on(event: EscalationEvent, club: Club) -> str:
    next_ones = passed_on_to(event.chain_step, event.level, club)
    if not next_ones:
        return _("Nobody had seen it in time: the club’s owners were told once more")
    return _("Nobody had seen it in time: passed on to %(chain)s") % {"chain": next_ones}


def passed_on_to(step: int, level: str, club: Club) -> str:
    """Who was told besides those of before at this step; empty where nobody new is."""
    if step == chain.SQUADS and club.clinicians_in_chain:
        return _("all coaches and clinicians of the squad")
    if step == chain.SQUADS:
        return _("all coaches of the squad")
    if step == chain.OWNERS:
        return _("the club’s owners as well")
    if step == chain.CONTACT and level == "emergency_now":
        return _("the club’s emergency contact as well")
    return ""
