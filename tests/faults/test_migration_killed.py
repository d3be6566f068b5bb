"""`migrate` killed in the middle, again and again: it starts again, and not a row is different."""

import random
import signal
import subprocess
import sys
import time

import pytest

from tests.factories import CLOT, CRAMP
from tests.faults.harness.outcome import Outcome, scale
from tests.journeys.client import CAST, Client
from tests.stack import ROOT, running_stack, wait_for

KILLS = scale(2, 6, 20)
SEED = 20261122
BEFORE = "0002_returning"  # what was there before this release
# All is judged, and then as it was; the new heartbeats have names too long for the old column.
BACK = f"""
from django.core.management import call_command
from athletes.models import Heartbeat
call_command("dispatch", once=True)
Heartbeat.objects.all().delete()
call_command("migrate", "athletes", "{BEFORE}", verbosity=0)
"""
NOTHING_IS_LEFT_TO_DO = """
from django.core.management import call_command
call_command("migrate", check_unapplied=True, verbosity=0)
call_command("makemigrations", check_changes=True, dry_run=True)
"""


@pytest.fixture(scope="module")
def stack():
    with running_stack(started=False, cast=CAST) as running:
        yield running


def contents(stack, columns):
    """Every row of the tables of before, in the columns of before."""
    return {
        table: sorted(map(repr, stack.rows(f"SELECT {', '.join(names)} FROM {table}")))
        for table, names in columns.items()
    }


def columns_of(stack):
    """Tables with rows in them, each with its columns."""
    told = stack.run_python("""
from django.db import connection
with connection.cursor() as cursor:
    for table in connection.introspection.table_names(cursor):
        if table.startswith("athletes_"):
            names = [c.name for c in connection.introspection.get_table_description(cursor, table)]
            print(table, *(f'"{name}"' for name in names))
""")
    lines = (line.split() for line in told.splitlines() if line.startswith("athletes_"))
    return {table: names for table, *names in lines}


def seconds(stack, *words):
    begun = time.monotonic()
    stack.manage(*words, allowed=(0, 1))
    return time.monotonic() - begun


def killed_migrate(stack, after_s):
    """Seconds that it took, where it came to its end before it was killed."""
    begun = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, "manage.py", "migrate", "--verbosity", "0"],
        env=stack.env,
        cwd=ROOT,
        stderr=subprocess.PIPE,
    )
    try:
        _, said = process.communicate(timeout=after_s)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGKILL)
        process.communicate()
        return None
    assert process.returncode == 0, said.decode()
    return time.monotonic() - begun


def test_killed_at_random_places_and_run_again(stack):
    stack.start_web()
    coach = Client(stack)
    for name, answers in (("One", CLOT), ("Two", CRAMP)):
        coach.timed_report(coach.new_athlete(name), answers)
    stack.web.end()
    stack.run_python(BACK)
    columns = columns_of(stack)
    before = contents(stack, columns)
    # What a process needs before it migrates anything, and with all of it.
    start_s = seconds(stack, "migrate", "--check", "--verbosity", "0")
    whole_s = seconds(stack, "migrate", "--verbosity", "0")
    stack.run_python(BACK)
    moments = random.Random(SEED)
    killed = came_to_the_end = 0
    while killed < KILLS:
        if took_s := killed_migrate(stack, moments.uniform(start_s, whole_s)):
            # The machine may have been busier when it was measured.
            whole_s = min(whole_s, took_s)
            start_s = min(start_s, whole_s / 2)
            came_to_the_end += 1
            assert came_to_the_end <= 5 * KILLS, "it is hardly ever killed"
            stack.run_python(BACK)
        else:
            killed += 1
    outcome = Outcome("migrations-killed")
    outcome.note("killed", f"{killed} of {killed + came_to_the_end} runs")
    stack.manage("migrate", "--verbosity", "0")
    outcome.must("every row as before", contents(stack, columns) == before)
    assert "No changes detected" in stack.run_python(NOTHING_IS_LEFT_TO_DO)
    stack.start_web()
    stack.dispatcher.start()
    fresh = Client(stack)
    filed, _ = fresh.timed_report(fresh.new_athlete("After"), CLOT)
    wait_for(
        lambda: fresh.assessment(filed["id"])["state"] == "done", seconds=60, what="it is judged"
    )
    outcome.check()
