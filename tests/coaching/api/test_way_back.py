"""Back to running over the API: read, start, clear, run, and the morning after."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from athletes.models import Episode, ReturnClearance, ReturnRun
from athletes.services import returning
from tests.coaching.api.conftest import fields_of
from tests.factories import BONE, CLOT, STRAIN, make_report


def ago(**age: float) -> datetime:
    return timezone.now() - timedelta(**age)


@pytest.fixture
def episode(cast: Any) -> Episode:
    return make_report(cast.robin, STRAIN, assess=True, reported_at=ago(days=10)).episode


@pytest.fixture
def started(episode: Episode) -> Episode:
    by = episode.athlete.user
    returning.confirm_entry(by=by, episode=episode, ladder="calf_muscle", at=ago(days=6))
    return episode


def path(episode: Episode, tail: str = "") -> str:
    return f"/episodes/{episode.pk}/return/{tail}"


def a_run(**told: Any) -> dict[str, Any]:
    pains = {"pain_before": 0, "pain_during": 1, "pain_after": 0}
    return {"client_key": str(uuid4()), "level": 1, **pains, **told}


def test_the_standing_tells_what_must_be_true_first(cast: Any, episode: Episode) -> None:
    told = cast.api.robin.get(path(episode)).json()
    assert (told["state"], told["ladder"]["id"]) == ("entry", "calf_muscle")
    assert told["ladder"]["entry"]
    assert told["ladder"]["sources"][0]["title"]
    assert told["ladder"]["reviewed"] is False
    assert told["standing"] is None


def test_the_start_is_said_once(cast: Any, episode: Episode) -> None:
    first = cast.api.robin.post(path(episode, "start/"), {"ladder": "calf_muscle"}).json()
    again = cast.api.robin.post(path(episode, "start/"), {"ladder": "calf_muscle"}).json()
    assert first["state"] == again["state"] == "climbing"
    assert first["entry_at"] == again["entry_at"]
    assert first["entry_by"]["name"] == "Robin"
    assert first["standing"]["level"] == 1


def test_what_cannot_be_now_is_a_conflict_that_names_the_state(cast: Any) -> None:
    bone = make_report(cast.robin, BONE, assess=True).episode
    refused = cast.api.robin.post(path(bone, "start/"), {"ladder": "bone_stress"})
    assert (refused.status_code, refused.json()["code"]) == (409, "clearance")
    assert "must say yes first" in refused.json()["detail"]


def test_a_coach_records_a_clearance_and_an_athlete_does_not(cast: Any) -> None:
    bone = make_report(cast.robin, BONE, assess=True, reported_at=ago(days=30)).episode
    yes = {"clinician": "Dr Weber", "given_on": ago(days=1).date().isoformat()}
    assert cast.api.robin.post(path(bone, "clearance/"), yes).status_code == 403
    noted = cast.api.clinician.post(path(bone, "clearance/"), yes)
    assert (noted.status_code, noted.json()["state"]) == (201, "entry")
    assert noted.json()["clearances"][0]["clinician"] == "Dr Weber"
    assert ReturnClearance.objects.get().recorded_by == cast.users.clinician


def test_a_run_is_logged_once(cast: Any, started: Episode) -> None:
    told = a_run()
    first, again = (cast.api.robin.post(path(started, "runs/"), told) for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 200)
    assert [run["client_key"] for run in first.json()["runs"]] == [told["client_key"]]
    assert ReturnRun.objects.count() == 1
    other = cast.api.robin.post(path(started, "runs/"), {**told, "pain_after": 3})
    assert (other.status_code, other.json()["code"]) == (409, "conflict")


def test_the_morning_after_moves_the_runner_on(cast: Any, started: Episode) -> None:
    for days in (4, 2):
        returning.log_run(
            by=cast.users.robin,
            episode=started,
            client_key=uuid4(),
            level=1,
            pain_before=0,
            pain_during=0,
            pain_after=0,
            at=ago(days=days),
        )
    ReturnRun.objects.filter(ran_at__lt=ago(days=3)).update(pain_next_morning=0)
    ReturnRun.objects.filter(ran_at__gt=ago(days=3)).update(ran_at=ago(hours=25))
    waiting = cast.api.robin.get(path(started)).json()
    assert waiting["standing"]["outcome"] == "wait_for_morning"
    morning = path(started, f"runs/{waiting['asks_about']}/morning/")
    after = cast.api.robin.post(morning, {"pain": 0}).json()
    assert (after["standing"]["level"], after["standing"]["outcome"]) == (2, "up")


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"pain_during": 11}, "pain_during"),
        ({"pain_during": "much"}, "pain_during"),
        ({"level": 11}, "level"),
        ({"client_key": "1"}, "client_key"),
        ({"ran_at": "2999-01-01T00:00:00Z"}, "ran_at"),
        ({"pain": 3}, "pain"),
    ],
)
def test_what_cannot_be_used_is_named(
    cast: Any, started: Episode, wrong: dict[str, Any], field: str
) -> None:
    refused = cast.api.robin.post(path(started, "runs/"), a_run(**wrong))
    assert refused.status_code == 400
    assert set(fields_of(refused)) == {field}


def test_a_danger_holds_the_way_back(cast: Any, started: Episode) -> None:
    make_report(cast.robin, {**CLOT, **{name: STRAIN[name] for name in ("site", "side")}})
    assert cast.api.coach.get(path(started)).json()["state"] == "held"
    refused = cast.api.robin.post(path(started, "runs/"), a_run())
    assert (refused.status_code, refused.json()["code"]) == (409, "held")


@pytest.mark.parametrize("who", ["kim", "outsider", "nobody"])
def test_outsiders_find_nothing(cast: Any, started: Episode, who: str) -> None:
    client = getattr(cast.api, who)
    run = returning.log_run(
        by=cast.users.robin, episode=started, client_key=uuid4(), level=1, at=ago(hours=25)
    ).run
    answers = [
        client.get(path(started)),
        client.post(path(started, "start/"), {"ladder": "calf_muscle"}),
        client.post(path(started, "clearance/"), {"clinician": "I", "given_on": "2026-01-01"}),
        client.post(path(started, "runs/"), a_run()),
        client.post(path(started, f"runs/{run.pk}/morning/"), {"pain": 0}),
    ]
    assert {answer.status_code for answer in answers} == {404}


@pytest.mark.parametrize("run", ["0197c1d2-0000-7000-8000-000000000009", "nonsense"])
def test_a_run_that_is_not_there_is_not_found(cast: Any, started: Episode, run: str) -> None:
    missing = cast.api.robin.post(path(started, f"runs/{run}/morning/"), {"pain": 0})
    assert missing.status_code == 404


def test_it_costs_the_same_however_long_the_log(cast: Any, started: Episode) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            cast.api.robin.get(path(started))
        return len(queries)

    def log(**age: float) -> None:
        returning.log_run(
            by=cast.users.robin, episode=started, client_key=uuid4(), level=1, at=ago(**age)
        )

    log(hours=100)
    cost()  # the first use of a token in a minute is written down
    few = cost()
    for hours in range(90, 0, -10):
        log(hours=hours)
    assert cost() == few <= 10
