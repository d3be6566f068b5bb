"""Killed between commit and publish: the client sends again, the sweep finds the report, once."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

import pytest
import requests

from tests.factories import BREATHLESS
from tests.faults.harness import ledger
from tests.journeys.client import CAST, Client
from tests.stack import Stack, running_stack, wait_for


@pytest.fixture(scope="module")
def stack() -> Iterator[Stack]:
    with running_stack(cast=CAST, BROKER_SILENT_S="2") as running:
        yield running


@pytest.mark.parametrize(
    ("program", "place"), [("web", "submit.stored"), ("dispatcher", "dispatch.claimed")]
)
def test_what_was_committed_is_found_once(stack: Stack, tmp_path, program: str, place: str) -> None:
    coach = Client(stack)
    athlete, key = coach.new_athlete(f"Killed at {place}"), str(uuid.uuid4())
    once = tmp_path / "died"
    stack.programs[program].stop()
    stack.programs[program].start(NIGGLE_CRASH_AT=place, NIGGLE_CRASH_ONCE=str(once))
    wait_for(lambda: stack.status("/livez") == 200, seconds=60, what="web answers")
    if program == "dispatcher":  # until the broker has answered it does the work itself
        stack.rows("DELETE FROM athletes_heartbeat WHERE name = 'broker'")
        beat = "SELECT name FROM athletes_heartbeat WHERE name = 'broker'"
        wait_for(lambda: stack.rows(beat), seconds=60, what="the dispatcher hears the broker")

    def stored() -> requests.Response | None:
        """As a client does that got no answer: the same again."""
        try:
            return coach.report(athlete, BREATHLESS, key)
        except requests.ConnectionError:
            return None

    answer = wait_for(stored, seconds=60, what="the report is stored")
    assert answer.json()["screening"]["disposition"] == "emergency_now"
    wait_for(once.exists, seconds=60, what=f"{program} died at {place}")
    if program == "dispatcher":
        stack.dispatcher.kill()  # what is left of it
        stack.dispatcher.start()
    coach.wait_finished([answer.json()["id"]], seconds=60)
    for what, sql in ledger.DOUBLED.items():
        assert stack.rows(sql) == [], what
    mine = "SELECT count(*) FROM athletes_painreport r JOIN athletes_athlete a ON a.id = r.athlete_id WHERE a.name = ?"
    assert stack.rows(mine, f"Killed at {place}") == [(1,)]
