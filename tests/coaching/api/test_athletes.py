"""Athletes over the API."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from athletes.models import Athlete
from athletes.services import people
from tests.coaching.api.conftest import fields_of

LIST = "/athletes/"


def one(athlete: Athlete) -> str:
    return f"/athletes/{athlete.pk}/"


def test_a_list_has_count_next_previous_and_results(cast: Any) -> None:
    page = cast.api.coach.get(LIST + "?page_size=1").json()
    assert (page["count"], page["previous"]) == (2, None)
    assert [row["name"] for row in page["results"]] == ["Kim"]
    following = cast.api.coach.get(page["next"].removeprefix("http://testserver")).json()
    assert [row["name"] for row in following["results"]] == ["Robin"]
    assert following["next"] is None


@pytest.mark.parametrize(
    ("who", "names"),
    [
        ("owner", ["Kim", "Robin"]),
        ("coach", ["Kim", "Robin"]),
        ("clinician", ["Kim", "Robin"]),
        ("robin", ["Robin"]),
        ("outsider", ["Sasha"]),
        ("nobody", []),
    ],
)
def test_everybody_sees_their_own_athletes_only(cast: Any, who: str, names: list[str]) -> None:
    rows = getattr(cast.api, who).get(LIST).json()["results"]
    assert [row["name"] for row in rows] == names


def test_the_list_narrows_to_a_squad(cast: Any) -> None:
    assert cast.api.owner.get(f"{LIST}?squad={cast.squad.pk}").json()["count"] == 2
    assert cast.api.owner.get(f"{LIST}?squad={cast.other.pk}").json()["count"] == 0
    assert "squad" in fields_of(cast.api.owner.get(f"{LIST}?squad=x"))


def test_a_foreign_athlete_and_a_missing_one_look_the_same(cast: Any) -> None:
    answers = [
        cast.api.coach.get(one(cast.stranger)),
        cast.api.coach.get(f"/athletes/{uuid4()}/"),
        cast.api.coach.get("/athletes/not-an-id/"),
        cast.api.coach.patch(one(cast.stranger), {"name": "Mine"}),
        cast.api.kim.get(one(cast.robin)),
    ]
    assert {response.status_code for response in answers} == {404}
    assert len({response.content for response in answers}) == 1


def test_a_coach_adds_an_athlete_to_the_only_squad(cast: Any) -> None:
    response = cast.api.coach.post(
        LIST, {"name": "Alex", "timezone": "Europe/Berlin", "consent_told": True}
    )
    assert response.status_code == 201
    athlete = Athlete.objects.get(pk=response.json()["id"])
    assert list(athlete.squads.all()) == [cast.squad]
    told = response.json()
    assert told.pop("updated_at")
    assert told == {
        "id": str(athlete.pk),
        "name": "Alex",
        "timezone": "Europe/Berlin",
        "birth_date": None,
        "background": {},
        "sharing": "full",
        "status_only": False,
        "squads": [{"id": str(cast.squad.pk), "name": "Milers"}],
        "club": str(cast.squad.club_id),
    }


def test_without_a_squad_a_new_athlete_joins_the_oldest_one_coached(cast: Any) -> None:
    people.create_squad(by=cast.users.owner, club=cast.squad.club, name="Aces")
    second = people.create_squad(by=cast.users.owner, club=cast.squad.club, name="Throwers")
    response = cast.api.owner.post(LIST, {"name": "Alex", "consent_told": True})
    assert response.json()["squads"] == [{"id": str(cast.squad.pk), "name": "Milers"}]
    response = cast.api.owner.post(
        LIST, {"name": "Alex", "squad": str(second.pk), "consent_told": True}
    )
    assert response.json()["squads"] == [{"id": str(second.pk), "name": "Throwers"}]
    assert cast.api.coach.post(LIST, {"name": "Sam", "consent_told": True}).status_code == 201


def test_a_foreign_squad_and_a_missing_one_are_the_same_mistake(cast: Any) -> None:
    answers = [
        cast.api.coach.post(LIST, {"name": "Alex", "squad": str(squad), "consent_told": True})
        for squad in (cast.other.pk, uuid4())
    ]
    assert {response.status_code for response in answers} == {400}
    assert answers[0].content == answers[1].content
    assert set(fields_of(answers[0])) == {"squad"}


@pytest.mark.parametrize("who", ["robin", "nobody", "clinician"])
def test_only_who_leads_a_squad_adds_athletes(cast: Any, who: str) -> None:
    assert (
        getattr(cast.api, who).post(LIST, {"name": "Alex", "consent_told": True}).status_code == 403
    )
    assert not Athlete.objects.filter(name="Alex").exists()


def test_unknown_and_fixed_fields_are_refused_by_name(cast: Any) -> None:
    sent = {"name": "Alex", "colour": "red", "club": str(cast.other.club_id), "timezone": "Mars"}
    response = cast.api.coach.post(LIST, sent)
    assert response.status_code == 400
    assert set(fields_of(response)) == {"colour", "club", "timezone", "consent_told"}


@pytest.mark.parametrize("day", ["2999-01-01", "1800-01-01", "yesterday"])
def test_a_birth_date_that_cannot_be_is_refused(cast: Any, day: str) -> None:
    response = cast.api.robin.patch(one(cast.robin), {"birth_date": day})
    assert set(fields_of(response)) == {"birth_date"}


@pytest.mark.parametrize("who", ["robin", "coach", "clinician", "owner"])
def test_the_athlete_and_the_desk_change_the_record(cast: Any, who: str) -> None:
    sent = {"timezone": "Asia/Tokyo", "birth_date": "1999-02-03", "background": {"smoker": False}}
    response = getattr(cast.api, who).patch(one(cast.robin), sent)
    assert response.status_code == 200
    cast.robin.refresh_from_db()
    assert cast.robin.timezone == "Asia/Tokyo"
    assert response.json()["background"] == cast.robin.background == {"smoker": "no"}


def test_a_squad_is_not_changed_by_a_patch(cast: Any) -> None:
    response = cast.api.owner.patch(one(cast.robin), {"squad": str(cast.squad.pk)})
    assert set(fields_of(response)) == {"squad"}


def test_a_background_that_is_no_finding_is_named(cast: Any) -> None:
    response = cast.api.robin.patch(one(cast.robin), {"background": {"smokes": "yes"}})
    assert set(fields_of(response)) == {"background.smokes"}


def test_squads_are_those_i_see(cast: Any) -> None:
    (seen,) = cast.api.coach.get("/squads/").json()["results"]
    assert seen.pop("updated_at")
    assert seen == {"id": str(cast.squad.pk), "name": "Milers", "club": str(cast.squad.club_id)}
    assert cast.api.coach.get(f"/squads/{cast.squad.pk}/").status_code == 200
    assert cast.api.coach.get(f"/squads/{cast.other.pk}/").status_code == 404


def test_a_background_takes_no_sign_that_comes_and_goes(cast: Any) -> None:
    response = cast.api.robin.patch(one(cast.robin), {"background": {"swelling": "no"}})
    assert set(fields_of(response)) == {"background.swelling"}
    assert response.status_code == 400


def test_only_the_squads_that_the_caller_sees_are_told(cast: Any) -> None:
    other = people.create_squad(by=cast.users.owner, club=cast.squad.club, name="Sprinters")
    cast.robin.squads.add(other)
    mine = [{"id": str(cast.squad.pk), "name": "Milers"}]
    assert cast.api.coach.get(one(cast.robin)).json()["squads"] == mine
    assert cast.api.coach.patch(one(cast.robin), {"name": "Rob"}).json()["squads"] == mine
    assert len(cast.api.robin.get(one(cast.robin)).json()["squads"]) == 2
