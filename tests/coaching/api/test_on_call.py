"""Who is on call, and who is told first of an athlete, by REST."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from athletes import access
from athletes.models import OnCall
from athletes.services import clubs, people
from tests.coaching.api.conftest import fields_of
from tests.factories import make_coach


def duty(cast: Any, **more: Any) -> dict[str, Any]:
    return {
        "club": str(cast.squad.club.pk),
        "person": str(cast.users.coach.uid),
        "squads": [str(cast.squad.pk)],
        **more,
    }


def moment(**ahead: int) -> str:
    return (timezone.now() + timedelta(**ahead)).isoformat()


def test_a_coach_is_put_on_call_and_taken_off(cast: Any) -> None:
    made = cast.api.coach.post("/on-call/", duty(cast))
    assert made.status_code == 201
    assert made.json()["person"]["id"] == str(cast.users.coach.uid)
    assert (made.json()["whole_club"], made.json()["ends_at"]) == (False, None)
    here = f"/on-call/{made.json()['id']}/"
    assert cast.api.clinician.get(here).json() == made.json()
    assert cast.api.clinician.post(f"{here}end/").status_code == 403
    assert cast.api.coach.post(f"{here}end/").status_code == 204
    assert cast.api.coach.get(here).json()["ends_at"]
    assert cast.api.coach.get("/on-call/?over=false").json()["count"] == 0
    assert cast.api.coach.get("/on-call/?over=true").json()["count"] == 1


def test_what_had_not_begun_is_gone(cast: Any) -> None:
    made = cast.api.owner.post("/on-call/", duty(cast, starts_at=moment(days=1))).json()
    assert cast.api.owner.get("/on-call/?over=false").json()["count"] == 1
    assert cast.api.owner.post(f"/on-call/{made['id']}/end/").status_code == 204
    assert cast.api.owner.get(f"/on-call/{made['id']}/").status_code == 404


def test_only_an_owner_puts_somebody_on_call_for_the_whole_club(cast: Any) -> None:
    told = duty(cast, squads=[], person=str(cast.users.owner.uid))
    assert cast.api.coach.post("/on-call/", told).status_code == 403
    made = cast.api.owner.post("/on-call/", told)
    assert (made.status_code, made.json()["whole_club"], made.json()["squads"]) == (201, True, [])


def test_for_squads_that_one_does_not_see_it_is_not_the_whole_club(cast: Any) -> None:
    juniors = people.create_squad(by=cast.users.owner, club=cast.squad.club, name="Juniors")
    ina = make_coach(juniors, name="Ina")
    told = duty(cast, squads=[str(juniors.pk)], person=str(ina.uid))
    made = cast.api.owner.post("/on-call/", told).json()
    seen = cast.api.coach.get(f"/on-call/{made['id']}/").json()
    assert (seen["squads"], seen["whole_club"]) == ([], False)


@pytest.mark.parametrize(
    ("field", "more"),
    [
        ("ends_at", {"ends_at": "2020-01-01T00:00:00Z"}),
        ("person", {"person": "0197c1d2-0000-7000-8000-000000000000"}),
        ("person", {"person": 7}),
        ("squads.0", {"squads": ["0197c1d2-0000-7000-8000-000000000000"]}),
        ("squads", {"squads": None}),
        ("user", {"user": 1}),
    ],
)
def test_what_cannot_be_is_named(cast: Any, field: str, more: dict[str, Any]) -> None:
    answer = cast.api.owner.post("/on-call/", duty(cast, **more))
    assert answer.status_code == 400
    assert field in fields_of(answer)
    assert not OnCall.objects.exists()


def test_people_and_squads_of_others_are_as_if_they_were_not_there(cast: Any) -> None:
    foreign = {"person": str(cast.users.outsider.uid), "squads": [str(cast.other.pk)]}
    unknown = "0197c1d2-0000-7000-8000-000000000000"
    for name, key in (("person", unknown), ("squads", [unknown])):
        theirs = cast.api.owner.post("/on-call/", duty(cast, **{name: foreign[name]}))
        nobodys = cast.api.owner.post("/on-call/", duty(cast, **{name: key}))
        assert (theirs.status_code, theirs.content) == (400, nobodys.content)
    athlete = cast.api.owner.post("/on-call/", duty(cast, person=str(cast.users.robin.uid)))
    assert set(fields_of(athlete)) == {"person"}


def test_two_clubs_do_not_see_each_others(cast: Any) -> None:
    made = cast.api.coach.post("/on-call/", duty(cast)).json()
    for name in ("outsider", "robin", "nobody"):
        api = getattr(cast.api, name)
        assert api.get(f"/on-call/{made['id']}/").status_code == 404
        assert api.post(f"/on-call/{made['id']}/end/").status_code == 404
        assert api.get("/on-call/").json()["results"] == []
    assert OnCall.objects.get().ends_at is None


def test_who_is_told_first_of_an_athlete(cast: Any) -> None:
    here = f"/athletes/{cast.robin.pk}/own-coaches/"
    seen = cast.api.coach.get(here)
    assert seen.json() == {"coaches": []}
    tag = {"If-Match": seen.headers["ETag"]}
    told = {"coaches": [str(cast.users.coach.uid)]}
    chosen = cast.api.coach.patch(here, told, headers=tag)
    assert [person["name"] for person in chosen.json()["coaches"]] == ["Jo"]
    assert cast.api.owner.patch(here, {"coaches": []}, headers=tag).status_code == 412
    assert cast.api.owner.patch(here, {"coaches": []}).json() == {"coaches": []}


@pytest.mark.parametrize(
    ("name", "status"), [("robin", 403), ("clinician", 403), ("kim", 404), ("outsider", 404)]
)
def test_who_does_not_lead_an_athlete_chooses_nobody(cast: Any, name: str, status: int) -> None:
    clubs.set_own_coaches(by=cast.users.owner, athlete=cast.robin, coaches=[cast.users.coach])
    here, api = f"/athletes/{cast.robin.pk}/own-coaches/", getattr(cast.api, name)
    assert api.get(here).status_code == status
    assert api.patch(here, {"coaches": []}).status_code == status
    assert cast.robin.own_coaches.count() == 1


def test_who_could_not_open_the_message_is_refused(cast: Any) -> None:
    juniors = people.create_squad(by=cast.users.owner, club=cast.squad.club, name="Juniors")
    ina = make_coach(juniors, name="Ina", role=access.COACH)
    here = f"/athletes/{cast.robin.pk}/own-coaches/"
    answer = cast.api.owner.patch(here, {"coaches": [str(ina.uid)]})
    assert set(fields_of(answer)) == {"coaches"}
