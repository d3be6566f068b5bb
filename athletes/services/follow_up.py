"""What time brings after a report: who is asked again and when, and what happens where nobody answers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.db.models.functions import Now
from django.utils import timezone

from athletes import chain, consent
from athletes.asking import at_chosen_hour, in_waking_hours
from athletes.crashpoints import reach
from athletes.models import Athlete, CheckIn, Episode, Notification, PainReport, User
from athletes.models.escalations import FOLLOW_UP, OPEN
from athletes.models.follow_up import ANSWERED, ASKED, CANCELLED, MISSED, PLANNED, REMINDED
from athletes.services import escalations, notifications
from athletes.services.webhooks import telling
from guidance import (
    Answers,
    Disposition,
    History,
    PlannedCheckIn,
    assess,
    check_ins_for,
    planned_check_in,
)

HOW_IS_IT = "How is it today? Three taps"
ASK_THEM = "Ask an athlete how it is today"
TO_GUARDIANS = {
    Disposition.EMERGENCY_NOW: "Somebody you are the guardian of needs you now",
    Disposition.SAME_DAY: "Somebody you are the guardian of needs you today",
}
NOT_ANSWERED = "An athlete has not answered a check-in"
NO_WORD_AFTER_DANGER = (
    "No answer to the check-in after a danger sign. Please call: no answer is not “better”."
)
NEAR_ITS_TIME = timedelta(hours=24)  # farther than night and a chosen hour can move it
WORSE, YES = "worse_since_last_report", "yes"


def plan(*, report: PainReport, result: Mapping[str, Any]) -> None:
    """Plan the check-ins that follow `report`, judged as `result`. Runs in the caller's transaction,
    which holds the lock on the athlete. Doing it again changes nothing.

    Only what was told last is followed up. A report that is no answer, or an answer that is worse,
    begins anew; any other answer leaves the days that were promised, and the last of them comes again.
    """
    is_open = Episode.objects.filter(pk=report.episode_id, closed_at=None).exists()
    if not is_open or _reports(report).filter(reported_at__gt=report.reported_at).exists():
        return
    if report.athlete.club.calls_nobody:
        return
    planned = check_ins_for(result)
    others = CheckIn.objects.waiting().filter(episode=report.episode_id).exclude(report=report)
    if _goes_on(report):
        promised = others.filter(state=PLANNED, due_at__gt=report.reported_at)
        kept = list(promised.values_list("pk", flat=True))
        _cancel(others.exclude(pk__in=kept))
        planned = () if kept else planned[-1:]
    else:
        _cancel(others)
    rows = _rows(report, Disposition(result["disposition"]), planned)
    CheckIn.objects.bulk_create(rows, ignore_conflicts=True)
    reach("check_in.planned")


def _reports(report: PainReport) -> Any:
    """The others of its episode."""
    return PainReport.objects.filter(episode=report.episode_id).exclude(pk=report.pk)


def before(report: PainReport) -> PainReport | None:
    """What was told last before `report` in its episode."""
    earlier = _reports(report).filter(reported_at__lte=report.reported_at)
    return earlier.newest_first().first()  # type: ignore[no-any-return]


def _goes_on(report: PainReport) -> bool:
    """An answer to a check-in that is neither said to be worse nor more urgent than what came before."""
    if not _is_an_answer(report) or report.answers.get(WORSE) == YES:
        return False
    earlier, now = before(report), PainReport.objects.get(pk=report.pk)
    return earlier is not None and Disposition(now.disposition) <= Disposition(earlier.disposition)


def _is_an_answer(report: PainReport) -> bool:
    return CheckIn.objects.filter(answer=report).exists()


def _rows(
    report: PainReport, level: Disposition, planned: Iterable[PlannedCheckIn]
) -> list[CheckIn]:
    """Those that can still be asked in time. What reached us too late for all is asked once from now on."""
    now, told = timezone.now(), list(planned)
    rows = [_row(report, level, entry, report.reported_at) for entry in told]
    in_time = [row for row in rows if row.missed_at > now]
    if rows and not in_time and not report.is_told_history:
        return [_row(report, level, told[0], now)]
    return in_time


def _row(report: PainReport, level: Disposition, entry: PlannedCheckIn, start: datetime) -> CheckIn:
    due = start + entry.due_after
    remind, missed = due + entry.remind_after, due + entry.missed_after
    if not entry.at_night:
        zone = report.athlete.zone
        due = in_waking_hours(_as_chosen(report, level, entry, due), zone)
        remind = in_waking_hours(due + entry.remind_after, zone)
        # A reminder that slipped to the morning leaves as long to answer as the first word did.
        latest = max(due + entry.missed_after, remind + entry.remind_after)
        missed = in_waking_hours(latest, zone)
    return CheckIn(
        episode_id=report.episode_id,
        report=report,
        kind=entry.id,
        level=level.value,
        due_at=due,
        remind_at=remind,
        missed_at=missed,
    )


def _as_chosen(
    report: PainReport, level: Disposition, entry: PlannedCheckIn, due: datetime
) -> datetime:
    """`due`, or the hour near it that the athlete chose. What follows a danger does not wait for it."""
    user = report.athlete.user
    if user is None or user.ask_at is None or level >= Disposition.SAME_DAY:
        return due
    zone, now = report.athlete.zone, timezone.now()
    return at_chosen_hour(due, after=entry.due_after, hour=user.ask_at, zone=zone, now=now)


def move_to_hour(*, user: User) -> None:
    """What is planned for `user` moves to the hour that they chose now. Runs in the caller's transaction."""
    planned = CheckIn.objects.filter(
        state=PLANNED, due_at__gt=timezone.now(), episode__athlete__user=user
    )
    for check_in in planned.select_related("report__athlete__user").select_for_update(
        of=("self",), no_key=True
    ):
        report, entry = check_in.report, planned_check_in(check_in.kind)
        if entry is None:  # this knowledge asks it no more
            continue
        if abs(report.reported_at + entry.due_after - check_in.due_at) > NEAR_ITS_TIME:
            continue  # a report that came too late is asked for once, whenever that is
        new = _row(report, Disposition(check_in.level), entry, report.reported_at)
        times = {name: getattr(new, name) for name in ("due_at", "remind_at", "missed_at")}
        CheckIn.objects.filter(pk=check_in.pk, state=PLANNED).update(**times)


# ---------------------------------------------------------------- what the sweeps do


def ask(*, check_in_id: UUID) -> bool:
    """Ask the athlete; without a log-in, a coach is to ask. Two sweeps at once do it once."""
    with transaction.atomic():
        due = CheckIn.objects.due_to_ask().filter(pk=check_in_id)
        if not due.update(state=ASKED, asked_at=Now()):
            return False
        check_in = _fresh(check_in_id)
        if _is_void(check_in):
            return True
        assert check_in.asked_at is not None
        _put_off(check_in, check_in.asked_at - check_in.due_at, "remind_at", "missed_at")
        _write(check_in, "asked")
        reach("check_in.asked")
    return True


def remind(*, check_in_id: UUID) -> bool:
    """Ask a second time, and only that."""
    with transaction.atomic():
        due = CheckIn.objects.due_to_remind().filter(pk=check_in_id)
        if not due.update(state=REMINDED, reminded_at=Now()):
            return False
        check_in = _fresh(check_in_id)
        if _is_void(check_in):
            return True
        assert check_in.reminded_at is not None
        _put_off(check_in, check_in.reminded_at - check_in.remind_at, "missed_at")
        _write(check_in, "reminded")
        reach("check_in.reminded")
    return True


def miss(*, check_in_id: UUID) -> bool:
    """Nobody answered: a coach is told, and after a danger sign that is itself an escalation."""
    with transaction.atomic():
        row = CheckIn.objects.filter(pk=check_in_id).values_list("episode__athlete_id", flat=True)
        if not Athlete.objects.select_for_update(no_key=True).filter(pk__in=list(row)).exists():
            return False
        due = CheckIn.objects.due_to_miss().filter(pk=check_in_id)
        if not due.update(state=MISSED, settled_at=Now()):
            return False
        check_in = _fresh(check_in_id)
        if _is_void(check_in):
            return True
        if Disposition(check_in.level) >= Disposition.SAME_DAY:
            escalations.open_or_raise(
                report=check_in.report,
                level=Disposition.SAME_DAY,
                reason=NO_WORD_AFTER_DANGER,
                check_in=check_in,
            )
        else:
            _tell_coaches(check_in)
            _call_where_nobody_answers(check_in)
        telling.missed(check_in)
        reach("check_in.missed")
    return True


def _fresh(check_in_id: UUID) -> CheckIn:
    people = CheckIn.objects.select_related("report", "episode__athlete__user")
    return people.get(pk=check_in_id)


def _is_void(check_in: CheckIn) -> bool:
    """Who has left is not asked, and nobody is called because they are silent."""
    if check_in.episode.athlete.left_at is None and check_in.episode.closed_at is None:
        return False
    _cancel(CheckIn.objects.filter(pk=check_in.pk))
    return True


def _put_off(check_in: CheckIn, late: timedelta, *times: str) -> None:
    """Whoever is asked later than planned has as long to answer as everybody."""
    for name in times:
        setattr(check_in, name, getattr(check_in, name) + max(late, timedelta()))
    check_in.save(update_fields=times)


def _write(check_in: CheckIn, step: str) -> None:
    athlete = check_in.episode.athlete
    themselves = chain.own_side(athlete, timezone.now())
    dangerous = Disposition(check_in.level) >= Disposition.SAME_DAY
    notifications.queue(
        recipients=themselves or _coaches(athlete),
        key=f"check-in:{check_in.pk}:{step}",
        subject=HOW_IS_IT if themselves else ASK_THEM,
        path=f"/{'me' if themselves else 'desk'}/check-ins/{check_in.pk}/",
        topic=FOLLOW_UP,
        level=Disposition.SAME_DAY if dangerous else None,  # nobody has switched that off
        episode=check_in.episode,
        check_in=check_in,
    )


def _tell_coaches(check_in: CheckIn) -> None:
    notifications.queue(
        recipients=_coaches(check_in.episode.athlete),
        key=f"check-in:{check_in.pk}:missed",
        subject=NOT_ANSWERED,
        path=f"/desk/athletes/{check_in.episode.athlete_id}/",
        topic=FOLLOW_UP,
        episode=check_in.episode,
        check_in=check_in,
    )


def _coaches(athlete: Athlete) -> list[User]:
    return chain.of_athlete(athlete, timezone.now()).first_people()


def _call_where_nobody_answers(check_in: CheckIn) -> None:
    """Silence calls for somebody by the same rules as what is told."""
    now = timezone.now()
    history = History(check_ins_unanswered=unanswered(episode_id=check_in.episode_id, at=now))
    judged = assess(Answers.parse({}), history, now)
    if judged.rules:
        escalations.open_or_raise(
            report=check_in.report,
            level=judged.disposition,
            reason=judged.rules[0].tell_coach,
            check_in=check_in,
        )


# ---------------------------------------------------------------- what the other services need


def unanswered(*, episode_id: UUID, at: datetime) -> int:
    """How many check-ins in a row were missed by `at`, since the last that was heard of before then."""
    heard = PainReport.objects.filter(episode=episode_id, reported_at__lt=at)
    missed = CheckIn.objects.filter(episode=episode_id, state=MISSED, settled_at__lte=at)
    if last := heard.aggregate(last=Max("reported_at"))["last"]:
        missed = missed.filter(settled_at__gt=last)
    return missed.count()


def settle(*, check_in: CheckIn, report: PainReport) -> None:
    """`report` answers it, whatever became of it meanwhile; of two answers the later counts.

    Runs in the caller's transaction, which holds the lock on the athlete.
    """
    row = CheckIn.objects.select_related("answer").get(pk=check_in.pk)
    if row.answer and row.answer.reported_at > report.reported_at:
        return
    CheckIn.objects.filter(pk=row.pk).update(
        state=ANSWERED, settled_at=row.settled_at if row.answer else Now(), answer=report
    )
    _withdraw([row.pk])
    reach("check_in.answered")


def cancel(*, episode: Episode) -> None:
    """The episode is over: nobody is asked about it any more."""
    _cancel(CheckIn.objects.waiting().filter(episode=episode))


def _cancel(rows: Any) -> None:
    over = list(rows.values_list("pk", flat=True))
    CheckIn.objects.filter(pk__in=over).update(state=CANCELLED, settled_at=Now())
    _withdraw(over)


def _withdraw(check_ins: list[UUID]) -> None:
    unsent = Notification.objects.filter(check_in__in=check_ins, state="pending")
    unsent.update(state="withdrawn")


def call(
    *, report: PainReport, level: Disposition, reason: str, rules: Iterable[Mapping[str, Any]]
) -> None:
    """Call somebody for `report`, unless it is an answer that says nothing new to who has seen it all.

    What needs somebody today calls every time.
    """
    at_level = {rule["id"] for rule in rules if rule["level"] == level.value}
    if not _is_known(report, level, at_level):
        escalations.open_or_raise(report=report, level=level, reason=reason)
    if level >= Disposition.SAME_DAY and not report.is_told_history:
        _tell_guardians(report, level)


def _tell_guardians(report: PainReport, level: Disposition) -> None:
    """Of a danger whoever answers for the athlete hears at once, beside the coaches."""
    guardians = consent.guardianships_of(report.athlete, timezone.now())
    notifications.queue(
        recipients=[row.user for row in guardians if row.user_id != report.filed_by_id],
        key=f"guardian:{report.pk}:{level.value}",
        subject=TO_GUARDIANS[level],
        path=f"/me/reports/{report.pk}/",
        level=level,
        episode=report.episode,
    )


def _is_known(report: PainReport, level: Disposition, rules: set[str]) -> bool:
    if level >= Disposition.SAME_DAY or report.answers.get(WORSE) == YES:
        return False
    if not rules or not _is_an_answer(report):
        return False
    called = list(report.episode.escalations.values_list("state", "level"))
    seen = [Disposition(past) for state, past in called if state != OPEN]
    if len(seen) < len(called) or not seen or max(seen) < level:
        return False  # one that waits is told of it; and what nobody has seen is news
    earlier = before(report)
    return earlier is not None and rules <= _fired(earlier)


def _fired(report: PainReport) -> set[str]:
    judged = report.assessment.result or report.screening
    return {rule["id"] for rule in judged["rules"]}
