"""Turns what is stored about a report into what a person can read."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from athletes.models import Assessment, CareStep, PainReport
from guidance import KNOWLEDGE, Finding


@dataclass(frozen=True)
class Line:
    """One answer in words."""

    label: str
    answer: str


@dataclass
class Told:
    """The answers of a report, sorted by what a coach reads first."""

    said: list[Line] = field(default_factory=list)
    unsure: list[str] = field(default_factory=list)
    denied: list[str] = field(default_factory=list)
    known: list[Line] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)


def told(report: PainReport) -> Told:
    """Every answer of `report`: what was told, not sure, denied, known before, and left out."""
    sheet = Told(known=[_line(name, value) for name, value in report.known_facts.items()])
    for name, value in report.answers.items():
        if value == "unsure":
            sheet.unsure.append(label(name))
        elif value == "no" and _is_yes_no(name):
            sheet.denied.append(label(name))
        else:
            sheet.said.append(_line(name, value))
    sheet.skipped = [_screen_title(screen) for screen in report.skipped_screens]
    return sheet


def label(name: str) -> str:
    """A finding in plain words; one that this knowledge no longer has keeps its id, readable."""
    finding = KNOWLEDGE.findings.get(name)
    return finding.short if finding else name.replace("_", " ").capitalize()


def cause_name(cause: str) -> str:
    known = KNOWLEDGE.causes.get(cause)
    return known.name if known else cause.replace("_", " ")


def source_title(source: str) -> str:
    known = KNOWLEDGE.sources.get(source)
    return f"{known.title}, {known.locator}" if known else source


def _is_yes_no(name: str) -> bool:
    finding = KNOWLEDGE.findings.get(name)
    return finding is None or finding.kind == "yes_no"


def _screen_title(screen: str) -> str:
    known = KNOWLEDGE.screens.get(screen)
    return known.title if known else screen.replace("_", " ")


def _line(name: str, value: Any) -> Line:
    return Line(label(name), _answer(KNOWLEDGE.findings.get(name), value))


def _answer(finding: Finding | None, value: Any) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(_option(finding, one) for one in value)
    if isinstance(value, str):
        return _option(finding, value)
    number = f"{value:g}"
    return f"{number} {finding.unit}" if finding and finding.unit else number


def _option(finding: Finding | None, value: str) -> str:
    if value in ("yes", "no", "unsure"):
        plain = {"yes": "Yes", "no": "No", "unsure": "Not sure"}[value]
        named = {option.id: option.label for option in finding.options} if finding else {}
        return named.get(value, plain)
    return finding.label(value) if finding else value.replace("_", " ")


@dataclass(frozen=True)
class Recommendation:
    """A judged (or still waiting) report with everything that was said about it."""

    report: PainReport
    assessment: Assessment
    now: datetime

    @property
    def is_pending(self) -> bool:
        return not self.assessment.is_finished

    @property
    def has_failed(self) -> bool:
        return self.assessment.state == "failed"

    @property
    def _result(self) -> dict[str, Any]:
        return self.assessment.result or {}

    @property
    def summary(self) -> list[str]:
        return list(self._result.get("summary", []))

    @property
    def headline(self) -> str:
        return str(self._result.get("headline") or self.report.screening["tell_coach"])

    @property
    def rules(self) -> list[dict[str, Any]]:
        """The rules that fired: the assessment's, or the screening's while that is not there."""
        fired: list[dict[str, Any]] = self._result.get("rules", self.report.screening["rules"])
        return fired

    @property
    def leading_rules(self) -> list[dict[str, Any]]:
        """Those that ask for the most."""
        return [rule for rule in self.rules if rule["level"] == self.rules[0]["level"]]

    @property
    def further_rules(self) -> list[dict[str, Any]]:
        return self.rules[len(self.leading_rules) :]

    @property
    def likely_causes(self) -> list[dict[str, Any]]:
        return [cause for cause in self._causes if cause["fit"] != "unlikely"]

    @property
    def unlikely_causes(self) -> list[dict[str, Any]]:
        return [cause for cause in self._causes if cause["fit"] == "unlikely"]

    @property
    def _causes(self) -> list[dict[str, Any]]:
        return list(self._result.get("causes", []))

    @property
    def not_asked(self) -> list[dict[str, str]]:
        return list(self._result.get("not_asked", []))

    @property
    def safety_net(self) -> list[str]:
        return list(self._result.get("safety_net", []))

    @property
    def is_reviewed(self) -> bool:
        return bool(self._result.get("reviewed"))

    @property
    def steps(self) -> list[CareStep]:
        return list(self.assessment.care_steps.all())

    @property
    def over(self) -> list[CareStep]:
        """Steps whose time has passed."""
        return [step for step in self.steps if step.phase(self.now) == "over"]

    @property
    def sources(self) -> list[str]:
        """What the rules that fired rest on."""
        named = {source for rule in self.rules for source in rule["sources"]}
        return sorted(source_title(source) for source in named)
