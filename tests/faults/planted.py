"""Faults planted in a copy of the product, one at a time: the test that is there for it must fail.

The product itself carries none. A plant names a file, what stands there and what is put in its place; when
the text is no longer there, that is said, and the plant has to be planted anew.
"""

from __future__ import annotations

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
        done = subprocess.run(
            words, cwd=tree, capture_output=True, text=True, timeout=LONGEST_S, check=False
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
