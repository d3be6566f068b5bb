"""A report with its answer, as the athlete reads it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from django.db.models import Exists, OuterRef

from athletes.models import CareStep, Escalation, Notification, PainReport
from coaching import calls, words
from coaching.phone.plan import Plan
from coaching.saying import said
from coaching.telling import Told, told

EMERGENCY, SAME_DAY = "emergency_now", "same_day"
MILD = ("self_care", "coach_review")  # where the plan says more than how soon to be seen
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
        return {
            "disposition": self.disposition,
            "tell_athlete": told,
            "is_certain": is_certain,
            "rules": rules,
        }

    @property
    def summary(self) -> list[str]:
        """What it looks like, in a sentence or two; nothing while it is being worked out."""
        return list(self.result.get("summary", []))

    @property
    def is_same_day(self) -> bool:
        return self.disposition == SAME_DAY

    @property
    def headline(self) -> str:
        """One line: what to do. Where nobody need be seen soon, how long to ease off, if the plan says so."""
        hold = self.plan.hold
        if self.is_mild and hold is not None:
            return hold.headline(self.report.athlete.zone, self.now)
        return str(words.LEVELS[self.disposition][1])

    @property
    def in_a_line(self) -> str:
        """The state of today for the home page: “Hold hard running until Thursday 07:40”."""
        hold = self.plan.hold
        if self.is_mild and hold is not None:
            return hold.in_a_line(self.report.athlete.zone, self.now)
        return self.headline

    @property
    def is_mild(self) -> bool:
        return self.disposition in MILD and not self.is_pending and not self.has_failed

    @property
    def lead(self) -> str:
        """What the headline leaves open, in a sentence or two, in the reader's language.

        The strongest rule's words begin with the engine's own headline, or go beyond it; without a rule that stands alone.
        """
        engine = str(self.result.get("headline", ""))
        told = said(str(self.what_to_do["tell_athlete"])).removeprefix(f"{self.headline}.").strip()
        if not engine or not self.what_to_do["is_certain"]:
            return told
        more = told.removeprefix(said(engine)).strip()
        if self.disposition in MILD or not more:
            return f"{said(engine)} {more}".strip()
        return more

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

    @cached_property
    def plan(self) -> Plan:
        return Plan(self.steps, self.now)

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
