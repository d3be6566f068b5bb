"""The morning page is announced once a day at the chosen hour, whatever the clocks do."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.utils import timezone

from athletes import access
from athletes.dispatcher import SWEEPS
from athletes.models import ChannelChoice, Membership, Notification, User
from athletes.services import digests, people
from tests import factories

pytestmark = pytest.mark.django_db

SWEEP = next(sweep for sweep in SWEEPS if sweep.name == "digests")
STEP = timedelta(minutes=5)
DAY = timedelta(days=1)


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)


def a_coach(*, zone: str = "UTC", hour: time = time(7), at: datetime, to_say: bool = True) -> User:
    """Somebody with an athlete who has been silent for long: there is something to say every day."""
    with time_machine.travel(at - 9 * DAY, tick=False):
        squad = factories.make_club()
        squad.club.timezone = zone
        squad.club.save()
        if to_say:
            factories.make_report(factories.make_athlete(squad), factories.SORE, assess=True)
    digests.choose_hour(by=squad.coach, at=hour)
    return squad.coach


def sweep_once(at: datetime) -> None:
    with time_machine.travel(at, tick=False):
        for pk in SWEEP.find().values_list("pk", flat=True):
            SWEEP.do(pk)


def sweep(start: datetime, end: datetime) -> None:
    while start < end:
        sweep_once(start)
        start += STEP


def told(user: User) -> list[datetime]:
    """When this person was told of the morning page."""
    mine = Notification.objects.filter(recipient=user, topic="digest", channel="in_app")
    return sorted(mine.values_list("created_at", flat=True))


@pytest.mark.parametrize(
    ("zone", "hour", "starts", "expected"),
    [
        ("Europe/Berlin", time(7), utc(2026, 3, 28, 23), utc(2026, 3, 29, 5)),
        ("Europe/Berlin", time(2, 30), utc(2026, 3, 28, 23), utc(2026, 3, 29, 1)),
        ("Europe/Berlin", time(7), utc(2026, 10, 24, 22), utc(2026, 10, 25, 6)),
        ("Europe/Berlin", time(2, 30), utc(2026, 10, 24, 22), utc(2026, 10, 25, 0, 30)),
        ("America/New_York", time(7), utc(2026, 3, 8, 5), utc(2026, 3, 8, 11)),
        ("America/New_York", time(2, 30), utc(2026, 3, 8, 5), utc(2026, 3, 8, 7)),
        ("America/New_York", time(7), utc(2026, 11, 1, 4), utc(2026, 11, 1, 12)),
        ("America/New_York", time(1, 30), utc(2026, 11, 1, 4), utc(2026, 11, 1, 5, 30)),
        ("Australia/Sydney", time(7), utc(2026, 10, 3, 14), utc(2026, 10, 3, 20)),
        ("Australia/Sydney", time(2, 30), utc(2026, 10, 3, 14), utc(2026, 10, 3, 16)),
        ("Australia/Sydney", time(7), utc(2026, 4, 4, 13), utc(2026, 4, 4, 21)),
        ("Australia/Sydney", time(2, 30), utc(2026, 4, 4, 13), utc(2026, 4, 4, 15, 30)),
    ],
)
def test_once_on_a_day_on_which_the_clocks_change(zone, hour, starts, expected):
    """From midnight to midnight there: 23 or 25 hours."""
    coach = a_coach(zone=zone, hour=hour, at=starts)
    there = starts.astimezone(ZoneInfo(zone))
    assert there.time() == time(0)
    midnight = datetime.combine(there.date() + DAY, time(0), tzinfo=ZoneInfo(zone))
    assert midnight.astimezone(UTC) - starts in (timedelta(hours=23), timedelta(hours=25))
    sweep(starts, midnight)
    assert told(coach) == [expected]


def test_every_day_again():
    coach = a_coach(at=utc(2026, 6, 1))
    sweep(utc(2026, 6, 1), utc(2026, 6, 3, 23))
    assert told(coach) == [utc(2026, 6, day, 7) for day in (1, 2, 3)]


def test_a_dispatcher_that_was_down_for_an_hour_catches_up():
    coach = a_coach(at=utc(2026, 6, 1))
    sweep(utc(2026, 6, 1, 6), utc(2026, 6, 1, 6, 50))
    sweep(utc(2026, 6, 1, 7, 50), utc(2026, 6, 1, 12))
    assert told(coach) == [utc(2026, 6, 1, 7, 50)]


def test_what_is_too_late_for_a_morning_is_left_out():
    coach = a_coach(at=utc(2026, 6, 1))
    sweep(utc(2026, 6, 1, 11, 5), utc(2026, 6, 1, 13))
    assert told(coach) == []


def test_the_page_of_yesterday_is_not_announced_after_midnight():
    coach = a_coach(hour=time(23, 30), at=utc(2026, 6, 1))
    sweep(utc(2026, 6, 2), utc(2026, 6, 2, 3))
    assert told(coach) == []


@pytest.mark.parametrize("hours", [-2, 2])
@pytest.mark.parametrize("at_hour", [6, 7, 8, 22, 23])
def test_a_clock_that_is_moved_makes_no_second_message(hours, at_hour):
    """Moved in the middle of the day, and moved back three hours later."""
    coach = a_coach(at=utc(2026, 6, 1))
    moved, back = utc(2026, 6, 1, at_hour, 2), utc(2026, 6, 1, at_hour, 2) + timedelta(hours=3)
    wrong = timedelta(hours=hours)
    sweep(utc(2026, 6, 1, 4), moved)
    sweep(moved + wrong, back + wrong)
    sweep(back, utc(2026, 6, 2, 4))
    assert len(told(coach)) == 1


def test_two_dispatchers_at_once_make_one_message():
    coach = a_coach(at=utc(2026, 6, 1))
    with time_machine.travel(utc(2026, 6, 1, 7), tick=False):
        found = list(SWEEP.find().values_list("pk", flat=True))
        assert found == [coach.pk]
        assert [SWEEP.do(coach.pk), SWEEP.do(coach.pk)] == [True, False]
    assert len(told(coach)) == 1


def test_what_was_found_before_midnight_does_not_use_up_the_next_day():
    coach = a_coach(hour=time(23, 59), at=utc(2026, 6, 1))
    with time_machine.travel(utc(2026, 6, 2, 0, 0, 1), tick=False):
        assert not digests.announce(user_id=coach.pk)
    sweep_once(utc(2026, 6, 2, 23, 59))
    assert told(coach) == [utc(2026, 6, 2, 23, 59)]


def test_with_nothing_to_say_there_is_no_message_and_nobody_looks_again_that_day():
    coach = a_coach(at=utc(2026, 6, 1), to_say=False)
    sweep_once(utc(2026, 6, 1, 7))
    assert told(coach) == []
    assert not digests.due(utc(2026, 6, 1, 8)).exists()
    assert digests.due(utc(2026, 6, 2, 7)).get() == coach


def test_it_is_the_clock_of_the_first_club_that_still_counts():
    coach = a_coach(zone="Asia/Tokyo", at=utc(2026, 6, 1))
    with time_machine.travel(utc(2026, 5, 30), tick=False):
        second = factories.make_club()
        people.grant_role(user=coach, squad=second, role=access.COACH)
    assert digests.zone_of(coach) == ZoneInfo("Asia/Tokyo")
    Membership.objects.filter(user=coach, club__timezone="Asia/Tokyo").update(
        ended_at=timezone.now()
    )
    assert digests.zone_of(coach) == ZoneInfo("UTC")
    assert digests.due(utc(2026, 6, 1, 7)).filter(pk=coach.pk).exists()


def test_athletes_former_coaches_and_those_who_are_switched_off_are_not_asked_about():
    coach = a_coach(at=utc(2026, 6, 1))
    others = {user.pk for user in User.objects.exclude(pk=coach.pk)}
    hour = utc(2026, 6, 1, 7)
    assert others  # the athlete
    assert [user.pk for user in digests.due(hour)] == [coach.pk]
    User.objects.filter(pk=coach.pk).update(is_active=False)
    assert not digests.due(hour).exists()
    User.objects.filter(pk=coach.pk).update(is_active=True)
    Membership.objects.filter(user=coach).update(ended_at=timezone.now())
    assert not digests.due(hour).exists()


def test_a_look_costs_as_much_for_many_as_for_one(django_assert_num_queries):
    for zone in ("UTC", "Europe/Berlin", "Asia/Tokyo"):
        a_coach(zone=zone, at=utc(2026, 6, 1))
    with time_machine.travel(utc(2026, 6, 1, 7), tick=False), django_assert_num_queries(2):
        assert list(SWEEP.find().values_list("pk", flat=True))


def test_it_says_nothing_about_anybody_and_leads_to_the_page():
    coach = a_coach(at=utc(2026, 6, 1))
    sweep_once(utc(2026, 6, 1, 7))
    for notice in Notification.objects.filter(recipient=coach, topic="digest"):
        assert notice.subject == "Your morning page is ready"
        assert notice.path == "/desk/morning/"
        assert notice.level == ""


def test_who_wants_no_mail_about_it_finds_it_in_the_app():
    coach = a_coach(at=utc(2026, 6, 1))
    ChannelChoice.objects.create(user=coach, topic="digest", channel="email", wanted=False)
    sweep_once(utc(2026, 6, 1, 7))
    channels = Notification.objects.filter(recipient=coach, topic="digest")
    assert [notice.channel for notice in channels] == ["in_app"]
