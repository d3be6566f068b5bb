"""How people choose to be told."""

import re
from datetime import time

import pytest

from athletes.models import ChannelChoice, Notification, User
from athletes.models.escalations import CALLS, FOLLOW_UP, TALK
from athletes.services import notifications
from guidance import Disposition
from tests import factories
from tests.coaching.notices.conftest import client_of

PAGE = "/accounts/messages/"
ALL_ON_AT_DESK = {
    f"{topic}-{channel}": "on"
    for topic in ("calls", "follow_up", "talk", "digest")
    for channel in ("email", "push")
} | {"digest_at": "07:00"}


def text(response):
    return response.content.decode()


def ticked(page):
    boxes = re.findall(r'<input type="checkbox"[^>]*>', text(page))
    return {re.search(r'name="([^"]+)"', box).group(1) for box in boxes if "checked" in box}


def email_of(user, topic, level=None):
    notifications.queue(
        recipients=[user], key=f"{topic}:{level}", subject="x", path="/", topic=topic, level=level
    )
    return Notification.objects.filter(recipient=user, topic=topic, channel="email").exists()


def test_what_nobody_chose_is_ticked(desk):
    page = desk.get(PAGE)
    assert ticked(page) | {"digest_at"} == set(ALL_ON_AT_DESK)


def test_a_choice_counts_for_its_topic_and_channel_and_is_shown(desk, squad):
    chosen = {name: on for name, on in ALL_ON_AT_DESK.items() if name != "talk-email"}
    assert desk.post(PAGE, chosen).status_code == 302
    assert ticked(desk.get(PAGE)) == set(chosen) - {"digest_at"}
    assert not email_of(squad.coach, TALK)
    assert email_of(squad.coach, FOLLOW_UP)


def test_a_choice_can_be_taken_back(desk, squad):
    desk.post(PAGE, {"digest_at": "07:00"})
    assert ticked(desk.get(PAGE)) == set()
    desk.post(PAGE, ALL_ON_AT_DESK)
    assert email_of(squad.coach, TALK)


def test_nothing_is_written_where_nothing_changed(desk):
    desk.post(PAGE, ALL_ON_AT_DESK)
    assert not ChannelChoice.objects.exists()


@pytest.mark.parametrize("level", [Disposition.SAME_DAY, Disposition.EMERGENCY_NOW])
def test_what_is_urgent_cannot_be_switched_off(desk, squad, level):
    """All that the page can send, and more."""
    desk.post(PAGE, {"digest_at": "07:00", "calls-email": "", "calls-in_app": ""})
    assert ChannelChoice.objects.filter(topic=CALLS, wanted=False).count() == 2
    assert email_of(squad.coach, CALLS, level)


def test_the_page_says_what_cannot_be_switched_off(desk, phone):
    for page in (desk.get(PAGE), phone.get(PAGE)):
        assert "Always, by e-mail and on the phone. Nobody can switch this off." in text(page)


def test_an_athlete_has_no_choice_about_what_only_a_desk_gets(phone, athlete):
    page = phone.get(PAGE)
    assert ticked(page) == {
        "follow_up-email",
        "follow_up-push",
        "talk-email",
        "talk-push",
    }
    assert "digest_at" not in text(page)
    phone.post(PAGE, {"digest_at": "05:00"})
    assert User.objects.get(pk=athlete.user_id).digest_at == time(7)


def test_the_hour_of_the_morning_page(desk, squad):
    assert 'value="07:00"' in text(desk.get(PAGE))
    desk.post(PAGE, {**ALL_ON_AT_DESK, "digest_at": "05:45"})
    squad.coach.refresh_from_db()
    assert squad.coach.digest_at == time(5, 45)


@pytest.mark.parametrize("typed", ["", "soon", "25:00"])
def test_a_time_that_is_none_is_said_beside_the_field_and_nothing_is_kept_from_it(
    desk, squad, typed
):
    page = desk.post(PAGE, {"digest_at": typed, "talk-email": "on"})
    assert page.status_code == 422
    assert "field-error" in text(page)
    assert ticked(page) == {"talk-email"}
    assert not ChannelChoice.objects.exists()


def test_one_person_does_not_choose_for_another(desk, squad):
    other = factories.make_coach(squad)
    desk.post(PAGE, {"digest_at": "05:00"})
    assert ticked(client_of(other).get(PAGE)) | {"digest_at"} == set(ALL_ON_AT_DESK)


def test_the_page_costs_a_few_queries(desk, django_assert_max_num_queries):
    desk.get(PAGE)
    with django_assert_max_num_queries(14):
        desk.get(PAGE)
