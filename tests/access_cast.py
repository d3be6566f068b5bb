"""The people of the access matrix, one of everything that belongs to its athlete, and what is sent where."""

from __future__ import annotations

import uuid
from datetime import date, timedelta
from typing import Any

from allauth.idp.oidc.models import Token
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.urls import reverse
from django.utils import timezone

from athletes import access
from athletes.consent_text import CONSENT
from athletes.models import Club, DataExport, PushSubscription, WebhookEndpoint
from athletes.services import (
    apps,
    channels,
    check_ins,
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


def make_cast() -> dict[str, Any]:
    """The people, and one of everything that belongs to the athlete."""
    squad = factories.make_club("Ours")
    coach = factories.make_coach(squad, name="Coach")
    athlete = factories.make_athlete(squad, name="Athlete")
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
            user=squad.coach,
            squads=[squad],
            starts_at=timezone.now() + timedelta(days=1),
            ends_at=None,
        ),
        "join": invited.token,
        "device": UserSession.objects.create(
            user=athlete.user, ip="203.0.113.7", session_key="a-session-of-the-athlete"
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
            user=coach, endpoint="https://push.test/1", p256dh="key", auth="secret"
        ),
    }


def app_of(person: Any) -> Any:
    """Another program that may act for this person."""
    app = apps.register(name="Diary", redirect_uris=["https://diary.test/back"]).app
    Token.objects.create(
        client=app, user=person, type=Token.Type.ACCESS_TOKEN, hash="x", scopes="reports:read"
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


QUICK = {"trend": "better", "severity_nrs": "2", "action": "as_usual"}  # a check-in in three taps
FOUND = {
    "cause": "dvt",
    "clinician": "Dr Weber",
    "found_on": "2026-01-02",
    "method": "ultrasound",
}
ABOUT = {
    "token_revoke": "api_token",
    "app_take_back": "app",
    "api:token-detail": "api_token",
    "end_session": "device",
    "mfa_edit_webauthn": "passkey",
    "mfa_remove_webauthn": "passkey",
    "desk:escalation": "escalation",
    "desk:acknowledge": "escalation",
    "desk:resolve": "escalation",
    "desk:athlete": "athlete",
    "desk:new_report": "athlete",
    "desk:new_report-step": "athlete",
    "desk:new_report-send": "athlete",
    "desk:new_report-known": "athlete",
    "desk:new_report-discard": "athlete",
    "desk:report": "report",
    "desk:comment": "episode",
    "desk:close": "episode",
    "desk:clearance": "climb",
    "desk:finding": "episode",
    "desk:check_in": "check_in",
    "desk:hold": "athlete",
    "desk:release": "hold",
    "desk:change_step": "free_step",
    "desk:undo_step": "free_step",
    "desk:hand_over": "episode",
    "desk:note": "episode",
    "desk:athlete_squads": "athlete",
    "desk:people": "club",
    "desk:member": "membership",
    "desk:member_end": "membership",
    "desk:sheet": "episode",
    "desk:sheet_pdf": "episode",
    "desk:consent_told": "silent",
    "desk:guardian_end": "guardianship",
    "phone:guardian_end": "guardianship",
    "api:consent-detail": "consent",
    "api:consent-withdraw": "consent",
    "api:guardian-detail": "guardianship",
    "api:guardian-end": "guardianship",
    "desk:own_coaches": "athlete",
    "desk:club": "club",
    "desk:keeping": "club",
    "desk:new_on_call": "club",
    "desk:end_on_call": "on_call",
    "desk:board": "squad",
    "desk:board_csv": "squad",
    "desk:season": "squad",
    "desk:season_csv": "squad",
    "desk:new_athlete": "squad",
    "desk:invite": "squad",
    "desk:revoke": "invitation",
    "desk:track_new": "squad",
    "desk:track": "track",
    "desk:start": "club",
    "desk:start_later": "club",
    "desk:start_test": "club",
    "desk:start_leave": "club",
    "desk:demo_remove": "demo_club",
    "desk:channels": "squad",
    "desk:channel_test": "channel",
    "desk:channel_remove": "channel",
    "desk:webhooks": "club",
    "desk:webhook_new": "club",
    "desk:webhook": "webhook",
    "desk:webhook_change": "webhook",
    "desk:webhook_rotate": "webhook",
    "desk:webhook_stop": "webhook",
    "desk:webhook_start": "webhook",
    "desk:webhook_remove": "webhook",
    "desk:webhook_test": "webhook",
    "desk:webhook_redeliver": "webhook_delivery",
    "phone:result": "report",
    "phone:answer": "report",
    "phone:step": "step",
    "phone:episode": "episode",
    "phone:comment": "episode",
    "phone:way_back": "climb",
    "phone:way_back_start": "climb",
    "phone:way_back_run": "climb",
    "phone:way_back_morning": "run",
    "phone:check_in": "check_in",
    "api:athlete-sharing": "athlete",
    "api:clinician-note-detail": "note",
    "api:episode-findings": "episode",
    "api:check-in-detail": "check_in",
    "api:check-in-answer": "check_in",
    "api:squad-detail": "squad",
    "api:athlete-detail": "athlete",
    "api:export-detail": "export",
    "api:export-file": "export",
    "own_data_file": "export",
    "erase_child": "athlete",
    "api:report-detail": "report",
    "api:report-assessment": "report",
    "api:episode-detail": "episode",
    "api:episode-close": "episode",
    "api:episode-return": "climb",
    "api:episode-return-start": "climb",
    "api:episode-return-clearance": "climb",
    "api:episode-return-runs": "climb",
    "api:episode-return-morning": "climb",
    "api:webhook-detail": "webhook",
    "api:webhook-rotate": "webhook",
    "api:webhook-stop": "webhook",
    "api:webhook-start": "webhook",
    "api:webhook-test": "webhook",
    "api:webhook-delivery-list": "webhook",
    "api:webhook-delivery-detail": "webhook",
    "api:webhook-delivery-redeliver": "webhook",
    "api:escalation-detail": "escalation",
    "api:escalation-acknowledge": "escalation",
    "api:escalation-resolve": "escalation",
}
OTHER_ARGS: dict[str, list[Any]] = {
    "phone:report-step": [1],
    "desk:season_csv": ["reports"],
    "api:finding-detail": ["swelling"],
    "api:cause-detail": ["muscle_strain"],
    "account_confirm_email": ["unknown-key"],
    "account_reset_password_from_key": ["1", "set-password"],
}


def address(name: str, cast: dict[str, Any]) -> str:
    if name == "join":
        return reverse("join", args=[cast["join"]])
    if name == "check_in_by_link":
        return reverse(name, args=[check_ins.magic_token(cast["check_in"])])
    if name == "api:nowhere":
        return "/api/v1/no-such-thing/"
    if name == "idp:oidc:authorization":
        return reverse(name, query=asking(cast["app"]))
    args = OTHER_ARGS.get(name, [])
    if name in ABOUT:
        args = [cast[ABOUT[name]].pk, *args]
    if name in ("desk:new_report-step", "desk:start", "desk:start_later"):
        args = [*args, 1]
    if name in ("api:webhook-delivery-detail", "api:webhook-delivery-redeliver"):
        args = [*args, cast["webhook_delivery"].pk]
    if name == "api:episode-return-morning":
        args = [*args, cast["run"].pk]
    return reverse(name, args=args)


def asking(app: Any) -> dict[str, str]:
    """What an app sends along with somebody who shall let it in."""
    return {
        "client_id": app.pk,
        "redirect_uri": app.get_redirect_uris()[0],
        "response_type": "code",
        "scope": "openid reports:read",
        "state": "a-state",
        "code_challenge": "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
        "code_challenge_method": "S256",
    }


def body(name: str, cast: dict[str, Any]) -> dict[str, Any]:
    """What a person would send there."""
    athlete = str(cast["athlete"].pk)
    return {
        "desk:resolve": {"outcome": "Seen by the doctor"},
        "desk:comment": {"text": "Rest today"},
        "desk:hold": {"kind": "modified", "reason": "Easy runs only"},
        "desk:change_step": {"how": "off", "reason": "Not needed"},
        "desk:hand_over": {"to_name": "Dr Weber"},
        "desk:close": {"reason": "Pain-free", "pain_free": "yes"},
        "desk:channels": {
            "name": "Texts",
            "url": "ntfys://another-room-of-ours",
            "least_level": "same_day",
        },
        "push_unsubscribe": {"browser": str(cast["browser"].pk)},
        "desk:start": {
            "name": "Ours",
            "squad_name": "Milers",
            "timezone": "UTC",
            "emergency_number": "112",
        },
        "desk:clearance": {"clinician": "Dr Weber", "given_on": "2026-01-02"},
        "desk:club": {"emergency_number": "112", "timezone": "UTC"},
        "desk:new_on_call": {
            "user": cast["people"]["coach"].pk,
            "squads": [str(cast["squad"].pk)],
        },
        "desk:new_athlete": {"name": "New", "timezone": "UTC", "consent_told": "on"},
        "desk:invite": {"role": "athlete"},
        "phone:check_in": QUICK | {"client_key": str(uuid.uuid4())},
        "desk:check_in": QUICK | {"client_key": str(uuid.uuid4())},
        "check_in_by_link": QUICK | {"client_key": str(uuid.uuid4())},
        "desk:athlete_squads": {"squads": [str(cast["squad"].pk)]},
        "desk:note": {"text": "Rest for a week"},
        "phone:sharing": {"sharing": "status"},
        "api:athlete-sharing": {"sharing": "status"},
        "phone:birth_date": {"birth_date": "1994-05-06"},
        "phone:ask_guardian": {"email": "parent@example.test"},
        "desk:consent_told": {"agreed": "on"},
        "api:consent-list": {"athlete": athlete, "version": CONSENT.version},
        "api:guardian-list": {"athlete": str(cast["child"].pk), "email": "parent@example.test"},
        "api:clinician-note-list": {
            "episode": str(cast["episode"].pk),
            "text": "Rest for a week",
        },
        "desk:finding": FOUND,
        "api:episode-findings": FOUND,
        "api:check-in-answer": {"trend": "better", "client_key": str(uuid.uuid4())},
        "phone:step": {"state": "done"},
        "phone:comment": {"text": "It is better"},
        "phone:way_back_start": {"ladder": "calf_muscle", "entry": ["0", "1", "2", "3", "4", "5"]},
        "phone:way_back_run": {"client_key": str(uuid.uuid4()), "day": "today", "level": "1"},
        "phone:way_back_morning": {"pain": "0"},
        "api:login": {"email": cast["people"]["coach"].email, "password": factories.PASSWORD},
        "api:token-list": {"name": "Diary", "scopes": ["reports:read"]},
        "api:assess": {"answers": factories.CRAMP},
        "api:athlete-list": {
            "name": "New",
            "squad": str(cast["squad"].pk),
            "consent_told": True,
        },
        "api:athlete-detail": {"name": "Renamed"},
        "api:report-list": {
            "athlete": athlete,
            "answers": factories.CRAMP,
            "client_key": str(uuid.uuid4()),
        },
        "api:episode-close": {"reason": "Pain-free"},
        "api:episode-return-start": {"ladder": "calf_muscle"},
        "api:episode-return-clearance": {"clinician": "Dr Weber", "given_on": "2026-01-02"},
        "api:episode-return-runs": {"client_key": str(uuid.uuid4()), "level": 1},
        "api:episode-return-morning": {"pain": 0},
        "api:comment-list": {"episode": str(cast["episode"].pk), "text": "Rest today"},
        "api:webhook-list": {
            "club": str(cast["club"].pk),
            "name": "Texts",
            "url": "https://hooks.test/y",
            "events": ["report.assessed"],
        },
        "api:escalation-resolve": {"outcome": "Seen by the doctor"},
    }.get(name, {})
