"""The demo club, filed through the services and judged by the real engine."""

from __future__ import annotations

import tomllib
import uuid
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from athletes import access
from athletes.models import Athlete, Episode, Membership, PainReport, Squad, User
from athletes.returning import way_back
from athletes.services import (
    assessments,
    comments,
    episodes,
    escalations,
    findings,
    people,
    reports,
    returning,
)
from guidance import Answers, next_question

STORY = Path(__file__).with_name("demo_club.toml")
PASSWORD = "niggle-demo-club"
COACH, ATHLETE = "coach@demo.test", "athlete@demo.test"
_KEYS = uuid.UUID("6e696767-6c65-4465-8d6f-000000000000")  # any fixed id: the same keys each time


def is_loaded() -> bool:
    return User.objects.filter(email=COACH).exists()


def load(now: datetime) -> None:
    """File the whole story, as it would stand at `now`."""
    story = tomllib.loads(STORY.read_text(encoding="utf-8"))
    telling = _Telling(now=now, users={p["email"]: _person(p) for p in story["person"]})
    telling.found_club(story)
    for athlete in story["athlete"]:
        telling.tell(athlete)


def _answers(written: dict[str, Any], known: dict[str, Any]) -> Answers:
    """What was told; the danger signs that the interview asks besides were answered “none of these”."""
    told = Answers.parse(written["answers"])
    while True:
        question = next_question(Answers.parse(known).merged(told))
        if question is None or question.kind == "detail":
            return told
        value = "no" if question.none_of_these else "unsure"
        for finding in question.findings:
            told = told.with_(finding.id, value)


def _person(written: dict[str, Any]) -> User:
    return User.objects.create_user(written["email"], PASSWORD, name=written["name"])


@dataclass
class _Telling:
    now: datetime
    users: dict[str, User]
    squads: dict[str, Squad] = field(default_factory=dict)

    @property
    def owner(self) -> User:
        return self.users[COACH]

    def found_club(self, story: dict[str, Any]) -> None:
        first, *others = story["squad"]
        squad = people.create_club(by=self.owner, name=story["club"], squad_name=first["name"])
        club = squad.club
        for column in ("timezone", "contact_name", "contact_phone", "emergency_number"):
            setattr(club, column, story[column])
        club.save()
        self.squads[first["name"]] = squad
        for other in others:
            self.squads[other["name"]] = people.create_squad(
                by=self.owner, club=club, name=other["name"]
            )
        for written in story["squad"]:
            for email in written["coaches"]:
                squad = self.squads[written["name"]]
                people.grant_role(user=self.users[email], squad=squad, role=access.COACH)

    def tell(self, written: dict[str, Any]) -> None:
        athlete = self._athlete(written)
        for number, report in enumerate(written.get("report", [])):
            self._report(athlete, report, number)
        for comment in written.get("comment", []):
            self._comment(athlete, comment)
        if "back" in written:
            self._back_to_running(athlete, written["back"])

    def _athlete(self, written: dict[str, Any]) -> Athlete:
        squad = self.squads[written["squad"]]
        athlete = people.add_athlete(
            by=self.owner,
            squad=squad,
            name=written["name"],
            timezone=written["zone"],
            birth_date=written["born"],
            background=written["background"],
        )
        if user := self.users.get(written.get("email", "")):
            athlete.user = user
            athlete.save(update_fields=["user"])
            people.grant_role(user=user, squad=squad, role=access.ATHLETE)
        return athlete

    def _report(self, athlete: Athlete, written: dict[str, Any], number: int) -> None:
        filer = self.users.get(written.get("filed_by", "")) or athlete.user or self.owner
        at = self._time(written, athlete.zone)
        known = athlete.known_facts(at.astimezone(athlete.zone).date())
        report = reports.submit_pain_report(
            by=filer,
            athlete=athlete,
            answers=_answers(written, known),
            client_key=uuid.uuid5(_KEYS, f"{athlete.name}/{number}"),
            face="demo",
            note=written.get("note", ""),
            reported_at=at,
        ).report
        assessments.assess_report(assessment_id=report.assessment.pk, finished_by="demo")
        self._aftermath(report, written)

    def _aftermath(self, report: PainReport, written: dict[str, Any]) -> None:
        """What a coach did about it: saw it, dealt with it, closed the episode."""
        coach = self._coach_of(report.athlete)
        if "seen_after_min" in written:
            seen_at = report.reported_at + timedelta(minutes=written["seen_after_min"])
            for escalation in report.episode.escalations.unresolved():
                if "outcome" in written:
                    escalations.resolve(
                        by=coach, escalation=escalation, outcome=written["outcome"], at=seen_at
                    )
                else:
                    escalations.acknowledge(by=coach, escalation=escalation, at=seen_at)
        if found := written.get("finding"):
            found_at = report.reported_at + timedelta(days=found["days_later"])
            findings.record_finding(
                by=coach,
                episode=report.episode,
                cause=found["cause"],
                in_words="",
                clinician=found["clinician"],
                found_on=found_at.astimezone(report.athlete.zone).date(),
                method=found["method"],
            )
        if close := written.get("close"):
            episodes.close_episode(
                by=coach,
                episode=report.episode,
                reason=close["reason"],
                pain_free=close["pain_free"],
                at=report.reported_at + timedelta(days=close["days_later"]),
            )

    def _comment(self, athlete: Athlete, written: dict[str, Any]) -> None:
        at = self._time(written, athlete.zone)
        before = athlete.reports.filter(reported_at__lte=at).order_by("-reported_at")
        comments.add_comment(
            by=self.users[written["by"]],
            episode=before[0].episode,
            text=written["text"],
            at=at,
        )

    def _back_to_running(self, athlete: Athlete, written: dict[str, Any]) -> None:
        """A clinician said yes, the athlete started, and ran a few times."""
        at, by = self._time(written, athlete.zone), self._coach_of(athlete)
        episode = athlete.episodes.open().select_related("athlete").get()
        returning.record_clearance(
            by=by,
            episode=episode,
            clinician=written["clinician"],
            note=written["note"],
            given_on=at.date(),
            at=at,
        )
        ladder = way_back(episode, at).ladder
        assert ladder is not None
        returning.confirm_entry(by=by, episode=episode, ladder=ladder.id, at=at)
        for number, run in enumerate(written["runs"]):
            self._run(episode, run, number)

    def _run(self, episode: Episode, written: dict[str, Any], number: int) -> None:
        athlete = episode.athlete
        at, by = self._time(written, athlete.zone), athlete.user or self._coach_of(athlete)
        before, during, after, morning = written["pains"]
        run = returning.log_run(
            by=by,
            episode=episode,
            client_key=uuid.uuid5(_KEYS, f"{athlete.name}/run/{number}"),
            level=written["level"],
            pain_before=before,
            pain_during=during,
            pain_after=after,
            at=at,
        ).run
        next_day = at + timedelta(hours=14)
        returning.log_next_morning(by=by, run=run, pain=morning, at=next_day)

    def _coach_of(self, athlete: Athlete) -> User:
        """The squad's own coach rather than the owner, where there is one."""
        coaching = Membership.objects.filter(role=access.COACH, squads__in=athlete.squads.all())
        return coaching.order_by("-created_at").first().user  # type: ignore[union-attr]

    def _time(self, written: dict[str, Any], zone: ZoneInfo) -> datetime:
        if "minutes_ago" in written:
            return self.now - timedelta(minutes=written["minutes_ago"])
        day = (self.now.astimezone(zone) - timedelta(days=written["days_ago"])).date()
        return datetime.combine(day, time.fromisoformat(written["at"]), tzinfo=zone)
