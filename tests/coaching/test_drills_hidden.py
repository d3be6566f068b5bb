"""While a drill runs, its made-up athlete is among the escalations, marked, and nowhere else."""

import pytest
from django.utils import timezone

from athletes import watch
from athletes.management.commands import diff_guidance
from athletes.models import Assessment, Athlete, CheckIn, Escalation
from athletes.models.follow_up import ASKED
from athletes.morning import morning_of
from athletes.outcomes import totals
from athletes.services import assessments, drills, episodes, escalations
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


PAGES = ["/desk/athletes/", "/desk/squads/", "/desk/morning/", "/desk/outcomes/", "invite"]


def address(page, squad):
    return f"/desk/squads/{squad.pk}/invite/" if page == "invite" else page


@pytest.fixture
def settled(squad):
    """A coach took it for real and saw it through to its end, while the drill still runs."""
    assessments.assess_report(assessment_id=Assessment.objects.get().pk, finished_by="worker")
    waiting = Escalation.objects.get()
    escalations.resolve(by=squad.coach, escalation=waiting, outcome="Rang")
    return waiting.episode


@pytest.fixture
def closed(squad, settled):
    return episodes.close_episode(by=squad.coach, episode=settled, reason="Nothing there")


def is_listed(client, page, squad):
    response = client.get(address(page, squad))
    assert response.status_code == 200
    return drills.NAME in response.content.decode()


@pytest.mark.parametrize("page", PAGES)
def test_no_other_page_lists_it(squad, client, page):
    assert not is_listed(client, page, squad)


@pytest.mark.parametrize("page", ["/desk/", *PAGES])
def test_no_page_lists_it_once_it_is_dealt_with(squad, client, settled, page):
    assert not is_listed(client, page, squad)


@pytest.mark.parametrize("page", ["/desk/", *PAGES])
def test_no_page_lists_it_once_its_episode_is_closed(squad, client, closed, page):
    assert not is_listed(client, page, squad)


@pytest.mark.parametrize("page", ["/desk/athletes/", "/desk/outcomes/", "invite"])
def test_they_would_list_the_same_athlete_if_it_were_one(squad, client, closed, page):
    Athlete.objects.update(is_drill=False)
    assert is_listed(client, page, squad)


def test_the_morning_page_and_the_first_page_would_list_it_too(squad, client, settled):
    Athlete.objects.update(is_drill=False)
    assert is_listed(client, "/desk/", squad)
    Escalation.objects.update(state="open", acknowledged_at=None)
    assert is_listed(client, "/desk/morning/", squad)


def test_it_is_in_no_figure(squad, closed):
    CheckIn.objects.update(state=ASKED)
    assert CheckIn.objects.exists()

    def figures():
        compared = diff_guidance.Command()._reports(200)
        return (watch.follow_up().due, totals(squad.coach).episodes, len(compared))

    assert figures() == (0, 0, 0)
    assert morning_of(squad.coach, timezone.now()).is_empty
    Athlete.objects.update(is_drill=False)
    assert all(figures())


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
