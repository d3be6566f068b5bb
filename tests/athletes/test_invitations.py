"""A link makes one account one athlete, once."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from athletes import access
from athletes.models import Athlete, Invitation
from athletes.models.invitations import MOST_JOIN
from athletes.services import invitations, people
from athletes.services.invitations import UnusableInvitation
from tests import factories

pytestmark = pytest.mark.django_db


def invite(squad, **fields):
    return invitations.invite(by=squad.coach, squad=squad, role=access.ATHLETE, **fields)


def test_accepting_makes_an_athlete_of_the_squad(squad):
    user = factories.make_user("Mina Sato")
    invitations.accept(by=user, token=invite(squad).token, timezone_name="Asia/Tokyo")
    athlete = user.athletes.get()
    assert (athlete.name, athlete.timezone, athlete.squads.get()) == (
        "Mina Sato",
        "Asia/Tokyo",
        squad,
    )


def test_accepting_takes_over_the_record_that_the_coach_entered(squad):
    entered = factories.make_athlete(squad, with_login=False)
    user = factories.make_user()
    invitations.accept(by=user, token=invite(squad, athlete=entered).token)
    entered.refresh_from_db()
    assert entered.user == user
    assert Athlete.objects.count() == 1


def test_a_link_works_once(squad):
    token = invite(squad).token
    invitations.accept(by=factories.make_user(), token=token)
    with pytest.raises(UnusableInvitation):
        invitations.accept(by=factories.make_user(), token=token)


def test_only_the_hash_is_kept(squad):
    invited = invite(squad)
    kept = "".join(str(value) for value in Invitation.objects.values_list().get())
    assert invited.token not in kept


@pytest.mark.parametrize("column", ["expires_at", "revoked_at"])
def test_an_expired_or_revoked_link_is_refused(squad, column):
    invited = invite(squad)
    past = timezone.now() - timedelta(seconds=1)
    Invitation.objects.filter(pk=invited.invitation.pk).update(**{column: past})
    with pytest.raises(UnusableInvitation):
        invitations.accept(by=factories.make_user(), token=invited.token)


def test_a_link_for_one_address_is_refused_for_another(squad):
    token = invite(squad, email="mina@example.test").token
    with pytest.raises(UnusableInvitation):
        invitations.accept(by=factories.make_user(), token=token)
    mina = factories.make_user(email="mina@example.test")
    assert invitations.accept(by=mina, token=token).used_by == mina


def test_a_link_is_worth_nothing_once_its_sender_lost_the_squad(squad):
    coach = factories.make_coach(squad)
    token = invitations.invite(by=coach, squad=squad, role=access.ATHLETE).token
    coach.memberships.update(ended_at=timezone.now())
    with pytest.raises(UnusableInvitation):
        invitations.accept(by=factories.make_user(), token=token)


def test_a_new_link_for_an_athlete_puts_the_earlier_one_out_of_use(squad):
    entered = factories.make_athlete(squad, with_login=False)
    first = invite(squad, athlete=entered).token
    invite(squad, athlete=entered)
    with pytest.raises(UnusableInvitation):
        invitations.accept(by=factories.make_user(), token=first)


def test_a_coach_of_another_squad_cannot_invite(squad):
    with pytest.raises(access.NotAllowed):
        invitations.invite(by=factories.make_club().coach, squad=squad, role=access.ATHLETE)


def test_only_an_owner_makes_owners(squad):
    coach = factories.make_coach(squad)
    with pytest.raises(access.NotAllowed):
        invitations.invite(by=coach, squad=squad, role=access.OWNER)


def test_an_athlete_of_another_club_cannot_be_handed_over(squad):
    foreign = factories.make_athlete(factories.make_club())
    with pytest.raises(access.NotAllowed):
        invite(squad, athlete=foreign)


def test_who_leads_in_two_clubs_cannot_carry_an_athlete_across(squad):
    elsewhere = factories.make_club(owner=squad.coach)
    athlete = factories.make_athlete(elsewhere, with_login=False)
    with pytest.raises(access.NotAllowed):
        invite(squad, athlete=athlete)


def test_an_owners_link_is_worth_nothing_once_its_sender_owns_no_more(squad):
    coach = factories.make_coach(squad)
    people.grant_role(user=coach, squad=squad, role=access.OWNER)
    named = {"role": access.OWNER, "email": "ito@example.test"}
    token = invitations.invite(by=coach, squad=squad, **named).token
    coach.memberships.filter(role=access.OWNER).update(ended_at=timezone.now())
    with pytest.raises(UnusableInvitation):
        invitations.accept(by=factories.make_user(email="ito@example.test"), token=token)


def test_an_owners_link_is_for_one_address(squad):
    """Whoever found it would have the club."""
    with pytest.raises(ValidationError, match="for one person"):
        invitations.invite(by=squad.coach, squad=squad, role=access.OWNER)
    assert not Invitation.objects.exists()


def test_a_zone_that_is_not_told_leaves_the_records_own(squad):
    entered = factories.make_athlete(squad, with_login=False, timezone="Asia/Tokyo")
    invitations.accept(by=factories.make_user(), token=invite(squad, athlete=entered).token)
    entered.refresh_from_db()
    assert entered.timezone == "Asia/Tokyo"


def test_who_left_and_comes_back_is_seen_by_the_new_squad_only(squad):
    athlete = factories.make_athlete(squad)
    athlete.left_at = timezone.now()
    athlete.save()
    other = people.create_squad(by=squad.coach, club=squad.club, name="Sprinters")
    link = invitations.invite(by=squad.coach, squad=other, role=access.ATHLETE)
    invitations.accept(by=athlete.user, token=link.token)
    athlete.refresh_from_db()
    assert (athlete.left_at, athlete.squads.get()) == (None, other)


def test_a_club_whose_name_has_two_lines_can_invite(
    squad, mailoutbox, django_capture_on_commit_callbacks
):
    squad.club.name = "Harbour\nHarriers"
    with django_capture_on_commit_callbacks(execute=True):
        invite(squad, email="mina@example.test")
    assert mailoutbox[0].subject == "Harbour Harriers invites you to Niggle"


def at_the_track(squad):
    invitation = invitations.invite_at_the_track(by=squad.coach, squad=squad)
    return invitation, code_of(invitation)


def code_of(invitation):
    return invitations.track_path(invitation=invitation).split("/")[2]


def test_a_link_for_the_track_is_for_many(squad):
    invitation, code = at_the_track(squad)
    for _ in range(3):
        invitations.accept(by=factories.make_user(), token=code)
    invitation.refresh_from_db()
    assert (squad.athletes.count(), invitation.times_used) == (3, 3)


def test_whoever_scans_it_twice_is_in_the_squad_once(squad):
    invitation, code = at_the_track(squad)
    user = factories.make_user()
    invitations.accept(by=user, token=code)
    invitations.accept(by=user, token=code)
    invitation.refresh_from_db()
    assert (squad.athletes.count(), invitation.times_used) == (1, 1)


def test_its_code_can_be_shown_again_and_is_stored_nowhere(squad):
    _, code = at_the_track(squad)
    kept = Invitation.objects.get()
    assert code_of(kept) == code
    assert code not in "".join(str(value) for value in Invitation.objects.values_list().get())


def test_a_typed_code_may_have_capitals(squad):
    _, code = at_the_track(squad)
    invitations.accept(by=factories.make_user(), token=code.upper())
    assert squad.athletes.count() == 1


@pytest.mark.parametrize("column", ["expires_at", "revoked_at"])
def test_an_ended_link_for_the_track_is_refused(squad, column):
    invitation, code = at_the_track(squad)
    past = timezone.now() - timedelta(seconds=1)
    Invitation.objects.filter(pk=invitation.pk).update(**{column: past})
    with pytest.raises(UnusableInvitation):
        invitations.accept(by=factories.make_user(), token=code)


def test_a_link_in_wrong_hands_has_an_end(squad):
    invitation, code = at_the_track(squad)
    Invitation.objects.filter(pk=invitation.pk).update(times_used=MOST_JOIN)
    with pytest.raises(UnusableInvitation):
        invitations.accept(by=factories.make_user(), token=code)


def test_after_the_secret_changed_the_link_says_nothing_wrong(squad, settings):
    invitation, _ = at_the_track(squad)
    settings.SECRET_KEY = "another-secret-of-the-site"
    assert invitations.track_path(invitation=invitation) == ""


def test_a_coach_of_another_club_makes_no_link_for_this_track(squad):
    with pytest.raises(access.NotAllowed):
        invitations.invite_at_the_track(by=factories.make_club().coach, squad=squad)
