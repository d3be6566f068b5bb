"""Who I am, and what I chose for myself."""

from __future__ import annotations

from datetime import time
from typing import Any

import pytest

from tests.coaching.api.conftest import fields_of, signed_in
from tests.factories import make_report, make_user


def test_an_athlete_reads_what_the_pages_offer(cast: Any) -> None:
    told = cast.api.robin.get("/me/").json()
    assert (told["language"], told["units"], told["ask_at"]) == ("", "km", None)
    assert told["ask_zone"] == cast.robin.timezone
    assert (told["digest_at"], told["digest_zone"]) == (None, None)


def test_a_coach_has_a_morning_page_and_is_not_asked(cast: Any) -> None:
    told = cast.api.coach.get("/me/").json()
    assert (told["digest_at"], told["digest_zone"]) == ("07:00:00", cast.squad.club.timezone)
    assert (told["ask_at"], told["ask_zone"]) == (None, None)


def test_who_is_nothing_yet_has_neither(cast: Any) -> None:
    told = cast.api.nobody.get("/me/").json()
    assert [told[name] for name in ("ask_at", "ask_zone", "digest_at", "digest_zone")] == [None] * 4


@pytest.mark.parametrize(
    ("who", "change", "stored"),
    [
        ("robin", {"name": "  Robin Hood "}, {"name": "Robin Hood"}),
        ("robin", {"language": "es"}, {"language": "es"}),
        ("robin", {"language": ""}, {"language": ""}),
        ("robin", {"units": "mi"}, {"units": "mi"}),
        ("robin", {"ask_at": "18:00"}, {"ask_at": time(18)}),
        ("robin", {"ask_at": None}, {"ask_at": None}),
        ("coach", {"digest_at": "06:30:00"}, {"digest_at": time(6, 30)}),
        ("coach", {"name": "Jo B.", "units": "mi"}, {"name": "Jo B.", "units": "mi"}),
        ("robin", {}, {}),
    ],
)
def test_what_is_chosen_is_stored_and_told(
    cast: Any, who: str, change: dict[str, Any], stored: dict[str, Any]
) -> None:
    client, user = getattr(cast.api, who), getattr(cast.users, who)
    answer = client.patch("/me/", change)
    assert answer.status_code == 200
    user.refresh_from_db()
    assert {name: getattr(user, name) for name in stored} == stored
    assert answer.json() == client.get("/me/").json()


@pytest.mark.parametrize(
    ("who", "change", "named"),
    [
        ("robin", {"name": ""}, "name"),
        ("robin", {"name": " \t "}, "name"),
        ("robin", {"name": "x" * 121}, "name"),
        ("robin", {"name": None}, "name"),
        ("robin", {"language": "tlh"}, "language"),
        ("robin", {"units": "leagues"}, "units"),
        ("robin", {"ask_at": "03:00"}, "ask_at"),
        ("robin", {"ask_at": "soon"}, "ask_at"),
        ("robin", {"digest_at": "07:00"}, "digest_at"),
        ("coach", {"ask_at": "18:00"}, "ask_at"),
        ("coach", {"digest_at": None}, "digest_at"),
        ("coach", {"email": "new@example.test"}, "email"),
        ("coach", {"roles": []}, "roles"),
        ("coach", {"is_staff": True}, "is_staff"),
        ("coach", {"ask_zone": "Europe/Berlin"}, "ask_zone"),
    ],
)
def test_what_cannot_be_is_named_and_changes_nothing(
    cast: Any, who: str, change: dict[str, Any], named: str
) -> None:
    client, user = getattr(cast.api, who), getattr(cast.users, who)
    answer = client.patch("/me/", {"units": "mi", **change})
    assert answer.status_code == 400
    assert list(fields_of(answer)) == [named]
    user.refresh_from_db()
    assert user.units == "km"


def test_another_hour_moves_what_is_planned(cast: Any) -> None:
    planned = make_report(cast.robin, assess=True).check_ins.filter(state="planned")
    due = list(planned.values_list("due_at", flat=True))
    assert due, "without one this shows nothing"
    cast.api.robin.patch("/me/", {"ask_at": "18:00"})
    zone = cast.robin.zone
    moved = [check_in.due_at.astimezone(zone).hour for check_in in planned.all()]
    assert 18 in moved


def test_of_two_changes_at_once_the_second_is_told(cast: Any) -> None:
    seen = cast.api.robin.get("/me/").headers["ETag"]
    first = cast.api.robin.patch("/me/", {"units": "mi"}, headers={"If-Match": seen})
    second = cast.api.robin.patch("/me/", {"units": "km"}, headers={"If-Match": seen})
    assert (first.status_code, second.status_code) == (200, 412)


def test_the_language_counts_for_the_next_answer_of_somebody_else_too(cast: Any) -> None:
    """What one person chose is theirs alone."""
    cast.api.robin.patch("/me/", {"language": "es"})
    assert cast.api.kim.get("/me/").json()["language"] == ""


def test_a_new_name_is_read_by_others(cast: Any) -> None:
    cast.api.coach.patch("/me/", {"name": "Josephine"})
    episode = make_report(cast.robin).episode
    cast.api.coach.post("/comments/", {"episode": str(episode.pk), "text": "Rest"})
    told = cast.api.robin.get(f"/comments/?episode={episode.pk}").json()["results"]
    assert [row["author"]["name"] for row in told] == ["Josephine"]


def test_somebody_without_a_name_can_take_one(db: None) -> None:
    user = make_user("")
    assert signed_in(user).patch("/me/", {"name": "Ada"}).json()["name"] == "Ada"
