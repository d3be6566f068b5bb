"""Who sees whom."""

from datetime import date

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from athletes import access
from athletes.models import Athlete, Escalation, PainReport, Squad
from athletes.services import people
from athletes.services.memberships import end_membership
from guidance import InvalidAnswers
from tests import factories

pytestmark = pytest.mark.django_db


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


def test_a_coach_who_comes_back_does_not_get_the_old_squads_back(squad, athlete):
    coach = factories.make_coach(squad)
    end_membership(by=squad.coach, membership=coach.memberships.get())
    other_squad = people.create_squad(by=squad.coach, club=squad.club, name="Sprinters")
    people.grant_role(user=coach, squad=other_squad, role=access.COACH)
    assert list(Squad.objects.visible_to(coach)) == [other_squad]
    assert not sees(coach, athlete)


def test_a_sign_that_comes_and_goes_is_no_lasting_fact(squad, athlete):
    """Kept in the background, its “no” would answer the danger question of every later report."""
    with pytest.raises(InvalidAnswers) as refused:
        people.update_athlete(
            by=athlete.user, athlete=athlete, background={"chest_pain": "no", "smoker": "no"}
        )
    assert set(refused.value.errors) == {"chest_pain"}


@pytest.mark.parametrize(
    ("background", "born", "known"),
    [
        ({"chest_pain": "no", "smoker": "yes"}, None, {"smoker": "yes"}),
        ({"a_finding_of_last_year": "yes", "sex": "F"}, None, {"sex": "F"}),
        ({"sex": "an option of last year"}, None, {}),
        ({}, date(2026, 11, 22), {}),
        ({}, date(2006, 11, 21), {"age": 20}),
    ],
    ids=["passing sign", "finding gone", "option gone", "born tomorrow, by UTC", "twenty today"],
)
def test_only_what_is_lasting_and_still_known_is_not_asked_again(squad, background, born, known):
    athlete = factories.make_athlete(squad, with_login=False)
    athlete.background, athlete.birth_date = background, born
    assert athlete.known_facts(date(2026, 11, 21)) == known
