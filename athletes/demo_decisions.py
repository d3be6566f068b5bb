"""What the people of the demo club did with a plan, and what a coach decided: steps, holding training, handing over."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from athletes.models import Athlete, CareStep, PainReport, User
from athletes.services import care, hand_overs, holds, step_changes


def settle(report: PainReport, written: dict[str, Any], *, coach: User) -> None:
    """`ticked`: advice that the athlete ticked off; `changed`: advice that the coach changed; `handed`: to whom."""
    steps = {step.advice: step for step in report.assessment.care_steps.all()}
    if ticked := written.get("ticked"):
        at = report.reported_at + timedelta(hours=ticked["hours_later"])
        for advice in ticked["advice"]:
            _tick(steps[advice], by=report.athlete.user or coach, at=at)
    if changed := written.get("changed"):
        step_changes.change_step(
            by=coach,
            step=steps[changed["advice"]],
            reason=changed["reason"],
            text=changed["text"],
            at=report.reported_at + timedelta(hours=changed["hours_later"]),
        )
    if handed := written.get("handed"):
        hand_overs.hand_over(
            by=coach,
            episode=report.episode,
            to_name=handed["to"],
            note=handed["note"],
            at=report.reported_at + timedelta(hours=handed["hours_later"]),
        )


def _tick(step: CareStep, *, by: User, at: datetime) -> None:
    """As of then: what is ticked off in the app is ticked off now."""
    care.set_step_state(by=by, step=step, state="done")
    CareStep.objects.filter(pk=step.pk).update(settled_at=at)


def hold(
    athlete: Athlete, written: dict[str, Any], *, coach: User, since: datetime, until: datetime
) -> None:
    """A coach keeps the athlete out of training, or in part of it."""
    holds.hold_training(
        by=coach,
        athlete=athlete,
        episode=athlete.episodes.open().first(),
        kind=written["kind"],
        reason=written["reason"],
        until=until,
        at=since,
    )
