"""Staff look at records in the admin; what follows rules is only shown."""

from datetime import timedelta

import pytest
from django.contrib.admin import site
from django.test import Client
from django.urls import reverse

from athletes import models
from athletes.services import invitations, tokens
from tests import factories

pytestmark = pytest.mark.django_db

OURS = [model for model in site._registry if model._meta.app_label == "athletes"]
EDITABLE = {models.User, models.Club, models.Squad, models.Membership, models.Athlete}
SHOWN_ONLY = [model for model in OURS if model not in EDITABLE]


def url_of(model, page, *args):
    return reverse(f"admin:athletes_{model._meta.model_name}_{page}", args=args)


@pytest.fixture
def staff():
    client = Client()
    client.force_login(models.User.objects.create_superuser("staff@example.test", "x" * 20))
    return client


@pytest.fixture
def records():
    """At least one row of every record."""
    squad = factories.make_club()
    report = factories.make_report(factories.make_athlete(squad), factories.CLOT, assess=True)
    report.episode.comments.create(author=squad.coach, text="Rest.")
    plan = models.ReturnPlan.objects.create(episode=report.episode, ladder="calf_muscle")
    plan.clearances.create(clinician="Dr Weber", given_on=report.reported_at.date())
    plan.runs.create(client_key=report.pk, ladder="calf_muscle", level=1, ran_at=report.reported_at)
    invitations.invite(by=squad.coach, squad=squad, role="coach")
    tokens.issue(by=squad.coach)
    models.OnCall.objects.create(club=squad.club, user=squad.coach, starts_at=report.reported_at)
    models.ChannelChoice.objects.create(
        user=squad.coach, topic="talk", channel="email", wanted=False
    )
    models.PushSubscription.objects.create(
        user=squad.coach, endpoint="https://push.example.test/1", p256dh="p", auth="a"
    )
    models.SquadChannel.objects.create(squad=squad, name="Room", url="json://example.test")
    models.SiteKey.objects.create(name="vapid", value="secret")
    models.ClinicianFinding.objects.create(
        episode=report.episode,
        cause="dvt",
        clinician="Dr Weber",
        found_on=report.reported_at.date(),
        method="ultrasound",
    )
    hour = timedelta(hours=1)
    models.CheckIn.objects.create(
        episode=report.episode,
        report=report,
        kind="a_test",
        level="same_day",
        due_at=report.reported_at,
        remind_at=report.reported_at + hour,
        missed_at=report.reported_at + 2 * hour,
    )
    models.TrainingHold.objects.create(athlete=report.athlete, kind="out", reason="A cold")
    models.HandOver.objects.create(episode=report.episode, to_name="Dr Weber")
    models.LastLook.objects.create(
        user=squad.coach, athlete=report.athlete, looked_at=report.reported_at
    )
    models.Guardianship.objects.create(athlete=report.athlete, user=squad.coach)
    models.Consent.objects.create(athlete=report.athlete, version="1", given_as="self")
    models.DataExport.objects.create(asked_by=squad.coach)
    models.ClinicianNote.objects.create(episode=report.episode, author=squad.coach, text="A note")
    webhook = models.WebhookEndpoint.objects.create(
        club=squad.club, name="Ours", url="https://hooks.example.test", secret="secret"
    )
    webhook.deliveries.create(
        event_id=report.pk, event="ping", body={}, next_attempt_at=report.reported_at
    )
    models.SentBefore.objects.create(
        user=squad.coach, key_hash="k", request_hash="r", claimed_until=report.reported_at
    )
    club = squad.club.pk
    models.AuditChain.objects.get_or_create(club_key=club)
    entry = models.AuditEntry.objects.create(
        club_key=club, number=9999, action="read", what="report", face="desk", seal="s"
    )
    entry.subjects.create(athlete_key=report.athlete.pk, at=entry.at)
    models.Forgotten.objects.create(key_hash="f" * 64)
    models.PastTally.objects.create(club=squad.club, year=2026, what="problems", number=1)
    models.Heartbeat.objects.update_or_create(name="worker", defaults={"at": report.reported_at})


def test_every_record_is_there():
    assert {model.__name__ for model in OURS} >= set(models.__all__)


@pytest.mark.parametrize("model", OURS)
def test_every_list_and_every_record_opens(staff, records, model):
    assert staff.get(url_of(model, "changelist"), {"q": "a"}).status_code == 200
    row = model.objects.first()
    assert row is not None
    assert staff.get(url_of(model, "change", row.pk)).status_code == 200


@pytest.mark.parametrize("model", SHOWN_ONLY)
def test_what_follows_rules_is_only_shown(staff, records, model):
    row = model.objects.first()
    assert staff.get(url_of(model, "add")).status_code == 403
    assert staff.post(url_of(model, "change", row.pk), {}).status_code == 403
    assert staff.post(url_of(model, "delete", row.pk), {"post": "yes"}).status_code == 403
    assert model.objects.filter(pk=row.pk).exists()


@pytest.mark.parametrize("model", [models.Invitation, models.ApiToken])
def test_no_secret_is_shown(staff, records, model):
    row = model.objects.first()
    assert row.token_hash not in staff.get(url_of(model, "change", row.pk)).content.decode()


def test_a_user_is_made_by_e_mail(staff):
    typed = {
        "email": "New@Example.test",
        "name": "Nia",
        "usable_password": "true",
        "password1": "a-long-enough-password",
        "password2": "a-long-enough-password",
    }
    assert staff.post(url_of(models.User, "add"), typed).status_code == 302
    assert models.User.objects.get(email="new@example.test").check_password(typed["password1"])


def test_a_coach_has_no_way_in():
    coach = Client()
    coach.force_login(factories.make_club().coach)
    assert coach.get(url_of(models.PainReport, "changelist")).status_code != 200
