"""What becomes of a care step."""

from __future__ import annotations

from django.db import transaction

from athletes import access
from athletes.models import CareStep, User

SET_BY_HAND = ("open", "done", "skipped")


@transaction.atomic
def set_step_state(*, by: User, step: CareStep, state: str) -> CareStep:
    """Tick a step off, skip it, or take that back."""
    access.require_may_report_for(by, step.assessment.report.athlete)
    if state not in SET_BY_HAND:
        raise ValueError(f"a step is set to one of {SET_BY_HAND}, not {state!r}")
    CareStep.objects.filter(pk=step.pk).update(state=state)
    step.refresh_from_db()
    return step
