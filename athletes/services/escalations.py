"""Bringing a danger to a person, and keeping the clock until somebody has seen it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from athletes import access
from athletes.models import Athlete, Escalation, EscalationEvent, PainReport, User
from athletes.models.base import LONGEST_WAIT_MIN
from athletes.services import notifications
from guidance import Disposition

CALLING_LEVELS = tuple(LONGEST_WAIT_MIN)
LAST_STEP = 2  # owners; they are told again and again until somebody acknowledges

SUBJECTS = {
    Disposition.EMERGENCY_NOW: "An athlete in your squad needs you now",
    Disposition.SAME_DAY: "An athlete in your squad needs you today",
    Disposition.WITHIN_DAYS: "An athlete in your squad needs you in the next days",
    Disposition.COACH_REVIEW: "An athlete in your squad asks for your look",
}


def open_or_raise(*, report: PainReport, level: Disposition, reason: str) -> Escalation | None:
    """Make sure that a person is called for `report` at `level`. Doing it again changes nothing.

    Runs in the caller's transaction, which holds the lock on the athlete. Never lowers anything.
    """
    if level not in CALLING_LEVELS:
        return None
    # Locked: a raise of what somebody acknowledges at this moment would be a danger that nobody sees
    # and no clock watches. Whoever comes second finds what the first one left.
    running = report.episode.escalations.open().select_for_update(of=("self",)).first()
    if seen := _seen_already(report, level):
        return seen  # what runs now is about another report
    if running:
        return _raise(running, report, level, reason)
    return _open(report, level, reason)


def _seen_already(report: PainReport, level: Disposition) -> Escalation | None:
    """What a person acknowledged with this very report in it, at this level or a higher one."""
    with_it = report.episode.escalations.exclude(state="open").filter(events__report=report)
    for seen in with_it.order_by("-opened_at").distinct():
        if Disposition(seen.level) >= level:
            return seen
    return None


def _open(report: PainReport, level: Disposition, reason: str) -> Escalation:
    escalation = Escalation.objects.create(
        athlete=report.athlete,
        episode=report.episode,
        report=report,
        level=level.value,
        reason=reason,
        opened_at=report.reported_at,
        acknowledge_by=report.reported_at + report.athlete.club.wait_for(level),
    )
    _note(escalation, "opened", report=report, at=report.reported_at)
    _tell(escalation)
    return escalation


def _raise(running: Escalation, report: PainReport, level: Disposition, reason: str) -> Escalation:
    if level > Disposition(running.level):
        due = report.reported_at + report.athlete.club.wait_for(level)
        running.level, running.reason, running.report = level.value, reason, report
        running.acknowledge_by = min(running.acknowledge_by, due)
        running.save(update_fields=["level", "reason", "report", "acknowledge_by"])
        _note(running, "raised", report=report, at=report.reported_at)
        _tell(running)
    elif not running.events.filter(report=report).exists():
        _note(running, "reported_again", report=report, at=report.reported_at)
    return running


def _note(
    escalation: Escalation,
    kind: str,
    *,
    by: User | None = None,
    report: PainReport | None = None,
    at: datetime | None = None,
) -> None:
    EscalationEvent.objects.create(
        created_at=at or timezone.now(),
        escalation=escalation,
        kind=kind,
        actor=by,
        report=report,
        level=escalation.level,
        chain_step=escalation.chain_step,
    )


def _tell(escalation: Escalation) -> None:
    """Write to whoever the chain has reached. A step without anybody goes on to the next."""
    people: QuerySet[User] = User.objects.none()
    for step in range(min(escalation.chain_step, LAST_STEP), LAST_STEP + 1):
        people = who_is_told(athlete=escalation.athlete, step=step)
        if people:
            break
    notifications.queue(
        recipients=people,
        key=f"escalation:{escalation.pk}:{escalation.level}:{escalation.chain_step}",
        subject=SUBJECTS[Disposition(escalation.level)],
        path=f"/desk/escalations/{escalation.pk}/",
        level=Disposition(escalation.level),
        escalation=escalation,
        episode=escalation.episode,
    )


def who_is_told(*, athlete: Athlete, step: int) -> QuerySet[User]:
    """The chain: the squads' coaches, then their clinicians too, then the club's owners as well."""
    held = Q(memberships__ended_at=None, memberships__club=athlete.club_id)
    in_squads = held & Q(memberships__squads__in=athlete.squads.all())
    told = in_squads & Q(memberships__role=access.COACH)
    if step >= 1:
        told |= in_squads & Q(memberships__role=access.CLINICIAN)
    if step >= LAST_STEP:
        told |= held & Q(memberships__role=access.OWNER)
    return User.objects.filter(told, is_active=True).distinct()


@transaction.atomic
def acknowledge(
    *, by: User, escalation: Escalation, level: str = "", at: datetime | None = None
) -> Escalation:
    """A person has seen it. The first to say so stays; saying it again changes nothing.

    `level` is what that person saw (default: what `escalation` holds). Raised since then, it stays
    open: nobody has seen the worse of it.
    """
    access.require_on_desk_of(by, escalation.athlete)
    now = at or timezone.now()
    as_seen = Escalation.objects.filter(
        pk=escalation.pk, state="open", level=level or escalation.level
    )
    first = as_seen.update(state="acknowledged", acknowledged_at=now, acknowledged_by=by)
    escalation.refresh_from_db()
    if first:
        _note(escalation, "acknowledged", by=by, at=now)
        # Somebody has it: whoever was not written to yet need not be called any more.
        escalation.notifications.filter(state="pending").update(state="withdrawn")
    return escalation


@transaction.atomic
def resolve(
    *, by: User, escalation: Escalation, outcome: str, at: datetime | None = None
) -> Escalation:
    """It is dealt with; `outcome` says how, in a line. What was not seen yet is seen by this."""
    now = at or timezone.now()
    escalation = Escalation.objects.select_for_update().get(pk=escalation.pk)
    escalation = acknowledge(by=by, escalation=escalation, at=now)
    first = Escalation.objects.filter(pk=escalation.pk, state="acknowledged").update(
        state="resolved", resolved_at=now, resolved_by=by, outcome=outcome
    )
    escalation.refresh_from_db()
    if first:
        _note(escalation, "resolved", by=by, at=now)
    return escalation


@transaction.atomic
def pass_on(*, escalation_id: UUID) -> bool:
    """Nobody acknowledged in time: tell the next in the chain and start the clock anew.

    The last step is repeated, never silently ended. Two sweeps at once do it once.
    """
    due = Escalation.objects.past_due().filter(pk=escalation_id)
    escalation = due.select_for_update(of=("self",)).first()
    if escalation is None:
        return False
    step = escalation.chain_step + 1
    deadline = timezone.now() + escalation.athlete.club.wait_for(Disposition(escalation.level))
    moved = Escalation.objects.filter(
        pk=escalation.pk, state="open", chain_step=escalation.chain_step
    ).update(chain_step=step, acknowledge_by=deadline)
    if not moved:
        return False
    escalation.refresh_from_db()
    _note(escalation, "passed_on")
    _tell(escalation)
    return True
