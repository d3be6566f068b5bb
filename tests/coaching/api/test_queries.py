"""Lists cost the same however long they are."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from athletes.services import comments, escalations, hand_overs, holds, people
from tests.factories import BREATHLESS, CLOT, make_athlete, make_report


def _fill(cast: Any, number: int) -> None:
    """One athlete more with all that belongs to an athlete, and one squad more."""
    athlete = make_athlete(cast.squad, name=f"Runner {number}")
    people.create_squad(by=cast.users.owner, club=cast.squad.club, name=f"Squad {number}")
    report = make_report(athlete, CLOT if number % 2 else BREATHLESS, assess=True)
    comments.add_comment(by=athlete.user, episode=report.episode, text="Hello")
    hand_overs.hand_over(by=cast.users.coach, episode=report.episode, to_name="Dr Weber")
    holds.hold_training(by=cast.users.coach, athlete=athlete, kind="out", reason="Wait")
    escalations.acknowledge(by=cast.users.coach, escalation=report.escalations.get())


# Beside the token: the limit is counted, a second factor looked for, who looked written down.
EVERY_REQUEST = 4

LISTS = (
    "squads",
    "athletes",
    "reports",
    "episodes",
    "assessments",
    "care-steps",
    "check-ins",
    "comments",
    "escalations",
    "hand-overs",
    "training-holds",
)


def test_twenty_rows_cost_as_many_queries_as_two(cast: Any) -> None:
    for number in range(2):
        _fill(cast, number)
    few = {name: _cost(cast.api.owner, f"/{name}/") for name in LISTS}
    for number in range(2, 20):
        _fill(cast, number)
    for name in LISTS:
        queries, rows = _cost(cast.api.owner, f"/{name}/")
        assert 2 <= few[name][1] < 20 <= rows, name
        assert queries == few[name][0] <= 5 + EVERY_REQUEST, name


def _cost(client: Any, path: str) -> tuple[int, int]:
    client.get("/me/")  # the first use of a token in a minute is written down
    with CaptureQueriesContext(
        connection,
    ) as queries:
        rows = len(client.get(path).json()["results"])
    return len(queries), rows


@pytest.mark.parametrize("name", ["findings", "causes", "rules", "sources"])
def test_the_knowledge_costs_only_what_every_request_costs(cast: Any, name: str) -> None:
    assert _cost(cast.api.robin, f"/{name}/")[0] <= 1 + EVERY_REQUEST


def test_an_assessment_costs_the_same_however_long_the_plan(cast: Any) -> None:
    report = make_report(cast.robin, assess=True)
    with CaptureQueriesContext(connection) as queries:
        cast.api.robin.get(f"/reports/{report.pk}/assessment/")
    assert len(queries) <= 4 + EVERY_REQUEST
