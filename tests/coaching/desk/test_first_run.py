"""A new coach is led in three steps to a squad that works; each can be put off, all can be left."""

import pytest
from django.urls import reverse

from athletes.models import Invitation, Notification
from athletes.services import clubs, people
from tests import factories
from tests.coaching.desk.conftest import client_of, htmx

ITSELF = {
    "name": "Harbour Runners",
    "squad_name": "Sprinters",
    "timezone": "Europe/Berlin",
    "emergency_number": "112",
}


@pytest.fixture
def squad(squad):
    clubs.Club.objects.filter(pk=squad.club_id).update(first_step=1)
    squad.refresh_from_db()
    squad.coach = squad.club.memberships.get(role="owner").user
    return squad


@pytest.fixture
def step(squad):
    return lambda number, name="desk:start": reverse(name, args=[squad.club_id, number])


def text(response):
    return response.content.decode()


def ahead(squad):
    squad.club.refresh_from_db()
    return squad.club.first_step


def test_three_steps_lead_to_the_desk(squad, desk, step):
    assert desk.post(step(1), ITSELF)["Location"] == step(2)
    assert desk.post(step(2), {"contact_name": "Club office"})["Location"] == step(3)
    assert ahead(squad) == 3
    assert desk.post(step(3))["Location"] == "/desk/"
    assert ahead(squad) == 0
    squad.refresh_from_db()
    assert (squad.name, squad.club.name, squad.club.timezone, squad.club.contact_name) == (
        "Sprinters",
        "Harbour Runners",
        "Europe/Berlin",
        "Club office",
    )


def test_each_step_says_which_it_is(desk, step):
    for number in (1, 2, 3):
        assert f"Step {number} of 3" in text(desk.get(step(number)))


@pytest.mark.parametrize("number", [0, 4])
def test_there_are_three(desk, step, number):
    assert desk.get(step(number)).status_code == 404
    assert desk.post(step(number, "desk:start_later")).status_code == 404


def test_a_step_can_be_put_off_without_storing_anything(squad, desk, step):
    assert desk.post(step(1, "desk:start_later"))["Location"] == step(2)
    squad.refresh_from_db()
    assert (squad.name, ahead(squad)) == ("Milers", 2)
    assert desk.post(step(3, "desk:start_later"))["Location"] == "/desk/"


def test_what_was_left_stands_on_the_first_page_and_is_taken_up_there(squad, desk, step):
    desk.post(step(1), ITSELF)
    page = text(desk.get("/desk/"))
    assert "step 2 of 3 is next" in page
    assert step(2) in page


def test_to_look_back_is_not_to_go_back(squad, desk, step):
    desk.post(step(2), {})
    desk.post(step(1), ITSELF)
    assert ahead(squad) == 3


def test_whoever_needs_no_steps_has_none(squad, desk):
    desk.post(reverse("desk:start_leave", args=[squad.club_id]))
    assert "is next" not in text(desk.get("/desk/"))
    assert ahead(squad) == 0


def test_done_is_done(squad, desk, step):
    desk.post(step(3))
    desk.post(step(1), ITSELF)
    assert ahead(squad) == 0


@pytest.mark.parametrize(
    ("field", "wrong"), [("name", ""), ("timezone", "Nowhere"), ("emergency_number", "help")]
)
def test_what_is_wrong_is_said_and_the_rest_is_kept(squad, desk, step, field, wrong):
    response = desk.post(step(1), ITSELF | {field: wrong})
    assert response.status_code == 422
    assert 'value="Sprinters"' in text(response)
    assert f'id="id_{field}_error"' in text(response)
    assert ahead(squad) == 1


def test_a_squad_name_that_is_taken_is_said_beside_it_and_nothing_is_stored(squad, desk, step):
    people.create_squad(by=squad.coach, club=squad.club, name="Sprinters")
    response = desk.post(step(1), ITSELF)
    assert (response.status_code, "already has a squad of this name" in text(response)) == (
        422,
        True,
    )
    squad.club.refresh_from_db()
    assert squad.club.name != "Harbour Runners"


def test_a_test_goes_to_oneself_only_and_says_how_it_went(squad, desk, step):
    factories.make_coach(squad, name="Somebody Else")
    desk.post(reverse("desk:start_test", args=[squad.club_id]))
    mail = Notification.objects.get(channel="email")
    assert mail.recipient == squad.coach
    page = text(desk.get(step(2)))
    assert "On its way" in page
    assert 'hx-trigger="every 2s"' in page
    Notification.objects.filter(pk=mail.pk).update(state="sent")
    page = text(htmx(desk, step(2)))
    assert "look into the spam folder" in page
    assert "<html" not in page
    assert "every 2s" not in page


def test_only_the_newest_test_is_shown(squad, desk, step):
    for _ in range(2):
        desk.post(reverse("desk:start_test", args=[squad.club_id]))
    assert text(desk.get(step(2))).count("By e-mail") == 1


def test_a_link_and_its_code_are_made_by_one_button_and_only_once(squad, desk, step):
    assert 'class="qr"' not in text(desk.get(step(3)))
    for _ in range(2):
        desk.post(reverse("desk:track_new", args=[squad.pk]), {"next": step(3)})
    link = Invitation.objects.get(for_many=True)
    page = text(desk.get(step(3)))
    assert 'class="qr"' in page
    assert "0 athletes are in Milers" in page
    assert reverse("desk:track", args=[link.pk]) in page


def test_a_coach_who_owns_nothing_is_led_nowhere(squad, step):
    other = client_of(factories.make_coach(squad))
    assert other.get(step(1)).status_code == 403
    assert "is next" not in text(other.get("/desk/"))
