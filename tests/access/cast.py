"""The people of the access matrix, and one of everything that belongs to its athlete."""

from __future__ import annotations

import uuid
from datetime import date, timedelta
from typing import Any

from allauth.idp.oidc.models import Token
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.utils import timezone

from athletes import access
from athletes.models import Club, DataExport, PushSubscription, WebhookEndpoint
from athletes.services import (
    apps,
    channels,
    clubs,
    comments,
    holds,
    invitations,
    notes,
    returning,
    step_changes,
    tokens,
)
from athletes.services.webhooks import telling
from tests import factories
from tests.access.parts import PARTS


def make_cast(squad: Any = None, *, is_minor: bool = False) -> dict[str, Any]:
    """The people, and one of everything that belongs to the athlete; what the parts add comes last.

    In a club of its own, unless a `squad` is given (with its `coach`). A minor has a guardian, `parent`.
    """
    cast = _made_here(squad or factories.make_club("Ours"), is_minor=is_minor)
    for part in PARTS:
        if hasattr(part, "objects"):
            cast |= part.objects(cast)
    return cast


def _made_here(squad: Any, *, is_minor: bool) -> dict[str, Any]:
    coach = factories.make_coach(squad, name="Coach")
    born: dict[str, Any] = {"birth_date": date(2016, 1, 2), "consents": False} if is_minor else {}
    athlete = factories.make_athlete(squad, name="Athlete", **born)
    parent = factories.make_guardian(athlete, name="Parent") if is_minor else None
    report = factories.make_report(athlete, factories.CLOT, assess=True)
    comments.add_comment(by=athlete.user, episode=report.episode, text="Does it look bad?")
    run = climbing(athlete)
    invited = invitations.invite(by=coach, squad=squad, role=access.ATHLETE)
    program = webhook(squad)
    child = factories.make_athlete(squad, birth_date=date(2016, 1, 2), consents=False)
    guardian = factories.make_guardian(child, name="Guardian")
    issued = tokens.issue(by=coach)
    clinician = factories.make_coach(squad, role=access.CLINICIAN)
    return {
        "people": {
            "athlete": athlete.user,
            "mate": factories.make_athlete(squad, name="Mate").user,
            "coach": coach,
            "foreign": factories.make_club("Theirs").coach,
            "clinician": clinician,
        },
        "note": notes.add_note(by=clinician, episode=report.episode, text="A tear, by ultrasound"),
        "parent": parent,
        "child": child,
        "guardian": guardian,
        "guardianship": child.guardianships.get(),
        "consent": athlete.consents.get(),
        "silent": factories.make_athlete(squad, with_login=False),
        "membership": clinician.memberships.get(),
        "token": issued.secret,
        "api_token": issued.token,
        "app": app_of(coach),
        "squad": squad,
        "athlete": athlete,
        "report": report,
        "escalation": report.escalations.get(),
        "step": report.assessment.care_steps.first(),
        "free_step": free_step(run.plan.episode),
        "hold": holds.hold_training(by=coach, athlete=athlete, kind="out", reason="Wait and see"),
        "check_in": factories.make_check_in(report),
        "episode": report.episode,
        "climb": run.plan.episode,
        "run": run,
        "invitation": invited.invitation,
        "club": squad.club,
        "on_call": clubs.put_on_call(
            by=squad.coach,
            club=squad.club,
            user=factories.make_coach(squad, name="On call"),
            squads=[squad],
            starts_at=timezone.now() + timedelta(days=1),
            ends_at=None,
        ),
        "join": invited.token,
        "device": UserSession.objects.create(
            user=athlete.user, ip="203.0.113.7", session_key=athlete.pk.hex
        ),
        "export": DataExport.objects.create(
            asked_by=athlete.user,
            state="ready",
            content=b"PK",
            expires_at=timezone.now() + timedelta(days=1),
        ),
        "passkey": Authenticator.objects.create(
            user=athlete.user, type=Authenticator.Type.WEBAUTHN, data={"name": "Phone"}
        ),
        "track": invitations.invite_at_the_track(by=coach, squad=squad),
        "demo_club": demo_club(),
        "webhook": program,
        "webhook_delivery": telling.ping(program),
        "channel": channels.add_squad_channel(
            by=coach, squad=squad, name="Chat", url="ntfys://a-room-of-ours"
        ),
        "browser": PushSubscription.objects.create(
            user=coach,
            endpoint_hash=f"hash-of-{coach.pk}",
            endpoint=f"https://push.test/{coach.pk}",
            p256dh="key",
            auth="secret",
        ),
    }


def app_of(person: Any) -> Any:
    """Another program that may act for this person."""
    app = apps.register(name="Diary", redirect_uris=["https://diary.test/back"]).app
    Token.objects.create(
        client=app,
        user=person,
        type=Token.Type.ACCESS_TOKEN,
        hash=f"x{person.pk}",
        scopes="reports:read",
    )
    return app


def webhook(squad: Any) -> WebhookEndpoint:
    """Of the club's owner, who is none of the people here: nobody of them sees it."""
    return WebhookEndpoint.objects.create(
        club=squad.club,
        name="Board",
        url="https://hooks.test/x",
        events=["report.assessed"],
        secret="whsec_c2VjcmV0",
    )


def free_step(episode: Any) -> Any:
    """One that guards against no danger, so that a coach may change it."""
    steps = episode.reports.get().assessment.care_steps.all()
    return next(step for step in steps if not step_changes.why_fixed(step))


def demo_club() -> Club:
    """Of somebody else: for everybody here it is not there."""
    club = factories.make_club("Demo: Theirs").club
    club.is_demo = club.calls_nobody = True
    club.save()
    return club


def climbing(athlete: Any) -> Any:
    """On the way back to running from a strain, with a run of yesterday."""
    started, ran = (timezone.now() - timedelta(**age) for age in ({"days": 3}, {"hours": 25}))
    strain = factories.make_report(
        athlete, factories.STRAIN, assess=True, reported_at=started - timedelta(days=7)
    )
    told: dict[str, Any] = {"by": athlete.user, "episode": strain.episode}
    returning.confirm_entry(**told, ladder="calf_muscle", at=started)
    return returning.log_run(**told, client_key=uuid.uuid4(), level=1, at=ran).run
