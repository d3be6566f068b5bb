"""A check-in, answered: a short pain report that stands on what was told before."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import DatabaseError, InterfaceError
from django.utils import timezone

from athletes import access
from athletes.check_in_links import find_by_token, link, magic_token
from athletes.models import CheckIn, PainReport, User
from athletes.services import people
from athletes.services.reports import NotStored, Submission, submit_pain_report
from guidance import Answers, CheckInQuestions, carried, check_in_questions, screen

__all__ = ["answer", "find_by_token", "link", "magic_token", "questions"]

UNSURE = "unsure"


def questions(check_in: CheckIn) -> CheckInQuestions:
    """What to ask now: the same of everybody, new danger signs, and those told before."""
    return check_in_questions(check_in.kind, _told_by(_told_last(check_in, timezone.now())))


def answer(
    *,
    by: User,
    check_in: CheckIn,
    answers: Answers,
    client_key: UUID,
    face: str,
    note: str = "",
    reported_at: datetime | None = None,
) -> Submission:
    """A pain report in the same episode: what is told now, and from before what it leaves standing.

    Better, same or worse are answers too (`check_in_told`, or `CheckInQuestions.trends`). Everything else
    is as with any report: danger is judged first, the same key with the same content is the same report,
    and it settles the check-in in the same transaction, whatever had become of that.

    Raises: NotAllowed, SameKeyOtherContent, NotStored.
    """
    athlete = check_in.episode.athlete
    access.require_may_report_for(by, athlete)
    try:
        sent = athlete.reports.filter(client_key=client_key).first()
        at = sent.reported_at if sent else reported_at or timezone.now()
        earlier = _told_last(check_in, at, sent)
    except (DatabaseError, InterfaceError) as fault:
        raise NotStored(screen(answers)) from fault
    return submit_pain_report(
        by=by,
        athlete=athlete,
        answers=carried(_told_by(earlier), answers, since=at - earlier.reported_at),
        client_key=client_key,
        face=face,
        note=note,
        reported_at=reported_at,
        check_in=check_in,
    )


def _told_last(check_in: CheckIn, at: datetime, sent: PainReport | None = None) -> PainReport:
    """The newest report of the episode by `at`; for one that is sent again, as it was then."""
    reports = PainReport.objects.filter(episode=check_in.episode_id, reported_at__lte=at)
    if sent is not None:
        reports = reports.filter(created_at__lt=sent.created_at).exclude(pk=sent.pk)
    return reports.newest_first().first() or check_in.report


def _told_by(report: PainReport) -> Answers:
    """What a report told, but for what the profile keeps and may know better by now."""
    told = Answers.recall(report.answers, skipped=report.skipped_screens)
    kept = [name for name in told if people.is_lasting(name) and told[name] != UNSURE]
    return told.without(kept)
