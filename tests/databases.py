"""The database of a stack: a file, or a database of the test run's PostgreSQL."""

from __future__ import annotations

import atexit
import contextlib
import os
import shutil
import signal
import sqlite3
import subprocess
import tempfile
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import quote, urlsplit

import psutil
import psycopg

from tests import postgres
from tests.programs import Program, wait_for

RunPython = Callable[[str], str]
TABLES = """
from django.core.management import call_command
call_command("migrate", verbosity=0)
call_command("createcachetable", verbosity=0)
"""


class SqliteDatabase:
    """A file. The first one with the same people in it, in this test process, is the pattern for the others."""

    patterns: ClassVar[dict[str, Path]] = {}

    def __init__(self, folder: Path) -> None:
        self.path = folder / "niggle.sqlite3"
        self.url = f"sqlite:///{self.path}"

    def fill(self, run_python: RunPython, cast: str) -> None:
        """Tables, and whoever the code `cast` brings in."""
        if made := SqliteDatabase.patterns.get(cast):
            shutil.copy(made, self.path)
            return
        run_python(TABLES + cast)
        kept = Path(tempfile.mkdtemp(prefix="niggle-pattern-"))
        atexit.register(shutil.rmtree, kept, ignore_errors=True)
        SqliteDatabase.patterns[cast] = Path(shutil.copy(self.path, kept))

    def rows(self, sql: str, *params: Any) -> list[tuple[Any, ...]]:
        with contextlib.closing(sqlite3.connect(self.path, timeout=20)) as file, file:
            return file.execute(sql, params).fetchall()

    def drop(self) -> None:
        """It lies in the folder of the stack and goes with it."""


class PostgresDatabase:
    """One database of the server that the test run was given."""

    patterns: ClassVar[dict[tuple[str, str], str]] = {}  # by server and cast

    def __init__(self, server_url: str) -> None:
        self.server_url = server_url
        self.name = f"niggle_stack_{uuid.uuid4().hex[:12]}"
        self.url = urlsplit(server_url)._replace(path=f"/{self.name}").geturl()
        self._on_server(f'CREATE DATABASE "{self.name}"')

    def fill(self, run_python: RunPython, cast: str) -> None:
        """Tables, and whoever the code `cast` brings in."""
        if made := PostgresDatabase.patterns.get((self.server_url, cast)):
            self.drop()
            self._on_server(f'CREATE DATABASE "{self.name}" TEMPLATE "{made}"')
            return
        run_python(TABLES + cast)
        pattern = f"{self.name}_pattern"
        self._on_server(f'CREATE DATABASE "{pattern}" TEMPLATE "{self.name}"')
        atexit.register(self._forget_pattern, pattern)
        PostgresDatabase.patterns[self.server_url, cast] = pattern

    def _on_server(self, statement: str) -> None:
        maintenance = urlsplit(self.server_url)._replace(scheme="postgresql", path="/postgres")
        with psycopg.connect(maintenance.geturl(), autocommit=True) as connection:
            connection.execute(statement)

    def rows(self, sql: str, *params: Any) -> list[tuple[Any, ...]]:
        url = urlsplit(self.url)._replace(scheme="postgresql").geturl()
        with psycopg.connect(url) as connection:
            cursor = connection.execute(sql.replace("%", "%%").replace("?", "%s"), params)
            return cursor.fetchall() if cursor.description else []

    def drop(self) -> None:
        self._forget(self.name)

    def _forget_pattern(self, pattern: str) -> None:
        if pattern in self.patterns.values():  # else its server has gone with all that was in it
            self._forget(pattern)

    def _forget(self, name: str) -> None:
        self._on_server(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def on_postgres() -> bool:
    """Whether this test run is about PostgreSQL."""
    return os.environ.get("DATABASE_URL", "").startswith("postgres")


def new_database(folder: Path) -> SqliteDatabase | PostgresDatabase:
    """Of the kind that this test run is about."""
    if on_postgres():
        return PostgresDatabase(os.environ["DATABASE_URL"])
    return SqliteDatabase(folder)


class PostgresServer(Program):
    """A PostgreSQL for one test alone, so that it may be stopped hard while others use theirs.

    What it said was committed is on its way to the disk: unlike in the server of the test run, no commit
    may be lost when it is stopped in the middle.
    """

    def __init__(self) -> None:
        base = "/tmp" if Path("/tmp").is_dir() else None  # a socket's path must be short
        self.home = Path(tempfile.mkdtemp(prefix="niggle-pg-", dir=base))
        self.home.chmod(0o755)
        user = postgres.unprivileged_user()
        self.programs = postgres.install_for(user, self.home) / "bin"
        data, self.sockets = self.home / "data", self.home / "s"
        for path in (data, self.sockets):
            postgres.hand_over(path, user)
        postgres.make_cluster(self.programs, data, user)
        settings = [*postgres.SETTINGS, "synchronous_commit=on"]
        command = [str(self.programs / "postgres"), "-D", str(data), "-k", str(self.sockets)]
        command += ["-h", "", *(word for setting in settings for word in ("-c", setting))]
        (self.home / "log").mkdir()
        super().__init__("postgres", command, {"NIGGLE_DATA_DIR": str(self.home)})
        self.folder, self.popen_more = Path("/"), {"user": user}
        self.url = f"postgres://postgres@{quote(str(self.sockets), safe='')}/postgres"

    def start_and_wait(self) -> PostgresServer:
        self.start()
        ready = [str(self.programs / "pg_isready"), "-q", "-h", str(self.sockets)]
        wait_for(
            lambda: subprocess.run(ready, cwd="/", check=False, timeout=10).returncode == 0,
            seconds=60,
            what="PostgreSQL answers",
        )
        return self

    def kill(self) -> None:
        """`pg_ctl stop -m immediate`: everybody is thrown out, the log is replayed at the next start."""
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.process.pid, signal.SIGQUIT)
            self.process.wait(30)

    def send(self, number: int) -> None:
        """Each of its processes is in a group of its own."""
        for process in self.family():
            with contextlib.suppress(psutil.NoSuchProcess):
                process.send_signal(number)

    def close(self) -> None:
        self.thaw()
        self.wanted = False
        self.kill()
        for key in [key for key in PostgresDatabase.patterns if key[0] == self.url]:
            del PostgresDatabase.patterns[key]
        shutil.rmtree(self.home, ignore_errors=True)
