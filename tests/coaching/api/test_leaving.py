"""Who leaves, by REST."""

from __future__ import annotations

from typing import Any

import pytest

from athletes.services import leaving
from tests.factories import make_athlete, make_report


def test_they_leave_and_come_back(cast: Any) -> None:
    silent = make_athlete(cast.squad, name="Toni", with_login=False)
    api = cast.api.coach
    assert api.post(f"/athletes/{silent.pk}/leave/").status_code == 204
    assert api.get(f"/athletes/{silent.pk}/").status_code == 404
    (row,) = api.get("/left-athletes/").json()["results"]
    assert (row["name"], row["has_log_in"]) == ("Toni", False)
    here = f"/left-athletes/{row['id']}/"
    assert api.get(here).json() == row
    assert api.post(f"{here}return/").status_code == 204
    assert api.get(here).status_code == 404
    assert api.get(f"/athletes/{silent.pk}/").status_code == 200


def test_nobody_who_is_hurt_drops_out_of_sight(cast: Any) -> None:
    make_report(cast.robin, assess=True)
    answer = cast.api.owner.post(f"/athletes/{cast.robin.pk}/leave/")
    assert (answer.status_code, answer.json()["code"]) == (409, "not_as_things_stand")
    assert cast.api.robin.get(f"/athletes/{cast.robin.pk}/").status_code == 200


def test_who_has_a_log_in_is_not_brought_back(cast: Any) -> None:
    leaving.let_go(by=cast.users.owner, athlete=cast.robin)
    answer = cast.api.owner.post(f"/left-athletes/{cast.robin.pk}/return/")
    assert answer.status_code == 409
    assert "link" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("name", "status"), [("clinician", 403), ("robin", 403), ("kim", 404), ("outsider", 404)]
)
def test_only_who_leads_them_lets_them_go_and_sees_who_left(
    cast: Any, name: str, status: int
) -> None:
    api = getattr(cast.api, name)
    assert api.post(f"/athletes/{cast.robin.pk}/leave/").status_code == status
    leaving.let_go(by=cast.users.owner, athlete=cast.robin)
    assert api.get("/left-athletes/").json()["results"] == []
    assert api.get(f"/left-athletes/{cast.robin.pk}/").status_code == 404
    assert api.post(f"/left-athletes/{cast.robin.pk}/return/").status_code == 404
