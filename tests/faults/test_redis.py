"""Redis stopped, frozen, emptied: the athlete notices nothing, and every report is judged."""

import statistics

import pytest

from tests.factories import BREATHLESS, CRAMP, SORE
from tests.journeys.client import Client, make_cast
from tests.stack import running_stack, wait_for

REPORTS = 12
# A request that touches a frozen Redis hangs for 4 s at the very least; one that does not takes tens of
# milliseconds. Between the two lies room for a slow machine.
SURELY_NOT_WAITING_S = 2.0


@pytest.fixture(scope="module")
def stack():
    with running_stack(BROKER_SILENT_S="2") as running:
        make_cast(running)
        yield running


@pytest.fixture(scope="module")
def coach(stack):
    return Client(stack)


@pytest.fixture
def redis(stack):
    yield stack.redis
    stack.redis.thaw()
    if not stack.redis.is_running:
        stack.redis.start()
    stack.wait_ready()


def file_reports(coach, name):
    """The ids of new reports, half of them dangerous. The verdict is right and at hand at once."""
    athlete = coach.new_athlete(name)
    ids, took = [], []
    for number in range(REPORTS):
        answers, expected = [(BREATHLESS, "emergency_now"), (SORE, "self_care")][number % 2]
        filed, seconds = coach.timed_report(athlete, answers)
        assert filed["screening"]["disposition"] == expected
        ids.append(filed["id"])
        took.append(seconds)
    print(
        f"{name}: median answer {1000 * statistics.median(took):.0f} ms, slowest {max(took):.2f} s"
    )
    assert max(took) < SURELY_NOT_WAITING_S
    return ids


def judged_once(stack, coach, reports, *, seconds):
    finished = coach.wait_finished(reports, seconds=seconds)
    assert {judged["state"] for judged in finished.values()} == {"done"}
    assert len(finished) == len(reports)
    doubled = stack.rows(
        "SELECT assessment_id, advice FROM athletes_carestep GROUP BY 1, 2 HAVING count(*) > 1"
    )
    assert doubled == []
    reports_without_one = stack.rows(
        "SELECT report_id FROM athletes_assessment GROUP BY report_id HAVING count(*) <> 1"
    )
    assert reports_without_one == []


def test_redis_stopped_and_staying_away(stack, coach, redis):
    redis.kill()
    reports = file_reports(coach, "Redis stopped")
    judged_once(stack, coach, reports, seconds=30)


def test_redis_frozen_and_staying_so(stack, coach, redis):
    redis.freeze()
    reports = file_reports(coach, "Redis frozen")
    judged_once(stack, coach, reports, seconds=60)


def test_redis_stopped_and_coming_back(stack, coach, redis):
    redis.kill()
    reports = file_reports(coach, "Redis restarted")
    redis.start()
    judged_once(stack, coach, reports, seconds=30)
    wait_for(
        lambda: worker_took_one_more(stack, coach), seconds=60, what="the worker consumes again"
    )


def worker_took_one_more(stack, coach):
    filed, _ = coach.timed_report(coach.new_athlete("After the restart"), CRAMP)
    coach.wait_finished([filed["id"]], seconds=30)
    ((last,),) = stack.rows(
        "SELECT finished_by FROM athletes_assessment ORDER BY finished_at DESC LIMIT 1"
    )
    if not stack.worker.is_running:
        stack.worker.start()  # as the supervisor does: a worker may die when Redis restarts
    return last == "worker"


def test_redis_frozen_and_thawed(stack, coach, redis):
    redis.freeze()
    reports = file_reports(coach, "Redis thawed")
    redis.thaw()
    judged_once(stack, coach, reports, seconds=60)


def test_readiness_names_the_broker_that_stands_still(stack, redis):
    redis.kill()
    stale = "UPDATE athletes_heartbeat SET at = '2020-01-01 00:00:00+00:00' WHERE name = 'broker'"
    stack.rows(stale)
    wait_for(lambda: stack.status("/readyz") == 503, seconds=20, what="/readyz says 503")
