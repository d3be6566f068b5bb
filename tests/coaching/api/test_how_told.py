"""How I am told, topic by topic. What is urgent comes whatever is chosen."""

from __future__ import annotations

from typing import Any

import pytest

from athletes.models import ChannelChoice, Notification
from athletes.models.escalations import CALLS, TALK
from athletes.services import notifications
from guidance import Disposition
from tests.coaching.api.conftest import fields_of

PATH = "/notification-preferences/"
BOTH = {"email": True, "push": True}


def test_what_nobody_chose_is_wanted(cast: Any) -> None:
    at_desk = dict.fromkeys(("urgent", "calls", "follow_up", "talk", "digest"), BOTH)
    assert cast.api.coach.get(PATH).json() == at_desk
    assert cast.api.robin.get(PATH).json() == {**at_desk, "calls": None, "digest": None}


def test_what_is_chosen_counts_and_the_rest_stays(cast: Any) -> None:
    answer = cast.api.robin.patch(PATH, {"talk": {"email": False}, "follow_up": {"push": False}})
    assert answer.status_code == 200
    assert answer.json()["talk"] == {"email": False, "push": True}
    assert answer.json()["follow_up"] == {"email": True, "push": False}
    assert not mailed(cast.users.robin, TALK)
    again = cast.api.robin.patch(PATH, {"talk": {"email": True}}).json()
    assert (again["talk"], again["follow_up"]["push"]) == (BOTH, False)


def mailed(user: Any, topic: str, level: Disposition | None = None) -> bool:
    notifications.queue(
        recipients=[user], key=f"{topic}:{level}", subject="x", path="/", topic=topic, level=level
    )
    return Notification.objects.filter(recipient=user, topic=topic, channel="email").exists()


def test_what_is_urgent_cannot_be_switched_off(cast: Any) -> None:
    answer = cast.api.coach.patch(PATH, {"urgent": {"email": False, "push": False}})
    assert (answer.status_code, list(fields_of(answer))) == (400, ["urgent"])
    cast.api.coach.patch(PATH, {"calls": {"email": False, "push": False}})
    assert cast.api.coach.get(PATH).json()["urgent"] == BOTH
    assert mailed(cast.users.coach, CALLS, Disposition.SAME_DAY)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"calls": {"email": False}}, "calls"),
        ({"digest": {"email": False}}, "digest"),
        ({"talk": {"email": "perhaps"}}, "talk.email"),
        ({"talk": {"pigeon": True}}, "talk.pigeon"),
        ({"talk": None}, "talk"),
        ({"weather": {"email": True}}, "weather"),
    ],
)
def test_what_cannot_be_is_named_and_changes_nothing(
    cast: Any, change: dict[str, Any], named: str
) -> None:
    answer = cast.api.robin.patch(PATH, {"follow_up": {"email": False}, **change})
    assert (answer.status_code, list(fields_of(answer))) == (400, [named])
    assert not ChannelChoice.objects.exists()


def test_nobody_elses_choice_is_touched(cast: Any) -> None:
    cast.api.robin.patch(PATH, {"talk": {"email": False}})
    assert cast.api.kim.get(PATH).json()["talk"] == BOTH


def test_of_two_changes_at_once_the_second_is_told(cast: Any) -> None:
    seen = {"If-Match": cast.api.robin.get(PATH).headers["ETag"]}
    first = cast.api.robin.patch(PATH, {"talk": {"email": False}}, headers=seen)
    second = cast.api.robin.patch(PATH, {"talk": {"push": False}}, headers=seen)
    assert (first.status_code, second.status_code) == (200, 412)
