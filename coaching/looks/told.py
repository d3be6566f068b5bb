"""Who looked, as a page says it: a day, on it each person with what they saw and when."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, tzinfo
from itertools import groupby
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from athletes import access
from athletes.models.audit import BY_ADMIN, BY_API, CHANGED, TAKEN
from athletes.onlookers import SITE_STAFF, Look
from coaching.looks.shown import in_words

GONE = _("An account that is gone")
ROLE_WORDS: dict[str, Any] = {
    access.OWNER: _("Owner of the club"),
    access.COACH: _("Coach"),
    access.CLINICIAN: _("Clinician"),
    access.GUARDIAN: _("Guardian"),
    SITE_STAFF: _("Runs this site"),
    "": _("No longer in the club"),
}
DID: dict[str, Any] = {CHANGED: _("changed"), TAKEN: _("taken as a file")}
VIA: dict[str, Any] = {BY_API: _("by another program"), BY_ADMIN: _("in the administration")}


@dataclass
class Line:
    """One thing that a person saw or did on a day: at these times, the first one first."""

    what: Any
    did: Any
    via: Any
    at: list[Any] = field(default_factory=list)

    @property
    def first(self) -> Any:
        return self.at[0]

    @property
    def often(self) -> str:
        n = len(self.at)
        return ngettext("%(n)d time", "%(n)d times", n) % {"n": n} if n > 1 else ""


@dataclass(frozen=True)
class Person:
    name: Any
    role: Any
    lines: list[Line]


@dataclass(frozen=True)
class Day:
    day: date
    people: list[Person]


def by_day(looks: Iterable[Look], zone: tzinfo) -> list[Day]:
    """`looks` come the newest first; days and people stay in that order."""

    def day_of(look: Look) -> date:
        return look.at.astimezone(zone).date()

    return [Day(day, _people(list(found))) for day, found in groupby(looks, day_of)]


def _people(looks: list[Look]) -> list[Person]:
    found: dict[tuple[Any, str, str], list[Look]] = {}
    for look in looks:
        found.setdefault((look.actor_key, look.name, look.role), []).append(look)
    return [
        Person(name or GONE, ROLE_WORDS[role] if name else "", _lines(theirs))
        for (_key, name, role), theirs in found.items()
    ]


def _lines(looks: list[Look]) -> list[Line]:
    lines: dict[tuple[str, str, str], Line] = {}
    for look in reversed(looks):
        what, did, via = in_words(look.what), DID.get(look.action, ""), VIA.get(look.face, "")
        line = lines.setdefault((str(what), str(did), str(via)), Line(what, did, via))
        line.at.append(look.at)
    return list(lines.values())
