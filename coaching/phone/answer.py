"""A report with its answer, as the athlete reads it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from django.db.models import Exists, OuterRef

from athletes.models import CareStep, Escalation, Notification, PainReport
from coaching import calls
from coaching.telling import Told, told

EMERGENCY = "emergency_now"
FIRST_STEPS = 4
NEAREST = 3  # causes that are shown although none fits
# How often the page asks whether the answer is there: often at first, then gently, then only by hand.
POLLING = [
    (30, "1s"),
    (120, "5s"),
    (900, "20s"),
]  # up to this age of the report in seconds: how often


@dataclass(frozen=True)
class Answer:
    """What the screening said at once and what the assessment says as soon as it is there."""

    report: PainReport
    now: datetime

    @cached_property
    def result(self) -> dict[str, Any]:
        return self.report.assessment.result or {}

    @property
    def is_pending(self) -> bool:
        return not self.report.assessment.is_finished

    @property
    def has_failed(self) -> bool:
        return bool(self.report.assessment.state == "failed")

    @property
    def poll_every(self) -> str:
        """When htmx shall ask again; empty when it shall not."""
        age = (self.now - self.report.assessment.created_at).total_seconds()
        return next((pace for limit, pace in POLLING if age < limit), "") * self.is_pending

    @property
    def disposition(self) -> str:
        return str(self.report.disposition)

    @property
    def was_emergency_at_once(self) -> bool:
        return bool(self.report.screening["disposition"] == EMERGENCY)

    @property
    def is_emergency(self) -> bool:
        return self.disposition == EMERGENCY

    @property
    def what_to_do(self) -> dict[str, Any]:
        """How soon, and what the strongest rule tells the athlete; without one the headline says it all."""
        rules = self.result.get("rules") or self.report.screening["rules"]
        strongest = next((rule for rule in rules if rule["level"] == self.disposition), None)
        if strongest is not None:
            told, is_certain = strongest["tell_athlete"], strongest["certain"]
        else:
            told, is_certain = self.report.screening["tell_athlete"] * self.is_pending, True
        return {"disposition": self.disposition, "tell_athlete": told, "is_certain": is_certain}

    @property
    def summary(self) -> list[str]:
        """What it looks like, in a sentence or two; nothing while it is being worked out."""
        return list(self.result.get("summary", []))

    @property
    def headline(self) -> str:
        return str(self.result.get("headline") or self.report.screening["tell_athlete"])

    @property
    def likely_causes(self) -> list[dict[str, Any]]:
        """What fits at all; when nothing does, the few that come nearest.

        Outside the lower leg nothing comes near: there only what a danger sign points to is named.
        """
        causes: list[dict[str, Any]] = self.result.get("causes", [])
        fitting = [cause for cause in causes if cause["fit"] != "unlikely"]
        return fitting or causes[: NEAREST * self.is_in_scope]

    @property
    def not_asked(self) -> list[dict[str, str]]:
        """What might change the answer. Outside the lower leg there is none that could be changed."""
        return list(self.result.get("not_asked", [])) if self.is_in_scope else []

    @property
    def is_in_scope(self) -> bool:
        return bool(self.result.get("in_scope", True))

    @property
    def other_causes(self) -> list[dict[str, Any]]:
        causes: list[dict[str, Any]] = self.result.get("causes", [])
        others = [cause for cause in causes if cause not in self.likely_causes]
        return others if self.is_in_scope else []

    @cached_property
    def steps(self) -> list[CareStep]:
        return list(self.report.assessment.care_steps.all())

    @property
    def steps_now(self) -> list[CareStep]:
        return [step for step in self.steps if step.phase(self.now) == "now"]

    @property
    def first_steps(self) -> list[CareStep]:
        """The most useful of what counts now, for the home page."""
        return self.steps_now[:FIRST_STEPS]

    @property
    def hold(self) -> CareStep | None:
        """The first thing not to do now that has an end."""
        held = [step for step in self.steps_now if step.kind == "dont" and step.ends_at]
        return held[0] if held else None

    @cached_property
    def told(self) -> Told:
        return told(self.report)

    @cached_property
    def escalation(self) -> Escalation | None:
        """The call for a person that this report is part of."""
        calls = Escalation.objects.filter(episode=self.report.episode_id)
        mine = calls.filter(events__report=self.report) | calls.filter(report=self.report)
        sent = Notification.objects.filter(escalation=OuterRef("pk"), state="sent")
        newest = mine.select_related("acknowledged_by").distinct().order_by("-opened_at")
        return newest.annotate(somebody_was_told=Exists(sent)).first()

    @cached_property
    def who_was_told(self) -> list[calls.Line]:
        """What happened to the call so far; the same that the coach reads."""
        if self.escalation is None:
            return []
        events = self.escalation.events.select_related("actor")
        return calls.time_line(events, self.report.athlete.club)
