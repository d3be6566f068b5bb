"""Judging a stored report, exactly once in its effects however often it is tried."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import F, OuterRef, Subquery
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from athletes.crashpoints import reach
from athletes.models import Assessment, Athlete, CareStep, PainReport
from athletes.services import episodes, follow_up
from athletes.services.clock import from_now
from athletes.services.webhooks import telling
from guidance import (
    Answers,
    Disposition,
    History,
    PastReport,
    Story,
    assess,
    unassessed,
)

logger = logging.getLogger(__name__)

HISTORY_DAYS = 365


def assess_report(*, assessment_id: UUID, finished_by: str) -> bool:
    """Judge one pending assessment and store all that follows from it. True when this call did it.

    Safe to call at any time, from any process, any number of times: a lease keeps two from working
    at once, and only the first result is stored.
    """
    claimed = (
        Assessment.objects.free()
        .filter(pk=assessment_id)
        .update(
            attempts=F("attempts") + 1,
            claimed_until=from_now(seconds=settings.ASSESSMENT_LEASE_S),
        )
    )
    if not claimed:
        return False
    reach("assess.claimed")
    claim = Assessment.objects.select_related("report__athlete").filter(pk=assessment_id)
    pending = claim.first()
    if pending is None:  # the athlete was erased meanwhile
        return False
    if pending.attempts > settings.ASSESSMENT_MAX_ATTEMPTS:
        return _set_aside(pending, finished_by)
    result = judge(pending.report)
    reach("assess.judged")
    stored = _finish(pending, "done", result, finished_by)
    reach("assess.stored")
    return stored


def judge(report: PainReport) -> dict[str, Any]:
    """What the engine says of a stored report, as `guidance.Assessment` in JSON. Writes nothing."""
    story = story_of(report)
    told = Answers.recall(story.answers, skipped=story.skipped)
    answers = Answers.recall(story.known).merged(told)
    return assess(answers, story.history, story.now).as_json()


def story_of(report: PainReport) -> Story:
    """All that the judgement of a stored report rests on, as plain values; its name is the primary key."""
    return Story(
        name=f"report {report.pk}",
        answers=report.answers,
        skipped=tuple(report.skipped_screens),
        known=report.known_facts,
        history=_history(report),
        now=report.reported_at,
    )


def _history(report: PainReport) -> History:
    """The athlete's reports before this one, as plain values."""
    since = report.reported_at - timedelta(days=HISTORY_DAYS)
    earlier = (
        PainReport.objects.filter(athlete=report.athlete_id, reported_at__gte=since)
        .exclude(pk=report.pk)
        .filter(reported_at__lt=report.reported_at)
        .order_by("reported_at")
        .annotate(leading_cause=_leading_cause(), closed_at=F("episode__closed_at"))
    )
    past = tuple(_past_report(row, report.reported_at) for row in earlier.values(*_OF_THE_PAST))
    return History(
        first_onset=_first_onset(report),
        reports=past,
        episode=str(report.episode_id),
        check_ins_unanswered=follow_up.unanswered(
            episode_id=report.episode_id, at=report.reported_at
        ),
    )


_OF_THE_PAST = (
    "reported_at", "answers", "side", "pain_now", "disposition", "episode_id", "closed_at", "leading_cause",
)  # fmt: skip


def _past_report(row: Mapping[str, Any], now: datetime) -> PastReport:
    site, closed_at = row["answers"].get("site"), row["closed_at"]
    return PastReport(
        at=row["reported_at"],
        site=tuple(site) if isinstance(site, list) else (),  # "not sure" is no place
        side=row["side"] or None,
        pain_now=row["pain_now"],
        disposition=row["disposition"],
        leading_cause=row["leading_cause"] or "",
        episode=str(row["episode_id"]),
        ended=closed_at is not None and closed_at <= now,
    )


def _leading_cause() -> Subquery:
    """What a report was judged to look most like, where it fitted at all."""
    judged = Assessment.objects.filter(report=OuterRef("pk"), state="done")
    fitting = judged.exclude(result__causes__0__fit="unlikely")
    return Subquery(fitting.order_by("-created_at").values("leading_cause")[:1])


def _first_onset(report: PainReport) -> datetime | None:
    """When the episode began, as far as anybody said; a first report is no later than that by itself."""
    episode = report.episode
    if episode.onset_at is not None:
        return episode.onset_at
    return episode.opened_at if episode.opened_at < report.reported_at else None


def _set_aside(pending: Assessment, finished_by: str) -> bool:
    """A report that felled its worker again and again gets the safe answer, and a person's look."""
    logger.error("assessment %s set aside after %s attempts", pending.pk, pending.attempts - 1)
    screening = pending.report.screening
    safe = {**unassessed(), "rules": screening["rules"]}
    return _finish(pending, "failed", safe, finished_by)


def _finish(pending: Assessment, state: str, result: dict[str, Any], finished_by: str) -> bool:
    """One transaction: result, care plan, whoever must be called. Only the first stores.

    What the screening said in the request stands: the result may raise it, never lower it.
    """
    level = max(Disposition(result["disposition"]), Disposition(pending.report.disposition))
    result = {**result, "disposition": level.value}
    with transaction.atomic():
        # Nobody there: the athlete was erased meanwhile, and the row below with them.
        Athlete.objects.select_for_update(no_key=True).filter(pk=pending.report.athlete_id).first()
        causes = result["causes"]
        first = Assessment.objects.pending().filter(pk=pending.pk)
        stored = first.update(
            state=state,
            disposition=result["disposition"],
            leading_cause=causes[0]["id"] if causes else "",
            result=result,
            knowledge_version=result["knowledge_version"],
            finished_at=timezone.now(),
            finished_by=finished_by,
            claimed_until=None,
        )
        if not stored:
            return False
        _plan_care(pending, result["care_steps"])
        _raise_report(pending.report, result)
        follow_up.plan(report=pending.report, result=result)
        # The last run may have been told while this report was still being judged.
        episodes.close_if_pain_free(by=None, episode=pending.report.episode)
        telling.assessed(pending.report)
        reach("assess.written")
    return True


def _plan_care(pending: Assessment, steps: list[dict[str, Any]]) -> None:
    CareStep.objects.bulk_create(
        CareStep(
            assessment=pending,
            advice=step["id"],
            kind=step["kind"],
            text=step["text"],
            why=step["why"],
            evidence=step["evidence"],
            evidence_note=step["evidence_note"],
            sources=step["sources"],
            starts_at=_time(step["from"]),
            ends_at=_time(step["until"]) if step["until"] else None,
            position=position,
        )
        for position, step in enumerate(steps)
    )


def _time(written: str) -> datetime:
    moment = parse_datetime(written)
    if moment is None:
        raise ValueError(f"The engine gave “{written}” where a time was due.")
    return moment


def _raise_report(report: PainReport, result: dict[str, Any]) -> None:
    """The report carries the higher level, and a person is called for whatever is left to do."""
    level = Disposition(result["disposition"])
    PainReport.objects.filter(pk=report.pk).update(disposition=level.value)
    told = [
        rule["tell_coach"] for rule in result["rules"] if rule["level"] == result["disposition"]
    ]
    follow_up.call(
        report=report,
        level=level,
        reason=told[0] if told else result["headline"],
        rules=result["rules"],
    )
