"""What becomes of a care step."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from athletes import access
from athletes.models import CareStep, User
from athletes.services import audit

SET_BY_HAND = ("open", "done", "skipped")


@transaction.atomic
def set_step_state(*, by: User, step: CareStep, state: str) -> CareStep:
    """Tick a step off, skip it, or take that back.

    What a coach changed is changed again when the tick is taken back. What a coach took out of the plan is not there to
    be done: it stays out.
    """
    athlete = step.assessment.report.athlete
    access.require_may_report_for(by, athlete)
    if state not in SET_BY_HAND:
        raise ValueError(f"a step is set to one of {SET_BY_HAND}, not {state!r}")
    step = CareStep.objects.select_for_update(no_key=True).get(pk=step.pk)
    if step.is_off:
        return step
    is_taken_back = state == "open"
    step.state = "changed" if is_taken_back and step.is_changed else state
    step.settled_at = None if is_taken_back else timezone.now()
    step.settled_by = None if is_taken_back else by
    step.save(update_fields=["state", "settled_at", "settled_by"])
    audit.record_change(
        by=by, athletes=[athlete], what="step", record_key=step.pk, fields=["state"]
    )
    return step
