"""Who looked, for the program of the athlete."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from athletes.models.audit import BY_API, ON_DESK
from athletes.services import audit
from athletes.services.audit_seals import seal_all
from tests import factories
from tests.coaching.api.conftest import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def squad(cast: SimpleNamespace) -> Any:
    return cast.squad


@pytest.fixture
def athlete(cast: SimpleNamespace) -> Any:
    return cast.robin


@pytest.fixture
def seen(squad: Any, athlete: Any) -> None:
    """The coach looked twice and wrote; somebody from elsewhere was refused."""
    stranger = factories.make_club().coach  # type: ignore[attr-defined]
    seal_all()
    for what, face in (("desk:today", ON_DESK), ("api:report-detail", BY_API)):
        audit.record_read(by=squad.coach, athletes=[athlete], what=what, face=face)
    audit.record_change(by=squad.coach, athletes=[athlete], what="comment", fields=["text"])
    audit.refused(by=stranger, athletes=[athlete], what="desk:athlete")
    seal_all()


def test_an_athlete_is_told_who_looked(squad, athlete, seen):
    told = signed_in(athlete.user).get("/api/v1/looks/").json()["results"][:3]
    assert [(it["action"], it["what"], it["face"]) for it in told] == [
        ("changed", "comment", "site"),
        ("read", "api:report-detail", "api"),
        ("read", "desk:today", "desk"),
    ]
    coach = {"id": str(squad.coach.uid), "name": squad.coach.name, "role": "owner"}
    assert all(it["by"] == coach and it["athlete"] == str(athlete.pk) for it in told)
    assert told[0]["in_words"] == "The talk with the coach"
    assert "refused" not in {it["action"] for it in told}


def test_nobody_else_is_told(squad, athlete, seen):
    mate = factories.make_athlete(squad).user
    seal_all()
    for user in (squad.coach, mate):
        told = signed_in(user).get("/api/v1/looks/").json()["results"]
        assert str(athlete.pk) not in {it["athlete"] for it in told}


def test_an_account_that_is_gone_has_no_name(squad, athlete):
    clinician = factories.make_coach(squad, role="clinician")
    audit.record_read(by=clinician, athletes=[athlete], what="desk:athlete")
    seal_all()
    clinician.delete()
    (first, *_) = signed_in(athlete.user).get("/api/v1/looks/").json()["results"]
    assert first["by"] is None


@pytest.mark.parametrize(("query", "found"), [("at__gte=2999-01-01T00:00:00Z", 0), ("", None)])
def test_only_what_is_newer(athlete, seen, query, found):
    answer = signed_in(athlete.user).get(f"/api/v1/looks/?{query}").json()
    assert answer["count"] == (answer["count"] if found is None else found)
    assert bool(answer["count"]) == (found is None)


def test_many_cost_as_many_queries_as_one(squad, athlete, seen):
    client = signed_in(athlete.user)
    client.get("/api/v1/looks/")  # the first notes when the token was used
    costs = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as asked:
            client.get("/api/v1/looks/")
        costs.append(len(asked))
        for coach in [factories.make_coach(squad) for _ in range(3)]:
            audit.record_read(by=coach, athletes=[athlete], what="desk:athlete")
        seal_all()
    assert costs[0] == costs[1]
