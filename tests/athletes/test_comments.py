"""What is said about an episode reaches the other side."""

from datetime import timedelta

import pytest
from django.utils import timezone

from athletes import access
from athletes.access.policies import TALK_AFTER_CLOSE, why_no_comment
from athletes.models import Comment
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


SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("closed_for", "is_over"),
    [(timedelta(0), False), (TALK_AFTER_CLOSE - SECOND, False), (TALK_AFTER_CLOSE, True)],
)
def test_the_talk_goes_on_for_thirty_days_after_the_end(episode, closed_for, is_over):
    now = timezone.now()
    episode.closed_at = now - closed_for
    assert bool(why_no_comment(episode, now)) is is_over


def test_a_last_word_opens_nothing_again(squad, episode):
    episode.closed_at = timezone.now() - SECOND
    episode.save()
    assert told_of(say(episode)) == {"Carla"}
    episode.refresh_from_db()
    assert episode.closed_at is not None


@pytest.mark.parametrize("who", ["athlete", "coach"])
def test_later_it_says_to_report_and_keeps_nothing(squad, episode, who):
    episode.closed_at = timezone.now() - TALK_AFTER_CLOSE
    episode.save()
    by = episode.athlete.user if who == "athlete" else squad.carla
    with pytest.raises(comments.TalkIsOver, match="report it"):
        say(episode, by=by)
    assert not Comment.objects.exists()


def test_who_may_not_see_it_is_told_that_and_no_more(episode):
    episode.closed_at = timezone.now() - TALK_AFTER_CLOSE
    episode.save()
    with pytest.raises(access.NotAllowed):
        say(episode, by=factories.make_user("Stranger"))
