"""While a drill runs, its made-up athlete is among the escalations, marked, and nowhere else."""

import pytest

from athletes.models import Escalation
from athletes.services import drills
from guidance import Disposition
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def squad(client):
    squad = factories.make_club()
    drills.start(by=squad.coach, squad=squad, level=Disposition.SAME_DAY)
    client.force_login(squad.coach)
    return squad


def test_the_first_page_shows_it_marked(squad, client):
    text = client.get("/desk/").content.decode()
    assert drills.NAME in text


@pytest.mark.parametrize("page", ["/desk/athletes/", "/desk/squads/"])
def test_no_other_page_lists_it(squad, client, page):
    response = client.get(page)
    assert response.status_code == 200
    assert drills.NAME not in response.content.decode()


def test_it_can_be_opened_from_the_escalation(squad, client):
    waiting = Escalation.objects.get()
    for page in (f"/desk/escalations/{waiting.pk}/", f"/desk/athletes/{waiting.athlete_id}/"):
        assert client.get(page, follow=True).status_code == 200


@pytest.mark.parametrize("things", ["athletes", "episodes", "reports", "check-ins"])
def test_the_api_lists_nothing_of_it(squad, client, things):
    assert client.get(f"/api/v1/{things}/").json()["results"] == []


def test_the_api_lists_its_escalation(squad, client):
    (listed,) = client.get("/api/v1/escalations/").json()["results"]
    athlete = client.get(f"/api/v1/athletes/{listed['athlete']}/")
    assert athlete.json()["name"] == drills.NAME
