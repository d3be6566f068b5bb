"""A demo club that a coach loads to look around in: nobody is called because of it, and it goes without a trace."""

from datetime import UTC, datetime, timedelta

import pytest
from django.apps import apps
from django.contrib.auth import authenticate
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from athletes import access, demo, watch
from athletes.models import (
    Athlete,
    AuditEntry,
    CheckIn,
    Club,
    Escalation,
    Invitation,
    Notification,
    User,
)
from athletes.services import comments, digests, erasure, escalations, invitations, people
from tests import factories

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)


@pytest.fixture
def coach(squad):
    return squad.coach


@pytest.fixture
def club(coach):
    return demo.load_for(by=coach, now=NOW)


def rows():
    """Every row of the site, by table, but who wrote what: that outlives whom it was about."""
    models = [*apps.get_app_config("athletes").get_models(), *through_tables()]
    return {
        model._meta.db_table: set(model.objects.values_list("pk", flat=True))
        for model in models
        if model is not AuditEntry
    }


def through_tables():
    for model in apps.get_app_config("athletes").get_models():
        yield from (field.remote_field.through for field in model._meta.many_to_many)


def test_the_coach_owns_it_and_it_says_what_it_is(coach, club):
    assert club.is_demo
    assert access.OWNER in access.desk_memberships(coach, club)
    assert (club.athletes.count(), club.name) == (14, "Demo: Riverside Athletics")
    assert all(squad.name.startswith("Demo: ") for squad in club.squads.all())


def test_nobody_who_was_made_up_can_log_in(coach, club):
    made_up = User.objects.filter(email__endswith=erasure.MADE_UP)
    assert {user.name for user in made_up} == {"Tom Becker", "Lena Hoffmann"}
    for user in made_up:
        assert not user.is_active
        assert authenticate(email=user.email, password=demo.PASSWORD) is None


def test_nobody_is_called_or_written_to(coach, club):
    lena = club.athletes.get(name="Lena Hoffmann")
    comments.add_comment(by=coach, episode=lena.episodes.first(), text="How is it?")
    assert not Notification.objects.exists()
    assert not CheckIn.objects.waiting().exists()  # those of its past are over


def test_no_real_person_comes_into_it_whom_nobody_would_be_called_for(coach, club):
    squad = club.squads.first()
    for bring_in in (
        lambda: people.add_athlete(by=coach, squad=squad, name="Really hurt"),
        lambda: invitations.invite(by=coach, squad=squad, role=access.ATHLETE),
        lambda: invitations.invite(by=coach, squad=squad, role=access.COACH),
        lambda: invitations.invite_at_the_track(by=coach, squad=squad),
    ):
        with pytest.raises(access.NotAllowed):
            bring_in()
    desk = Client()
    desk.force_login(coach)
    for name in ("desk:new_athlete", "desk:invite", "desk:track_new"):
        answer = desk.post(
            reverse(name, args=[squad.pk]),
            {"name": "Zoe", "timezone": "UTC", "role": "athlete", "consent_told": "on"},
        )
        assert answer.status_code == 403, name
    assert club.athletes.count() == 14
    assert not Invitation.objects.filter(club=club).exists()
    page = desk.get(reverse("desk:squads")).content.decode()
    assert "nobody can be added here" in page
    assert reverse("desk:new_athlete", args=[squad.pk]) not in page


def test_a_club_that_is_no_demo_always_calls(squad):
    with pytest.raises(IntegrityError), transaction.atomic():
        Club.objects.filter(pk=squad.club.pk).update(calls_nobody=True)


def test_its_clocks_stand(coach, club):
    Escalation.objects.filter(state="open").update(
        acknowledge_by=timezone.now() - timedelta(hours=1)
    )
    assert not Escalation.objects.past_due().exists()
    assert watch.calls() == []


def test_a_new_danger_in_it_calls_nobody_either(coach, club):
    report = factories.make_report(
        club.athletes.first(), factories.BREATHLESS, by=coach, assess=True
    )
    called = report.episode.escalations.open().get()
    assert not called.notifications.exists()
    assert escalations.pass_on(escalation_id=called.pk) is False


def test_it_alone_is_no_reason_for_a_morning_message(coach, club):
    User.objects.filter(pk=coach.pk).update(digest_at=timezone.now().time())
    assert digests.announce(user_id=coach.pk) is False
    coach.refresh_from_db()
    assert coach.digest_on is not None, "it was looked"
    assert not Notification.objects.exists()


def test_pressed_twice_there_is_one(coach, club):
    assert demo.load_for(by=coach, now=NOW) == club
    assert Club.objects.filter(is_demo=True).count() == 1


def test_each_coach_has_their_own(coach, club):
    other = factories.make_club().coach
    assert demo.load_for(by=other, now=NOW) != club
    assert demo.club_of(coach) == club


def test_it_stands_beside_the_one_with_log_ins(coach, club):
    call_command("load_demo")
    assert Club.objects.filter(is_demo=True).count() == 2


def test_removed_it_leaves_every_other_row_as_it_was(squad, coach):
    neighbour = factories.make_club("Neighbour")
    for home in (squad, neighbour):
        factories.make_report(factories.make_athlete(home), factories.CLOT, assess=True)
    demo.load_for(by=neighbour.coach, now=NOW)
    before = rows()
    club = demo.load_for(by=coach, now=NOW)
    assert rows() != before
    erasure.erase_demo_club(by=coach, club=club)
    assert rows() == before


def test_who_is_real_keeps_their_log_in(coach, club):
    user = factories.make_user("Real Runner")
    Athlete.objects.filter(club=club, name="Marco Rossi").update(user=user)
    erasure.erase_demo_club(by=coach, club=club)
    assert User.objects.filter(pk=user.pk).exists()
    assert not user.athletes.exists()


def test_a_real_club_is_never_removed(squad, coach):
    with pytest.raises(access.NotAllowed):
        erasure.erase_demo_club(by=coach, club=squad.club)


def test_only_its_owner_removes_it(club):
    with pytest.raises(access.NotAllowed):
        erasure.erase_demo_club(by=factories.make_club().coach, club=club)


def test_the_command_takes_away_what_it_loaded(squad, capsys):
    before = rows()
    call_command("load_demo")
    call_command("load_demo", remove=True)
    assert rows() == before
    call_command("load_demo", remove=True)
    assert "There is no demo club." in capsys.readouterr().out
