"""Faults planted in a copy of the product, one at a time: the test that is there for it must fail.

The product itself carries none. A plant names a file, what stands there and what is put in its place; when
the text is no longer there, that is said, and the plant has to be planted anew.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.programs import ROOT

LEFT_OUT = shutil.ignore_patterns(".git", ".venv", "var", "__pycache__", ".*_cache", ".hypothesis")
LONGEST_S = 600


@dataclass(frozen=True)
class Plant:
    name: str
    file: str
    there: str
    instead: str
    test: str
    also: tuple[tuple[str, str, str], ...] = ()  # further places: file, there, instead
    scale: str = "short"  # NIGGLE_FAULTS
    database: str = "sqlite"


PLANTS = [
    Plant(
        "a resent report is not recognised",
        "athletes/services/reports.py",
        "if earlier := athlete.reports.filter(client_key=client_key).first():",
        "if earlier := athlete.reports.none().first():",
        "tests/faults/test_offline_phone.py::test_the_same_report_twice_at_the_same_moment_is_one",
    ),
    Plant(
        "no unique key, and nobody looks for an earlier report with it",
        "athletes/migrations/0001_records.py",
        "fields=('athlete', 'client_key'), name='one_report_per_client_key'",
        "fields=('id', 'client_key'), name='one_report_per_client_key'",
        "tests/faults/test_reports_under_chaos.py",
        also=(
            (
                "athletes/services/reports.py",
                "if earlier := athlete.reports.filter(client_key=client_key).first():",
                "if earlier := athlete.reports.none().first():",
            ),
        ),
    ),
    Plant(
        "a message is sent without a claim on it: the lease is over at once",
        "athletes/services/delivery.py",
        "            next_attempt_at=_lease(),\n",
        "            next_attempt_at=Now(),\n",
        "tests/faults/test_escalations_under_chaos.py",
    ),
    Plant(
        "no sweep for what was handed on and not done",
        "athletes/dispatcher.py",
        "return self._do_here(Assessment.objects.overdue().by_urgency(), self._assess) or more",
        "return more",
        "tests/faults/test_redis.py::test_the_athlete_notices_nothing_and_every_report_is_judged",
    ),
    Plant(
        "an error of a mail server is swallowed",
        "athletes/services/delivery.py",
        "    except NotSent as fault:\n        return fault\n",
        "    except NotSent as fault:\n        return None\n",
        "tests/faults/test_escalations_under_chaos.py",
    ),
    Plant(
        "published before the commit: the hint goes out, the row does not stay in the outbox",
        "athletes/models/reports.py",
        "return self.free().filter(waiting | Q(dispatched_at__gt=Now() + CLOCK_SET_BACK))",
        "return self.none()",
        "tests/faults/test_web_killed.py",
    ),
    Plant(
        "passed on without looking whether it is due",
        "athletes/models/escalations.py",
        "acknowledge_by__lte=Now()",
        "acknowledge_by__gte=Now()",
        "tests/faults/test_dispatchers.py",
    ),
    Plant(
        "the morning's hour goes by the winter's clock all year",
        "athletes/services/digests.py",
        "wall = now.astimezone(ZoneInfo(name)).replace(tzinfo=None)",
        "wall = now.replace(tzinfo=None) + ZoneInfo(name).utcoffset(datetime(2026, 1, 15))",
        "tests/faults/test_daylight_saving.py",
    ),
    Plant(
        "the web server's children outlive its first process",
        "supervisord.conf",
        " --config python:coaching.serving.web_children",
        "",
        "tests/faults/test_web_first_process.py",
    ),
    Plant(
        "what somebody said and the note of it are not stored together",
        "athletes/services/escalations.py",
        "    with transaction.atomic():\n        as_seen = ",
        "    if True:\n        as_seen = ",
        "tests/faults/test_crash_points.py",
    ),
    Plant(
        "no sweep for what a killed worker held",
        "athletes/dispatcher.py",
        "return self._do_here(Assessment.objects.overdue().by_urgency(), self._assess) or more",
        "return more",
        "tests/faults/test_worker_killed.py",
    ),
    Plant(
        "who could not be stored is not told what the danger signs mean",
        "coaching/api/errors.py",
        "    if isinstance(exc, NotStored):\n        body",
        "    if isinstance(exc, ZeroDivisionError):\n        body",
        "tests/faults/test_database_faults.py",
    ),
    Plant(
        "the dispatcher dies with its connection to the database",
        "athletes/dispatcher.py",
        "        except (DatabaseError, InterfaceError) as fault:\n            logger.warning(",
        "        except ZeroDivisionError as fault:\n            logger.warning(",
        "tests/faults/test_database_restarted.py",
        database="postgres",
    ),
    Plant(
        "a table is missing in the backup",
        "athletes/backups/making.py",
        "            connection.connection.backup(target)\n",
        "            connection.connection.backup(target)\n"
        '            target.execute("DELETE FROM athletes_escalationevent")\n'
        "            target.commit()\n",
        "tests/faults/test_backup.py",
    ),
    Plant(
        "a migration is not one transaction",
        "athletes/migrations/0003_calls_and_follow_up.py",
        "    dependencies = [",
        "    atomic = False\n\n    dependencies = [",
        "tests/faults/test_migration_killed.py",
        scale="full",
    ),
    Plant(
        "a sign of life counts however old it is",
        "athletes/services/clock.py",
        "return self.age_s is not None and -CLOCK_SET_BACK_S <= self.age_s <= self.stale_s",
        "return self.age_s is not None",
        "tests/faults/test_standing_still.py",
    ),
    Plant(
        "the request itself speaks to the broker",
        "athletes/services/wake.py",
        'short polls serve."""\n',
        'short polls serve."""\n    from athletes import tasks\n\n    tasks.prove_alive.delay()\n',
        "tests/faults/test_web_never_touches_redis.py",
    ),
    Plant(
        "a browser that is gone for good is written to again",
        "athletes/services/delivery.py",
        "    if is_gone and (subscription",
        "    if False and (subscription",
        "tests/faults/test_channels_down.py",
    ),
    Plant(
        "a clock that stands far ahead is waited for",
        "athletes/models/escalations.py",
        "            due |= Q(level=level.value, acknowledge_by__gt=Now() + longest + SKEW)\n",
        "            pass\n",
        "tests/faults/test_clock_moved.py",
    ),
]


@contextmanager
def copy_with(plant: Plant) -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="niggle-planted-"))
    tree = folder / "tree"
    try:
        shutil.copytree(ROOT, tree, ignore=LEFT_OUT)
        (tree / ".venv").symlink_to(ROOT / ".venv")
        for name, there, instead in ((plant.file, plant.there, plant.instead), *plant.also):
            file = tree / name
            source = file.read_text()
            if source.count(there) != 1:
                sys.exit(f"“{plant.name}”: its place in {name} is not there once. Plant it anew.")
            file.write_text(source.replace(there, instead))
        yield tree
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def is_noticed(plant: Plant) -> bool:
    with copy_with(plant) as tree:
        words = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", plant.test]
        if plant.database == "postgres":
            words = [sys.executable, "tests/postgres.py", *words]
        done = subprocess.run(
            words,
            cwd=tree,
            env={**os.environ, "NIGGLE_FAULTS": plant.scale},
            capture_output=True,
            text=True,
            timeout=LONGEST_S,
            check=False,
        )
    if done.returncode not in (0, 1):
        sys.exit(f"“{plant.name}”: the test could not run.\n{done.stdout[-2000:]}{done.stderr}")
    return done.returncode == 1


def run_all(only: str = "") -> int:
    unnoticed = 0
    print("| planted fault | test | |\n|---|---|---|")
    for plant in PLANTS:
        if only in plant.name or only in plant.test:
            noticed = is_noticed(plant)
            unnoticed += not noticed
            said = "fails, as it must" if noticed else "**PASSES: it proves nothing**"
            print(f"| {plant.name} | `{plant.test}` | {said} |", flush=True)
    return 1 if unnoticed else 0
