"""Push, mail, squads' channels and webhooks: what is told of an athlete goes to who sees them, and says nothing."""

from __future__ import annotations

import json

import pytest

from athletes.models import Notification, WebhookDelivery
from athletes.services import comments
from tests import factories
from tests.access.world import CANARY, CASTS, Role, World, look

pytestmark = pytest.mark.django_db


def happens(world: World, name: str) -> None:
    """A danger is reported and judged, and somebody writes."""
    athlete = world.casts[name]["athlete"]
    report = factories.make_report(athlete, factories.BREATHLESS, assess=True)
    comments.add_comment(by=athlete.user, episode=report.episode, text="Is somebody there?")


@pytest.mark.parametrize("name", CASTS)
def test_messages_go_to_who_sees_the_athlete_and_say_nothing(name: str, world: World) -> None:
    athlete = world.casts[name]["athlete"]
    squads = set(athlete.squads.values_list("pk", flat=True))
    before = set(Notification.objects.values_list("pk", flat=True))
    happens(world, name)
    told = Notification.objects.exclude(pk__in=before)
    assert {"push", "email"} <= {message.channel for message in told}
    for message in told.select_related("recipient", "squad_channel", "push_subscription"):
        if message.recipient:
            role = Role("", "", message.recipient)
            look(role, message.recipient)
            assert ("athlete", athlete.pk) in role.sees, message.recipient.pk
        if message.push_subscription:
            assert message.push_subscription.user_id == message.recipient_id
        if message.squad_channel:
            assert message.squad_channel.squad_id in squads
        assert not CANARY.search(f"{message.subject} {message.path}")


@pytest.mark.parametrize("name", CASTS)
def test_webhooks_go_to_the_club_and_hold_ids_only(name: str, world: World) -> None:
    athlete = world.casts[name]["athlete"]
    before = set(WebhookDelivery.objects.values_list("pk", flat=True))
    happens(world, name)
    sent = WebhookDelivery.objects.exclude(pk__in=before).select_related("endpoint")
    assert sent
    for delivery in sent:
        assert delivery.endpoint.club_id == athlete.club_id
        assert not CANARY.search(json.dumps(delivery.body))
