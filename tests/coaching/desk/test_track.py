"""A link for everybody at the track, as a QR code to hold up."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from athletes.models import Invitation, User
from athletes.services import invitations
from tests import factories
from tests.coaching.desk.conftest import client_of


@pytest.fixture
def link(squad):
    return invitations.invite_at_the_track(by=squad.coach, squad=squad)


@pytest.fixture
def page(link):
    return reverse("desk:track", args=[link.pk])


def text(response):
    return response.content.decode()


def test_it_shows_the_code_and_the_address_to_type(desk, link, page):
    shown = text(desk.get(page))
    assert re.search(r'<svg [^>]*class="qr"', shown)
    code = invitations.track_path(invitation=link).split("/")[2]
    assert f'testserver/join/<span class="nowrap">{code}</span>' in shown


def test_the_code_has_no_style_of_its_own(desk, page):
    drawn = text(desk.get(page)).split('class="qr"')[1].split("</svg>")[0]
    assert "style" not in drawn


def test_whoever_scans_it_joins_with_a_name_an_address_and_a_password(client, squad, link):
    path = invitations.track_path(invitation=link)
    assert squad.name in text(client.get(path))
    told = {
        "name": "Priya Nair",
        "birth_date": "1994-10-10",
        "email": "priya@club.test",
        "password": "four words in a row",
    }
    assert client.post(path, told)["Location"] == "/me/"
    assert User.objects.get(email="priya@club.test").athletes.get().squads.get() == squad


def test_a_second_one_joins_with_the_same_link(client, squad, link):
    path = invitations.track_path(invitation=link)
    for name in ("one", "two"):
        told = {
            "name": name.title(),
            "email": f"{name}@club.test",
            "password": "four words in a row",
            "birth_date": "1994-10-10",
        }
        client.post(path, told)
        client.logout()
    assert squad.athletes.count() == 2


def test_whoever_has_a_log_in_joins_with_one_button(squad, link):
    runner = factories.make_user("Runner")
    told = {"birth_date": "1994-10-10"}
    client_of(runner).post(invitations.track_path(invitation=link), told)
    assert runner.athletes.get().squads.get() == squad


@pytest.mark.parametrize(
    "end", [{"revoked_at": timezone.now()}, {"expires_at": timezone.now() - timedelta(minutes=1)}]
)
def test_an_ended_link_is_held_up_no_more(client, desk, link, page, end):
    Invitation.objects.filter(pk=link.pk).update(**end)
    assert desk.get(page).status_code == 404
    assert client.get(invitations.track_path(invitation=link)).status_code == 404


def test_a_link_for_one_person_is_no_poster(squad, desk):
    one = invitations.invite(by=squad.coach, squad=squad, role="athlete").invitation
    assert desk.get(reverse("desk:track", args=[one.pk])).status_code == 404


def test_after_the_secret_changed_a_new_one_is_made(squad, desk, link, page, settings):
    settings.SECRET_KEY = "another-secret-of-the-site"
    desk.force_login(squad.coach)
    assert desk.get(page).status_code == 404
    desk.post(reverse("desk:track_new", args=[squad.pk]))
    assert Invitation.objects.filter(for_many=True).count() == 2


def test_the_page_of_squads_shows_and_revokes_it(desk, squad, link, page):
    assert "For everybody at the track, used 0 times" in text(desk.get(reverse("desk:squads")))
    assert desk.post(reverse("desk:track_new", args=[squad.pk]))["Location"] == page
    desk.post(reverse("desk:revoke", args=[link.pk]))
    assert "For everybody at the track" not in text(desk.get(reverse("desk:squads")))
    assert desk.post(reverse("desk:track_new", args=[squad.pk]))["Location"] != page


def test_the_link_of_a_coach_who_left_is_held_up_no_more(squad, desk):
    gone = factories.make_coach(squad)
    old = invitations.invite_at_the_track(by=gone, squad=squad)
    gone.memberships.update(ended_at=timezone.now())
    assert desk.get(reverse("desk:track", args=[old.pk])).status_code == 404
    made = desk.post(reverse("desk:track_new", args=[squad.pk]))["Location"]
    assert str(old.pk) not in made
    assert desk.get(made).status_code == 200


@pytest.mark.parametrize(("host", "warned"), [("localhost:8000", True), ("club.example", False)])
def test_an_address_that_no_phone_reaches_is_said(desk, page, settings, host, warned):
    settings.ALLOWED_HOSTS = ["*"]
    assert ("on this computer only" in text(desk.get(page, headers={"host": host}))) is warned
