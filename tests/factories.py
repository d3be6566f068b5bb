"""The cast of the tests, made through the services wherever there is one."""

from __future__ import annotations

import itertools
import uuid
from datetime import date, timedelta
from typing import Any

from allauth.idp.oidc.adapter import get_adapter
from allauth.idp.oidc.models import Token as AppToken
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.utils import timezone

from athletes import access
from athletes.consent_text import CONSENT
from athletes.models import (
    Athlete,
    CheckIn,
    Consent,
    Guardianship,
    Notification,
    PainReport,
    Squad,
    User,
)
from athletes.models.consent import GUARDIAN, THEMSELVES, TOLD_COACH
from athletes.models.follow_up import ASKED, PLANNED
from athletes.models.webhooks import EVENTS
from athletes.services import apps, assessments, clock, notifications, people, reports
from athletes.services.webhooks import endpoints
from guidance import Answers

PASSWORD = "a-long-enough-password"
GROWN_UP = date(1994, 5, 6)

_numbers = itertools.count(1)

CRAMP = {
    "site": ["calf"],
    "side": "left",
    "onset": "sudden",
    "days_since_onset": 0,
    "character": ["cramp"],
    "cramps": "yes",
    "when": ["long_run"],
    "heat_exposure": "yes",
    "heavy_sweating": "yes",
    "severity_nrs": 5,
    "can_walk": "yes",
}
SORE = {
    "site": ["calf"],
    "side": "both",
    "onset": "gradual",
    "days_since_onset": 1,
    "character": ["soreness"],
    "when": ["next_day"],
    "weekly_volume_change": "increase",
    "severity_nrs": 3,
    "can_walk": "yes",
}
CLOT = {
    "site": ["calf"],
    "side": "right",
    "days_since_onset": 2,
    "swelling": "yes",
    "warmth": "yes",
    "redness": "yes",
    "recent_flight": "yes",
    "severity_nrs": 6,
}
STRAIN = {
    "site": ["calf_medial"],
    "side": "left",
    "onset": "sudden",
    "days_since_onset": 4,
    "character": ["sharp"],
    "when": ["sprint"],
    "severity_nrs": 3,
    "can_walk": "yes",
}
BONE = {
    "site": ["shin_medial"],
    "side": "left",
    "onset": "gradual",
    "days_since_onset": 14,
    "severity_nrs": 5,
    "bone_focal_tenderness": "yes",
    "hop_pain": "yes",
    "worsening_each_run": "yes",
}
BREATHLESS = {**CLOT, "shortness_of_breath": "yes", "chest_pain": "yes"}


def make_user(name: str = "", *, email: str = "") -> User:
    number = next(_numbers)
    return User.objects.create_user(
        email or f"person{number}@example.test", PASSWORD, name=name or f"Person {number}"
    )


def make_club(name: str = "", *, owner: User | None = None) -> Squad:
    """A club with one squad and a coach who owns it: `squad.club`, `squad.coach`.

    A dispatcher is said to be alive, so that reports stay pending until somebody judges them.
    """
    clock.beat_all(names=clock.expected())
    number = next(_numbers)
    owner = owner or make_user(f"Owner {number}")
    squad = people.create_club(by=owner, name=name or f"Club {number}", squad_name="Milers")
    squad.coach = owner  # type: ignore[attr-defined]
    return squad


def make_coach(squad: Squad, *, role: str = access.COACH, name: str = "") -> User:
    """A further coach (or clinician, or owner) of `squad`."""
    user = make_user(name)
    people.grant_role(user=user, squad=squad, role=role)
    return user


def make_athlete(
    squad: Squad,
    *,
    name: str = "",
    with_login: bool = True,
    user: User | None = None,
    consents: bool = True,
    **fields: Any,
) -> Athlete:
    """Grown up where they have a log-in (that of `user`), and somebody agreed to what is kept, unless a test wants it
    otherwise."""
    if with_login:
        fields.setdefault("birth_date", GROWN_UP)
    athlete = people.add_athlete(
        by=squad.club.memberships.get(role=access.OWNER).user,
        squad=squad,
        name=name or f"Athlete {next(_numbers)}",
        **fields,
    )
    if with_login:
        athlete.user = user or make_user(athlete.name)
        athlete.save()
        people.grant_role(user=athlete.user, squad=squad, role=access.ATHLETE)
    if consents:
        make_consent(athlete)
    return athlete


def make_consent(athlete: Athlete, *, by: User | None = None, **fields: Any) -> Consent:
    """Theirs; the one that a coach was told, of who has no log-in; or that of `by`, a guardian."""
    as_whom = GUARDIAN if by else THEMSELVES if athlete.user else TOLD_COACH
    told = {"version": CONSENT.version, "given_by": by or athlete.user, "given_as": as_whom}
    return Consent.objects.create(athlete=athlete, **{**told, **fields})


def make_guardian(athlete: Athlete, *, agrees: bool = True, name: str = "") -> User:
    """Of `athlete`, who has agreed for them; minors need one."""
    user = make_user(name)
    Guardianship.objects.create(athlete=athlete, user=user)
    if agrees:
        make_consent(athlete, by=user)
    return user


def make_report(
    athlete: Athlete,
    answers: dict[str, Any] | None = None,
    *,
    by: User | None = None,
    assess: bool = False,
    **fields: Any,
) -> PainReport:
    """A report filed by the athlete (or `by`); with `assess`, judged as a worker would."""
    filer = by or athlete.user or athlete.club.memberships.get(role=access.OWNER).user
    submission = reports.submit_pain_report(
        by=filer,
        athlete=athlete,
        answers=Answers.parse(CRAMP if answers is None else answers),
        client_key=fields.pop("client_key", None) or uuid.uuid4(),
        face="phone",
        **fields,
    )
    if assess:
        assessments.assess_report(
            assessment_id=submission.report.assessment.pk, finished_by="worker"
        )
    submission.report.refresh_from_db()
    return submission.report


def make_only_check_in(report: PainReport, **fields: Any) -> CheckIn:
    """As `make_check_in`, without what the knowledge plans beside it."""
    report.check_ins.all().delete()
    return make_check_in(report, **fields)


def make_check_in(
    report: PainReport, *, kind: str = "second_day", state: str = ASKED, **fields: Any
) -> CheckIn:
    """A check-in of `report`; one that was asked is due now, whatever the knowledge plans."""
    due = fields.pop("due_at", timezone.now() + timedelta(hours=24 if state == PLANNED else 0))
    check_in, _ = CheckIn.objects.update_or_create(
        report=report,
        kind=kind,
        defaults={
            "episode": report.episode,
            "level": report.disposition,
            "due_at": due,
            "remind_at": due + timedelta(hours=4),
            "missed_at": due + timedelta(hours=12),
            "state": state,
            "asked_at": None if state == PLANNED else due,
            **fields,
        },
    )
    return check_in


def make_session(user: User) -> UserSession:
    """A browser in which `user` is logged in."""
    store = SessionStore()
    store[SESSION_KEY] = str(user.pk)
    store[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    store[HASH_SESSION_KEY] = user.get_session_auth_hash()
    store.create()
    return UserSession.objects.create(
        user=user,
        ip="203.0.113.77",
        user_agent="Mozilla/5.0 (Linux; Android 14) Chrome/126.0",
        session_key=store.session_key,
    )


def let_in(user: User, *scopes: str) -> str:
    """The access token of a new app that may act for `user`."""
    app = apps.register(name=f"App {next(_numbers)}", redirect_uris=["https://app.test/back"]).app
    secret = f"app-secret-{uuid.uuid4()}"
    token = AppToken(client=app, user=user, type=AppToken.Type.ACCESS_TOKEN)
    token.hash = get_adapter().hash_token(secret)
    token.set_scopes(list(scopes))
    token.save()
    return secret


def make_notice(user: User, **fields: Any) -> Notification:
    """A message in the app."""
    told = {"key": str(uuid.uuid4()), "subject": "Somebody wrote to you", "path": "/me/"}
    notifications.queue(recipients=[user], **{**told, "topic": "talk", **fields})
    return user.notifications.in_app().latest("created_at", "pk")


def make_webhook(
    squad: Squad, *, name: str = "Our program", url: str = "", events: Any = None
) -> Any:
    """An address of the club's own program, which wants everything, unless told otherwise."""
    return endpoints.add(
        by=squad.club.memberships.get(role=access.OWNER).user,
        club=squad.club,
        name=name,
        url=url or f"https://hooks.example.test/{next(_numbers)}",
        events=events or [event for event, _label in EVENTS],
    ).endpoint
