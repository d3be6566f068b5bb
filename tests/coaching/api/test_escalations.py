"""Escalations over the API."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from athletes.models import Escalation
from tests.factories import BREATHLESS, CLOT, make_athlete, make_report

LIST = "/escalations/"


@pytest.fixture
def danger(cast: Any) -> Escalation:
    make_report(cast.robin, CLOT)
    return Escalation.objects.get()


def test_the_most_urgent_comes_first_and_the_seen_ones_last(cast: Any, danger: Escalation) -> None:
    make_report(cast.kim, BREATHLESS)
    assert cast.api.coach.post(f"/escalations/{danger.pk}/acknowledge/").status_code == 200
    make_report(make_athlete(cast.squad, name="Lee"), CLOT)
    rows = cast.api.coach.get(LIST).json()["results"]
    assert [(row["athlete_name"], row["level"], row["state"]) for row in rows] == [
        ("Kim", "emergency_now", "open"),
        ("Lee", "same_day", "open"),
        ("Robin", "same_day", "acknowledged"),
    ]


def test_the_list_is_filtered(cast: Any, danger: Escalation) -> None:
    make_report(cast.kim, BREATHLESS)
    for query, count in {
        "state=open": 2,
        "state=resolved": 0,
        "level=emergency_now": 1,
        f"athlete={cast.robin.pk}": 1,
        f"athlete={cast.stranger.pk}": 0,
        f"episode={danger.episode_id}": 1,
    }.items():
        assert cast.api.coach.get(f"{LIST}?{query}").json()["count"] == count, query
    assert cast.api.coach.get(f"{LIST}?state=gone").status_code == 400


def test_acknowledging_is_recorded_once_with_who_and_when(cast: Any, danger: Escalation) -> None:
    path = f"/escalations/{danger.pk}/acknowledge/"
    first = cast.api.coach.post(path)
    again = cast.api.owner.post(path)
    assert first.status_code == again.status_code == 200
    assert first.json() == again.json()
    assert first.json()["acknowledged_by"] == {"id": str(cast.users.coach.uid), "name": "Jo"}
    events = cast.api.coach.get(f"/escalations/{danger.pk}/").json()["events"]
    assert [event["kind"] for event in events] == ["opened", "told", "told", "acknowledged"]


def test_the_athlete_sees_it_but_cannot_acknowledge_it(cast: Any, danger: Escalation) -> None:
    assert cast.api.robin.get(f"/escalations/{danger.pk}/").status_code == 200
    for what, body in (("acknowledge", {}), ("resolve", {"outcome": "fine"})):
        assert cast.api.robin.post(f"/escalations/{danger.pk}/{what}/", body).status_code == 403
    danger.refresh_from_db()
    assert danger.state == "open"


@pytest.mark.parametrize("who", ["kim", "outsider", "nobody"])
def test_for_everybody_else_there_is_nothing(cast: Any, danger: Escalation, who: str) -> None:
    client = getattr(cast.api, who)
    assert client.get(LIST).json()["count"] == 0
    missing = client.get(f"/escalations/{uuid4()}/").content
    for response in (
        client.get(f"/escalations/{danger.pk}/"),
        client.post(f"/escalations/{danger.pk}/acknowledge/"),
        client.post(f"/escalations/{danger.pk}/resolve/", {"outcome": "fine"}),
    ):
        assert (response.status_code, response.content) == (404, missing)
    danger.refresh_from_db()
    assert danger.state == "open"


def test_resolving_says_how(cast: Any, danger: Escalation) -> None:
    path = f"/escalations/{danger.pk}/resolve/"
    assert cast.api.coach.post(path, {}).status_code == 400
    told = cast.api.coach.post(path, {"outcome": "Seen at the clinic: no clot"}).json()
    assert (told["state"], told["outcome"]) == ("resolved", "Seen at the clinic: no clot")
    assert told["acknowledged_by"] == told["resolved_by"]


def test_what_was_raised_since_it_was_looked_at_stays_open(cast: Any, danger: Escalation) -> None:
    path = f"/escalations/{danger.pk}/acknowledge/"
    make_report(cast.robin, BREATHLESS)
    refused = cast.api.coach.post(path, {"level": "same_day"})
    assert (refused.status_code, refused.json()["code"]) == (409, "raised")
    danger.refresh_from_db()
    assert danger.state == "open"
    assert cast.api.coach.post(path, {"level": "emergency_now"}).json()["state"] == "acknowledged"
    assert cast.api.coach.post(path, {"level": "same_day"}).status_code == 200


def test_a_level_that_there_is_not_is_refused(cast: Any, danger: Escalation) -> None:
    path = f"/escalations/{danger.pk}/acknowledge/"
    for body in ({"level": "bad"}, {"lvl": "same_day"}):
        assert cast.api.coach.post(path, body).status_code == 400


def test_nobody_acknowledges_what_is_about_themself(cast: Any, danger: Escalation) -> None:
    cast.robin.user = cast.users.coach
    cast.robin.save()
    path = f"/escalations/{danger.pk}/acknowledge/"
    assert cast.api.coach.post(path).status_code == 403
    assert cast.api.owner.post(path).status_code == 200


def test_the_time_line_says_who_was_told_on_which_way(cast: Any, danger: Escalation) -> None:
    told_of = {"kind": "told", "level": danger.level}
    danger.events.create(actor=cast.users.coach, channel="email", **told_of)
    danger.events.create(reached="Milers on Slack", channel="squad", **told_of)
    told = cast.api.robin.get(f"/escalations/{danger.pk}/").json()
    ways = [
        (event["actor"] and event["actor"]["name"], event["channel"], event["reached"])
        for event in told["events"]
        if event["kind"] == "told"
    ]
    assert ways[-2:] == [("Jo", "email", ""), (None, "squad", "Milers on Slack")]
    assert (told["nobody_left_at"], told["is_drill"], told["check_in"]) == (None, False, None)
