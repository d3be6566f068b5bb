"""A rehearsal of the chain: a marked report goes the real way, so that a club sees what would happen."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Max, QuerySet
from django.db.models.functions import Now
from django.utils import timezone

from athletes import access, chain
from athletes.models import Assessment, Athlete, Club, Escalation, PainReport, Squad, User
from athletes.services import assessments, episodes, reports
from athletes.services.events import note
from guidance import KNOWLEDGE, Answers, Disposition, screen

NAME = "Drill (nobody)"
OUTCOME = "Drill"
LASTS_AT_MOST = timedelta(hours=6)  # who started it may have been killed; it must not ring for ever
LEVELS = (Disposition.EMERGENCY_NOW, Disposition.SAME_DAY)


class CannotRehearse(Exception):
    """Why a drill could not be made, in a plain sentence."""


@dataclass(frozen=True)
class Happened:
    """Something of a drill that came about, and when."""

    at: datetime
    what: str


@dataclass(frozen=True)
class Drill:
    """A drill by its report: how it stands."""

    report: PainReport

    @property
    def squad(self) -> UUID | None:
        return self.report.athlete.squads.values_list("pk", flat=True).first()

    @property
    def escalation(self) -> Escalation:
        return escalation_of(self.report)

    @property
    def is_over(self) -> bool:
        return self.report.episode.closed_at is not None

    @property
    def course(self) -> list[Happened]:
        return course(self.report)

    @property
    def not_told(self) -> list[str]:
        return not_told(self.report)


def of_owner(user: User) -> QuerySet[PainReport]:
    """The drills, over or not, in the clubs that `user` owns."""
    owned = Club.objects.filter(access.clubs_led_by(user)).values("pk")
    made = PainReport.objects.filter(athlete__is_drill=True, athlete__club__in=owned)
    return made.select_related("athlete", "episode")


def who_files(squad: Squad) -> User:
    """Somebody who runs the squad: the drill's report is filed in their name. Raises CannotRehearse."""
    chained = chain.of_squads([squad], timezone.now())[squad.pk]
    leads = chained.desk.holders(access.COACH, chained.squads) | chained.owners
    if not leads:
        raise CannotRehearse(
            f"{squad.name} has no coach and its club no owner: nobody would be told."
        )
    return chain.in_order(leads)[0]


def who_would_be_told(squad: Squad, level: Disposition) -> list[list[str]]:
    """The names of each step of the chain, each with only those who are new in it."""
    chained = chain.of_squads([squad], timezone.now())[squad.pk]
    steps, before = [], set[User]()
    for step in range(chain.last_step(level) + 1):
        people = chained.people(step)
        names = [str(user) for user in people if user not in before]
        if chained.has_contact(step, level):
            names.append(f"{squad.club.contact_name or 'the emergency contact'} by e-mail")
        steps.append(names)
        before |= set(people)
    return steps


def start(*, by: User, squad: Squad, level: Disposition) -> PainReport:
    """File the drill's report as `by`, the way every report is filed. Raises CannotRehearse, NotStored."""
    access.require_leads_squad(by, squad)
    who_files(squad)  # or nobody would be told
    for left_over in Athlete.objects.filter(is_drill=True, squads=squad, left_at=None):
        end(by=by, athlete=left_over)  # of a drill that was killed
    athlete = _nobody(squad)
    return reports.submit_pain_report(
        by=by,
        athlete=athlete,
        answers=answers_for(level),
        client_key=uuid.uuid4(),
        face="desk",
        note=OUTCOME,
    ).report


@transaction.atomic
def _nobody(squad: Squad) -> Athlete:
    nobody = Athlete.objects.filter(is_drill=True, squads=squad).first()
    if nobody is None:
        nobody = Athlete(club=squad.club, name=NAME, timezone=squad.club.timezone, is_drill=True)
    nobody.left_at = None
    nobody.save()
    nobody.squads.set([squad])
    return nobody


def answers_for(level: Disposition) -> Answers:
    """One danger sign of the knowledge that alone calls for `level`. Raises CannotRehearse."""
    for finding in KNOWLEDGE.findings.values():
        if finding.kind == "yes_no" and not finding.profile:
            told = Answers.parse({finding.id: "yes"})
            if screen(told).disposition == level:
                return told
    raise CannotRehearse(f"No single danger sign in the knowledge calls for {level.value}.")


@transaction.atomic
def _resolve(athlete: Athlete, by: User | None) -> None:
    now = timezone.now()
    Athlete.objects.select_for_update(no_key=True).get(
        pk=athlete.pk
    )  # before its escalations, as everywhere
    for escalation in athlete.escalations.unresolved().select_for_update(of=("self",), no_key=True):
        escalation.state, escalation.outcome = "resolved", OUTCOME
        escalation.acknowledged_at = escalation.acknowledged_at or now
        escalation.resolved_at, escalation.resolved_by = now, by
        escalation.save()
        note(escalation=escalation, kind="resolved", by=by)
        escalation.notifications.filter(state="pending").update(state="withdrawn")
    for episode in athlete.episodes.open():
        episodes.close_drill(by=by, episode=episode, reason=OUTCOME)
    Athlete.objects.filter(pk=athlete.pk).update(left_at=now)


def end(*, by: User | None, athlete: Athlete) -> None:
    """Resolve what the drill opened, close its episode and let its athlete leave. Again: no change."""
    if not athlete.is_drill:
        raise ValueError("Only a drill's own athlete can be ended like that.")
    for left in Assessment.objects.pending().filter(report__athlete=athlete):
        assessments.assess_report(assessment_id=left.pk, finished_by="drill")
    _resolve(athlete, by)


def left_over() -> QuerySet[Athlete]:
    """Drills that nobody has ended in time: whoever started them is gone."""
    going_on = Athlete.objects.filter(is_drill=True, left_at=None)
    return going_on.annotate(last_filed=Max("reports__created_at")).filter(
        last_filed__lt=Now() - LASTS_AT_MOST
    )


def end_left_over(*, athlete_id: UUID) -> bool:
    """End one of them in the name of whoever filed it. Two sweeps at once do it once."""
    athlete = left_over().filter(pk=athlete_id).first()
    if athlete is None:
        return False
    filed = athlete.reports.order_by("-created_at").select_related("filed_by").first()
    assert filed is not None  # it is left over because of this report
    end(by=filed.filed_by, athlete=athlete)
    return True


def course(report: PainReport) -> list[Happened]:
    """All that came of a drill's report up to now, in the order of time."""
    return sorted(_came_about(report), key=lambda step: step.at)


def _came_about(report: PainReport) -> Iterator[Happened]:
    for judged in report.assessments.exclude(finished_at=None):
        assert judged.finished_at is not None
        yield Happened(judged.finished_at, f"judged by the {judged.finished_by}")
    for event in escalation_of(report).events.select_related("actor"):
        who = event.reached or (str(event.actor) if event.actor else "")
        way = f", {event.get_channel_display().lower()}" if event.channel else ""
        yield Happened(
            event.created_at, f"{event.get_kind_display().lower()}: {who}{way}".rstrip(": ")
        )


def escalation_of(report: PainReport) -> Escalation:
    return report.episode.escalations.get()


def not_told(report: PainReport) -> list[str]:
    """Each message of the drill that has not gone out, and why as far as known."""
    left = escalation_of(report).notifications.filter(state__in=["pending", "failed"])
    return [
        f"{notice.recipient or notice.squad_channel or 'the emergency contact'}, "
        f"{notice.get_channel_display().lower()}: {notice.error or 'not tried yet'}"
        for notice in left.select_related("recipient", "squad_channel")
    ]


def seen_by(report: PainReport) -> User | None:
    """Who acknowledged it, once somebody has."""
    return escalation_of(report).acknowledged_by
