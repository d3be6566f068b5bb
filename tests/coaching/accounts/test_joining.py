"""`/join/<token>/`: from an invitation link to an account that is bound, once."""

import logging
from datetime import timedelta

import pytest
from django.utils import timezone

from athletes import access
from athletes.models import Athlete, Club, Invitation, User
from athletes.services import invitations
from tests.factories import PASSWORD, make_athlete, make_club, make_coach, make_user

pytestmark = pytest.mark.django_db

TOLD = {
    "name": "Mia Lind",
    "email": "Mia@Example.test",
    "password": "four words in a row",
    "birth_date": "1994-05-06",
    "timezone": "Europe/Stockholm",
}


@pytest.fixture
def squad():
    return make_club("Harbour Runners")


def invite(squad, role=access.ATHLETE, **bound):
    return invitations.invite(by=squad.coach, squad=squad, role=role, **bound)


def test_the_link_says_who_invites_to_what(client, squad):
    page = client.get(invite(squad).path).content.decode()
    for words in ("Harbour Runners", "Milers", squad.coach.name, "an athlete"):
        assert words in page


def test_joining_makes_an_account_and_an_athlete_logged_in_on_their_own_page(client, squad):
    response = client.post(invite(squad).path, TOLD)
    assert response.url == "/me/"
    athlete = Athlete.objects.get()
    assert (athlete.name, athlete.timezone) == ("Mia Lind", "Europe/Stockholm")
    assert athlete.user.email == "mia@example.test"
    assert client.session["_auth_user_id"] == str(athlete.user.pk)
    assert list(athlete.squads.all()) == [squad]


def test_joining_makes_no_club(client, squad):
    client.post(invite(squad).path, TOLD)
    assert Club.objects.get() == squad.club


def test_whoever_joins_can_log_in_again_with_that_password(client, squad):
    client.post(invite(squad).path, TOLD)
    client.logout()
    again = {"login": "mia@example.test", "password": TOLD["password"]}
    assert client.post("/accounts/login/", again).url == "/me/"


@pytest.mark.parametrize("role", [access.COACH, access.CLINICIAN])
def test_others_than_athletes_come_to_the_desk(client, squad, role):
    assert client.post(invite(squad, role).path, TOLD).url == "/desk/"
    assert not Athlete.objects.exists()


def test_an_athlete_whom_the_coach_entered_keeps_the_record(client, squad):
    entered = make_athlete(squad, name="Tom Berg", with_login=False, timezone="Asia/Tokyo")
    link = invite(squad, athlete=entered)
    assert 'value="Tom Berg"' in client.get(link.path).content.decode()
    client.post(link.path, TOLD | {"timezone": ""})
    entered.refresh_from_db()
    assert entered.user.email == "mia@example.test"
    assert entered.timezone == "Asia/Tokyo"


@pytest.mark.parametrize("zone", ["", "Mars/Olympus", "../../etc/passwd", "x" * 500])
def test_a_time_zone_that_is_none_becomes_utc(client, squad, zone):
    assert client.post(invite(squad).path, TOLD | {"timezone": zone}).url == "/me/"
    assert Athlete.objects.get().timezone == "UTC"


def test_an_invitation_for_one_address_keeps_to_it_whatever_is_sent(client, squad):
    client.post(invite(squad, email="tom@example.test").path, TOLD)
    assert Athlete.objects.get().user.email == "tom@example.test"


@pytest.mark.parametrize(
    ("field", "bad"), [("name", ""), ("email", "mia"), ("password", "short"), ("password", "")]
)
def test_what_is_wrong_is_said_beside_the_field_and_the_link_stays_good(client, squad, field, bad):
    link = invite(squad)
    page = client.post(link.path, TOLD | {field: bad})
    assert list(page.context["form"].errors) == [field]
    assert f'id="id_{field}_error"' in page.content.decode()
    assert TOLD["password"] not in page.content.decode()
    assert client.post(link.path, TOLD).url == "/me/"


def test_a_password_like_the_address_is_turned_down(client, squad):
    page = client.post(invite(squad).path, TOLD | {"password": "mia@example.test"})
    assert "password" in page.context["form"].errors


def test_an_address_with_an_account_leads_to_log_in_and_back_and_uses_nothing_up(client, squad):
    member = make_user("Mia Lind", email="mia@example.test")
    link = invite(squad)
    to_log_in = client.post(link.path, TOLD).url
    assert to_log_in.startswith("/accounts/login/?next=")
    assert f'href="{to_log_in}"' in client.get(link.path).content.decode()
    back = client.post(to_log_in, {"login": member.email, "password": PASSWORD, "next": link.path})
    assert back.url == link.path
    assert client.post(link.path, {"birth_date": "1994-05-06"}).url == "/me/"
    assert Athlete.objects.get().user == member


def test_the_same_address_at_the_same_moment_leads_to_log_in_too(client, squad, monkeypatch):
    make_user(email="mia@example.test")
    nobody = User.objects.none()
    monkeypatch.setattr("coaching.joining.User.objects.filter", lambda **_: nobody)
    assert client.post(invite(squad).path, TOLD).url.startswith("/accounts/login/")
    assert Invitation.objects.usable().count() == 1


def test_logged_in_one_button_is_enough(client, squad):
    coach = make_coach(make_club("Another"))
    client.force_login(coach)
    link = invite(squad)
    assert f"Join as {coach.name}" in client.get(link.path).content.decode()
    told = {"timezone": "Europe/Oslo", "birth_date": "1994-05-06"}
    assert client.post(link.path, told).url == "/me/"
    assert coach.athletes.get().timezone == "Europe/Oslo"


def test_an_invitation_for_somebody_else_is_not_taken_up_by_whoever_is_logged_in(client, squad):
    client.force_login(make_user(email="ada@example.test"))
    link = invite(squad, email="tom@example.test")
    for response in (client.get(link.path), client.post(link.path)):
        assert "Log out and come back here" in response.content.decode()
    assert Invitation.objects.usable().exists()


def used(invited):
    Invitation.objects.update(used_at=timezone.now(), used_by=make_user())


def expired(invited):
    Invitation.objects.update(expires_at=timezone.now() - timedelta(seconds=1))


def revoked(invited):
    invitations.revoke(by=invited.invitation.created_by, invitation=invited.invitation)


def inviter_gone(invited):
    invited.invitation.created_by.memberships.update(ended_at=timezone.now())


def unknown(invited):
    invited.invitation.delete()


@pytest.mark.parametrize("spoil", [used, expired, revoked, inviter_gone, unknown])
def test_every_link_that_cannot_be_used_gets_the_very_same_answer(client, squad, spoil):
    link = invite(squad)
    spoil(link)
    never = client.get("/join/never-there/")
    for response in (client.get(link.path), client.post(link.path, TOLD)):
        assert response.status_code == never.status_code == 404
        assert response.content == never.content
    assert "Ask your coach for a new one" in never.content.decode()
    assert not User.objects.filter(email="mia@example.test").exists()


def test_a_link_works_once(client, squad):
    link = invite(squad)
    client.post(link.path, TOLD)
    client.logout()
    other = TOLD | {"email": "second@example.test"}
    assert client.post(link.path, other).status_code == 404
    assert Athlete.objects.count() == 1


def test_opening_or_sending_the_link_again_leads_the_one_who_joined_home(client, squad):
    link = invite(squad)
    client.post(link.path, TOLD)
    assert client.get(link.path).url == "/me/"
    assert client.post(link.path, TOLD).url == "/me/"


def test_no_link_stands_in_the_log(client, squad, log_lines):
    link = invite(squad)
    revoked(link)
    client.get(link.path)
    logging.getLogger("django.request").error("Internal Server Error: %s", link.path)
    assert '"view": "join"' in log_lines()
    assert "/join/…/" in log_lines()
    assert link.token not in log_lines()


def test_no_link_leaves_by_the_referrer_or_stays_in_a_cache(client, squad):
    response = client.get(invite(squad).path)
    assert response["Referrer-Policy"] == "same-origin"
    assert "no-store" in response["Cache-Control"]
