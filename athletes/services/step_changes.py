"""A coach or clinician changes a step of a care plan, says why, and can take it back."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from athletes import access, chain
from athletes.models import CareStep, User
from athletes.models.escalations import TALK
from athletes.services import audit, notifications
from guidance import KNOWLEDGE, Disposition

PLAN_CHANGED = gettext_noop("Your coach has changed your plan")
DOCTOR_FIRST = gettext_noop(
    "This answer asks for a doctor on the same day, so nobody changes its plan here. Write to the athlete to "
    "add something; the plan is made anew with the next report."
)
GUARDS = gettext_noop("This step guards against a danger, so nobody can change it here.")
LONGEST = 300
WATCHES = "wait_and_see"  # the tag of what says to watch, or to ask somebody, while one waits


class Fixed(Exception):
    """The step is not for a person to change (HTTP 409). The message is for people."""


def why_fixed(step: CareStep) -> str:
    """Why nobody may change `step`; empty where a coach or clinician may.

    What a danger asks for stands: the whole plan of an answer that sends somebody to a doctor today, each
    “don't” that is also said then, what is only said where somebody is to be seen, and what says to watch: most
    dangers begin as something harmless.
    """
    judged = step.assessment
    levels = [Disposition(told) for told in (judged.disposition, judged.report.disposition) if told]
    if max(levels, default=Disposition.EMERGENCY_NOW) >= Disposition.SAME_DAY:
        return DOCTOR_FIRST
    advice = KNOWLEDGE.advice.get(step.advice)
    if advice is None:  # of an earlier knowledge: nobody can say any more what it guards against
        return GUARDS if step.kind == "dont" else ""
    if step.kind == "dont":
        return GUARDS if max(advice.dispositions) >= Disposition.SAME_DAY else ""
    watches = WATCHES in advice.tags
    return GUARDS if watches or min(advice.dispositions) >= Disposition.WITHIN_DAYS else ""


@transaction.atomic
def change_step(
    *, by: User, step: CareStep, reason: str, text: str = "", at: datetime | None = None
) -> CareStep:
    """From now on `text` holds instead of the step's own words; without it the step is off.

    The athlete is told and reads the reason. The same change sent twice is one.

    Raises: NotAllowed, Fixed, ValidationError (every mistake at once).
    """
    _require_looks_after(by, step)
    reason, text = reason.strip(), text.strip()
    wrong = {}
    if not reason:
        wrong["reason"] = _("Say why: the athlete reads it.")
    for name, words in (("reason", reason), ("text", text)):
        if len(words) > LONGEST:
            wrong[name] = _("At most %(number)s characters.") % {"number": LONGEST}
    if wrong:
        raise ValidationError(wrong)
    step = _locked(step)
    if fixed := why_fixed(step):
        raise Fixed(fixed)
    if (step.state, step.coach_text, step.changed_reason) == ("changed", text, reason):
        return step
    step.coach_text, step.changed_reason = text, reason
    return _settle(step, state="changed", by=by, at=at)


@transaction.atomic
def undo_change(*, by: User, step: CareStep, at: datetime | None = None) -> CareStep:
    """The step's own words hold again. Why it had been changed stays in the record.

    Raises: NotAllowed.
    """
    _require_looks_after(by, step)
    step = _locked(step)
    if not step.is_changed:
        return step
    step.coach_text = ""
    return _settle(step, state="open", by=by, at=at)


def _require_looks_after(by: User, step: CareStep) -> None:
    athlete = step.assessment.report.athlete
    access.require_on_desk_of(by, athlete)
    if athlete.user_id == by.pk:
        raise access.NotAllowed(_("Somebody else must change it. Your own steps you can skip."))


def _locked(step: CareStep) -> CareStep:
    rows = CareStep.objects.select_for_update(no_key=True, of=("self",))
    return rows.select_related("assessment__report__athlete__user").get(pk=step.pk)


def _settle(step: CareStep, *, state: str, by: User, at: datetime | None) -> CareStep:
    step.state, step.settled_at, step.settled_by = state, at or timezone.now(), by
    step.save(update_fields=["state", "settled_at", "settled_by", "coach_text", "changed_reason"])
    report = step.assessment.report
    notifications.queue(
        recipients=chain.own_side(report.athlete, step.settled_at),
        key=f"step:{step.pk}:{step.settled_at.isoformat()}",
        subject=PLAN_CHANGED,
        path=f"/me/reports/{report.pk}/",
        topic=TALK,
        episode=report.episode,
    )
    audit.record_change(
        by=by,
        athletes=[report.athlete],
        what="step",
        record_key=step.pk,
        fields=["state", "coach_text", "changed_reason"],
    )
    return step
