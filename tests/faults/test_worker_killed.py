"""A worker killed in the middle of a task: the report is judged, once."""

import uuid

import pytest
from celery import Celery

from tests.factories import CLOT
from tests.faults.harness.outcome import SCALE
from tests.journeys.client import CAST, Client
from tests.stack import running_stack, wait_for

PLACES = ["assess.claimed", "assess.judged", "assess.stored"]
ONE_PROCESS: dict[str, str] = {}
THE_WHOLE_WORKER = {"NIGGLE_CRASH_GROUP": "1"}
WHO = [ONE_PROCESS, THE_WHOLE_WORKER] if SCALE != "short" else [THE_WHOLE_WORKER]

pytestmark = pytest.mark.xdist_group("worker-killed")


@pytest.fixture(scope="module")
def stack():
    with running_stack(cast=CAST, BROKER_SILENT_S="2", ASSESSMENT_LEASE_S="2") as running:
        yield running


@pytest.fixture(scope="module")
def coach(stack):
    return Client(stack)


@pytest.fixture
def killers(stack):
    """Starts a program anew so that it dies at a place. Each test starts its worker with this."""
    changed = []

    def start(program, **env):
        program.kill()
        changed.append(program)
        program.start(**env)

    yield start
    for program in changed:
        program.kill()
    if not stack.dispatcher.is_running:
        stack.dispatcher.start()


def wait_until_consuming(stack):
    """A worker that is still starting would leave the work to the dispatcher."""
    stack.rows("DELETE FROM athletes_heartbeat WHERE name = 'worker'")
    beat = "SELECT name FROM athletes_heartbeat WHERE name = 'worker'"
    with Celery(
        broker=stack.env["REDIS_URL"], set_as_current=False
    ) as sender:  # not to wait for the dispatcher's probe
        sender.send_task("athletes.tasks.prove_alive")
    wait_for(lambda: stack.rows(beat), seconds=60, what="the worker takes messages")


def key(stack, report_id):
    """The id as the database keeps it."""
    return uuid.UUID(report_id).hex if stack.database.url.startswith("sqlite") else report_id


@pytest.mark.parametrize("who", WHO, ids=lambda who: "the worker" if who else "one process")
@pytest.mark.parametrize("place", PLACES)
def test_killed_with_sigkill_in_the_middle_of_a_task(stack, coach, killers, tmp_path, place, who):
    once = tmp_path / "died"
    killers(stack.worker, NIGGLE_CRASH_AT=place, NIGGLE_CRASH_ONCE=str(once), **who)
    wait_until_consuming(stack)
    filed, _ = coach.timed_report(coach.new_athlete(f"Killed at {place}"), CLOT)
    wait_for(once.exists, seconds=30, what=f"the worker came to {place} and died there")
    coach.wait_finished([filed["id"]], seconds=30)
    report = key(stack, filed["id"])
    judged = "SELECT count(*), max(state) FROM athletes_assessment WHERE report_id = ?"
    assert stack.rows(judged, report) == [(1, "done")]
    called = "SELECT count(*) FROM athletes_escalation WHERE report_id = ?"
    assert stack.rows(called, report) == [(1,)]
    planned = """SELECT count(*), count(DISTINCT advice) FROM athletes_carestep
        JOIN athletes_assessment a ON a.id = assessment_id WHERE a.report_id = ?"""
    ((steps, kinds),) = stack.rows(planned, report)
    assert steps == kinds > 0


def test_a_report_that_kills_every_process_that_judges_it_is_set_aside(stack, coach, killers):
    poison = {"NIGGLE_CRASH_AT": "assess.judged", "NIGGLE_CRASH_ALWAYS": "1"}
    for program in (stack.worker, stack.dispatcher):
        killers(program, **poison)
    wait_until_consuming(stack)
    filed, _ = coach.timed_report(coach.new_athlete("Poison"), CLOT)

    def finished():
        for program in (stack.worker, stack.dispatcher):
            if not program.is_running:
                program.start(**poison)  # as the supervisor does
        return coach.assessment(filed["id"])["state"] != "pending"

    wait_for(finished, seconds=60, what="the report is set aside")
    judged = coach.assessment(filed["id"])
    assert judged["state"] == "failed"
    assert judged["disposition"] == "same_day"
    assert judged["safety_net"]
