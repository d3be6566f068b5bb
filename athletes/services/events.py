"""The time line of an escalation: what happened, who did it or was told, when. Only ever added to."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.utils import timezone

from athletes.models import CheckIn, Escalation, EscalationEvent, PainReport, User
from athletes.models.escalations import IN_APP


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
    level: str = "",
    chain_step: int | None = None,
) -> EscalationEvent:
    """Add one event. Inner step: it belongs into the transaction of what it tells of.

    `by` is who did it, or who was told (`told`, `not_told`); `reached` names who was told where that is
    no user: a squad's channel, the emergency contact. `at` is for history that is entered later. `level` and
    `chain_step` are the escalation's of now, unless it tells of what was written before it moved on.
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
        level=level or escalation.level,
        chain_step=escalation.chain_step if chain_step is None else chain_step,
    )


def key_of(escalation: Escalation) -> str:
    """Of all messages of one level and step of the chain: the same to the same person twice is one message."""
    return f"escalation:{escalation.pk}:{escalation.level}:{escalation.chain_step}"


def step_of(key: str) -> int | None:
    """At which step of the chain a message with this key was written; None if it is of no chain."""
    kind, *rest = key.split(":")
    return int(rest[2]) if kind == "escalation" else None


def note_told_in_app(*, escalation: Escalation, people: Iterable[User]) -> None:
    """`told` for each of `people`, in one statement: in the app a message stands as soon as it is written."""
    now = timezone.now()
    EscalationEvent.objects.bulk_create(
        EscalationEvent(
            created_at=now,
            escalation=escalation,
            kind="told",
            actor=person,
            channel=IN_APP,
            level=escalation.level,
            chain_step=escalation.chain_step,
        )
        for person in people
    )
