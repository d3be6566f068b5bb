"""An athlete with one of everything that can be stored about them, and the people around them."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from allauth.account.models import EmailAddress, EmailConfirmation
from allauth.idp.oidc.models import Client, Token
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.backends.db import SessionStore
from django.utils import timezone

from athletes import access, models
from athletes.models import Athlete, Episode, Squad, User
from athletes.services import audit, audit_seals, comments
from tests import factories


@dataclass
class Life:
    athlete: Athlete
    user: User
    episode: Episode
    coach: User
    clinician: User
    owner: User
    guardian: User


def whole_life(squad: Squad) -> Life:
    """Rows in every table that can hold something about an athlete or about a person with a log-in."""
    owner = squad.coach  # type: ignore[attr-defined]
    coach = factories.make_coach(squad, name="Coach Canterbury")
    clinician = factories.make_coach(squad, role=access.CLINICIAN, name="Dr Clinician Clay")
    guardian = factories.make_user("Guardian Goodfellow")
    athlete = factories.make_athlete(squad, name="Lena Longlastingname")
    user = athlete.user
    assert user is not None
    report = factories.make_report(athlete, factories.CLOT, note="Note of a note", assess=True)
    life = Life(athlete, user, report.episode, coach, clinician, owner, guardian)
    athlete.own_coaches.add(coach)
    _talk(life, report)
    _way_back(life)
    _around_the_athlete(life, squad)
    _around_the_log_in(life, squad)
    audit.record_read(by=coach, athletes=[athlete], what="desk:athlete", face="desk")
    audit_seals.seal_all()
    return life


def _talk(life: Life, report: Any) -> None:
    comments.add_comment(by=life.user, episode=life.episode, text="Does it look bad?")
    models.TrainingHold.objects.create(
        athlete=life.athlete, kind="out", reason="Wait for the doctor", set_by=life.coach
    )
    factories.make_check_in(report)
    about = {"episode": life.episode}
    models.ClinicianFinding.objects.create(
        **about, in_words="A bruise", clinician=life.clinician.name, found_on="2026-01-02",
        method="other", recorded_by=life.clinician,
    )  # fmt: skip
    models.ClinicianNote.objects.create(**about, author=life.clinician, text="A clinician's note")
    models.HandOver.objects.create(
        **about, clinician=life.clinician, to_name=life.clinician.name, note="Please look", handed_by=life.coach
    )  # fmt: skip


def _way_back(life: Life) -> None:
    plan = models.ReturnPlan.objects.create(
        episode=life.episode, ladder="calf_muscle", knowledge_version="1", entry_by=life.user
    )
    models.ReturnClearance.objects.create(
        plan=plan, clinician=life.clinician.name, given_on="2026-01-02", recorded_by=life.clinician, note="Slowly"
    )  # fmt: skip
    models.ReturnRun.objects.create(
        plan=plan, client_key=uuid.uuid4(), ladder="calf_muscle", level=1, ran_at=timezone.now(), pain_before=1
    )  # fmt: skip


def _around_the_athlete(life: Life, squad: Squad) -> None:
    now = timezone.now()
    models.Guardianship.objects.create(athlete=life.athlete, user=life.guardian)
    models.Consent.objects.create(
        athlete=life.athlete, version="1", given_by=life.user, given_as="self"
    )
    models.LastLook.objects.create(user=life.coach, athlete=life.athlete, looked_at=now)
    models.Invitation.objects.create(
        token_hash=uuid.uuid4().hex, club=squad.club, squad=squad, role=access.ATHLETE, athlete=life.athlete,
        email=life.user.email, created_by=life.coach, expires_at=now, used_by=life.user, used_at=now,
    )  # fmt: skip
    endpoint = models.WebhookEndpoint.objects.create(
        club=squad.club, name="Ours", url="https://hooks.example/", secret="whsec"
    )
    models.WebhookDelivery.objects.create(
        endpoint=endpoint, event_id=uuid.uuid4(), event="report.assessed", body={}, athlete=life.athlete,
        next_attempt_at=now,
    )  # fmt: skip


def _around_the_log_in(life: Life, squad: Squad) -> None:
    now, mine = timezone.now(), {"user": life.user}
    address = EmailAddress.objects.create(**mine, email=life.user.email, primary=True)
    EmailConfirmation.objects.create(email_address=address, key=uuid.uuid4().hex)
    models.Notification.objects.create(
        recipient=life.user, channel="in_app", topic="talk", dedupe_key="talk:1", subject="A message", path="/me/",
        state="sent", next_attempt_at=now,
    )  # fmt: skip
    models.OnCall.objects.create(club=squad.club, user=life.coach, starts_at=now)
    models.OnCall.objects.create(club=squad.club, user=life.user, starts_at=now).squads.add(squad)
    models.ChannelChoice.objects.create(**mine, topic="talk", channel="email", wanted=False)
    models.PushSubscription.objects.create(
        **mine, endpoint="https://push.example/secret", endpoint_hash=uuid.uuid4().hex,
        p256dh="a-key-of-push", auth="auth", browser="Firefox",
    )  # fmt: skip
    models.ApiToken.objects.create(
        **mine, token_hash=uuid.uuid4().hex, prefix="ngl_1234", name="My script", expires_at=now + timedelta(days=1)
    )  # fmt: skip
    models.SentBefore.objects.create(
        **mine, key_hash=uuid.uuid4().hex, request_hash="x", claimed_until=now, answer="answered"
    )
    models.DataExport.objects.create(asked_by=life.user, state="over")
    Authenticator.objects.create(**mine, type="totp", data={"secret": "sealed"})
    session = SessionStore()
    session["_auth_user_id"] = str(life.user.pk)
    session[f"interview:{life.athlete.pk}"] = {"note": "A draft of a note"}
    session.create()
    UserSession.objects.create(
        **mine, ip="192.0.2.1", session_key=session.session_key, user_agent="Browser of Lena"
    )
    app = Client.objects.create(name="An app", owner=life.user, secret="-")
    Token.objects.create(
        **mine, type="at", client=app, hash=uuid.uuid4().hex, scopes="reports:read"
    )
    LogEntry.objects.create(
        user=life.user, object_id=str(life.athlete.pk), object_repr=life.athlete.name, action_flag=CHANGE,
        content_type=ContentType.objects.get_for_model(Athlete),
    )  # fmt: skip
    life.user.groups.add(Group.objects.create(name="Some"))
    permission = Permission.objects.first()
    assert permission is not None
    life.user.user_permissions.add(permission)
