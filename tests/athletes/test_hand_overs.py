"""A problem is handed to a clinician."""

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from athletes import access
from athletes.models import HandOver
from athletes.services import people
from athletes.services.hand_overs import clinicians_of, hand_over
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def squad():
    return factories.make_club()


@pytest.fixture
def clinician(squad):
    return factories.make_coach(squad, role=access.CLINICIAN, name="Mei Chen")


@pytest.fixture
def episode(squad):
    return factories.make_report(factories.make_athlete(squad), factories.CLOT).episode


def test_a_clinician_of_the_club_is_told_where_to_look_and_nothing_else(squad, clinician, episode):
    handed = hand_over(by=squad.coach, episode=episode, clinician=clinician, note="Since Lisbon")
    assert (handed.to_name, handed.handed_by) == ("Mei Chen", squad.coach)
    notice = clinician.notifications.get(channel="in_app", topic="talk")
    assert notice.subject == "An athlete was handed over to you"
    assert notice.path == f"/desk/episodes/{episode.pk}/sheet/"


def test_somebody_outside_is_named_and_nobody_is_told(squad, clinician, episode):
    handed = hand_over(by=squad.coach, episode=episode, to_name=" Dr  Weber ")
    assert (handed.clinician, handed.to_name) == (None, "Dr Weber")
    assert not clinician.notifications.filter(topic="talk").exists()


def test_the_same_sent_twice_is_one_and_another_is_another(squad, clinician, episode):
    first = hand_over(by=squad.coach, episode=episode, clinician=clinician)
    assert hand_over(by=squad.coach, episode=episode, clinician=clinician) == first
    hand_over(by=squad.coach, episode=episode, to_name="Dr Weber")
    assert HandOver.objects.count() == 2


def test_only_clinicians_who_see_the_athlete_are_offered(squad, clinician, episode):
    other_squad = people.create_squad(by=squad.coach, club=squad.club, name="Sprinters")
    factories.make_coach(other_squad, role=access.CLINICIAN)
    factories.make_coach(squad)
    assert clinicians_of(episode.athlete, timezone.now()) == [clinician]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({}, "to_name"),
        ({"to_name": "x" * 121}, "to_name"),
        ({"to_name": "A", "note": "x" * 1001}, "note"),
    ],
)
def test_what_cannot_be_is_refused_with_its_field(squad, episode, wrong, field):
    with pytest.raises(ValidationError) as told:
        hand_over(by=squad.coach, episode=episode, **wrong)
    assert list(told.value.message_dict) == [field]


def test_a_coach_is_no_clinician(squad, episode):
    with pytest.raises(ValidationError):
        hand_over(by=squad.coach, episode=episode, clinician=factories.make_coach(squad))


def test_only_who_looks_after_the_athlete_may(squad, episode):
    for outsider in (factories.make_club().coach, episode.athlete.user):
        with pytest.raises(access.NotAllowed):
            hand_over(by=outsider, episode=episode, to_name="Dr Weber")
