"""A rehearsal of the chain by REST."""

from __future__ import annotations

from typing import Any

import pytest

from athletes.models import Athlete, Escalation
from athletes.services import drills, memberships
from tests.coaching.api.conftest import fields_of


@pytest.fixture
def here(cast: Any) -> str:
    return f"/squads/{cast.squad.pk}/drill/"


def test_an_owner_rehearses_and_sees_how_it_goes(cast: Any, here: str) -> None:
    would = cast.api.owner.get(f"{here}?level=same_day").json()
    assert "Jo" in would["steps"][0]
    assert not Escalation.objects.exists()

    started = cast.api.owner.post(here, {"level": "same_day"})
    assert started.status_code == 201
    drill = started.json()
    assert (drill["level"], drill["is_over"], drill["seen_by"]) == ("same_day", False, None)
    assert drill["squad"] == str(cast.squad.pk)
    assert drill["not_told"]
    assert cast.api.coach.get(f"/escalations/{drill['escalation']}/").json()["is_drill"]
    cast.api.coach.post(f"/escalations/{drill['escalation']}/acknowledge/")

    now = cast.api.owner.get(f"/drills/{drill['id']}/").json()
    assert now["seen_by"]["name"] == "Jo"
    assert now["course"][0]["what"] == "opened"
    ended = cast.api.owner.post(f"/drills/{drill['id']}/end/").json()
    assert ended["is_over"]
    assert cast.api.owner.post(f"/drills/{drill['id']}/end/").json() == ended
    assert not Athlete.objects.filter(is_drill=True, left_at=None).exists()


def test_a_second_one_ends_the_first(cast: Any, here: str) -> None:
    first = cast.api.owner.post(here, {}).json()
    assert first["level"] == "emergency_now"
    second = cast.api.owner.post(here, {"level": "same_day"}).json()
    assert cast.api.owner.get(f"/drills/{first['id']}/").json()["is_over"]
    assert not cast.api.owner.get(f"/drills/{second['id']}/").json()["is_over"]


@pytest.mark.parametrize(
    ("name", "status"), [("coach", 403), ("clinician", 403), ("robin", 403), ("outsider", 404)]
)
def test_only_owners_rehearse(cast: Any, here: str, name: str, status: int) -> None:
    api = getattr(cast.api, name)
    assert api.get(here).status_code == status
    assert api.post(here, {}).status_code == status
    assert not Escalation.objects.exists()
    report = drills.start(by=cast.users.owner, squad=cast.squad, level=drills.LEVELS[0])
    assert api.get(f"/drills/{report.pk}/").status_code == 404
    assert api.post(f"/drills/{report.pk}/end/").status_code == 404
    assert Escalation.objects.get().state == "open"


def test_what_is_no_drill_is_not_ended(cast: Any) -> None:
    from_phone = cast.api.robin.post(
        "/reports/",
        {"client_key": "0197c1d2-0000-7000-8000-000000000002", "answers": {"site": ["calf"]}},
    ).json()
    assert cast.api.owner.get(f"/drills/{from_phone['id']}/").status_code == 404
    assert cast.api.owner.post(f"/drills/{from_phone['id']}/end/").status_code == 404


def test_a_level_that_no_drill_has_is_named(cast: Any, here: str) -> None:
    assert set(fields_of(cast.api.owner.post(here, {"level": "self_care"}))) == {"level"}
    assert set(fields_of(cast.api.owner.get(f"{here}?level=x"))) == {"level"}


def test_where_nobody_would_be_told_there_is_nothing_to_rehearse(
    cast: Any, here: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nobody(_: Any) -> Any:
        raise drills.CannotRehearse("Milers has no coach.")

    monkeypatch.setattr("athletes.services.drills.who_files", nobody)
    answer = cast.api.owner.post(here, {})
    assert (answer.status_code, answer.json()["code"]) == (409, "cannot_rehearse")
    assert not Athlete.objects.filter(is_drill=True).exists()


def test_who_stops_being_an_owner_sees_no_drill_any_more(cast: Any, here: str) -> None:
    drill = cast.api.owner.post(here, {"level": "same_day"}).json()
    cast.squad.club.memberships.create(user=cast.users.coach, role="owner")
    mine = cast.users.owner.memberships.get(role="owner")
    memberships.end_membership(by=cast.users.coach, membership=mine)
    assert cast.api.owner.get(f"/drills/{drill['id']}/").status_code == 404
    assert cast.api.coach.get(f"/drills/{drill['id']}/").status_code == 200
