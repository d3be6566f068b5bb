"""What noting who looked costs a page and a list of the API: each asked with and without it, in turns, in one process.

`python -m benchmarks.pages` makes a database of its own in a folder that goes again, with the demo club and some more
people in it, and prints the figures as JSON.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import statistics
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from time import process_time
from typing import Any

WATCH = "coaching.looks.watch.audit_looks"
MORE_PEOPLE = 60
ROUNDS = 60
Ask = Callable[[], object]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="niggle-bench-") as folder:
        _set_up(Path(folder))
        json.dump(measured(asked.rounds), sys.stdout, indent=2)


def _set_up(folder: Path) -> None:
    (folder / "log").mkdir()
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "coaching.settings",
        "NIGGLE_DATA_DIR": str(folder),
        "API_REQUESTS_PER_MIN": "0",
        "LOG_LEVEL": "ERROR",
    }
    os.environ.pop("DATABASE_URL", None)
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    call_command("load_demo", stdout=sys.stderr)


def measured(rounds: int) -> dict[str, Any]:
    """For each page what it takes, in milliseconds, and how many times as long with the notes."""
    from athletes.models import AuditEntry

    found = {}
    for name, path in _pages().items():
        entries = AuditEntry.objects.count()
        took = in_turns({"with": _asks(path), "without": _asks(path, without=WATCH)}, rounds)
        found[name] = {
            **took,
            "ratio": took["with"] / took["without"],
            "entries": AuditEntry.objects.count() - entries,
        }
    return found


def in_turns(asks: Mapping[str, Ask], rounds: int) -> dict[str, float]:
    """Milliseconds of work of this process: what three of four rounds stay above. Who begins changes each time.

    Not by the clock on the wall, and not the median: what else the machine does only ever makes a round slower.
    """
    names = list(asks)
    took: dict[str, list[float]] = {name: [] for name in names}
    for ask in asks.values():
        ask()
    for turn in range(rounds):
        for name in names if turn % 2 else reversed(names):
            took[name].append(_work_of(asks[name]))
    return {name: statistics.quantiles(times, n=4)[0] for name, times in took.items()}


def _work_of(ask: Ask) -> float:
    """Without the collector of rubbish: in turns that are alike, its long rounds would all fall on one side."""
    gc.collect()
    gc.disable()
    try:
        start = process_time()
        ask()
        return (process_time() - start) * 1000
    finally:
        gc.enable()


def _pages() -> dict[str, str]:
    """Each with data of more people than any squad has, but the page about one."""
    from django.urls import reverse

    from athletes.models import Athlete, Squad
    from athletes.services import clock, people

    lena = Athlete.objects.get(user__email="athlete@demo.test")
    squad = Squad.objects.get(athletes=lena)
    for number in range(MORE_PEOPLE):
        people.add_athlete(
            by=_coach(), squad=squad, name=f"Runner {number}", timezone="Europe/Berlin"
        )
    clock.beat_all(names=clock.expected())
    return {
        "who needs me today": reverse("desk:today"),
        "one athlete": reverse("desk:athlete", args=[lena.pk]),
        "the list of athletes": reverse("desk:athletes"),
        "a squad’s week": reverse("desk:board", args=[squad.pk]),
        "`GET /api/v1/athletes/`": reverse("api:athlete-list") + "?page_size=100",
        "`GET /api/v1/reports/`": reverse("api:report-list") + "?page_size=100",
    }


def _coach() -> Any:
    from athletes.models import User

    return User.objects.get(email="coach@demo.test")


def _asks(path: str, *, without: str = "") -> Ask:
    """A browser of the coach's that opens `path`; the middleware `without` is left out for it."""
    from django.conf import settings
    from django.test import Client, override_settings

    client = Client(headers={"host": "localhost"})
    client.force_login(_coach(), backend=settings.AUTHENTICATION_BACKENDS[0])
    middleware = [name for name in settings.MIDDLEWARE if name != without]
    with override_settings(MIDDLEWARE=middleware):  # a client keeps what it began with
        client.get(path)

    def ask() -> None:
        answer = client.get(path)
        if answer.status_code != 200:
            sys.exit(f"{path} answers {answer.status_code}")

    return ask


if __name__ == "__main__":
    main()
