"""Links that bring people in, by REST."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from athletes import access
from athletes.models import Invitation
from athletes.services import invitations, people
from tests.coaching.api.conftest import fields_of, signed_in
from tests.factories import make_athlete, make_user

UNKNOWN = "0197c1d2-0000-7000-8000-000000000000"


@pytest.fixture
def told(cast: Any) -> dict[str, Any]:
    return {"squad": str(cast.squad.pk), "role": "athlete"}


def offered(cast: Any, **more: Any) -> str:
    """The token of a link into the squad."""
    given = {"by": cast.users.coach, "squad": cast.squad, "role": access.ATHLETE, **more}
    return invitations.invite(**given).token


def test_a_coach_makes_a_link_and_somebody_takes_it_up(cast: Any, told: dict[str, Any]) -> None:
    made = cast.api.coach.post("/invitations/", told, headers={"Idempotency-Key": "k"})
    assert made.status_code == 201
    token = made.json()["token"]
    assert made.json()["link"].endswith(f"/join/{token}/")
    again = cast.api.coach.post("/invitations/", told, headers={"Idempotency-Key": "k"})
    assert (again.json(), Invitation.objects.count()) == (made.json(), 1)

    offer = cast.api.nobody.post("/invitations/look/", {"token": token}).json()
    assert (offer["club"]["name"], offer["role"]) == ("Harbour", "athlete")
    assert (offer["for_other"], offer["asks_birth_date"]) == (False, True)
    without = cast.api.nobody.post("/invitations/accept/", {"token": token})
    assert set(fields_of(without)) == {"birth_date"}
    zone = {"birth_date": "1994-05-06", "timezone": "Europe/Berlin"}
    taken = cast.api.nobody.post("/invitations/accept/", {"token": token, **zone})
    assert taken.json()["squad"]["id"] == str(cast.squad.pk)
    mine = cast.users.nobody.athletes.get()
    assert (mine.birth_date, mine.timezone) == (date(1994, 5, 6), "Europe/Berlin")
    assert cast.api.nobody.get("/me/").json()["athlete"] == str(mine.pk)

    row = cast.api.coach.get(f"/invitations/{made.json()['invitation']['id']}/").json()
    assert (row["usable"], bool(row["used_at"])) == (False, True)


def test_the_token_is_in_no_other_answer(cast: Any, told: dict[str, Any]) -> None:
    made = cast.api.coach.post("/invitations/", told).json()
    here = f"/invitations/{made['invitation']['id']}/"
    answers = [
        cast.api.coach.get("/invitations/"),
        cast.api.coach.get(here),
        cast.api.coach.post(f"{here}revoke/"),
    ]
    assert not [answer for answer in answers if made["token"] in answer.content.decode()]


def test_a_link_that_is_taken_back_opens_nothing(cast: Any, told: dict[str, Any]) -> None:
    made = cast.api.coach.post("/invitations/", told).json()
    revoked = cast.api.owner.post(f"/invitations/{made['invitation']['id']}/revoke/").json()
    assert (revoked["usable"], bool(revoked["revoked_at"])) == (False, True)
    for path in ("look", "accept"):
        answer = cast.api.nobody.post(f"/invitations/{path}/", {"token": made["token"]})
        assert answer.status_code == 404


@pytest.mark.parametrize("path", ["look", "accept"])
def test_whatever_is_wrong_with_a_link_the_answer_is_the_same(cast: Any, path: str) -> None:
    used, late, revoked = (offered(cast) for _ in range(3))
    body = {"birth_date": "1994-05-06"} if path == "accept" else {}
    cast.api.nobody.post("/invitations/accept/", {"token": used, "birth_date": "1994-05-06"})
    Invitation.objects.filter(token_hash=invitations.token_hash(late)).update(
        expires_at=timezone.now() - timedelta(seconds=1)
    )
    Invitation.objects.filter(token_hash=invitations.token_hash(revoked)).update(
        revoked_at=timezone.now()
    )
    told = {
        cast.api.outsider.post(f"/invitations/{path}/", {"token": token, **body}).content
        for token in (used, late, revoked, "never-was")
    }
    assert len(told) == 1
    assert b'"status":404' in told.pop()


def test_a_link_for_another_address_says_so_and_is_not_taken_up(cast: Any) -> None:
    token = offered(cast, email="robin@elsewhere.test")
    assert cast.api.nobody.post("/invitations/look/", {"token": token}).json()["for_other"]
    assert cast.api.nobody.post("/invitations/accept/", {"token": token}).status_code == 404
    other = make_user("Robin", email="robin@elsewhere.test")
    body = {"token": token, "birth_date": "1994-05-06"}
    assert signed_in(other).post("/invitations/accept/", body).status_code == 200


def test_a_record_is_handed_over(cast: Any, told: dict[str, Any]) -> None:
    child = make_athlete(cast.squad, name="Toni", with_login=False, birth_date=date(1999, 1, 2))
    token = cast.api.coach.post("/invitations/", {**told, "athlete": str(child.pk)}).json()["token"]
    offer = cast.api.nobody.post("/invitations/look/", {"token": token}).json()
    assert (offer["athlete_name"], offer["asks_birth_date"]) == ("Toni", False)
    assert cast.api.nobody.post("/invitations/accept/", {"token": token}).status_code == 200
    child.refresh_from_db()
    assert child.user == cast.users.nobody


def test_a_coach_by_link_sees_the_squad_at_once(cast: Any) -> None:
    token = offered(cast, role=access.COACH)
    assert cast.api.nobody.post("/invitations/accept/", {"token": token}).json()["role"] == "coach"
    assert cast.api.nobody.get(f"/athletes/{cast.robin.pk}/").status_code == 200


def test_taking_it_up_twice_under_one_key_is_once(cast: Any) -> None:
    body, key = {"token": offered(cast, role=access.COACH)}, {"Idempotency-Key": "k"}
    first = cast.api.nobody.post("/invitations/accept/", body, headers=key)
    again = cast.api.nobody.post("/invitations/accept/", body, headers=key)
    assert (again.status_code, again.json()) == (200, first.json())


@pytest.mark.parametrize(
    ("field", "more"),
    [
        ("role", {"role": "guardian"}),
        ("role", {"role": "king"}),
        ("squad", {"squad": UNKNOWN}),
        ("athlete", {"athlete": UNKNOWN}),
        ("email", {"email": "nobody"}),
        ("token", {"token": "mine"}),
    ],
)
def test_what_cannot_be_is_named(
    cast: Any, told: dict[str, Any], field: str, more: dict[str, Any]
) -> None:
    answer = cast.api.coach.post("/invitations/", {**told, **more})
    assert answer.status_code == 400
    assert set(fields_of(answer)) == {field}
    assert not Invitation.objects.exists()


def test_who_has_a_log_in_is_not_handed_over(cast: Any, told: dict[str, Any]) -> None:
    answer = cast.api.coach.post("/invitations/", {**told, "athlete": str(cast.robin.pk)})
    assert set(fields_of(answer)) == {"athlete"}


@pytest.mark.parametrize("day", ["2999-01-01", "1850-01-01", "yesterday"])
def test_a_birth_date_that_cannot_be_is_refused(cast: Any, day: str) -> None:
    body = {"token": offered(cast), "birth_date": day}
    assert set(fields_of(cast.api.nobody.post("/invitations/accept/", body))) == {"birth_date"}
    assert not cast.users.nobody.athletes.exists()


def test_only_owners_invite_owners(cast: Any, told: dict[str, Any]) -> None:
    wanted = {**told, "role": "owner", "email": cast.users.nobody.email}
    assert cast.api.coach.post("/invitations/", wanted).status_code == 403
    without = cast.api.owner.post("/invitations/", {**told, "role": "owner"})
    assert set(fields_of(without)) == {"email"}
    token = cast.api.owner.post("/invitations/", wanted).json()["token"]
    cast.api.nobody.post("/invitations/accept/", {"token": token})
    assert cast.users.nobody.memberships.get().role == access.OWNER


def test_who_sees_links_and_who_revokes_them(cast: Any) -> None:
    offered(cast, email="robin@elsewhere.test")
    here = f"/invitations/{Invitation.objects.get().pk}/"
    for name, reads, revokes in (
        ("clinician", 200, 403),
        ("robin", 404, 404),
        ("outsider", 404, 404),
    ):
        api = getattr(cast.api, name)
        assert api.get(here).status_code == reads
        assert api.post(f"{here}revoke/").status_code == revokes
    assert Invitation.objects.get().revoked_at is None


def test_links_are_narrowed_down(cast: Any) -> None:
    juniors = people.create_squad(by=cast.users.owner, club=cast.squad.club, name="Juniors")
    offered(cast)
    offered(cast, role=access.COACH)
    invitations.invite_at_the_track(by=cast.users.owner, squad=juniors)
    Invitation.objects.filter(role=access.COACH).update(revoked_at=timezone.now())

    def count(query: str) -> int:
        return int(cast.api.owner.get(f"/invitations/?{query}").json()["count"])

    found = {
        query: count(query)
        for query in ("usable=true", "usable=false", "for_many=true", "role=coach")
    }
    assert found == {"usable=true": 2, "usable=false": 1, "for_many=true": 1, "role=coach": 1}
    assert count(f"squad={juniors.pk}") == 1
    assert cast.api.coach.get("/invitations/").json()["count"] == 2
