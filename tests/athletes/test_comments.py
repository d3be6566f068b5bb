"""What is said about an episode reaches the other side."""

import pytest
from django.utils import timezone

from athletes import access
from athletes.services import comments
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def squad():
    """Olga owns the club, Carla coaches in it."""
    squad = factories.make_club(owner=factories.make_user("Olga"))
    squad.memberships.get(role=access.COACH).squads.clear()
    squad.carla = factories.make_coach(squad, name="Carla")
    return squad


@pytest.fixture
def episode(squad):
    return factories.make_report(factories.make_athlete(squad), factories.SORE).episode


def told_of(comment):
    of_this = comment.episode.athlete.club.memberships.filter(
        user__notifications__dedupe_key__startswith=f"comment:{comment.pk}:",
        user__notifications__channel="in_app",
    )
    return set(of_this.values_list("user__name", flat=True))


def say(episode, by=None):
    return comments.add_comment(by=by or episode.athlete.user, episode=episode, text="Hello")


def test_the_coaches_are_told_of_what_the_athlete_says(episode):
    assert told_of(say(episode)) == {"Carla"}


def test_in_a_club_that_has_only_owners_they_are_told(squad, episode):
    squad.carla.memberships.update(ended_at=timezone.now())
    assert told_of(say(episode)) == {"Olga"}


def test_an_owner_who_runs_alone_is_not_told_of_their_own_words(squad, episode):
    squad.carla.memberships.update(ended_at=timezone.now())
    episode.athlete.user = squad.coach
    episode.athlete.save()
    assert told_of(say(episode)) == set()


def test_the_athlete_is_told_of_what_a_coach_says(squad, episode):
    comment = say(episode, by=squad.carla)
    notice = episode.athlete.user.notifications.get(channel="in_app")
    assert notice.dedupe_key.startswith(f"comment:{comment.pk}:")
