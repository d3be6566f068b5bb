"""The board and the season can be read in any language: every word on them is in the catalogue."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from athletes.models import CheckIn
from athletes.services import findings, holds
from tests import factories
from tests.coaching import marked

PAGES = [
    ("desk:board", {}),
    ("desk:board", {"show": "full"}),
    ("desk:season", {}),
    ("desk:season", {"since": "2099-01-01"}),
]


@pytest.fixture
def milers(db):
    """A squad with something in every part of both pages."""
    squad = factories.make_club("Harbour Harriers")
    mia = factories.make_athlete(squad, name="Mia Lund")
    week_ago = timezone.now() - timedelta(days=7)
    report = factories.make_report(mia, factories.STRAIN, assess=True, reported_at=week_ago)
    CheckIn.objects.filter(report=report).delete()
    factories.make_check_in(report, state="missed", due_at=week_ago, settled_at=timezone.now())
    factories.make_check_in(report, state="asked", kind="week")
    factories.make_report(mia, factories.CLOT, assess=True)
    findings.record_finding(
        by=squad.coach,
        episode=report.episode,
        cause="muscle_strain",
        in_words="",
        clinician="Anna",
        found_on=week_ago.date(),
        method="mri",
    )
    holds.hold_training(by=squad.coach, athlete=mia, kind="modified", reason="Anna")
    factories.make_athlete(squad, name="Mia Lund")
    return squad


@pytest.mark.parametrize(("name", "query"), PAGES)
def test_every_word_can_be_translated(milers, spanish, name, query):
    client = Client(headers={"accept-language": "es"})
    client.force_login(milers.coach)
    page = client.get(reverse(name, args=[milers.pk]), query).content.decode()
    assert '<html lang="es"' in page
    assert marked.unmarked(page) == []
