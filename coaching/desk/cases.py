"""One athlete's episodes with all that belongs to them, in a fixed number of queries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, Prefetch, Q, QuerySet

from athletes.models import (
    Assessment,
    Athlete,
    CheckIn,
    ClinicianFinding,
    Comment,
    Episode,
    Escalation,
    EscalationEvent,
    PainReport,
    User,
)
from athletes.models.people import AthleteQuerySet
from athletes.returning import ways_back
from coaching.desk.course import Course, course_of
from coaching.desk.reading import Recommendation, cause_name
from coaching.desk.today import Row, rows_for, squads_shown_to
from coaching.telling import Told, told
from coaching.way_back import Sheet
from guidance import Disposition

REPORTS_SHOWN = 30  # of one episode, newest first


@dataclass(frozen=True)
class ReportLine:
    """One report in the table of an episode."""

    report: PainReport

    @property
    def cause(self) -> str:
        leading = self.report.assessment.leading_cause
        return cause_name(leading) if leading else ""

    @property
    def is_pending(self) -> bool:
        return not self.report.assessment.is_finished

    @property
    def filed_by(self) -> str:
        return filer(self.report)


@dataclass(frozen=True)
class Case:
    """An episode as the athlete's page shows it. Only an open one carries its recommendation."""

    episode: Episode
    reports: list[ReportLine]
    escalations: list[Row]
    recommendation: Recommendation | None
    course: Course
    way_back: Sheet | None = None

    @property
    def is_waiting(self) -> bool:
        return any(row.is_waiting for row in self.escalations)

    @property
    def urgency(self) -> int:
        """The level that waits for somebody; -1 where nobody does."""
        waiting = [Disposition(row.escalation.level) for row in self.escalations if row.is_waiting]
        return max((level.rank for level in waiting), default=-1)

    @property
    def told(self) -> Told | None:
        return told(self.recommendation.report) if self.recommendation else None


def filer(report: PainReport) -> str:
    """Who filed it: the athlete, or the name of whoever did it for them."""
    if report.filed_by_id is None:
        return "somebody who has left"
    return "the athlete" if report.filed_by_id == report.athlete.user_id else str(report.filed_by)


def cases_of(user: User, athlete: Athlete, now: datetime) -> list[Case]:
    """All episodes of `athlete` as `user` reads them: the most urgent that waits first, then the open ones, then the newest."""
    episodes = list(_episodes(athlete))
    running = [episode for episode in episodes if not episode.closed_at]
    called = [escalation for episode in episodes for escalation in episode.escalations.all()]
    rows = {row.escalation.pk: row for row in rows_for(user, called, now)}
    judged, ways = _recommendations(running, now), ways_back(running, now)
    cases = [
        Case(
            episode=episode,
            reports=[ReportLine(report) for report in _reports(episode)],
            escalations=[rows[escalation.pk] for escalation in episode.escalations.all()],
            recommendation=judged.get(episode.pk),
            course=course_of(episode),
            way_back=Sheet(ways[episode.pk]) if episode.pk in ways else None,
        )
        for episode in episodes
    ]
    return sorted(cases, key=lambda case: case.urgency, reverse=True)


def _episodes(athlete: Athlete) -> QuerySet[Episode]:
    light = Assessment.objects.order_by("created_at").defer("result")
    reports = (
        PainReport.objects.newest_first()
        .select_related("athlete", "filed_by")
        .prefetch_related(Prefetch("assessments", light))[:REPORTS_SHOWN]
    )
    return (
        athlete.episodes.select_related("closed_by")
        .prefetch_related(
            Prefetch("reports", reports, to_attr="newest_reports"),
            Prefetch("escalations", with_events(Escalation.objects.all())),
            Prefetch("comments", Comment.objects.in_order()),
            Prefetch("check_ins", CheckIn.objects.select_related("answer")),
            Prefetch("findings", ClinicianFinding.objects.select_related("recorded_by")),
        )
        .order_by(F("closed_at").desc(nulls_first=True), "-opened_at")
    )


def _reports(episode: Episode) -> list[PainReport]:
    """As fetched by `_episodes`: a slice of a prefetch needs a place of its own."""
    newest: list[PainReport] = episode.newest_reports  # type: ignore[attr-defined]
    return newest


def with_events(escalations: QuerySet[Escalation]) -> QuerySet[Escalation]:
    """With the time line and everybody named in it."""
    events = EscalationEvent.objects.select_related("actor")
    return (
        escalations.select_related("athlete__club", "acknowledged_by", "resolved_by")
        .prefetch_related(Prefetch("events", events))
        .order_by("-opened_at")
    )


def _recommendations(episodes: list[Episode], now: datetime) -> dict[object, Recommendation]:
    """The newest report's judgement for each of these episodes."""
    newest = {
        report.assessment.pk: report for episode in episodes for report in _reports(episode)[:1]
    }
    judged = Assessment.objects.filter(pk__in=newest).prefetch_related("care_steps")
    return {newest[row.pk].episode_id: Recommendation(newest[row.pk], row, now) for row in judged}


def recommendation_of(report: PainReport, now: datetime) -> Recommendation:
    """The newest judgement of one report."""
    newest = report.assessments.order_by("-created_at").prefetch_related("care_steps")
    return Recommendation(report, newest[0], now)


def roster(user: User, words: str) -> AthleteQuerySet:
    """The athletes whom `user` looks after, with what the list of athletes reads."""
    athletes = Athlete.objects.seen_from_desk_by(user)
    if words:
        athletes = athletes.filter(Q(name__icontains=words) | Q(user__email__icontains=words))
    return athletes.select_related("user", "club").prefetch_related(
        squads_shown_to(user, "squads"),
        Prefetch("episodes", Episode.objects.open().with_latest(), to_attr="open_episodes"),
        Prefetch("escalations", Escalation.objects.unresolved().by_urgency(), to_attr="unresolved"),
    )
