"""A club's settings and the demo club, by REST."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from athletes.models import Athlete, Club, Episode, SentBefore
from athletes.services import episodes, people
from tests.coaching.api.conftest import fields_of
from tests.factories import make_report


@pytest.fixture
def here(cast: Any) -> str:
    return f"/clubs/{cast.squad.club.pk}/"


def test_everybody_at_its_desk_reads_it(cast: Any, here: str) -> None:
    for name in ("owner", "coach", "clinician"):
        told = getattr(cast.api, name).get(here).json()
        assert (told["name"], told["waits_min"]["same_day"]) == ("Harbour", 60)
    listed = cast.api.coach.get("/clubs/").json()["results"]
    assert [row["id"] for row in listed] == [str(cast.squad.club.pk)]
    for name in ("robin", "outsider", "nobody"):
        assert getattr(cast.api, name).get(here).status_code == 404
        assert here not in str(getattr(cast.api, name).get("/clubs/").json())


@pytest.mark.parametrize(
    "change",
    [
        {"name": "Harbour Runners"},
        {"emergency_number": "911"},
        {"contact_name": "Office", "contact_phone": "+49 30 5550199"},
        {"contact_email": "office@example.test"},
        {"wait_same_day_min": 30},
        {"quiet_from": "22:00:00", "quiet_until": "07:00:00"},
        {"clinicians_in_chain": True},
        {"consent_age": 16},
        {"keep_months": 24},
        {"timezone": "Europe/Berlin"},
    ],
)
def test_owners_change_it(cast: Any, here: str, change: dict[str, Any]) -> None:
    changed = cast.api.owner.patch(here, change)
    assert changed.status_code == 200
    told = cast.api.coach.get(here).json()
    assert {name: told[name] for name in change} == change
    assert cast.api.coach.patch(here, change).status_code == 403


def test_a_shorter_wait_is_what_holds_and_null_is_the_longest(cast: Any, here: str) -> None:
    cast.api.owner.patch(here, {"wait_same_day_min": 30})
    assert cast.api.owner.get(here).json()["waits_min"]["same_day"] == 30
    cast.api.owner.patch(here, {"wait_same_day_min": None})
    assert cast.api.owner.get(here).json()["waits_min"]["same_day"] == 60


def test_the_grace_of_a_second_factor_runs_from_when_it_was_asked_for(cast: Any, here: str) -> None:
    told = cast.api.owner.patch(here, {"needs_second_factor": True}).json()
    assert told["second_factor_since"]
    told = cast.api.owner.patch(here, {"needs_second_factor": False}).json()
    assert told["second_factor_since"] is None


@pytest.mark.parametrize(
    ("field", "sent"),
    [
        ("wait_same_day_min", {"wait_same_day_min": 61}),
        ("wait_emergency_now_min", {"wait_emergency_now_min": 0}),
        ("quiet_until", {"quiet_from": "22:00"}),
        ("quiet_until", {"quiet_from": "06:00", "quiet_until": "23:00"}),
        ("emergency_number", {"emergency_number": "the ambulance"}),
        ("contact_phone", {"contact_phone": "ask Jo"}),
        ("emergency_number", {"emergency_number": ""}),
        ("consent_age", {"consent_age": 12}),
        ("consent_age", {"consent_age": None}),
        ("keep_months", {"keep_months": 11}),
        ("timezone", {"timezone": "Berlin"}),
        ("name", {"name": " "}),
        ("is_demo", {"is_demo": True}),
        ("calls_nobody", {"calls_nobody": True}),
        ("second_factor_since", {"second_factor_since": "2020-01-01T00:00:00Z"}),
    ],
)
def test_what_cannot_be_is_named_and_nothing_is_stored(
    cast: Any, here: str, field: str, sent: dict[str, Any]
) -> None:
    before = Club.objects.filter(pk=cast.squad.club.pk).values().get()
    answer = cast.api.owner.patch(here, {"name": "Other", **sent})
    assert answer.status_code == 400
    assert field in fields_of(answer)
    assert Club.objects.filter(pk=cast.squad.club.pk).values().get() == before


def test_of_two_owners_the_second_is_told_so(cast: Any, here: str) -> None:
    seen = cast.api.owner.get(here).headers["ETag"]
    assert (
        cast.api.owner.patch(here, {"name": "First"}, headers={"If-Match": seen}).status_code == 200
    )
    late = cast.api.owner.patch(here, {"name": "Second"}, headers={"If-Match": seen})
    assert (late.status_code, Club.objects.get(pk=cast.squad.club.pk).name) == (412, "First")


def test_owners_see_what_would_go_before_they_choose(cast: Any, here: str) -> None:
    episode = make_report(cast.robin, assess=True).episode
    episodes.close_episode(by=cast.users.coach, episode=episode, reason="Over", pain_free=True)
    Episode.objects.update(closed_at=timezone.now() - timedelta(days=400))
    cast.robin.escalations.all().delete()
    now = cast.api.owner.get(f"{here}keeping/").json()
    assert now == {"keep_months": None, "now_due": 0, "going": []}
    told = cast.api.owner.get(f"{here}keeping/?keep_months=12").json()
    month = timezone.now().date().replace(day=1).isoformat()
    assert told["going"] == [{"month": month, "problems": 1}]
    assert Club.objects.get(pk=cast.squad.club.pk).keep_months is None
    assert set(fields_of(cast.api.owner.get(f"{here}keeping/?keep_months=3"))) == {"keep_months"}
    assert cast.api.coach.get(f"{here}keeping/").status_code == 403
    assert cast.api.outsider.get(f"{here}keeping/").status_code == 404


def test_a_demo_club_comes_and_goes(cast: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """With a short story: what the whole one is, test_demo_to_look_at.py says."""
    told = {"squad": [{"name": "Track", "coaches": []}], "athlete": [], "person": []}
    story = {**told, "club": "Demo", "timezone": "UTC", "contact_name": "", "contact_phone": ""}
    monkeypatch.setattr("athletes.demo._story", lambda: {**story, "emergency_number": "112"})
    api, key = cast.api.coach, {"Idempotency-Key": "once"}
    assert api.get("/clubs/demo/").status_code == 404
    made = api.post("/clubs/demo/", headers=key)
    assert (made.status_code, made.json()["is_demo"], made.json()["calls_nobody"]) == (
        201,
        True,
        True,
    )
    again = api.post("/clubs/demo/", headers=key)
    assert (again.content, again.headers["Idempotency-Replayed"]) == (made.content, "true")
    assert api.post("/clubs/demo/").json()["id"] == made.json()["id"]
    assert api.get("/clubs/demo/").json() == made.json()
    assert cast.api.owner.get("/clubs/demo/").status_code == 404
    assert [row["id"] for row in api.get("/clubs/?is_demo=true").json()["results"]] == [
        made.json()["id"]
    ]
    tag = {"If-Match": api.get("/clubs/demo/").headers["ETag"]}
    assert api.delete("/clubs/demo/", headers=tag).status_code == 204
    assert api.get("/clubs/demo/").status_code == 404
    assert not Club.objects.filter(is_demo=True).exists()
    assert Athlete.objects.filter(club=cast.squad.club).count() == 2


def test_who_looks_after_nobody_loads_no_demo_club(cast: Any) -> None:
    for name in ("robin", "nobody"):
        assert getattr(cast.api, name).post("/clubs/demo/").status_code == 403
    assert not Club.objects.filter(is_demo=True).exists()


def test_loading_it_is_not_one_long_transaction(cast: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody's report waits for all of it; what was loaded stays if the answer cannot be kept."""
    made = people.create_club(by=cast.users.coach, name="Demo", squad_name="Track").club

    def load(**_: Any) -> Club:
        SentBefore.objects.all().delete()  # as if it had taken longer than the key is held
        return Club.objects.get(pk=made.pk)

    monkeypatch.setattr("athletes.demo.load_for", load)
    answer = cast.api.coach.post("/clubs/demo/", headers={"Idempotency-Key": "k"})
    assert (answer.status_code, answer.json()["id"]) == (201, str(made.pk))
