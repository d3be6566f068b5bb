"""How people and squads choose to be told."""

import pytest
from django.core.exceptions import ValidationError

from athletes import access
from athletes.models import Notification, PushSubscription, SquadChannel
from athletes.services import channels, delivery, keys, notifications
from tests import factories
from tests.sinks import FAIL, PushSink, open_sinks

pytestmark = pytest.mark.django_db
ADDRESS = "jsons://8.8.8.8/hook"


def subscribe(person, *, endpoint="https://8.8.8.8/push/1", **changed):
    browser = PushSink().new_browser()
    given = {"p256dh": browser.p256dh, "auth": browser.auth, "browser": "Firefox", **changed}
    return channels.subscribe_push(by=person, endpoint=endpoint, **given)


def test_the_same_browser_twice_is_one_and_with_another_log_in_it_moves(squad):
    other = factories.make_coach(squad)
    subscribe(squad.coach)
    subscribe(squad.coach)
    moved = subscribe(other)
    assert PushSubscription.objects.get() == moved
    assert moved.user == other


def test_a_browser_that_was_gone_and_comes_back_is_told_again(squad):
    first = subscribe(squad.coach)
    channels.unsubscribe_push(by=squad.coach, endpoint=first.endpoint)
    first.refresh_from_db()
    assert first.gone_at is not None
    assert subscribe(squad.coach).gone_at is None


def test_unsubscribing_withdraws_what_waits_and_touches_nobody_elses(squad):
    other = factories.make_coach(squad)
    mine, theirs = subscribe(squad.coach), subscribe(other, endpoint="https://8.8.8.8/push/2")
    notifications.queue(recipients=[squad.coach, other], key="k", subject="S", path="/")
    for endpoint in (mine.endpoint, theirs.endpoint, "https://8.8.8.8/unknown"):
        channels.unsubscribe_push(by=squad.coach, endpoint=endpoint)
    states = dict(Notification.objects.filter(channel="push").values_list("recipient", "state"))
    assert states == {squad.coach.pk: "withdrawn", other.pk: "pending"}


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://8.8.8.8/push",
        "https://127.0.0.1/push",
        "https://10.0.0.1:8443/push",
        "https://[::1]/push",
        "https://169.254.169.254/latest/meta-data/",
        "https://me:secret@8.8.8.8/push",
        "https://8.8.8.8:99999/push",
        "https:///push",
        "https://8.8.8.8/" + "x" * 700,
        "file:///etc/passwd",
        "javascript:alert(1)",
        "",
    ],
)
def test_what_no_push_service_would_give_is_refused(squad, endpoint):
    with pytest.raises(ValidationError):
        subscribe(squad.coach, endpoint=endpoint)
    assert not PushSubscription.objects.exists()


@pytest.mark.parametrize("changed", [{"p256dh": "AAAA"}, {"auth": "!"}, {"p256dh": "é" * 88}])
def test_keys_that_are_none_are_refused(squad, changed):
    with pytest.raises(ValidationError):
        subscribe(squad.coach, **changed)


def test_nobody_makes_us_send_to_thousands_of_browsers(squad):
    for number in range(channels.MOST_BROWSERS + 2):
        subscribe(squad.coach, endpoint=f"https://8.8.8.8/push/{number}")
    kept = squad.coach.push_subscriptions.filter(gone_at=None)
    assert kept.count() == channels.MOST_BROWSERS
    assert not kept.filter(endpoint="https://8.8.8.8/push/0").exists()


@pytest.mark.parametrize(("topic", "channel"), [("weather", "email"), ("talk", "in_app")])
def test_there_are_no_other_choices(squad, topic, channel):
    with pytest.raises(ValidationError):
        channels.choose_channel(by=squad.coach, topic=topic, channel=channel, wanted=False)


def test_the_last_choice_counts(squad):
    for wanted in (False, True, False):
        channels.choose_channel(by=squad.coach, topic="talk", channel="email", wanted=wanted)
    assert squad.coach.channel_choices.get().wanted is False


def test_only_who_leads_the_squad_changes_its_channels(squad):
    clinician = factories.make_coach(squad, role=access.CLINICIAN)
    stranger = factories.make_club().coach
    channel = channels.add_squad_channel(by=squad.coach, squad=squad, name="Chat", url=ADDRESS)
    for person in (clinician, stranger):
        with pytest.raises(access.NotAllowed):
            channels.add_squad_channel(by=person, squad=squad, name="Mine", url=ADDRESS)
        with pytest.raises(access.NotAllowed):
            channels.remove_squad_channel(by=person, channel=channel)
        with pytest.raises(access.NotAllowed):
            channels.try_squad_channel(by=person, channel=channel)
    assert SquadChannel.objects.filter(removed_at=None).count() == 1


@pytest.mark.parametrize(
    ("changed", "field"),
    [({"url": "file:///etc/passwd"}, "url"), ({"name": " "}, "name"), ({"least_level": "x"}, "least_level")],
)  # fmt: skip
def test_a_mistake_is_named_by_its_field(squad, changed, field):
    given = {"name": "Chat", "url": ADDRESS, "least_level": "same_day", **changed}
    with pytest.raises(ValidationError) as refusal:
        channels.add_squad_channel(by=squad.coach, squad=squad, **given)
    assert list(refusal.value.message_dict) == [field]


def test_a_removed_channel_forgets_its_secret_and_gets_nothing_more(squad):
    channel = channels.add_squad_channel(by=squad.coach, squad=squad, name="Chat", url=ADDRESS)
    waiting = channels.try_squad_channel(by=squad.coach, channel=channel)
    channels.remove_squad_channel(by=squad.coach, channel=channel)
    waiting.refresh_from_db()
    assert (channel.url, waiting.state) == ("", "withdrawn")
    factories.make_report(factories.make_athlete(squad), factories.CLOT)
    assert not Notification.objects.filter(channel="squad", state="pending").exists()
    with pytest.raises(access.NotAllowed):
        channels.try_squad_channel(by=squad.coach, channel=channel)


def test_a_test_message_says_how_it_went(squad, settings):
    with open_sinks() as sinks:
        settings.PRIVATE_TARGETS = sinks.env["PRIVATE_TARGETS"].split(",")
        channel = channels.add_squad_channel(
            by=squad.coach, squad=squad, name="Chat", url=sinks.hook.url
        )
        tried = channels.try_squad_channel(by=squad.coach, channel=channel)
        assert delivery.deliver(notification_id=tried.pk)
        assert channels.TEST_SUBJECT in sinks.hook.taken[0].text
        sinks.hook.mood = FAIL
        failed = channels.try_squad_channel(by=squad.coach, channel=channel)
        assert not delivery.deliver(notification_id=failed.pk)
        failed.refresh_from_db()
        assert failed.error == "answered 500"


def test_the_key_of_the_site_is_made_once(squad):
    private, public = keys.vapid()
    assert keys.vapid() == (private, public)
    assert (len(private), len(public)) == (43, 87)
