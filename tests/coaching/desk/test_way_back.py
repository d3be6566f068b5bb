"""Back to running, as a coach sees it; and a clinician's yes."""

import uuid
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from athletes.models import ReturnClearance
from athletes.services import returning
from tests import factories
from tests.coaching.desk.conftest import MOST_OF_ONE, client_of, queries_of


def ago(**age):
    return timezone.now() - timedelta(**age)


@pytest.fixture
def episode(athlete):
    return factories.make_report(
        athlete, factories.BONE, assess=True, reported_at=ago(days=30)
    ).episode


def page_of(athlete):
    return reverse("desk:athlete", args=[athlete.pk])


def clearance_of(episode):
    return reverse("desk:clearance", args=[episode.pk])


YES = {"clinician": "Dr Weber", "given_on": timezone.now().date().isoformat(), "note": "Flat only"}


def test_the_page_says_what_is_waited_for(desk, athlete, episode):
    page = desk.get(page_of(athlete)).content.decode()
    assert "Back to running" in page
    assert "A doctor or physiotherapist must say yes first." in page
    assert clearance_of(episode) in page


def test_a_yes_is_noted_and_the_athlete_can_go_on(desk, squad, athlete, episode):
    page = desk.post(clearance_of(episode), YES, follow=True).content.decode()
    noted = ReturnClearance.objects.get()
    assert (noted.clinician, noted.note, noted.recorded_by) == (
        "Dr Weber",
        "Flat only",
        squad.coach,
    )
    assert "Dr Weber said yes on" in page
    assert "Waits for the athlete to say that the conditions are true." in page
    phone = client_of(athlete.user).get(f"/me/episodes/{episode.pk}/return/").content.decode()
    assert "Dr Weber said yes on" in phone
    assert "Tick what is true today." in phone


@pytest.mark.parametrize(
    "wrong", [{"clinician": ""}, {"given_on": ""}, {"given_on": "2999-01-01"}], ids=str
)
def test_a_yes_that_cannot_be_is_explained_and_kept(desk, episode, wrong):
    again = desk.post(clearance_of(episode), {**YES, **wrong})
    assert again.status_code == 422
    assert "Flat only" in again.content.decode()
    assert not ReturnClearance.objects.exists()


def test_nobody_clears_themselves(squad, athlete, episode):
    athlete.user = squad.coach
    athlete.save()
    assert client_of(squad.coach).post(clearance_of(episode), YES).status_code == 403
    assert not ReturnClearance.objects.exists()


def test_where_there_is_no_way_back_nothing_is_cleared(desk, athlete):
    episode = factories.make_report(athlete, factories.CLOT, assess=True).episode
    page = desk.post(clearance_of(episode), YES, follow=True).content.decode()
    assert "There is no way back to running here that we know." in page
    assert not ReturnClearance.objects.exists()


def climb(athlete, runs):
    strain = factories.make_report(
        athlete, factories.STRAIN, assess=True, reported_at=ago(days=20)
    ).episode
    returning.confirm_entry(by=athlete.user, episode=strain, ladder="calf_muscle", at=ago(days=19))
    for number in range(runs):
        returning.log_run(
            by=athlete.user,
            episode=strain,
            client_key=uuid.uuid4(),
            level=1,
            pain_before=number % 3,
            at=ago(days=18, hours=-number),
        )
    return strain


def test_the_coach_sees_the_step_and_every_run(desk, athlete):
    climb(athlete, 2)
    page = desk.get(page_of(athlete)).content.decode()
    assert "Step 1 of 10: Walk 9 minutes, run 1 minute. Three times." in page
    assert "2 runs" in page
    assert f"conditions confirmed by {athlete.user}" in page


def test_a_danger_on_the_way_stands_out(desk, athlete):
    climb(athlete, 1)
    here = {name: factories.STRAIN[name] for name in ("site", "side")}
    factories.make_report(athlete, {**factories.CLOT, **here})
    assert "No runs until a clinician says yes." in desk.get(page_of(athlete)).content.decode()


def test_a_longer_log_asks_the_database_no_more_often(desk, squad):
    few, many = (factories.make_athlete(squad) for _ in range(2))
    climb(few, 1)
    climb(many, 12)
    cost = queries_of(desk, page_of(few))
    assert queries_of(desk, page_of(many)) == cost <= MOST_OF_ONE
