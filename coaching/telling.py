"""What a report told, in words that a person can read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext_lazy as _

from athletes.models import PainReport
from coaching.saying import listed, measured, number, said
from guidance import KNOWLEDGE, Finding, Screening

PLAIN = {"yes": _("Yes"), "no": _("No"), "unsure": _("Not sure")}
DAYS = {"0": _("Today"), "1": _("Yesterday"), "2": _("2 days ago"), "3": _("3 days ago")}
DAYS_LATER = {
    "0": _("The same day"),
    "1": _("1 day"),
}  # a report is also read days after it was sent


@dataclass(frozen=True)
class Line:
    """One answer in words."""

    label: str
    answer: str


@dataclass(frozen=True)
class Difference(Line):
    """A fact that this report tells otherwise than the profile had it."""

    before: str


@dataclass
class Told:
    """The answers of a report, sorted by what a coach reads first."""

    said: list[Line] = field(default_factory=list)
    unsure: list[str] = field(default_factory=list)
    denied: list[str] = field(default_factory=list)
    known: list[Line] = field(default_factory=list)
    differs: list[Difference] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)


def told(report: PainReport) -> Told:
    """Every answer of `report`: what was told, not sure, denied, known before, and left out."""
    known, told = report.known_facts, report.answers
    sheet = Told(known=[_line(name, known[name]) for name in known if name not in told])
    for name, value in told.items():
        if name in known and known[name] != value:
            before = in_words(name, known[name])
            sheet.differs.append(Difference(label(name), in_words(name, value), before))
        elif value == "unsure":
            sheet.unsure.append(label(name))
        elif is_plain_no(name, value):
            sheet.denied.append(label(name))
        else:
            sheet.said.append(_line(name, value))
    sheet.skipped = [_screen_title(screen) for screen in report.skipped_screens]
    return sheet


def grounds(judged: Mapping[str, Any] | Screening) -> list[str]:
    """What was told that raised it to its level, to be read to a helper or a doctor; each once."""
    told = judged.as_json() if isinstance(judged, Screening) else judged
    rules: Any = told.get("rules", [])
    named = [
        why for rule in rules if rule["level"] == told["disposition"] for why in rule["because"]
    ]
    return [said(why) for why in dict.fromkeys(named)]


def course_in_words(report: PainReport) -> str:
    """What an answer to a check-in says first: “Better, pain 2 of 10”."""
    parts = [course_of(report)]
    if report.pain_now is not None:
        parts.append(_("pain %(pain)s of 10") % {"pain": number(report.pain_now)})
    words = listed(part for part in parts if part)
    return words[:1].upper() + words[1:]


def course_of(report: PainReport) -> str:
    """Better, the same or worse, as it was told; empty where it was not."""
    for trend in KNOWLEDGE.follow_up.trends:
        if all(report.answers.get(part.finding) == part.operator for part in trend.means):
            return said(trend.label)
    return ""


def label(name: str) -> str:
    """A finding in plain words; one that this knowledge no longer has keeps its id, readable."""
    finding = KNOWLEDGE.findings.get(name)
    return said(finding.short) if finding else name.replace("_", " ").capitalize()


def is_plain_no(name: str, value: Any) -> bool:
    """A sign that is not there. “No, not four steps” is an answer of its own."""
    finding = KNOWLEDGE.findings.get(name)
    return bool(value == "no" and (finding is None or finding.kind == "yes_no"))


def in_words(name: str, value: Any) -> str:
    """An answer as the person gave it."""
    finding = KNOWLEDGE.findings.get(name)
    if isinstance(value, (list, tuple)):
        return listed(_option(finding, str(entry)) for entry in value)
    if isinstance(value, str):
        return _option(finding, value)
    if name == "days_since_onset" and f"{value:g}" in DAYS_LATER:
        return str(DAYS_LATER[f"{value:g}"])
    return measured(value, finding.unit) if finding and finding.unit else number(value)


def _line(name: str, value: Any) -> Line:
    return Line(label(name), in_words(name, value))


def _option(finding: Finding | None, value: str) -> str:
    named = {option.id: said(option.label) for option in finding.options} if finding else {}
    return str(named.get(value) or PLAIN.get(value) or value.replace("_", " "))


def _screen_title(screen: str) -> str:
    known = KNOWLEDGE.screens.get(screen)
    return said(known.title) if known else screen.replace("_", " ")
