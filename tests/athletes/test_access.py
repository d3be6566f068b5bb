"""Who sees whom."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from athletes import access
from athletes.models import Athlete, Escalation, PainReport, Squad
from athletes.services import people
from athletes.services.invitations import end_membership
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def squad():
    return factories.make_club()


@pytest.fixture
def athlete(squad):
    return factories.make_athlete(squad)


def sees(user, athlete):
    return Athlete.objects.visible_to(user).filter(pk=athlete.pk).exists()


def test_athlete_coach_clinician_and_owner_see_the_athlete(squad, athlete):
    coach = factories.make_coach(squad)
    clinician = factories.make_coach(squad, role=access.CLINICIAN)
    for user in (athlete.user, coach, clinician, squad.coach):
        assert sees(user, athlete)


def test_nobody_else_does(squad, athlete):
    other_squad = people.create_squad(by=squad.coach, club=squad.club, name="Sprinters")
    outsiders = [
        factories.make_club().coach,
        factories.make_coach(other_squad),
        factories.make_athlete(squad).user,
        factories.make_user(),
        AnonymousUser(),
    ]
    for user in outsiders:
        assert not sees(user, athlete)


def test_what_hangs_on_an_athlete_is_seen_by_the_same_people(squad, athlete):
    factories.make_report(athlete, factories.CLOT)
    stranger = factories.make_club().coach
    for model in (PainReport, Escalation):
        assert model.objects.visible_to(squad.coach).count() == 1
        assert model.objects.visible_to(athlete.user).count() == 1
        assert model.objects.visible_to(stranger).count() == 0
        assert model.objects.seen_from_desk_by(athlete.user).count() == 0


def test_a_coach_who_leaves_loses_sight_at_once(squad, athlete):
    coach = factories.make_coach(squad)
    assert sees(coach, athlete)
    end_membership(by=squad.coach, membership=coach.memberships.get())
    assert not sees(coach, athlete)


def test_an_athlete_who_left_is_seen_by_nobody(squad, athlete):
    athlete.left_at = timezone.now()
    athlete.save()
    assert not sees(squad.coach, athlete)
    assert not sees(athlete.user, athlete)


def test_an_owner_without_a_squad_sees_the_whole_club(squad, athlete):
    owner = factories.make_user()
    owner.memberships.create(club=squad.club, role=access.OWNER)
    assert sees(owner, athlete)
    assert Squad.objects.visible_to(owner).count() == 1


def test_a_membership_of_one_club_opens_nothing_in_another(squad, athlete):
    """A coach in one club who merely runs in another sees there only themself."""
    coach_elsewhere = factories.make_club().coach
    people.grant_role(user=coach_elsewhere, squad=squad, role=access.ATHLETE)
    assert not sees(coach_elsewhere, athlete)


def test_a_coach_changes_an_athlete_and_a_stranger_may_not(squad, athlete):
    people.update_athlete(by=squad.coach, athlete=athlete, timezone="Asia/Shanghai")
    athlete.refresh_from_db()
    assert athlete.timezone == "Asia/Shanghai"
    with pytest.raises(access.NotAllowed):
        people.update_athlete(by=factories.make_user(), athlete=athlete, name="X")
