"""Rooms of a squad by REST: their addresses go in and never out."""

from __future__ import annotations

from typing import Any

import pytest

from athletes.models import Notification, SquadChannel
from athletes.services import channels
from tests.coaching.api.conftest import fields_of

URL = "ntfys://a-topic-that-nobody-guesses"


@pytest.fixture
def told(cast: Any) -> dict[str, Any]:
    return {"squad": str(cast.squad.pk), "name": "Chat", "url": URL}


@pytest.fixture
def here(cast: Any) -> str:
    made = channels.add_squad_channel(by=cast.users.coach, squad=cast.squad, name="Old", url=URL)
    return f"/squad-channels/{made.pk}/"


def test_the_whole_story(cast: Any, told: dict[str, Any]) -> None:
    api = cast.api.coach
    made = api.post("/squad-channels/", told, headers={"Idempotency-Key": "k"})
    assert (made.status_code, made.json()["least_level"]) == (201, "same_day")
    assert made.json()["last_message"] is None
    assert made.json()["added_by"]["name"] == "Jo"
    assert (
        api.post("/squad-channels/", told, headers={"Idempotency-Key": "k"}).json() == made.json()
    )
    here = f"/squad-channels/{made.json()['id']}/"
    tested = api.post(f"{here}test/")
    assert (tested.status_code, tested.json()["last_message"]["state"]) == (202, "pending")
    Notification.objects.filter(squad_channel=made.json()["id"]).update(state="failed", error="410")
    assert api.get(here).json()["last_message"]["error"] == "410"
    everything = [made.content, tested.content, api.get("/squad-channels/").content]
    assert not [body for body in everything if b"nobody-guesses" in body]
    tag = {"If-Match": api.get(here).headers["ETag"]}
    assert api.delete(here, headers=tag).status_code == 204
    assert api.get(here).status_code == 404
    assert SquadChannel.objects.get().url == ""


@pytest.mark.parametrize(
    ("field", "more"),
    [
        ("url", {"url": "nothing-that-is-known"}),
        ("url", {"url": ""}),
        ("name", {"name": ""}),
        ("least_level", {"least_level": "self_care"}),
        ("squad", {"squad": "0197c1d2-0000-7000-8000-000000000000"}),
        ("added_by", {"added_by": 1}),
    ],
)
def test_what_cannot_be_is_named(
    cast: Any, told: dict[str, Any], field: str, more: dict[str, Any]
) -> None:
    answer = cast.api.coach.post("/squad-channels/", {**told, **more})
    assert answer.status_code == 400
    assert field in fields_of(answer)
    assert not SquadChannel.objects.exists()


@pytest.mark.parametrize("name", ["clinician", "robin", "outsider", "nobody"])
def test_only_who_runs_the_squad_sees_them(
    cast: Any, told: dict[str, Any], here: str, name: str
) -> None:
    api = getattr(cast.api, name)
    assert api.get("/squad-channels/").json()["results"] == []
    assert api.get(here).status_code == 404
    assert api.post(f"{here}test/").status_code == 404
    assert api.delete(here).status_code == 404
    assert api.post("/squad-channels/", told).status_code in (400, 403)
    assert not Notification.objects.exists()
    assert SquadChannel.objects.get().removed_at is None
