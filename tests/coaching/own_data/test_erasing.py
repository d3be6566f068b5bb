"""Erasing oneself on the page: the name typed, nobody by mistake, nobody left alone in danger unawares."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from athletes import access
from athletes.models import Athlete, Club, Guardianship, User
from tests import factories
from tests.coaching.own_data.test_taking import browser_of

pytestmark = pytest.mark.django_db

PAGE = reverse("erase_account")
CALLED = "A coach is being called at this moment"


@pytest.fixture
def squad():
    return factories.make_club()


@pytest.fixture
def athlete(squad):
    return factories.make_athlete(squad, name="Lena O’Vogt")


def test_the_name_is_typed_and_everything_is_gone(athlete):
    client = browser_of(athlete.user)
    wrong = client.post(PAGE, {"name": "Lena"})
    assert wrong.status_code == 422
    assert 'value="Lena"' in wrong.content.decode()
    assert "Type it as it stands above" in wrong.content.decode()
    assert Athlete.objects.exists()
    done = client.post(PAGE, {"name": " lena  o’vogt "})
    assert done.status_code == 200
    assert "It is erased" in done.content.decode()
    assert "storage" in done["Clear-Site-Data"]
    assert not Athlete.objects.filter(pk=athlete.pk).exists()
    assert not User.objects.filter(pk=athlete.user.pk).exists()
    assert client.get(reverse("account")).status_code == 302


def test_whoever_erases_shows_first_that_it_is_them(athlete):
    client = browser_of(athlete.user, shown_to_be_there=False)
    answer = client.post(PAGE, {"name": athlete.user.name})
    assert answer["Location"].startswith(reverse("account_reauthenticate"))
    assert Athlete.objects.exists()


def test_while_a_coach_is_called_it_takes_one_tick_more(athlete):
    factories.make_report(athlete, factories.BREATHLESS)
    client = browser_of(athlete.user)
    assert CALLED in client.get(PAGE).content.decode()
    told = {"name": athlete.user.name}
    assert client.post(PAGE, told).status_code == 422
    assert Athlete.objects.exists()
    assert client.post(PAGE, told | {"although_called": "on"}).status_code == 200
    assert not Athlete.objects.exists()


def test_once_somebody_has_seen_it_it_takes_no_tick(athlete):
    report = factories.make_report(athlete, factories.BREATHLESS)
    report.escalations.update(state="acknowledged", acknowledged_at=timezone.now())
    client = browser_of(athlete.user)
    assert CALLED not in client.get(PAGE).content.decode()
    assert client.post(PAGE, {"name": athlete.user.name}).status_code == 200


def test_the_last_owner_is_told_what_to_do_first(squad, athlete):
    owner = squad.coach
    page = browser_of(owner).get(PAGE).content.decode()
    assert "You are the only owner of a club in which others are" in page
    assert reverse("desk:people", args=[squad.club.pk]) in page
    answer = browser_of(owner).post(PAGE, {"name": owner.name})
    assert answer.status_code == 422
    assert User.objects.filter(pk=owner.pk).exists()
    second = factories.make_coach(squad, role=access.OWNER)
    assert browser_of(owner).post(PAGE, {"name": owner.name}).status_code == 200
    assert Club.objects.filter(memberships__user=second).exists()


def test_a_guardian_erases_the_child_and_nobody_elses(squad, athlete):
    athlete.birth_date = timezone.now().date() - timedelta(days=14 * 365)
    athlete.save()
    parent = factories.make_user("Parent")
    Guardianship.objects.create(athlete=athlete, user=parent)
    other = factories.make_athlete(squad)
    client = browser_of(parent)
    assert client.get(reverse("erase_child", args=[other.pk])).status_code == 404
    page = reverse("erase_child", args=[athlete.pk])
    assert client.post(page, {"name": "somebody"}).status_code == 422
    assert client.post(page, {"name": athlete.name}).status_code == 302
    assert not Athlete.objects.filter(pk=athlete.pk).exists()
    assert User.objects.filter(pk=parent.pk).exists()
