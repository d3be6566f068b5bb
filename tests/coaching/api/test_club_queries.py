"""Lists of a club's own things: they cost the same however long they are, and are walked by page and by cursor."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from athletes import access
from athletes.services import channels, clubs, invitations, people
from tests.coaching.api.test_lists import walked
from tests.factories import make_coach

LISTS = ("clubs", "squads", "memberships", "on-call", "squad-channels", "invitations")


def fill(cast: Any, number: int) -> None:
    """A club more that is mine, and in the first one a squad with all that belongs to it."""
    owner, club = cast.users.owner, cast.squad.club
    people.create_club(by=owner, name=f"Club {number}", squad_name="Only")
    squad = people.create_squad(by=owner, club=club, name=f"Squad {number}")
    coach = make_coach(squad, name=f"Coach {number}")
    clubs.put_on_call(
        by=owner,
        club=club,
        user=coach,
        squads=[squad],
        starts_at=timezone.now() + timedelta(hours=number),
        ends_at=None,
    )
    channels.try_squad_channel(
        by=owner,
        channel=channels.add_squad_channel(
            by=owner, squad=squad, name=f"Chat {number}", url="ntfys://a-room-of-ours"
        ),
    )
    invitations.invite(by=owner, squad=squad, role=access.ATHLETE)


def cost(cast: Any, path: str) -> tuple[int, int]:
    cast.api.owner.get("/me/")  # the first use of a token in a minute is written down
    with CaptureQueriesContext(connection) as queries:
        rows = len(cast.api.owner.get(path).json()["results"])
    return len(queries), rows


def test_twenty_rows_cost_as_many_queries_as_two(cast: Any) -> None:
    for number in range(2):
        fill(cast, number)
    few = {name: cost(cast, f"/{name}/") for name in LISTS}
    for number in range(2, 19):
        fill(cast, number)
    for name in LISTS:
        queries, rows = cost(cast, f"/{name}/")
        assert 2 <= few[name][1] < 19 <= rows, name
        assert queries == few[name][0] <= 8, (name, queries)


def test_an_athletes_squads_and_coaches_cost_the_same(cast: Any) -> None:
    def of_robin(name: str) -> int:
        cast.api.owner.get("/me/")
        with CaptureQueriesContext(connection) as queries:
            assert cast.api.owner.get(f"/athletes/{cast.robin.pk}/{name}/").status_code == 200
        return len(queries)

    few = [of_robin(name) for name in ("squads", "own-coaches")]
    for number in range(6):
        squad = people.create_squad(by=cast.users.owner, club=cast.squad.club, name=f"S {number}")
        cast.robin.squads.add(squad)
        cast.robin.own_coaches.add(make_coach(squad))
    assert [of_robin(name) for name in ("squads", "own-coaches")] == few


@pytest.mark.parametrize("name", LISTS)
def test_each_is_walked_by_page_and_by_cursor(cast: Any, name: str) -> None:
    for number in range(3):
        fill(cast, number)
    everything = cast.api.owner.get(f"/{name}/").json()
    ids = {row["id"] for row in everything["results"]}
    assert everything["count"] == len(ids)
    found = walked(cast.api.owner, f"/{name}/?cursor=&page_size=2")
    assert (len(found), set(found)) == (len(ids), ids)
    first = cast.api.owner.get(f"/{name}/?page_size=1").json()["results"]
    assert first == everything["results"][:1]


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("clubs", "name"),
        ("squads", "name"),
        ("memberships", "name"),
        ("on-call", "starts_at"),
        ("squad-channels", "name"),
        ("invitations", "created_at"),
    ],
)
def test_each_can_be_turned_round(cast: Any, name: str, key: str) -> None:
    for number in range(3):
        fill(cast, number)

    def told(ordering: str) -> list[str]:
        rows = cast.api.owner.get(f"/{name}/?ordering={ordering}").json()["results"]
        return [row["person"]["name"] if name == "memberships" else row[key] for row in rows]

    assert told(key) == sorted(told(key))
    assert told(f"-{key}") == sorted(told(key), reverse=True)
    assert cast.api.owner.get(f"/{name}/?ordering=secret").status_code == 400
