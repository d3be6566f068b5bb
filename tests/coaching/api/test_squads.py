"""Squads by REST: made, named, and who runs in which."""

from __future__ import annotations

from typing import Any

import pytest

from athletes import access
from athletes.models import AuditEntry, Invitation, Squad
from athletes.services import people
from tests.coaching.api.conftest import fields_of


@pytest.fixture
def juniors(cast: Any) -> Squad:
    return people.create_squad(by=cast.users.owner, club=cast.squad.club, name="Juniors")


def test_an_owner_adds_a_squad_and_names_it(cast: Any) -> None:
    told = {"club": str(cast.squad.club.pk), "name": "Juniors"}
    made = cast.api.owner.post("/squads/", told, headers={"Idempotency-Key": "k"})
    assert made.status_code == 201
    again = cast.api.owner.post("/squads/", told, headers={"Idempotency-Key": "k"})
    assert again.json() == made.json()
    here = f"/squads/{made.json()['id']}/"
    assert cast.api.owner.patch(here, {"name": "U18"}).json()["name"] == "U18"
    assert cast.api.owner.get(here).json()["updated_at"] > made.json()["updated_at"]
    assert set(cast.squad.club.squads.values_list("name", flat=True)) == {"Milers", "U18"}


def test_two_squads_of_a_club_never_have_one_name(cast: Any, juniors: Squad) -> None:
    made = cast.api.owner.post("/squads/", {"club": str(cast.squad.club.pk), "name": "juniors"})
    named = cast.api.owner.patch(f"/squads/{cast.squad.pk}/", {"name": "JUNIORS"})
    for answer in (made, named):
        assert (answer.status_code, set(fields_of(answer))) == (400, {"name"})
    same = cast.api.owner.patch(f"/squads/{juniors.pk}/", {"name": "JUNIORS"})
    assert same.json()["name"] == "JUNIORS"


def test_who_runs_a_squad_names_it_and_only_owners_add_one(cast: Any, juniors: Squad) -> None:
    told = {"club": str(cast.squad.club.pk), "name": "Third"}
    here = f"/squads/{cast.squad.pk}/"
    for name, adds, names in (
        ("coach", 403, 200),
        ("clinician", 403, 403),
        ("robin", 403, 403),
        ("outsider", 400, 404),
    ):
        api = getattr(cast.api, name)
        assert api.post("/squads/", told).status_code == adds
        assert api.patch(here, {"name": "Milers II"}).status_code == names
    assert cast.api.coach.patch(f"/squads/{juniors.pk}/", {"name": "Mine"}).status_code == 404


def test_two_who_name_it_at_once(cast: Any) -> None:
    here = f"/squads/{cast.squad.pk}/"
    seen = {"If-Match": cast.api.coach.get(here).headers["ETag"]}
    assert cast.api.owner.patch(here, {"name": "A"}, headers=seen).status_code == 200
    assert cast.api.coach.patch(here, {"name": "B"}, headers=seen).status_code == 412


def test_the_link_for_the_track_is_made_once_and_shown_again(cast: Any) -> None:
    here = f"/squads/{cast.squad.pk}/track-link/"
    assert cast.api.coach.get(here).status_code == 404
    made = cast.api.coach.post(here)
    assert made.status_code == 201
    assert "/join/" in made.json()["link"]
    assert cast.api.owner.post(here).json() == made.json() == cast.api.coach.get(here).json()
    assert Invitation.objects.for_the_track().count() == 1
    cast.api.coach.post(f"/invitations/{made.json()['id']}/revoke/")
    assert cast.api.coach.get(here).status_code == 404
    assert cast.api.coach.post(here).json()["link"] != made.json()["link"]


@pytest.mark.parametrize(
    ("name", "status"), [("clinician", 403), ("robin", 403), ("outsider", 404)]
)
def test_who_does_not_run_the_squad_gets_no_link(cast: Any, name: str, status: int) -> None:
    cast.api.coach.post(f"/squads/{cast.squad.pk}/track-link/")
    for method in ("get", "post"):
        answer = getattr(getattr(cast.api, name), method)(f"/squads/{cast.squad.pk}/track-link/")
        assert answer.status_code == status


def test_an_athlete_is_moved_and_it_is_written_down(cast: Any, juniors: Squad) -> None:
    here = f"/athletes/{cast.robin.pk}/squads/"
    seen = cast.api.owner.get(here)
    assert [squad["name"] for squad in seen.json()["squads"]] == ["Milers"]
    told = {"squads": [str(juniors.pk)]}
    moved = cast.api.owner.patch(here, told, headers={"If-Match": seen.headers["ETag"]})
    assert [squad["name"] for squad in moved.json()["squads"]] == ["Juniors"]
    late = cast.api.owner.patch(here, told, headers={"If-Match": seen.headers["ETag"]})
    assert late.status_code == 412
    assert cast.api.coach.get(f"/athletes/{cast.robin.pk}/").status_code == 404  # no longer theirs
    entry = AuditEntry.objects.filter(what="athlete", fields=["squads"]).get()
    assert entry.actor_key == cast.users.owner.uid


def test_a_coach_moves_only_among_the_squads_that_they_lead(cast: Any, juniors: Squad) -> None:
    cast.robin.squads.add(juniors)
    here = f"/athletes/{cast.robin.pk}/squads/"
    unseen = cast.api.coach.patch(here, {"squads": [str(juniors.pk)]})
    assert (unseen.status_code, set(fields_of(unseen))) == (400, {"squads.0"})
    left = cast.api.coach.patch(here, {"squads": []})
    assert left.json() == {"squads": []}  # the juniors are not theirs to see
    assert list(cast.robin.squads.all()) == [juniors]


def test_nobody_is_left_without_a_squad(cast: Any) -> None:
    answer = cast.api.owner.patch(f"/athletes/{cast.robin.pk}/squads/", {"squads": []})
    assert set(fields_of(answer)) == {"squads"}
    assert list(cast.robin.squads.all()) == [cast.squad]


def test_a_foreign_squad_and_one_that_is_not_there_are_the_same_mistake(cast: Any) -> None:
    here = f"/athletes/{cast.robin.pk}/squads/"
    unknown = "0197c1d2-0000-7000-8000-000000000000"
    told = [
        cast.api.owner.patch(here, {"squads": [key]}).content
        for key in (str(cast.other.pk), unknown)
    ]
    assert told[0] == told[1]


def test_an_athlete_sees_their_squads_and_stays_in_them(cast: Any) -> None:
    here = f"/athletes/{cast.robin.pk}/squads/"
    assert cast.api.robin.get(here).json()["squads"][0]["name"] == "Milers"
    assert cast.api.robin.patch(here, {"squads": [str(cast.squad.pk)]}).status_code == 403
    assert cast.api.kim.get(here).status_code == 404
    assert cast.users.robin.memberships.get().role == access.ATHLETE


def test_who_would_be_told_of_a_squad_and_what_is_wrong_with_it(cast: Any) -> None:
    here = f"/squads/{cast.squad.pk}/chain/"
    told = cast.api.clinician.get(here).json()
    assert "Jo" in {person["name"] for person in told["steps"][0]["people"]}
    assert told["steps"][0]["after_s"]["emergency_now"] == 0
    assert [(fault["code"], fault["is_grave"]) for fault in told["faults"]] == [
        ("no_contact", False)
    ]
    for name, status in (("robin", 403), ("outsider", 404), ("nobody", 404)):
        assert getattr(cast.api, name).get(here).status_code == status
