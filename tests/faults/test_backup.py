"""A backup made while the site works, put into an empty place: nothing that was committed is missing."""

import hashlib
import json
import subprocess
import uuid
import zipfile

import pytest

from tests.factories import CLOT
from tests.journeys.client import CAST, Client
from tests.stack import Stack, running_stack, wait_for

MOVING = {"django_session"}  # expired ones are dropped, a log-in adds one


@pytest.fixture(scope="module")
def lived_in():
    """A site with a report whose escalation nobody has seen."""
    with running_stack(cast=CAST) as stack:
        coach = Client(stack)
        filed, _ = coach.timed_report(coach.new_athlete("Backed up"), CLOT)
        coach.wait_finished([filed["id"]], seconds=60)
        yield stack


@pytest.fixture(scope="module")
def backup(lived_in):
    path = lived_in.folder / "backup.zip"
    lived_in.manage("backup", str(path))
    return path


@pytest.fixture
def elsewhere():
    """Another machine: its own folder, its own database, no tables yet."""
    stack = Stack(tables=False)
    yield stack
    stack.close()


def contents(stack, tables):
    """Every row of every table, as the database gives it."""
    return {name: sorted(map(repr, stack.rows(f'SELECT * FROM "{name}"'))) for name in tables}


def refused(stack, *arguments):
    with pytest.raises(AssertionError) as refusal:
        stack.manage(*arguments)
    return str(refusal.value)


def test_it_can_be_read_by_nobody_else_and_says_what_it_holds(backup):
    assert backup.stat().st_mode & 0o077 == 0
    with zipfile.ZipFile(backup) as archive:
        told = json.loads(archive.read("manifest.json"))
    assert told["rows"]["athletes_painreport"] == 1
    assert ["athletes", "0001_records"] in told["migrations"]


def test_every_row_is_there_in_an_empty_place(lived_in, elsewhere):
    for program in lived_in.all_but_redis:
        program.freeze()  # so that both can be compared
    try:
        path = lived_in.folder / "still.zip"
        lived_in.manage("backup", str(path))
        with zipfile.ZipFile(path) as archive:
            tables = json.loads(archive.read("manifest.json"))["rows"].keys() - MOVING
        elsewhere.manage("restore", str(path))
        assert contents(elsewhere, tables) == contents(lived_in, tables)
    finally:
        for program in lived_in.all_but_redis:
            program.thaw()


def test_the_restored_site_goes_on_with_its_clocks(backup, elsewhere):
    elsewhere.manage("restore", str(backup))
    past = "2020-01-01 00:00:00+00:00"
    elsewhere.rows("UPDATE athletes_escalation SET acknowledge_by = ? WHERE state = 'open'", past)
    passed = "SELECT count(*) FROM athletes_escalationevent WHERE kind = 'passed_on'"
    ((before,),) = elsewhere.rows(passed)
    elsewhere.start()
    wait_for(lambda: elsewhere.rows(passed)[0][0] > before, seconds=60, what="the clock goes on")
    client = Client(elsewhere)  # the same people, the same passwords
    filed, _ = client.timed_report(client.new_athlete("After the restore"), CLOT)
    client.wait_finished([filed["id"]], seconds=60)


def test_who_was_erased_since_is_erased_again(lived_in, backup, elsewhere, tmp_path):
    """By the list that lies beside the database, brought here from the site as it was last."""
    ((athlete,),) = lived_in.rows("SELECT id FROM athletes_athlete WHERE name = 'Backed up'")
    hashed = hashlib.sha256(uuid.UUID(str(athlete)).bytes).hexdigest()
    erased = tmp_path / "erased.list"
    erased.write_text(f"{hashed}\n")
    elsewhere.manage("restore", str(backup), "--erased", str(erased))
    assert elsewhere.rows("SELECT count(*) FROM athletes_painreport") == [(0,)]
    assert elsewhere.rows("SELECT count(*) FROM athletes_athlete WHERE name = 'Backed up'") == [
        (0,)
    ]
    assert elsewhere.rows("SELECT key_hash FROM athletes_forgotten") == [(hashed,)]


def test_what_is_committed_while_it_is_made_is_whole_or_not_there(lived_in, elsewhere):
    """A report in the backup has its assessment, its episode and its screening with it."""
    coach = Client(lived_in)
    athlete = coach.new_athlete("Busy")
    path = lived_in.folder / "busy.zip"
    making = subprocess.Popen(
        [lived_in.env["NIGGLE_PYTHON"], "manage.py", "backup", str(path)],
        env=lived_in.env,
        cwd=lived_in.env["NIGGLE_ROOT"],
    )
    filed = 0
    while making.poll() is None:
        coach.timed_report(athlete, CLOT)
        filed += 1
    assert making.returncode == 0
    assert filed > 0
    elsewhere.manage("restore", str(path))
    halves = """SELECT count(*) FROM athletes_painreport r
        WHERE NOT EXISTS (SELECT 1 FROM athletes_assessment a WHERE a.report_id = r.id)"""
    assert elsewhere.rows(halves) == [(0,)]


def test_it_never_goes_over_what_is_there(lived_in, backup):
    assert "There are people in this database" in refused(lived_in, "restore", str(backup))


def test_a_damaged_one_is_refused_before_anything_is_changed(backup, elsewhere, tmp_path):
    damaged = tmp_path / "damaged.zip"
    with zipfile.ZipFile(backup) as whole, zipfile.ZipFile(damaged, "w") as archive:
        for name in whole.namelist():
            data = whole.read(name)
            spoilt = name not in ("manifest.json", "secret.key") and len(data) > 100
            archive.writestr(name, data[:-50] + b"x" * 50 if spoilt else data)
    assert "is not what was stored" in refused(elsewhere, "restore", str(damaged))
    elsewhere.manage("restore", str(backup))
