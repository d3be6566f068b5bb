"""Who leaves a squad loses sight of it at once: on each way by which one is shown or told something, one test."""

from __future__ import annotations

from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from athletes import access
from athletes.models import Athlete, Notification, PushSubscription, User
from athletes.models.escalations import SQUAD
from athletes.services import channels, delivery, digests, memberships, people, tokens
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> dict[str, Any]:
    squad = factories.make_club()
    coach = factories.make_coach(squad)
    PushSubscription.objects.create(
        user=coach, endpoint="https://push.test/1", p256dh="key", auth="secret"
    )
    channels.add_squad_channel(by=coach, squad=squad, name="Chat", url="ntfys://a-room")
    athlete = factories.make_athlete(squad)
    report = factories.make_report(athlete, factories.CLOT, assess=True)
    return {"squad": squad, "coach": coach, "athlete": athlete, "report": report}


def ended(cast: dict[str, Any]) -> None:
    held = cast["coach"].memberships.get()
    memberships.end_membership(by=cast["squad"].coach, membership=held)


def moved(cast: dict[str, Any]) -> None:
    """To another squad of the club."""
    squad = cast["squad"]
    other = people.create_squad(by=squad.coach, club=squad.club, name="Sprinters")
    held = cast["coach"].memberships.get()
    memberships.set_squads(by=squad.coach, membership=held, squads=[other])


def athlete_moved(cast: dict[str, Any]) -> None:
    squad = cast["squad"]
    other = people.create_squad(by=squad.coach, club=squad.club, name="Sprinters")
    memberships.move_athlete(by=squad.coach, athlete=cast["athlete"], squads=[other])


def athlete_left(cast: dict[str, Any]) -> None:
    Athlete.objects.filter(pk=cast["athlete"].pk).update(left_at=timezone.now())


def switched_off(cast: dict[str, Any]) -> None:
    User.objects.filter(pk=cast["coach"].pk).update(is_active=False)


LOST = pytest.mark.parametrize("lose", [ended, moved, athlete_moved, athlete_left])
ANY_WAY = pytest.mark.parametrize("lose", [ended, moved, athlete_moved, athlete_left, switched_off])


@LOST
def test_the_next_request_finds_nothing(cast, lose):
    client = Client()
    client.force_login(cast["coach"])
    page = reverse("desk:athlete", args=[cast["athlete"].pk])
    files = reverse("desk:sheet_pdf", args=[cast["report"].episode_id])
    assert client.get(page).status_code == client.get(files).status_code == 200
    lose(cast)
    assert client.get(page).status_code == client.get(files).status_code == 404


@LOST
def test_a_token_finds_nothing(cast, lose):
    token = tokens.issue(by=cast["coach"]).secret
    client = Client(headers={"Authorization": f"Bearer {token}"})
    one = reverse("api:report-detail", args=[cast["report"].pk])
    assert client.get(one).status_code == 200
    lose(cast)
    assert client.get(one).status_code == 404
    assert client.get(reverse("api:report-list")).json()["results"] == []


@ANY_WAY
@pytest.mark.parametrize("channel", ["email", "push"])
def test_what_waited_for_them_is_not_sent(cast, lose, channel):
    waiting = Notification.objects.filter(recipient=cast["coach"], channel=channel)
    assert waiting.filter(state="pending").exists()
    lose(cast)
    mail.outbox.clear()
    for notice in waiting:
        assert not delivery.deliver(notification_id=notice.pk)
    assert set(waiting.values_list("state", flat=True)) == {"withdrawn"}
    assert mail.outbox == []


def test_others_are_still_told(cast):
    """The club's owner, and the room of the squad."""
    ended(cast)
    rows = Notification.objects.filter(state="pending").exclude(recipient=cast["coach"])
    assert rows.filter(recipient=cast["squad"].coach, channel="email").exists()
    assert rows.filter(channel=SQUAD).exists()
    for notice in rows.filter(channel="email"):
        delivery.deliver(notification_id=notice.pk)
    assert [mail.to for mail in mail.outbox] != []


@pytest.mark.parametrize("lose", [moved, athlete_moved, athlete_left])
def test_the_morning_message_has_nothing_to_say(cast, lose):
    lose(cast)
    User.objects.filter(pk=cast["coach"].pk).update(digest_at="00:00")
    digests.announce(user_id=cast["coach"].pk)
    assert not Notification.objects.filter(recipient=cast["coach"], topic="digest").exists()


def test_nobody_without_a_role_is_announced_a_morning_page(cast):
    User.objects.filter(pk=cast["coach"].pk).update(digest_at="00:00")
    ended(cast)
    assert cast["coach"] not in digests.due(timezone.now())


def test_who_comes_back_is_not_shown_the_squads_of_before(cast):
    ended(cast)
    squad = cast["squad"]
    other = people.create_squad(by=squad.coach, club=squad.club, name="Sprinters")
    people.grant_role(user=cast["coach"], squad=other, role=access.COACH)
    assert not Athlete.objects.visible_to(cast["coach"]).filter(pk=cast["athlete"].pk).exists()


def test_who_has_left_is_nobodys_own_coach_and_on_no_duty(cast):
    athlete = cast["athlete"]
    athlete.own_coaches.add(cast["coach"])
    ended(cast)
    assert not athlete.own_coaches.exists()
