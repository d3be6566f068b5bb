"""The database is locked, takes no change, or its disk is full: a clear answer, nothing half-written, nothing lost.

Whoever reports is told what the danger signs mean although nothing can be stored, and when to send again;
the same report, sent again when the database is back, is stored once.
"""

import contextlib
import shutil
import sqlite3
import subprocess
import threading
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest

from tests.databases import on_postgres
from tests.factories import BREATHLESS, CLOT
from tests.journeys.client import CAST, Client
from tests.stack import running_stack, wait_for

LOCKED_S = 10.0
LONGEST_ANSWER_S = 12.0  # the page waits 4 s for the lock, twice at worst; and a busy machine
DISK_MB = 16
RECORDS = ("painreport", "assessment", "episode", "escalation", "notification", "carestep")


@pytest.fixture(scope="module")
def stack():
    with running_stack(started=False, cast=CAST) as running, on_a_small_disk(running):
        running.start()
        yield running
        running.halt()


@pytest.fixture(scope="module")
def coach(stack):
    return Client(stack)


def counted(stack):
    return {name: stack.rows(f"SELECT count(*) FROM athletes_{name}")[0][0] for name in RECORDS}


def connection_to(stack):
    """A connection of our own, which a fault may hold on to."""
    if on_postgres():
        return psycopg.connect(stack.database.url.replace("postgres://", "postgresql://", 1))
    return sqlite3.connect(stack.database.path, isolation_level=None, check_same_thread=False)


@contextlib.contextmanager
def locked(stack):
    """Somebody holds the lock that a report needs, for ten seconds."""
    with contextlib.closing(connection_to(stack)) as holder:
        if on_postgres():
            holder.execute("LOCK TABLE athletes_painreport IN ACCESS EXCLUSIVE MODE")
        else:
            holder.execute("BEGIN IMMEDIATE")
        let_go = threading.Timer(LOCKED_S, holder.rollback)
        let_go.start()
        try:
            yield
        finally:
            let_go.join()


@contextlib.contextmanager
def read_only(stack):
    if on_postgres():
        name = stack.database.name
        throw_out = """SELECT pg_terminate_backend(pid) FROM pg_stat_activity
            WHERE datname = current_database() AND pid <> pg_backend_pid()"""
        stack.database._on_server(f'ALTER DATABASE "{name}" SET default_transaction_read_only = on')
        stack.rows(throw_out)
        try:
            yield
        finally:
            stack.database._on_server(
                f'ALTER DATABASE "{name}" RESET default_transaction_read_only'
            )
            stack.database._on_server(throw_out.replace("current_database()", f"'{name}'"))
    else:
        disk = disk_of(stack)
        started_again(stack, lambda: mount("-o", "remount,ro", disk))
        try:
            yield
        finally:
            started_again(stack, lambda: mount("-o", "remount,rw", disk))


@contextlib.contextmanager
def full(stack):
    if on_postgres():
        # The server's own log must go on, or it stops for everybody: the table's disk is what is full.
        stack.rows("""CREATE FUNCTION disk_is_full() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            RAISE EXCEPTION 'could not extend file' USING ERRCODE = 'disk_full'; END $$""")
        stack.rows("""CREATE TRIGGER full_disk BEFORE INSERT ON athletes_assessment
            FOR EACH ROW EXECUTE FUNCTION disk_is_full()""")
        try:
            yield
        finally:
            stack.rows("DROP TRIGGER full_disk ON athletes_assessment")
            stack.rows("DROP FUNCTION disk_is_full")
    else:
        filler = Path(disk_of(stack)) / "filler"
        with contextlib.suppress(OSError), filler.open("wb", buffering=0) as file:
            while file.write(b"x" * 1024):
                pass
        try:
            yield
        finally:
            filler.unlink()


def started_again(stack, change):
    """A disk takes a change of this kind while nobody writes to it. Killed: the WAL stays beside the file."""
    for program in stack.all_but_redis:
        program.kill()
    change()
    for program in stack.all_but_redis:
        program.start()
    wait_for(lambda: stack.status("/livez") == 200, seconds=60, what="web answers")


def mount(*words, command="mount"):
    subprocess.run([command, *words], check=True, capture_output=True, timeout=20)


@contextlib.contextmanager
def on_a_small_disk(stack):
    """The SQLite file on a disk of its own, where this machine lets us mount one."""
    disk = stack.folder / "disk"
    disk.mkdir()
    if on_postgres() or not may_mount(disk):
        yield
        return
    try:
        moved = disk / stack.database.path.name
        shutil.move(stack.database.path, moved)
        stack.database.path, stack.database.url = moved, f"sqlite:///{moved}"
        for env in (stack.env, *(program.env for program in stack.programs.values())):
            env["DATABASE_URL"] = stack.database.url
        yield
    finally:
        stack.halt()
        mount("--lazy", str(disk), command="umount")


def may_mount(disk):
    try:
        mount("-t", "tmpfs", "-o", f"size={DISK_MB}m", "tmpfs", str(disk))
    except (OSError, subprocess.CalledProcessError):
        return False
    return True


def disk_of(stack):
    if stack.database.path.parent.name != "disk":
        pytest.skip("nobody may mount a disk here")
    return str(stack.database.path.parent)


def sent(coach, athlete, answers, key):
    begun = time.monotonic()
    answer = coach.report(athlete, answers, key)
    return answer, time.monotonic() - begun


DANGERS = [(CLOT, "same_day"), (BREATHLESS, "emergency_now")]


@pytest.mark.parametrize("fault", [full, read_only])
def test_what_cannot_be_stored_is_answered_and_can_be_sent_again(stack, coach, fault):
    told = [
        (coach.new_athlete(f"{fault.__name__} {verdict}"), answers, verdict, str(uuid.uuid4()))
        for answers, verdict in DANGERS
    ]
    before = counted(stack)
    with fault(stack):
        for athlete, answers, verdict, key in told * 2:
            refused, took = sent(coach, athlete, answers, key)
            assert refused.status_code == 503
            assert int(refused.headers["Retry-After"]) > 0
            assert refused.json()["code"] == "not_stored"
            assert refused.json()["screening"]["disposition"] == verdict
            assert refused.json()["screening"]["tell_athlete"]
            assert took < LONGEST_ANSWER_S
        assert coach.get("reports/").status_code == 200  # what can be read is shown
        assert counted(stack) == before
    reports = [taken_in_the_end(coach, *report) for report in told]
    coach.wait_finished(reports, seconds=60)
    after = counted(stack)
    for name in ("painreport", "assessment", "escalation"):
        assert after[name] == before[name] + len(told)


def taken_in_the_end(coach, athlete, answers, verdict, key):
    """The id of the report: sent again it is stored, sent once more it is the same."""

    def stored():
        answer, _ = sent(coach, athlete, answers, key)
        return answer.json() if answer.status_code in (200, 201) else None

    report = wait_for(stored, seconds=30, what="the same report is taken")
    again, _ = sent(coach, athlete, answers, key)
    assert (again.status_code, again.json()["id"]) == (200, report["id"])
    return report["id"]


def test_a_lock_of_ten_seconds_costs_nobody_a_report(stack, coach):
    """Eight at once, each sent until it is taken, as a phone does."""
    athletes = [coach.new_athlete(f"Locked {number}") for number in range(8)]
    before = counted(stack)
    slowest, refusals = [], []

    def report(athlete):
        key, client = str(uuid.uuid4()), Client.sharing(coach)
        while True:
            answer, took = sent(client, athlete, CLOT, key)
            slowest.append(took)
            if answer.status_code in (200, 201):
                return
            assert answer.status_code == 503, answer.text
            assert answer.json()["screening"]["disposition"] == "same_day"
            assert "Retry-After" in answer.headers
            refusals.append(athlete)
            time.sleep(0.5)

    with locked(stack), ThreadPoolExecutor(len(athletes)) as phones:
        reporting = [phones.submit(report, athlete) for athlete in athletes]
        time.sleep(3)  # less than the server keeps an idle connection: 5 s
        assert coach.get("causes/").status_code == 200
    for done in reporting:
        done.result(timeout=60)
    assert refusals, "the lock held nobody up"
    assert max(slowest) < LONGEST_ANSWER_S
    reports = [row["id"] for row in coach.get("reports/").json()["results"]][: len(athletes)]
    coach.wait_finished(reports, seconds=60)
    after = counted(stack)
    assert after["painreport"] == before["painreport"] + len(athletes)
    assert after["escalation"] == before["escalation"] + len(athletes)
