"""The first page, the page about oneself, and the pages for when something fails."""

from datetime import timedelta

import pytest
from django.db import DatabaseError
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils import timezone

from athletes.models import Heartbeat, User
from coaching.context import site
from guidance import Answers, screen
from tests.factories import BREATHLESS, make_athlete, make_club, make_guardian, make_user

BANNER = "The watch is not running"


@pytest.fixture
def squad(db):
    return make_club("Harbour Runners")


def test_a_stranger_reads_what_niggle_is(client, db):
    page = client.get("/").content.decode()
    assert "Sign up as a coach" in page
    assert "never a diagnosis; it is not an emergency service" in page


def test_everybody_else_is_sent_to_their_own_pages(client, squad):
    for user, place in (
        (squad.coach, "/desk/"),
        (make_athlete(squad).user, "/me/"),
        (make_user(), "/accounts/"),
    ):
        client.force_login(user)
        assert client.get("/").url == place


def test_the_account_page_names_clubs_and_roles(client, squad, django_assert_max_num_queries):
    for number in range(10):
        make_club(f"Club {number}", owner=squad.coach)
    client.force_login(squad.coach)
    client.get("/accounts/")  # the session of the day
    with django_assert_max_num_queries(9):  # for wards too
        page = client.get("/accounts/").content.decode()
    assert "Harbour Runners" in page
    assert "Club 9" in page


def test_the_account_page_of_a_guardian_names_the_club_of_the_child(client, squad):
    child = make_athlete(squad, name="Noah Hill", birth_date=None)  # a minor as far as is known
    client.force_login(make_guardian(child))
    page = client.get("/accounts/").content.decode()
    assert "Guardian of Noah Hill" in page
    assert squad.club.name in page
    assert "You are in no club yet" not in page


def test_the_account_page_is_for_those_who_are_logged_in(client, db):
    assert client.get("/accounts/").url == "/accounts/login/?next=/accounts/"


def test_the_navigation_shows_each_what_is_theirs(client, squad):
    athlete = make_athlete(squad)
    for user, theirs, not_theirs in (
        (squad.coach, "/desk/", "/me/"),
        (athlete.user, "/me/", "/desk/"),
    ):
        client.force_login(user)
        page = client.get("/accounts/").content.decode()
        assert f'<a href="{theirs}"' in page
        assert f'<a href="{not_theirs}"' not in page


def test_the_desk_is_told_when_the_watch_stands_still(client, squad):
    athlete = make_athlete(squad)
    client.force_login(squad.coach)
    assert BANNER not in client.get("/accounts/").content.decode()
    Heartbeat.objects.update(at=timezone.now() - timedelta(seconds=90))
    assert BANNER in client.get("/accounts/").content.decode()
    client.force_login(athlete.user)
    assert BANNER not in client.get("/accounts/").content.decode()


def test_an_unknown_address_gets_a_kind_page(client, db):
    response = client.get("/nowhere/")
    assert response.status_code == 404
    assert "There is nothing here" in response.content.decode()


def test_a_form_without_its_token_is_answered_plainly(db):
    from django.test import Client

    response = Client(enforce_csrf_checks=True).post("/accounts/login/", {})
    assert response.status_code == 403
    assert "Please do that once more" in response.content.decode()


class BrokenUser:
    """Stands for a log-in that the database cannot look up."""

    def __getattr__(self, name):
        raise DatabaseError("the database is away")


@pytest.mark.parametrize("page", ["400.html", "403_csrf.html", "429.html", "500.html", "503.html"])
def test_a_page_about_a_failure_asks_the_database_nothing(page):
    request = RequestFactory().get("/")
    request.user = BrokenUser()
    request.session = BrokenUser()
    shown = render_to_string(page, {}, request)
    assert "Niggle" in shown


def test_the_page_for_a_report_that_could_not_be_stored_says_what_to_do_all_the_same():
    screening = screen(Answers.parse(BREATHLESS)).as_json()
    shown = render_to_string("503.html", {"screening": screening}, RequestFactory().get("/"))
    assert "Get emergency help now" in shown
    assert "could not be stored, and your coach does not know" in shown
    assert 'data-level="emergency_now"' in shown


def test_nothing_is_asked_about_a_stranger(db, django_assert_num_queries):
    from django.contrib.auth.models import AnonymousUser

    request = RequestFactory().get("/")
    request.user = AnonymousUser()
    here = site(request)["site"]
    with django_assert_num_queries(0):
        assert (here.is_desk, here.is_athlete) == (False, False)


def test_staff_find_the_way_to_the_administration_through_the_same_log_in(client, db):
    assert client.get("/admin/login/").url.startswith("/accounts/login/?next=")
    boss = User.objects.create_superuser("boss@example.test", "four words in a row")
    client.force_login(boss)
    assert client.get("/admin/").status_code == 200
