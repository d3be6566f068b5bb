"""The time line of an escalation: what happened, who did it or was told, when. Only ever added to."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from athletes.models import CheckIn, Escalation, EscalationEvent, PainReport, User


def note(
    *,
    escalation: Escalation,
    kind: str,
    by: User | None = None,
    report: PainReport | None = None,
    check_in: CheckIn | None = None,
    channel: str = "",
    reached: str = "",
    at: datetime | None = None,
) -> EscalationEvent:
    """Add one event. Inner step: it belongs into the transaction of what it tells of.

    `by` is who did it, or who was told (`told`, `not_told`); `reached` names who was told where that is
    no user: a squad's channel, the emergency contact. `at` is for history that is entered later.
    """
    return EscalationEvent.objects.create(
        created_at=at or timezone.now(),
        escalation=escalation,
        kind=kind,
        actor=by,
        report=report,
        check_in=check_in,
        channel=channel,
        reached=reached,
        level=escalation.level,
        chain_step=escalation.chain_step,
    )
