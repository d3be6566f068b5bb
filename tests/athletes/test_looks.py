"""When somebody last had an athlete before them."""

from datetime import timedelta

import pytest
from django.db import DatabaseError
from django.utils import timezone

from athletes.models import LastLook
from athletes.services import looks
from tests import factories

pytestmark = pytest.mark.django_db


def test_the_newest_look_of_each_person_is_kept(squad):
    athlete = factories.make_athlete(squad)
    other = factories.make_coach(squad)
    now = timezone.now()
    looks.looked(by=squad.coach, athlete=athlete, at=now - timedelta(hours=1))
    looks.looked(by=squad.coach, athlete=athlete, at=now)
    looks.looked(by=other, athlete=athlete, at=now - timedelta(hours=2))
    kept = dict(LastLook.objects.values_list("user", "looked_at"))
    assert kept == {squad.coach.pk: now, other.pk: now - timedelta(hours=2)}


def test_a_page_is_shown_even_where_the_look_cannot_be_written_down(squad, monkeypatch):
    athlete = factories.make_athlete(squad)

    def fail(*_args, **_options):
        raise DatabaseError("locked")

    monkeypatch.setattr("django.db.models.query.QuerySet.bulk_create", fail)
    looks.looked(by=squad.coach, athlete=athlete)
    assert not LastLook.objects.exists()
