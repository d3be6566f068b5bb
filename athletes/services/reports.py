"""Taking a pain report: judged for danger first, stored once, never lost."""

from __future__ import annotations

import hashlib
import json
import logging
import traceback
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import DatabaseError, InterfaceError, transaction
from django.utils import timezone

from athletes import access
from athletes.consent import Standing
from athletes.crashpoints import reach
from athletes.models import Assessment, Athlete, CheckIn, Episode, PainReport, User
from athletes.models.reports import DEMO
from athletes.services import assessments, audit, clock, follow_up, leaving, people, wake
from athletes.services.episodes import find_or_open, place_of
from guidance import KNOWLEDGE, Answers, Disposition, History, Screening, assess, screen, unassessed

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Submission:
    """A stored report, and whether it is new (False: the same report was sent again).

    `on_consent` is False where nobody agreed that it is kept: it is, to protect the person.
    """

    report: PainReport
    created: bool
    on_consent: bool = True


class SameKeyOtherContent(Exception):
    """The client key was used for a report with other answers (HTTP 409)."""


class NotStored(Exception):
    """The database did not take the report. `screening` still says what to do (HTTP 503)."""

    def __init__(self, screening: Screening) -> None:
        super().__init__("The report could not be stored.")
        self.screening = screening


class NotKept(NotStored):
    """Nobody agreed that it is kept, and it holds no danger that needs somebody today (HTTP 403).

    It is answered all the same: `screening`, and `judged`, as the worker would have judged it. A face that knows only
    `NotStored` answers the danger signs too.
    """

    def __init__(self, screening: Screening, judged: dict[str, Any]) -> None:
        super().__init__(screening)
        self.judged = judged


def submit_pain_report(
    *,
    by: User,
    athlete: Athlete,
    answers: Answers,
    client_key: UUID,
    face: str,
    note: str = "",
    reported_at: datetime | None = None,
    check_in: CheckIn | None = None,
) -> Submission:
    """Screen `answers` for danger, then store all that follows in one transaction.

    That is: report, screening, episode, pending assessment, lasting facts for the profile and, for a
    danger sign, the escalation with its messages. The same `client_key` with the same content is the
    same report. `reported_at` (aware, default now) is for what is sent or entered later: a danger in it
    calls somebody now, when it reached us, but for the demo club's past.
    With `check_in` it answers that, in the same episode.

    Where nobody agreed that reports are kept, only what needs somebody now or today is: to protect the person's
    life. All else is judged and answered, and not stored.

    Raises: NotAllowed, SameKeyOtherContent, NotKept, NotStored.
    """
    access.require_may_report_for(by, athlete)
    received_at = timezone.now()
    now = reported_at or received_at
    known = athlete.known_facts(now.astimezone(athlete.zone).date())
    screening = screen(Answers.parse(known).merged(answers))
    draft = _draft(answers, known, note, screening, now)
    draft["created_at"] = now if face == DEMO else received_at  # the demo club's past came in then
    reach("submit.screened")
    try:
        submission = _store_all(
            by, athlete, client_key, face, draft, check_in, in_hindsight=reported_at is not None
        )
    except NotKept as unkept:
        if _shares_all(athlete, by):
            raise
        raise NotKept(_without_grounds(unkept.screening), _by_itself(answers, unkept)) from None
    except (DatabaseError, InterfaceError) as fault:
        _log(fault)
        heard = screening if _shares_all(athlete, by) else _without_grounds(screening)
        raise NotStored(heard) from fault
    reach("submit.stored")
    if submission.created:
        _judge_here_if_nobody_else_does(submission.report)
    return submission


@transaction.atomic
def _store_all(
    by: User,
    athlete: Athlete,
    client_key: UUID,
    face: str,
    draft: dict[str, Any],
    check_in: CheckIn | None,
    *,
    in_hindsight: bool,
) -> Submission:
    """The report with all that follows from it, or nothing."""
    submission = _store(by, athlete, client_key, face, draft, check_in)
    if submission.created and submission.on_consent:
        carried_over = check_in is not None or in_hindsight
        people.keep_lasting_facts(by=by, report=submission.report, in_hindsight=carried_over)
    if submission.created:
        _note_filed(submission.report, by)
    reach("submit.written")
    return submission


def _log(fault: Exception) -> None:
    """Every face answers this kindly, so here is the only place where it is heard of. Without the message: a database
    repeats the failing row in it."""
    places = "".join(traceback.format_tb(fault.__traceback__))
    logger.error("a report could not be stored: %s\n%s", type(fault).__name__, places)


def _shares_all(athlete: Athlete, by: User) -> bool:
    """Without asking a database, which may be what has failed."""
    return athlete.sharing == access.SHARE_ALL or athlete.user_id == by.pk


def _without_grounds(screening: Screening) -> Screening:
    """As urgent and with all that is to be done, but not by which answers: some were given before, and are not shared."""
    bare = tuple(replace(rule, because=(), findings=()) for rule in screening.rules)
    return replace(screening, rules=bare)


def _by_itself(answers: Answers, unkept: NotKept) -> dict[str, Any]:
    """What was told now, judged without what was told before; as urgent as with it."""
    judged: dict[str, Any] = assess(answers, History(), timezone.now()).as_json()
    return {**judged, "disposition": unkept.judged["disposition"]}


def _note_filed(report: PainReport, by: User) -> None:
    """An audit that cannot be written must not take the report with it, nor the call for help."""
    if by.pk == report.athlete.user_id:
        return
    try:
        with transaction.atomic():
            audit.record_change(
                by=by, athletes=[report.athlete], what="report", record_key=report.pk
            )
    except DatabaseError as fault:
        logger.error("report %s: no entry in the audit: %s", report.pk, type(fault).__name__)


def content_hash(answers: Answers, note: str) -> str:
    """What makes two reports the same: answers, skipped screens and note."""
    content = [answers.as_dict(), sorted(answers.skipped), note]
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def _draft(
    answers: Answers, known: dict[str, Any], note: str, screening: Screening, now: datetime
) -> dict[str, Any]:
    """The columns of the report, worked out before the transaction so that it stays short."""
    site, _, side = place_of(answers)
    days, pain = answers.get("days_since_onset"), answers.get("severity_nrs")
    return {
        "content_hash": content_hash(answers, note),
        "answers": answers.as_dict(),
        "skipped_screens": sorted(answers.skipped),
        "known_facts": known,
        "note": note,
        "site": site,
        "side": side,
        "pain_now": float(pain) if isinstance(pain, (int, float)) else None,
        "onset_at": now - timedelta(days=days) if isinstance(days, (int, float)) else None,
        "screening": screening.as_json(),
        "disposition": screening.disposition.value,
        "reported_at": now,
    }


def _store(
    by: User,
    athlete: Athlete,
    client_key: UUID,
    face: str,
    draft: dict[str, Any],
    check_in: CheckIn | None,
) -> Submission:
    # One report at a time for an athlete: a resend finds the first, an episode is opened once.
    athlete = Athlete.objects.select_for_update(no_key=True).get(pk=athlete.pk)
    if earlier := athlete.reports.filter(client_key=client_key).first():
        if earlier.content_hash != draft["content_hash"]:
            raise SameKeyOtherContent
        return Submission(earlier, created=False)
    leaving.comes_back(by=by, athlete=athlete)
    episode = _still_open(check_in) or find_or_open(
        athlete=athlete,
        region=place_of(Answers.parse(draft["answers"]))[1],
        side=draft["side"],
        onset_at=draft["onset_at"],
        now=draft["reported_at"],
    )
    report = PainReport.objects.create(
        athlete=athlete, episode=episode, filed_by=by, face=face, client_key=client_key, **draft
    )
    on_consent = _is_agreed_to(report)
    pending = Assessment.objects.create(report=report, knowledge_version=KNOWLEDGE.version)
    # With the id of the request beside it: by the second key the tasks' lines are found. (Eighty lines of
    # the demo club's history would only hide the address that `make run` prints.)
    level = logging.DEBUG if report.is_told_history else logging.INFO
    logger.log(level, "report %s waits as assessment %s", report.pk, pending.pk)
    if check_in:
        follow_up.settle(check_in=check_in, report=report)
    _call_for_help(report)
    wake.dispatcher()
    return Submission(report, created=True, on_consent=on_consent)


def _still_open(check_in: CheckIn | None) -> Episode | None:
    """The episode of a check-in; over meanwhile, a report at that place opens the next one."""
    open_ones = Episode.objects.open()
    return open_ones.filter(pk=check_in.episode_id).first() if check_in else None


def _is_agreed_to(report: PainReport) -> bool:
    """Whether somebody agreed that it is kept. Raises NotKept where nobody did and nobody has to come today.

    A danger that the screening found is kept without another look. Else it is judged here as a worker would, with what
    was told before; the caller's transaction then takes back the report itself.
    """
    if Standing(report.athlete, timezone.now()).is_given:
        return True
    screened = Disposition(report.screening["disposition"])
    if screened >= Disposition.SAME_DAY:
        return False
    judged = _judged_now(report)
    if Disposition(judged["disposition"]) < Disposition.SAME_DAY:
        raise NotKept(screen(Answers.recall(report.known_facts).merged(_told(report))), judged)
    return False


def _judged_now(report: PainReport) -> dict[str, Any]:
    """As a worker would; where that fails, the answer that is safe: the danger signs stand in it all the same."""
    try:
        return assessments.judge(report)
    except (DatabaseError, InterfaceError):
        raise
    except Exception:
        # What is not stored nobody finds again: whoever asked must be answered now.
        logger.exception("a report that nobody agreed to keep could not be judged")
        return {**unassessed(), "rules": report.screening["rules"]}


def _told(report: PainReport) -> Answers:
    return Answers.recall(report.answers, skipped=report.skipped_screens)


def _call_for_help(report: PainReport) -> None:
    """The danger that the screening found goes to a person at once, not by way of a worker."""
    from_screen = report.screening
    follow_up.call(
        report=report,
        level=Disposition(from_screen["disposition"]),
        reason=from_screen["tell_coach"],
        rules=from_screen["rules"],
    )


def _judge_here_if_nobody_else_does(report: PainReport) -> None:
    """With no dispatcher alive for a minute, the request does the whole work itself."""
    try:
        if not clock.is_fresh(name=clock.DISPATCHER):
            assessments.assess_report(assessment_id=report.assessment.pk, finished_by="web")
    except Exception:
        # The report is stored and its danger signs are answered: a fault here must not tell the
        # athlete otherwise. The row stays pending, with its attempt counted, for the dispatcher.
        logger.exception("report %s could not be assessed in the request", report.pk)
