"""A squad's own chat rooms and SMS gateways."""

from datetime import timedelta

import pytest
from django.utils import timezone

from athletes import access
from athletes.models import Notification, SquadChannel
from athletes.services import channels
from athletes.services.senders.squad_channel import require_understood
from coaching.desk.channels import EXAMPLES
from tests import factories
from tests.coaching.desk.conftest import MOST_QUERIES, client_of, htmx, queries_of
from tests.coaching.lookups import nobody_is_asked

SECRET = "a-room-that-nobody-guesses"
ADDRESS = f"ntfys://{SECRET}"


@pytest.fixture(autouse=True)
def no_lookups(monkeypatch):
    nobody_is_asked(monkeypatch)


@pytest.fixture
def page(squad):
    return f"/desk/squads/{squad.pk}/channels/"


@pytest.fixture
def channel(squad):
    return channels.add_squad_channel(
        by=squad.coach, squad=squad, name="Milers chat", url=ADDRESS, least_level="same_day"
    )


def text(response):
    return response.content.decode()


def add(client, page, **other):
    told = {"name": "Milers chat", "url": ADDRESS, "least_level": "within_days"}
    return client.post(page, {**told, **other})


def test_a_channel_is_added_and_its_address_never_shown_again(desk, page, squad):
    assert add(desk, page).status_code == 302
    stored = squad.channels.get()
    assert (stored.url, stored.least_level) == (ADDRESS, "within_days")
    shown = text(desk.get(page))
    assert "Milers chat" in shown
    assert SECRET not in shown


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("url", "", "Please fill this in."),
        ("url", "file:///etc/passwd", "does not know this kind of address"),
        ("url", "mailto://user:pass@example.org", "does not know this kind of address"),
        ("url", "ntfys://127.0.0.1/room", "not open to the internet"),
        ("url", "slack://", "not complete"),
        ("name", "", "Please fill this in."),
        ("least_level", "sometimes", "sometimes is not one of the available choices"),
    ],
)
def test_what_is_wrong_is_said_beside_the_field_and_what_was_typed_stays(
    desk, page, squad, field, typed, said
):
    answer = add(desk, page, **{field: typed})
    assert answer.status_code == 422
    errors = answer.context["form"].errors
    assert list(errors) == [field]
    assert said in str(errors[field])
    if field == "url":
        assert 'value="Milers chat"' in text(answer)
    assert not squad.channels.exists()


def test_the_examples_are_addresses_that_are_understood():
    for _name, address in EXAMPLES:
        require_understood(address)


def test_a_channel_is_removed_and_its_secret_forgotten(desk, page, channel):
    assert desk.post(f"/desk/channels/{channel.pk}/remove/").status_code == 302
    channel.refresh_from_db()
    assert (channel.url, channel.removed_at is None) == ("", False)
    assert "No channel yet" in text(desk.get(page))
    assert desk.post(f"/desk/channels/{channel.pk}/test/").status_code == 404


def result(desk, page, channel, **fields):
    desk.post(f"/desk/channels/{channel.pk}/test/")
    Notification.objects.filter(squad_channel=channel).update(**fields)
    return text(desk.get(page))


def test_a_test_is_on_its_way_and_the_page_looks_again(desk, page, channel):
    shown = result(desk, page, channel)
    assert "On its way" in shown
    assert 'hx-trigger="every 2s"' in shown
    part = text(htmx(desk, page))
    assert part.startswith('<div id="channels"') or part.strip().startswith('<div id="channels"')
    assert "<html" not in part


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"state": "sent"}, "Sent,"),
        ({"state": "failed", "error": "answered 404"}, "(answered 404)"),
        (
            {"state": "pending", "attempts": 1, "error": "ConnectTimeout"},
            "Did not get through; it is tried again.",
        ),
    ],
)
def test_the_page_says_what_became_of_the_test(desk, page, channel, fields, said):
    shown = result(desk, page, channel, **fields)
    assert said in shown
    assert ("every 2s" in shown) == (fields["state"] == "pending")


def test_the_page_stops_looking_after_a_while(desk, page, channel):
    long_ago = timezone.now() - timedelta(minutes=3)
    assert "every 2s" not in result(desk, page, channel, created_at=long_ago)


def test_only_who_leads_the_squad(page, squad, channel):
    clinician = client_of(factories.make_coach(squad, role=access.CLINICIAN))
    assert clinician.get(page).status_code == 403
    assert clinician.post(f"/desk/channels/{channel.pk}/test/").status_code == 403
    assert clinician.post(f"/desk/channels/{channel.pk}/remove/").status_code == 403
    stranger = client_of(factories.make_club().coach)
    assert stranger.get(page).status_code == 404
    assert stranger.post(f"/desk/channels/{channel.pk}/remove/").status_code == 404
    assert SquadChannel.objects.get().removed_at is None


def test_the_squads_page_leads_there_for_who_leads_the_squad(desk, page, squad):
    assert page in text(desk.get("/desk/squads/"))
    clinician = client_of(factories.make_coach(squad, role=access.CLINICIAN))
    assert page not in text(clinician.get("/desk/squads/"))


def test_no_more_queries_for_many_channels(desk, page, squad, channel):
    few = queries_of(desk, page)
    for number in range(5):
        channels.add_squad_channel(
            by=squad.coach, squad=squad, name=f"Room {number}", url=f"{ADDRESS}{number}"
        )
    assert queries_of(desk, page) == few <= MOST_QUERIES
