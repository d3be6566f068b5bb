"""Bringing a danger to a person, and keeping the clock until somebody has seen it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models.functions import Now
from django.utils import timezone

from athletes import access, chain, hours
from athletes.chain import Chain
from athletes.crashpoints import reach
from athletes.models import Athlete, CheckIn, Escalation, PainReport, User
from athletes.models.base import LONGEST_WAIT_MIN
from athletes.services import audit, notifications
from athletes.services.events import key_of, note
from athletes.services.webhooks import telling
from guidance import Disposition

CALLING_LEVELS = tuple(LONGEST_WAIT_MIN)
SEEN_TOGETHER = (
    Disposition.WITHIN_DAYS,
    Disposition.COACH_REVIEW,
)  # what is more urgent, one by one

SUBJECTS = {
    Disposition.EMERGENCY_NOW: "An athlete in your squad needs you now",
    Disposition.SAME_DAY: "An athlete in your squad needs you today",
    Disposition.WITHIN_DAYS: "An athlete in your squad needs you in the next days",
    Disposition.COACH_REVIEW: "An athlete in your squad asks for your look",
}
TO_CONTACT = "An athlete in your club needs somebody now, and nobody has answered"


def open_or_raise(
    *,
    report: PainReport,
    level: Disposition,
    reason: str,
    check_in: CheckIn | None = None,
) -> Escalation | None:
    """Make sure that a person is called for `report` at `level`. Doing it again changes nothing.

    With `check_in` it is called for because nobody answered that: once, even where the report itself
    has been seen. Runs in the caller's transaction, which holds the lock on the athlete. Never lowers
    anything.
    """
    if level not in CALLING_LEVELS or report.athlete.is_drill_over:
        return None
    # Locked: a raise of what somebody acknowledges at this moment would be a danger that nobody sees
    # and no clock watches. Whoever comes second finds what the first one left.
    running = report.episode.escalations.open().select_for_update(of=("self",), no_key=True).first()
    called = _Call(report, level, reason, check_in)
    if seen := called.seen_already():
        return seen  # what runs now is about another report
    if running:
        return _raise(running, called)
    return _open(called)


@dataclass(frozen=True)
class _Call:
    """What calls for somebody."""

    report: PainReport
    level: Disposition
    reason: str
    check_in: CheckIn | None

    @property
    def now(self) -> datetime:
        return self.report.created_at if self.report.is_told_history else timezone.now()

    @property
    def acknowledge_by(self) -> datetime:
        """The clock starts when the report reached us, not when a phone without network took it down."""
        start = self.now if self.check_in else self.report.created_at
        return hours.acknowledge_by(self.report.athlete.club, self.level, start)

    def seen_already(self) -> Escalation | None:
        """What a person acknowledged with this very call in it, at this level or a higher one."""
        past = self.report.episode.escalations.order_by("-opened_at")
        if self.check_in:
            return past.filter(events__check_in=self.check_in).first()
        for seen in past.exclude(state="open").filter(events__report=self.report).distinct():
            if Disposition(seen.level) >= self.level:
                return seen
        return None

    def note(self, escalation: Escalation, kind: str) -> None:
        note(
            escalation=escalation,
            kind=kind,
            report=self.report,
            check_in=self.check_in,
            at=self.now,
        )
        reach("escalate.noted")


def _open(call: _Call) -> Escalation:
    escalation = Escalation.objects.create(
        athlete=call.report.athlete,
        episode=call.report.episode,
        report=call.report,
        level=call.level.value,
        reason=call.reason,
        check_in=call.check_in,
        opened_at=call.now,
        acknowledge_by=call.acknowledge_by,
    )
    reach("escalate.opened")
    call.note(escalation, "opened")
    telling.opened(escalation)
    if not call.report.is_told_history:
        _tell_first(escalation)
    return escalation


def _raise(running: Escalation, call: _Call) -> Escalation:
    if call.level > Disposition(running.level):
        running.level, running.reason, running.report = call.level.value, call.reason, call.report
        running.check_in = call.check_in
        running.acknowledge_by = min(running.acknowledge_by, call.acknowledge_by)
        running.save(update_fields=["level", "reason", "report", "check_in", "acknowledge_by"])
        reach("escalate.raised")
        call.note(running, "raised")
        telling.raised(running)
        # What is still to go out says too little now; those it would have told are told the worse.
        running.notifications.filter(state="pending").update(state="withdrawn")
        if not call.report.is_told_history:
            _tell_anew(running)
    elif not _is_in(running, call):
        call.note(running, "reported_again")
    return running


def _is_in(running: Escalation, call: _Call) -> bool:
    return running.events.filter(report=call.report, check_in=call.check_in).exists()


def _tell_first(escalation: Escalation) -> None:
    """The first step at which there is anybody. Who is told keeps the clock of the first step."""
    chained = chain.of_athlete(escalation.athlete, timezone.now())
    step = _next_step(escalation, chained, after=-1)
    if step is None:
        _nobody_left(escalation)
    else:
        _tell(escalation, chained.people(step), chained.has_contact(step, _level(escalation)))


def _tell_anew(escalation: Escalation) -> None:
    """Everybody who was told so far, at the level of now."""
    chained = chain.of_athlete(escalation.athlete, timezone.now())
    told = _told_already(escalation)
    step, level = escalation.chain_step, _level(escalation)
    people = {user for user in chained.on_desk if user.pk in told} | set(chained.people(step))
    if people or chained.has_contact(step, level):
        _tell(escalation, chain.in_order(people), chained.has_contact(step, level))
    else:
        _tell_first(escalation)


def _tell(escalation: Escalation, people: Iterable[User], with_contact: bool) -> None:
    """Write to `people`, into the squads' own channels and, at the end, to the emergency contact."""
    athlete, level = escalation.athlete, _level(escalation)
    mark = "Drill: " if athlete.is_drill else ""
    key = key_of(escalation)
    path = f"/desk/escalations/{escalation.pk}/"
    now = timezone.now()
    told_from = hours.told_from(athlete.club, level, now)
    not_before = told_from if told_from > now else None
    notifications.queue(
        recipients=people,
        key=key,
        subject=mark + SUBJECTS[level],
        path=path,
        level=level,
        escalation=escalation,
        episode=escalation.episode,
        not_before=not_before,
    )
    notifications.queue_outside(
        key=key,
        subject=mark + SUBJECTS[level],
        path=path,
        level=level,
        escalation=escalation,
        squads=athlete.squads.all(),
        not_before=not_before,
    )
    if with_contact:
        notifications.queue_outside(
            key=key,
            subject=mark + TO_CONTACT,
            path=path,
            level=level,
            escalation=escalation,
            address=athlete.club.contact_email,
        )
    reach("escalate.told")


def _next_step(escalation: Escalation, chained: Chain, *, after: int) -> int | None:
    """The next step that tells anybody who was not told of this yet; None when nobody is left."""
    told = _told_already(escalation)
    written = escalation.notifications.exclude(address="").exists()
    for step in range(after + 1, chain.last_step(_level(escalation)) + 1):
        new = any(user.pk not in told for user in chained.people(step))
        if new or (chained.has_contact(step, _level(escalation)) and not written):
            return step
    return None


def _told_already(escalation: Escalation) -> set[int]:
    told = escalation.notifications.exclude(recipient=None)
    return set(told.values_list("recipient_id", flat=True))


def _nobody_left(escalation: Escalation) -> None:
    """Said once: by the event, and by the banner on the desk for as long as it is open."""
    if escalation.nobody_left_at is None:
        escalation.nobody_left_at = timezone.now()
        escalation.save(update_fields=["nobody_left_at"])
        note(escalation=escalation, kind="nobody_left")


def _level(escalation: Escalation) -> Disposition:
    return Disposition(escalation.level)


def is_for_others(*, user: User, athlete: Athlete) -> bool:
    """Whether somebody else has to settle it: it is about `user`, who is not alone on that desk."""
    is_own = athlete.user_id == user.pk
    return is_own and chain.of_athlete(athlete, timezone.now()).has_others()


def require_may_settle(*, by: User, athlete: Athlete) -> None:
    """Somebody from the desk, and not the athlete: only where nobody else is there may they do it."""
    access.require_on_desk_of(by, athlete)
    if is_for_others(user=by, athlete=athlete):
        raise access.NotAllowed("This is about yourself: somebody else of the club has to see it.")


def acknowledge(
    *, by: User, escalation: Escalation, level: str = "", at: datetime | None = None
) -> Escalation:
    """A person has seen it. The first to say so stays; saying it again changes nothing.

    `level` is what that person saw (default: what `escalation` holds). Raised since then, it stays
    open: nobody has seen the worse of it.
    """
    require_may_settle(by=by, athlete=escalation.athlete)
    now = at or timezone.now()
    with transaction.atomic():
        as_seen = Escalation.objects.filter(
            pk=escalation.pk, state="open", level=level or escalation.level
        )
        first = as_seen.update(state="acknowledged", acknowledged_at=now, acknowledged_by=by)
        reach("acknowledge.marked")
        escalation.refresh_from_db()
        if first:
            note(escalation=escalation, kind="acknowledged", by=by, at=now)
            telling.acknowledged(escalation)
            # Somebody has it: whoever was not written to yet need not be called any more.
            escalation.notifications.filter(state="pending").update(state="withdrawn")
            _note_change(escalation, by=by, fields=["state"])
    reach("acknowledge.stored")
    return escalation


@dataclass(frozen=True)
class SeenTogether:
    """What became of several that were acknowledged at once."""

    seen: list[Escalation]
    raised: list[Escalation]  # more urgent than `by` saw it: still waiting


@transaction.atomic
def acknowledge_together(*, by: User, seen: Iterable[tuple[Escalation, str]]) -> SeenTogether:
    """Each with the level that `by` saw, one event each; all or nothing.

    Only for levels that can wait: what calls for somebody now or today is looked at one by one. Raises
    NotAllowed for such a level, and where one of them is about `by`.
    """
    ticked = sorted(seen, key=lambda pair: pair[0].pk)  # one order: no deadlock
    low = {level.value for level in SEEN_TOGETHER}
    if any(level not in low for _, level in ticked):
        raise access.NotAllowed("What is urgent has to be acknowledged one by one.")
    done = [acknowledge(by=by, escalation=it, level=level) for it, level in ticked]
    return SeenTogether(
        seen=[it for it in done if it.state != "open"],
        raised=[it for it in done if it.state == "open"],
    )


def resolve(
    *, by: User, escalation: Escalation, outcome: str, at: datetime | None = None
) -> Escalation:
    """It is dealt with; `outcome` says how, in a line. What was not seen yet is seen by this."""
    now = at or timezone.now()
    with transaction.atomic():
        escalation = Escalation.objects.select_for_update(no_key=True).get(pk=escalation.pk)
        escalation = acknowledge(by=by, escalation=escalation, at=now)
        first = Escalation.objects.filter(pk=escalation.pk, state="acknowledged").update(
            state="resolved", resolved_at=now, resolved_by=by, outcome=outcome
        )
        reach("resolve.marked")
        escalation.refresh_from_db()
        if first:
            note(escalation=escalation, kind="resolved", by=by, at=now)
            _note_change(escalation, by=by, fields=["state", "outcome"])
    reach("resolve.stored")
    return escalation


def _note_change(escalation: Escalation, *, by: User, fields: list[str]) -> None:
    audit.record_change(
        by=by,
        athletes=[escalation.athlete],
        what="escalation",
        record_key=escalation.pk,
        fields=fields,
    )


def pass_on(*, escalation_id: UUID) -> bool:
    """Nobody acknowledged in time: tell the next in the chain and start the clock anew.

    Where nobody is left, that is said once and the owners are told again, each time the clock runs out;
    it is never silently ended. Two sweeps at once do it once.
    """
    with transaction.atomic():
        due = Escalation.objects.past_due().filter(pk=escalation_id)
        # By the database's clock, as the sweep: a machine whose own is behind would pass on all at once.
        locked: Any = (
            due.select_for_update(of=("self",), no_key=True).annotate(database_time=Now()).first()
        )
        if locked is None:
            return False
        _pass_on(locked, locked.database_time)
    reach("escalate.passed_on")
    return True


def _pass_on(escalation: Escalation, now: datetime) -> None:
    level = _level(escalation)
    chained = chain.of_athlete(escalation.athlete, now)
    step = _next_step(escalation, chained, after=escalation.chain_step)
    if step is None:
        people, last = _last_resort(escalation, chained), chain.last_step(level)
        escalation.chain_step = max(escalation.chain_step, last) + 1
    else:
        people, escalation.chain_step = chained.people(step), step
    escalation.acknowledge_by = hours.acknowledge_by(escalation.athlete.club, level, now)
    escalation.save(update_fields=["chain_step", "acknowledge_by"])
    reach("escalate.moved")
    note(escalation=escalation, kind="passed_on")
    telling.raised(escalation)
    if step is None:
        _nobody_left(escalation)
    _tell(escalation, people, chained.has_contact(escalation.chain_step, level))


def _last_resort(escalation: Escalation, chained: Chain) -> list[User]:
    """Who is told again when all have been told: the owners, and whoever has come since."""
    told = _told_already(escalation)
    everybody = chained.people(chain.OWNERS)
    again = [user for user in everybody if user in chained.owners or user.pk not in told]
    return again or everybody
