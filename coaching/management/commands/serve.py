"""`manage.py serve`: all of Niggle on this machine, until Ctrl-C. `make run` calls it."""

from __future__ import annotations

import fcntl
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from django.db import connections

from coaching.serving import preflight, preparation, programs, supervision
from coaching.serving.broker import Broker, find_broker
from coaching.serving.preflight import CannotStart

NO_REDIS = (
    "No Redis can be had here: the dispatcher does all the work itself (REDIS_URL names one)."
)


class Command(BaseCommand):
    help = "Start web, dispatcher, worker, messenger, beat and Redis, and end them all on Ctrl-C."
    requires_migrations_checks = False

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with supervision.ending_on_signals(), only_here(preflight.data_dir()):
                self.serve()
        except CannotStart as reason:
            self.stderr.write(str(reason))
            sys.exit(1)

    def serve(self) -> None:
        preflight.check_machine()
        preparation.prepare_files()
        preparation.prepare_database()
        has_demo = preparation.has_demo()
        connections.close_all()
        broker = find_broker(preflight.data_dir())
        if not broker.url:
            self.say(NO_REDIS)
        self.supervise(broker, has_demo=has_demo)

    def supervise(self, broker: Broker, *, has_demo: bool) -> None:
        supervisor = supervision.Supervisor(programs.environment(broker))
        try:
            where = preflight.address()
            missing = supervision.wait_until_ready(supervisor, programs.site_address(*where))
            shown = programs.shown_address(*where)
            self.say(late(shown, missing) if missing else welcome(shown, has_demo=has_demo))
            supervisor.wait()
        finally:
            supervisor.stop()

    def say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()


def welcome(site: str, *, has_demo: bool) -> str:
    """The one line that a person reads."""
    if not has_demo:
        return f"Niggle is ready at {site} (Ctrl-C ends it)"
    people = f"{preparation.DEMO_COACH} or {preparation.DEMO_ATHLETE}"
    return f"Niggle is ready at {site}  log in as {people}, password {preparation.DEMO_PASSWORD}"


def late(site: str, missing: list[str]) -> str:
    seconds = f"{supervision.READY_WITHIN_S:.0f} s"
    logs = preflight.data_dir() / "log"
    return f"Niggle at {site} is not ready after {seconds} ({', '.join(missing)}); it goes on trying, see {logs}"


@contextmanager
def only_here(data_dir: Path) -> Iterator[None]:
    """Two of us in one data folder would be two Redis on one file: the second is turned away."""
    preflight.check_folder(data_dir)
    with (data_dir / "serve.lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as fault:
            lock.seek(0)
            raise CannotStart(
                f"Niggle already runs with {data_dir} (process {lock.read().strip()}): "
                "end it, or choose another folder with NIGGLE_DATA_DIR=/path make run."
            ) from fault
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield
