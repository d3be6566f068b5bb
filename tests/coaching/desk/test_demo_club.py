"""Look around in a demo club, and be rid of it again, by a button each."""

import pytest
from django.urls import reverse

from athletes import demo
from athletes.models import Athlete, Club
from tests import factories
from tests.coaching.desk.conftest import client_of


def text(response):
    return response.content.decode()


@pytest.fixture
def shown(squad, desk):
    """The demo club of the coach, as their first page shows it."""
    desk.post(reverse("desk:demo_load"))
    return demo.club_of(squad.coach)


def test_an_empty_desk_offers_it_and_it_fills_the_list(desk, squad):
    assert reverse("desk:demo_load") in text(desk.get("/desk/"))
    assert desk.post(reverse("desk:demo_load"))["Location"] == "/desk/"
    page = text(desk.get("/desk/"))
    assert "Marco Rossi" in page
    assert "In a demo club nobody is called." in page


def test_every_row_says_that_it_is_a_demo_and_no_other(desk, squad, shown):
    factories.make_report(
        factories.make_athlete(squad, name="Real One"), factories.CLOT, assess=True
    )
    rows = text(desk.get("/desk/")).split('<li class="call-row"')[1:]
    assert len(rows) > 3
    for row in rows:
        row = row.split("</li>")[0]
        assert (">Demo</span>" in row) is ("Real One" not in row)


def test_it_is_removed_and_nothing_else(desk, squad, shown):
    mine = factories.make_athlete(squad)
    response = desk.post(reverse("desk:demo_remove", args=[shown.pk]))
    assert response["Location"] == "/desk/"
    assert list(Athlete.objects.all()) == [mine]
    assert list(Club.objects.all()) == [squad.club]
    assert "Remove the demo club" not in text(desk.get("/desk/"))


def test_a_real_club_is_not_removed(desk, squad):
    assert desk.post(reverse("desk:demo_remove", args=[squad.club_id])).status_code == 404
    assert Club.objects.filter(pk=squad.club_id).exists()


def test_nobody_else_sees_or_removes_it(squad, shown):
    other = client_of(factories.make_coach(squad))
    assert "Marco Rossi" not in text(other.get("/desk/"))
    assert other.post(reverse("desk:demo_remove", args=[shown.pk])).status_code == 404
