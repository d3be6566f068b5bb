"""Who looks after athletes, by REST: seen by those beside them, changed and ended by owners."""

from __future__ import annotations

from typing import Any

import pytest

from athletes import access
from athletes.models import Membership, Squad
from athletes.services import people
from tests.factories import make_coach


@pytest.fixture
def juniors(cast: Any) -> Squad:
    return people.create_squad(by=cast.users.owner, club=cast.squad.club, name="Juniors")


def held(cast: Any, name: str, role: str) -> Membership:
    return getattr(cast.users, name).memberships.get(role=role)  # type: ignore[no-any-return]


def here(membership: Membership) -> str:
    return f"/memberships/{membership.pk}/"


def seen(client: Any, query: str = "") -> set[tuple[str, str]]:
    rows = client.get(f"/memberships/{query}").json()["results"]
    return {(row["person"]["name"], row["role"]) for row in rows}


def test_one_sees_who_looks_after_the_same_squads_and_the_owners(cast: Any, juniors: Squad) -> None:
    make_coach(juniors, name="Ina")
    make_coach(cast.other, name="Far away")
    owner, clinician = cast.users.owner.name, cast.users.clinician.name
    beside = {("Jo", "coach"), (clinician, "clinician"), (owner, "coach"), (owner, "owner")}
    assert seen(cast.api.coach) == beside
    assert seen(cast.api.owner) == beside | {("Ina", "coach")}
    assert seen(cast.api.owner, f"?squad={juniors.pk}") == {("Ina", "coach"), (owner, "coach")}
    assert seen(cast.api.coach, f"?squad={juniors.pk}") == set()
    assert seen(cast.api.owner, "?role=clinician") == {(clinician, "clinician")}
    assert seen(cast.api.owner, f"?person={cast.users.coach.uid}") == {("Jo", "coach")}
    for name in ("robin", "nobody"):
        assert seen(getattr(cast.api, name)) == set()


def test_squads_that_one_does_not_see_are_not_named(cast: Any, juniors: Squad) -> None:
    jo = held(cast, "coach", access.COACH)
    jo.squads.add(juniors)
    named = {squad["name"] for squad in cast.api.clinician.get(here(jo)).json()["squads"]}
    assert named == {"Milers"}
    named = {squad["name"] for squad in cast.api.owner.get(here(jo)).json()["squads"]}
    assert named == {"Milers", "Juniors"}


def test_no_answer_has_an_address(cast: Any) -> None:
    assert "@" not in cast.api.owner.get("/memberships/").content.decode()


def test_an_owner_says_which_squads_somebody_looks_after(cast: Any, juniors: Squad) -> None:
    jo = held(cast, "coach", access.COACH)
    tag = cast.api.owner.get(here(jo)).headers["ETag"]
    moved = cast.api.owner.patch(here(jo), {"squads": [str(juniors.pk)]}, headers={"If-Match": tag})
    assert [squad["name"] for squad in moved.json()["squads"]] == ["Juniors"]
    assert cast.api.coach.get(f"/athletes/{cast.robin.pk}/").status_code == 404
    late = cast.api.owner.patch(here(jo), {"squads": []}, headers={"If-Match": tag})
    assert late.status_code == 412
    assert cast.api.owner.patch(here(jo), {"squads": []}).json()["squads"] == []


def test_what_an_owner_sees_cannot_be_narrowed(cast: Any) -> None:
    answer = cast.api.owner.patch(here(held(cast, "owner", access.OWNER)), {"squads": []})
    assert (answer.status_code, answer.json()["code"]) == (409, "not_as_things_stand")


def test_a_role_ends_and_shows_nothing_more(cast: Any) -> None:
    jo = held(cast, "coach", access.COACH)
    assert cast.api.owner.post(f"{here(jo)}end/").status_code == 204
    assert cast.api.coach.get("/athletes/").json()["results"] == []
    assert cast.api.owner.get(here(jo)).status_code == 404
    assert ("Jo", "coach") not in seen(cast.api.owner)


def test_the_last_owner_stays(cast: Any) -> None:
    mine = held(cast, "owner", access.OWNER)
    assert cast.api.owner.post(f"{here(mine)}end/").status_code == 409
    mine.refresh_from_db()
    assert mine.ended_at is None


@pytest.mark.parametrize(
    ("name", "status"),
    [("coach", 403), ("clinician", 403), ("robin", 404), ("outsider", 404), ("nobody", 404)],
)
def test_only_owners_change_or_end_one(cast: Any, name: str, status: int) -> None:
    theirs, api = here(held(cast, "clinician", access.CLINICIAN)), getattr(cast.api, name)
    assert api.patch(theirs, {"squads": []}).status_code == status
    assert api.post(f"{theirs}end/").status_code == status
    assert Membership.objects.active().filter(role=access.CLINICIAN).get().squads.count() == 1


def test_an_athletes_role_is_none_of_these(cast: Any) -> None:
    assert cast.api.owner.get(here(held(cast, "robin", access.ATHLETE))).status_code == 404
