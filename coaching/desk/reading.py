"""Turns what is stored about a report into what a person can read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from athletes.models import Assessment, CareStep, PainReport
from guidance import KNOWLEDGE


def cause_name(cause: str) -> str:
    known = KNOWLEDGE.causes.get(cause)
    return known.name if known else cause.replace("_", " ")


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
        """What might change the answer. Outside the lower leg there is none that could be changed."""
        return list(self._result.get("not_asked", [])) if self.is_in_scope else []

    @property
    def safety_net(self) -> list[str]:
        return list(self._result.get("safety_net", []))

    @property
    def is_in_scope(self) -> bool:
        return bool(self._result.get("in_scope", True))

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
