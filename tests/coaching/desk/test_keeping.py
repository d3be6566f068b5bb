"""Owners say how long closed problems are kept, and see first what would go."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from athletes.models import Club, Episode
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def squad():
    return factories.make_club()


@pytest.fixture
def page(squad, client):
    client.force_login(squad.coach)
    return reverse("desk:keeping", args=[squad.club.pk])


def closed(squad, *, days):
    report = factories.make_report(factories.make_athlete(squad), assess=True)
    moment = timezone.now() - timedelta(days=days)
    report.episode.escalations.update(state="acknowledged", acknowledged_at=moment)
    Episode.objects.filter(pk=report.episode_id).update(closed_at=moment)


def test_looking_changes_nothing(squad, client, page):
    closed(squad, days=800)
    shown = client.get(page, {"keep_months": "24"}).content.decode()
    assert "1 closed problem would go within hours of saving" in shown
    assert Club.objects.get(pk=squad.club.pk).keep_months is None
    assert Episode.objects.count() == 1


def test_what_is_saved_holds(squad, client, page):
    closed(squad, days=800)
    assert client.post(page, {"keep_months": "24"}).status_code == 302
    assert Club.objects.get(pk=squad.club.pk).keep_months == 24
    assert "1 closed problem goes in the next round" in client.get(page).content.decode()
    assert client.post(page, {"keep_months": ""}).status_code == 302
    assert Club.objects.get(pk=squad.club.pk).keep_months is None
    assert "Nothing goes by itself" in client.get(page).content.decode()


@pytest.mark.parametrize("typed", ["11", "601", "a year", "-3", "12.5"])
def test_what_cannot_be_stays_beside_its_reason(squad, client, page, typed):
    answer = client.post(page, {"keep_months": typed})
    assert answer.status_code == 422
    assert f'value="{typed}"' in answer.content.decode()
    assert "field-error" in answer.content.decode()
    assert Club.objects.get(pk=squad.club.pk).keep_months is None


def test_the_page_takes_as_many_queries_for_many(
    squad, client, page, django_assert_max_num_queries
):
    client.get(page)
    for days in range(700, 760, 10):
        closed(squad, days=days)
    with django_assert_max_num_queries(32):
        client.get(page, {"keep_months": "12"})
