"""PostgreSQL throws everybody out, as it does when it restarts: all programs come back by themselves."""

import os

import pytest

from tests.factories import BREATHLESS
from tests.journeys.client import CAST, Client
from tests.stack import running_stack, wait_for

pytestmark = pytest.mark.skipif(
    not os.environ.get("DATABASE_URL", "").startswith("postgres"),
    reason="SQLite has no server that could restart",
)
LAST = "SELECT finished_by FROM athletes_assessment ORDER BY created_at DESC LIMIT 1"
THROW_OUT = """SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()"""


@pytest.fixture(scope="module")
def stack():
    with running_stack(cast=CAST) as running:
        yield running


def test_web_dispatcher_and_worker_find_back(stack):
    coach = Client(stack)
    athlete = coach.new_athlete("Database restarted")

    def judged_by():
        filed, _ = coach.timed_report(athlete, BREATHLESS)
        coach.wait_finished([filed["id"]], seconds=30)
        return stack.rows(LAST)[0][0]

    wait_for(lambda: judged_by() == "worker", seconds=30, what="the worker is at work")
    assert len(stack.rows(THROW_OUT)) >= 3  # web, dispatcher, worker
    wait_for(lambda: judged_by() == "worker", seconds=30, what="the worker is at work again")
