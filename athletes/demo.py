"""The demo club, filed through the services and judged by the real engine."""

from __future__ import annotations

import tomllib
import uuid
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from allauth.account.models import EmailAddress
from django.db import transaction

from athletes import access, demo_check_ins, demo_decisions
from athletes.consent_text import CONSENT
from athletes.models import (
    Athlete,
    Club,
    Consent,
    Episode,
    Guardianship,
    Membership,
    PainReport,
    Squad,
    User,
)
from athletes.models.consent import GUARDIAN, THEMSELVES, TOLD_COACH
from athletes.returning import way_back
from athletes.security_log import made_up
from athletes.services import (
    assessments,
    comments,
    episodes,
    erasure,
    escalations,
    findings,
    people,
    reports,
    returning,
)
from guidance import Answers, next_question

STORY = Path(__file__).with_name("demo_club.toml")
PASSWORD = "niggle-demo-club"
COACH, ATHLETE, PARENT = "coach@demo.test", "athlete@demo.test", "parent@demo.test"
_KEYS = uuid.UUID("6e696767-6c65-4465-8d6f-000000000000")  # any fixed id: the same keys each time


def is_loaded() -> bool:
    return User.objects.filter(email=COACH).exists()


@transaction.atomic
@made_up()
def load(now: datetime) -> None:
    """File the whole story, as it would stand at `now`, with log-ins that everybody knows."""
    story = _story()
    telling = _Telling(now=now, users={p["email"]: _person(p) for p in story["person"]})
    telling.found_club(story)
    for athlete in story["athlete"]:
        telling.tell(athlete)


@made_up()
def load_for(*, by: User, now: datetime) -> Club:
    """The same as a club of `by`, to look around in: nobody else in it can log in, and nobody is called.

    Everything in it says that it is a demo. Pressed twice, there is one. Athlete by athlete: on a site in use
    nobody's report has to wait until all of it is written. One that was cut short can be removed like any.
    """
    if not Club.objects.seen_from_desk_by(by).exists():
        raise access.NotAllowed("A demo club is for who looks after athletes.")
    story = _story()
    with transaction.atomic():
        User.objects.select_for_update(no_key=True).get(pk=by.pk)
        if mine := club_of(by):
            return mine
        users = {
            p["email"]: _nobody(p) for p in story["person"] if p["email"] not in (COACH, PARENT)
        }
        telling = _Telling(now=now, users={COACH: by, **users}, is_for_show=True)
        club = telling.found_club(story)
    for athlete in story["athlete"]:
        with transaction.atomic():
            telling.tell(athlete)
    return club


def club_of(user: User) -> Club | None:
    """The demo club that `user` has to look around in."""
    return Club.objects.filter(access.clubs_led_by(user), calls_nobody=True).first()


@made_up()
def remove() -> bool:
    """What `load` made, with its log-ins. False where there was nothing."""
    owner = User.objects.filter(email=COACH).first()
    club = Club.objects.filter(access.clubs_led_by(owner), is_demo=True).first() if owner else None
    if owner is None or club is None:
        return False
    people_of = [p["email"] for p in _story()["person"]]
    with transaction.atomic():
        erasure.erase_demo_club(by=owner, club=club)
        for person in User.objects.filter(email__in=people_of, memberships=None, athletes=None):
            person.delete()
    return True


def _story() -> dict[str, Any]:
    return tomllib.loads(STORY.read_text(encoding="utf-8"))


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
    person = User.objects.create_user(written["email"], PASSWORD, name=written["name"])
    # Nobody reads mail to a made-up address, so none is waited for where addresses are confirmed first.
    EmailAddress.objects.create(user=person, email=person.email, primary=True, verified=True)
    return person


def _nobody(written: dict[str, Any]) -> User:
    """A name that stands under what was said and done; never a log-in, and no address that can exist."""
    address = f"{uuid.uuid4().hex}{erasure.MADE_UP}"
    return User.objects.create_user(address, name=written["name"], is_active=False)


@dataclass
class _Telling:
    now: datetime
    users: dict[str, User]
    is_for_show: bool = False
    squads: dict[str, Squad] = field(default_factory=dict)

    @property
    def owner(self) -> User:
        return self.users[COACH]

    def found_club(self, story: dict[str, Any]) -> Club:
        first, *others = story["squad"]
        squad = people.create_club(
            by=self.owner, name=self._named(story["club"]), squad_name=self._named(first["name"])
        )
        club = squad.club
        club.is_demo, club.calls_nobody = True, self.is_for_show
        for column in ("timezone", "contact_name", "contact_phone", "emergency_number"):
            setattr(club, column, story[column])
        club.save()
        self.squads[first["name"]] = squad
        for other in others:
            self.squads[other["name"]] = people.create_squad(
                by=self.owner, club=club, name=self._named(other["name"])
            )
        for written in story["squad"]:
            for email in written["coaches"]:
                squad = self.squads[written["name"]]
                people.grant_role(user=self.users[email], squad=squad, role=access.COACH)
        return club

    def _named(self, name: str) -> str:
        """Squads stand in every row and list: beside real ones these say what they are."""
        return f"Demo: {name}" if self.is_for_show else name

    def tell(self, written: dict[str, Any]) -> None:
        athlete = self._athlete(written)
        for number, report in enumerate(written.get("report", [])):
            self._report(athlete, report, number)
        for comment in written.get("comment", []):
            self._comment(athlete, comment)
        if hold := written.get("hold"):
            since, until = (self._time(hold[end], athlete.zone) for end in ("since", "until"))
            coach = self._coach_of(athlete)
            demo_decisions.hold(athlete, hold, coach=coach, since=since, until=until)
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
            is_made_up=True,
        )
        if user := self.users.get(written.get("email", "")):
            athlete.user = user
            athlete.save(update_fields=["user"])
            people.grant_role(user=user, squad=squad, role=access.ATHLETE)
        self._consent(athlete, self.users.get(written.get("guardian", "")))
        return athlete

    def _consent(self, athlete: Athlete, guardian: User | None) -> None:
        """By a guardian where there is one, else by who has a log-in; the others told their coach."""
        if guardian is not None:
            Guardianship.objects.create(athlete=athlete, user=guardian)
        as_whom = GUARDIAN if guardian else THEMSELVES if athlete.user else TOLD_COACH
        Consent.objects.create(
            athlete=athlete,
            version=CONSENT.version,
            given_by=guardian or athlete.user or self.owner,
            given_as=as_whom,
            created_at=self.now - timedelta(days=90),  # before the first report of the story
        )

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
        demo_check_ins.settle(report, written)
        demo_decisions.settle(report, written, coach=self._coach_of(athlete))
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
