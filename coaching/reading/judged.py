"""Turns what is stored about a report into what a person can read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from athletes.access import tells_kind
from athletes.models import Assessment, CareStep, PainReport
from athletes.services.step_changes import DOCTOR_FIRST, why_fixed
from coaching import words
from coaching.saying import said
from guidance import KNOWLEDGE


def cause_name(cause: str) -> str:
    """In the reader's language; one that this knowledge no longer has keeps its id, readable."""
    known = KNOWLEDGE.causes.get(cause)
    return said(known.name) if known else cause.replace("_", " ")


@dataclass(frozen=True)
class PlanStep:
    """A step of the plan as the desk reads it: what became of it, and whether it may be changed."""

    step: CareStep
    phase: str

    @property
    def fixed(self) -> str:
        """Why nobody may change it; empty where somebody may."""
        return why_fixed(self.step)

    @property
    def is_open(self) -> bool:
        return self.step.state == "open"

    @property
    def became(self) -> str:
        """“Ticked off by Lena”; empty for what nobody has touched."""
        step, who = self.step, {"name": self.step.settled_by or _("somebody who has left")}
        if step.state == "done":
            return _("Ticked off by %(name)s") % who
        if step.state == "skipped":
            return _("Skipped by %(name)s") % who
        if step.is_off:
            return _("Taken out by %(name)s") % who
        if step.state == "changed":
            return _("Changed by %(name)s") % who
        if step.changed_reason and step.settled_at:
            return _("%(name)s took a change back") % who
        return ""


@dataclass(frozen=True)
class Phase:
    """Now, next or later."""

    id: str
    name: str | Promise
    steps: list[PlanStep]

    @property
    def is_later(self) -> bool:
        return self.id == "later"


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
    def headline_of_status(self) -> str:
        """Of who shares only the status: what somebody must act on today or now, and how; "" for the rest."""
        if not tells_kind(self.report.disposition):
            return ""
        return str(
            self.rules[0]["tell_coach"] if self.rules else self.report.screening["tell_coach"]
        )

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
    def plan(self) -> list[Phase]:
        """What is not over yet, in time."""
        steps = [PlanStep(step, step.phase(self.now)) for step in self.steps]
        phases = (
            Phase(key, name, [step for step in steps if step.phase == key])
            for key, name in words.PHASES
        )
        return [phase for phase in phases if phase.steps]

    @property
    def is_fixed(self) -> str:
        """Why nothing in the plan may be changed; empty where something may."""
        return DOCTOR_FIRST if self.steps and why_fixed(self.steps[0]) == DOCTOR_FIRST else ""

    @property
    def over(self) -> list[CareStep]:
        """Steps whose time has passed."""
        return [step for step in self.steps if step.phase(self.now) == "over"]
