"""One athlete's episodes with all that belongs to them, in a fixed number of queries."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import F, Prefetch, Q, QuerySet
from django.utils.translation import gettext as _

from athletes.casebook import Casebook
from athletes.models import (
    Assessment,
    Athlete,
    CareStep,
    CheckIn,
    ClinicianFinding,
    Comment,
    Episode,
    Escalation,
    EscalationEvent,
    HandOver,
    PainReport,
    TrainingHold,
    User,
)
from athletes.models.people import AthleteQuerySet
from athletes.returning import ways_back
from coaching import words
from coaching.body_map import Body, coloured
from coaching.pain_curve import Curve
from coaching.reading.course import Course, course_of
from coaching.reading.happenings import Story, holds_in
from coaching.reading.judged import Recommendation, cause_name
from coaching.reading.today import Row, rows_for, squads_shown_to
from coaching.telling import Told, told
from coaching.way_back import Sheet
from guidance import Disposition

REPORTS_SHOWN = 30  # of one episode, newest first
PLAN = Prefetch("care_steps", CareStep.objects.select_related("settled_by"))
HOLD_PEOPLE = ("set_by", "released_by", "episode")
MAPS_SHOWN = 5  # legs in a row, of the newest reports


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
class Map:
    """Where it hurt in one report."""

    when: str
    body: Body


@dataclass(frozen=True)
class Case:
    """An episode as the athlete's page shows it. Only an open one carries its recommendation."""

    episode: Episode
    reports: list[ReportLine]
    escalations: list[Row]
    recommendation: Recommendation | None
    course: Course
    curve: Curve
    way_back: Sheet | None = None

    @property
    def maps(self) -> list[Map]:
        """Where it hurt over time, the oldest first."""
        zone, now = self.curve.zone, self.curve.now
        newest = [line.report for line in self.reports[:MAPS_SHOWN]]
        return [
            Map(words.when(report.reported_at, zone, now), body_of(report))
            for report in reversed(newest)
        ]

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
        return _("somebody who has left")
    if report.filed_by_id == report.athlete.user_id:
        return _("the athlete")
    return str(report.filed_by)


def body_of(report: PainReport) -> Body:
    """The places that one report names."""
    sites, side = report.answers.get("site") or (), str(report.answers.get("side") or "")
    named = sites if isinstance(sites, list) else ()
    return coloured({(str(site), side): report.pain_now for site in named})


def casebook_of(athlete: Athlete, now: datetime) -> Casebook:
    """All of `athlete`, whoever reads it: what may be shown of it is for `cases_of` and the like to say."""
    episodes = episodes_of(athlete)
    return Casebook(
        athlete=athlete,
        now=now,
        episodes=episodes,
        every_hold=list(TrainingHold.objects.filter(athlete=athlete).select_related(*HOLD_PEOPLE)),
        every_way=ways_back(episodes, now),
    )


def cases_of(user: User, book: Casebook) -> list[Case]:
    """All episodes of an athlete as `user` reads them: the most urgent that waits first, then the open ones, then the newest."""
    now = book.now
    running = [episode for episode in book.episodes if not episode.closed_at]
    called = [escalation for episode in book.episodes for escalation in episode.escalations.all()]
    rows = {row.escalation.pk: row for row in rows_for(user, called, now)}
    judged = recommendations(running, now)
    stories = _stories(book, rows)
    cases = [
        Case(
            episode=story.episode,
            reports=[ReportLine(report) for report in story.reports],
            escalations=story.calls,
            recommendation=judged.get(story.episode.pk),
            course=course_of(story.episode),
            curve=story.curve(now),
            way_back=story.way_back,
        )
        for story in stories
    ]
    return sorted(cases, key=lambda case: case.urgency, reverse=True)


def case_of(user: User, episode: Episode, now: datetime) -> Case:
    """One episode (with its athlete and club) as `user` reads it."""
    return case_in(casebook_of(episode.athlete, now), user, episode)


def case_in(book: Casebook, user: User, episode: Episode) -> Case:
    """The same, of what was read already."""
    return next(case for case in cases_of(user, book) if case.episode.pk == episode.pk)


def episodes_of(athlete: Athlete) -> list[Episode]:
    """With all that belongs to them, the open ones first."""
    episodes = list(_episodes(athlete))
    for episode in episodes:
        episode.athlete = athlete  # of the same row, and read already
    return episodes


def _stories(book: Casebook, rows: dict[UUID, Row]) -> list[Story]:
    """All that happened in each episode, in one query more."""
    steps: dict[UUID, list[CareStep]] = {}
    for step in settled_steps(book.episodes):
        steps.setdefault(step.assessment.report.episode_id, []).append(step)
    stories = []
    for episode in book.episodes:
        stories.append(
            Story(
                episode=episode,
                reports=_reports(episode),
                calls=[rows[call.pk] for call in episode.escalations.all()],
                steps=steps.get(episode.pk, []),
                holds=holds_in(episode, book.every_hold),
                way_back=None if episode.closed_at else Sheet(book.every_way[episode.pk]),
            )
        )
    return stories


def settled_steps(episodes: Iterable[Episode]) -> QuerySet[CareStep]:
    """What was ticked, skipped or changed in any plan of `episodes`."""
    settled = CareStep.objects.filter(
        assessment__report__episode__in=list(episodes), settled_at__isnull=False
    )
    return settled.select_related("settled_by", "assessment__report").defer("assessment__result")


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
            Prefetch("hand_overs", HandOver.objects.select_related("clinician", "handed_by")),
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


def recommendations(episodes: list[Episode], now: datetime) -> dict[UUID, Recommendation]:
    """The newest report's judgement for each of these episodes."""
    newest = {
        report.assessment.pk: report for episode in episodes for report in _reports(episode)[:1]
    }
    judged = Assessment.objects.filter(pk__in=newest).select_related("report")
    judged = judged.prefetch_related(PLAN)
    return {newest[row.pk].episode_id: Recommendation(newest[row.pk], row, now) for row in judged}


def recommendation_of(report: PainReport, now: datetime) -> Recommendation:
    """The newest judgement of one report."""
    newest = report.assessments.order_by("-created_at").prefetch_related(PLAN)
    return Recommendation(report, newest[0], now)


def roster(user: User, words: str) -> AthleteQuerySet:
    """The athletes whom `user` looks after, with what the list of athletes reads."""
    athletes = Athlete.objects.seen_from_desk_by(user)
    if words:
        athletes = athletes.filter(Q(name__icontains=words) | Q(user__email__icontains=words))
    return athletes.select_related("user", "club").prefetch_related(
        squads_shown_to(user, "squads"),
        Prefetch(
            "episodes",
            Episode.objects.open().with_latest().select_related("athlete"),
            to_attr="open_episodes",
        ),
        Prefetch("escalations", Escalation.objects.unresolved().by_urgency(), to_attr="unresolved"),
    )
