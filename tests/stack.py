"""The real processes for a test: web, dispatcher, workers and Redis, on a database of their own.

The commands are those of supervisord.conf. Nothing leaves the machine; every wait has an end; what was
started is ended, also when a test fails or the test run itself is killed (leash.py).
"""

from __future__ import annotations

import atexit
import configparser
import contextlib
import os
import shlex
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, ClassVar, Self
from urllib.parse import quote, urlsplit

import psycopg

from coaching.serving.broker import find_server

ROOT = Path(__file__).resolve().parent.parent
KEPT_VARIABLES = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "USER", "SYSTEMROOT", "VIRTUAL_ENV")
START_S = 120.0  # a slow machine, busy with other tests
STOP_S = 15.0


def wait_for(happens: Callable[[], Any], *, seconds: float, what: str, every: float = 0.05) -> Any:
    """The first true answer of `happens`; an AssertionError that names `what` when the time is over."""
    until = time.monotonic() + seconds
    while True:
        if answer := happens():
            return answer
        if time.monotonic() > until:
            raise AssertionError(f"not within {seconds:g} s: {what}")
        time.sleep(every)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def supervised_command(name: str, env: Mapping[str, str]) -> list[str]:
    """What supervisord would run for `[program:name]`."""
    config = configparser.RawConfigParser(inline_comment_prefixes=(" ;",))
    config.read(ROOT / "supervisord.conf")
    template = config.get(f"program:{name}", "command")
    return shlex.split(template % {f"ENV_{key}": value for key, value in env.items()})


class Program:
    """One process (with its children) that a test may stop, kill and freeze."""

    def __init__(self, name: str, command: Sequence[str], env: Mapping[str, str]) -> None:
        self.name, self.command, self.env = name, list(command), dict(env)
        self.log = Path(env["NIGGLE_DATA_DIR"]) / "log" / f"{name}.log"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self, **more_env: str) -> Self:
        assert not self.is_running, f"{self.name} runs already"
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command,
                env={**self.env, **more_env},
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                process_group=0,
            )
        return self

    @property
    def pid(self) -> int:
        assert self.process is not None
        return self.process.pid

    @property
    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def send(self, number: int) -> None:
        """To the process and its children."""
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, number)

    def freeze(self) -> None:
        self.send(signal.SIGSTOP)

    def thaw(self) -> None:
        self.send(signal.SIGCONT)

    def kill(self) -> None:
        """As the kernel does when memory runs out: no time to tidy up."""
        self.send(signal.SIGKILL)
        if self.process is not None:
            self.process.wait(STOP_S)

    def ask_to_stop(self) -> None:
        if self.process is None:
            return
        self.thaw()
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.process.pid, signal.SIGTERM)

    def stop(self) -> None:
        """Orderly; what does not heed it is killed."""
        if self.process is None:
            return
        self.ask_to_stop()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(STOP_S)
        self.kill()

    def restart(self) -> None:
        self.stop()
        self.start()

    def last_words(self, lines: int = 30) -> str:
        text = self.log.read_text(errors="replace") if self.log.exists() else ""
        return "\n".join(text.splitlines()[-lines:])


Manage = Callable[..., str]


class SqliteDatabase:
    """A file. The first one migrated in this test process is the pattern for the others."""

    pattern: ClassVar[Path | None] = None

    def __init__(self, folder: Path) -> None:
        self.path = folder / "niggle.sqlite3"
        self.url = f"sqlite:///{self.path}"

    def make_tables(self, manage: Manage) -> None:
        if SqliteDatabase.pattern is None:
            migrate(manage)
            kept = Path(tempfile.mkdtemp(prefix="niggle-pattern-"))
            atexit.register(shutil.rmtree, kept, ignore_errors=True)
            SqliteDatabase.pattern = Path(shutil.copy(self.path, kept))
        else:
            shutil.copy(SqliteDatabase.pattern, self.path)

    def rows(self, sql: str, *params: Any) -> list[tuple[Any, ...]]:
        with contextlib.closing(sqlite3.connect(self.path, timeout=20)) as file, file:
            return file.execute(sql, params).fetchall()

    def drop(self) -> None:
        """It lies in the folder of the stack and goes with it."""


class PostgresDatabase:
    """One database of the server that the test run was given."""

    pattern: ClassVar[str | None] = None

    def __init__(self, server_url: str) -> None:
        self.server_url = server_url
        self.name = f"niggle_stack_{uuid.uuid4().hex[:12]}"
        self.url = urlsplit(server_url)._replace(path=f"/{self.name}").geturl()
        self._on_server(f'CREATE DATABASE "{self.name}"')

    def make_tables(self, manage: Manage) -> None:
        if PostgresDatabase.pattern is None:
            migrate(manage)
            pattern = f"{self.name}_pattern"
            self._on_server(f'CREATE DATABASE "{pattern}" TEMPLATE "{self.name}"')
            atexit.register(self._forget, pattern)
            PostgresDatabase.pattern = pattern
        else:
            self.drop()
            self._on_server(f'CREATE DATABASE "{self.name}" TEMPLATE "{PostgresDatabase.pattern}"')

    def _on_server(self, statement: str) -> None:
        maintenance = urlsplit(self.server_url)._replace(scheme="postgresql", path="/postgres")
        with psycopg.connect(maintenance.geturl(), autocommit=True) as connection:
            connection.execute(statement)

    def rows(self, sql: str, *params: Any) -> list[tuple[Any, ...]]:
        url = urlsplit(self.url)._replace(scheme="postgresql").geturl()
        with psycopg.connect(url) as connection:
            cursor = connection.execute(sql.replace("?", "%s"), params)
            return cursor.fetchall() if cursor.description else []

    def drop(self) -> None:
        self._forget(self.name)

    def _forget(self, name: str) -> None:
        self._on_server(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def migrate(manage: Manage) -> None:
    manage("migrate", "--verbosity", "0")
    manage("createcachetable")


def new_database(folder: Path) -> SqliteDatabase | PostgresDatabase:
    """Of the kind that this test run is about."""
    server_url = os.environ.get("DATABASE_URL", "")
    return (
        PostgresDatabase(server_url)
        if server_url.startswith("postgres")
        else SqliteDatabase(folder)
    )


class Stack:
    """Migrated and empty at first. `start()` brings up everything; or start single programs."""

    def __init__(self, **env: str) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="niggle-"))  # short: it holds a socket
        for name in ("log", "redis"):
            (self.folder / name).mkdir()
        self.database = new_database(self.folder)
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.env = {**_inherited(), **self._own_env(), **env}
        self.programs: dict[str, Program] = {}
        self.redis = self._program("redis")
        self.web = self._program("web")
        self.dispatcher = self._program("dispatcher")
        self.worker = self._program("worker")
        self.database.make_tables(self.manage)

    def _own_env(self) -> dict[str, str]:
        redis_socket = str(self.folder / "redis" / "redis.sock")
        return {
            "NIGGLE_DATA_DIR": str(self.folder),
            "NIGGLE_ROOT": str(ROOT),
            "NIGGLE_PYTHON": sys.executable,
            "NIGGLE_LEASH": str(ROOT / "coaching" / "serving" / "leash.py"),
            "NIGGLE_LISTEN": f"127.0.0.1:{self.port}",
            "NIGGLE_REDIS_SERVER": find_server(),
            "NIGGLE_REDIS_SOCKET": redis_socket,
            "DATABASE_URL": self.database.url,
            "REDIS_URL": f"redis+socket://{quote(redis_socket)}",
            "PORT": str(self.port),
            "WEB_CONCURRENCY": "2",
            "WORKER_CONCURRENCY": "1",
            "SECRET_KEY": "for-tests-only-" + uuid.uuid4().hex * 2,
        }

    def _program(self, name: str, *, alias: str = "") -> Program:
        command = supervised_command(name, self.env)
        if alias:
            command += ["--hostname", f"{alias}@%h"]
        program = Program(alias or name, command, self.env)
        self.programs[program.name] = program
        return program

    def add_worker(self) -> Program:
        """One more worker, not started yet."""
        return self._program("worker", alias=f"worker{len(self.programs)}")

    def start(self) -> Self:
        """Redis, web, dispatcher and one worker, ready for work."""
        self.redis.start()
        for program in (self.web, self.dispatcher, self.worker):
            program.start()
        self.wait_ready()
        return self

    def start_web(self) -> Self:
        """Only the site: no dispatcher, no worker, no Redis."""
        self.web.start()
        wait_for(lambda: self.status("/livez") == 200, seconds=START_S, what="web answers")
        return self

    def wait_ready(self, *, seconds: float = START_S) -> None:
        wait_for(lambda: self.status("/readyz") == 200, seconds=seconds, what="/readyz answers 200")

    def status(self, path: str) -> int:
        """The HTTP status of a plain GET; 0 when nobody answers."""
        try:
            with urllib.request.urlopen(self.url + path, timeout=10) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as refusal:
            refusal.close()
            return refusal.code
        except OSError:
            return 0

    def manage(self, *arguments: str, stdin: str = "", timeout: float = 120.0) -> str:
        """What `manage.py ARGUMENTS` printed, run on this stack's database."""
        return self._run([sys.executable, "manage.py", *arguments], stdin, timeout)

    def run_python(self, code: str, *, timeout: float = 60.0) -> str:
        """What `code` printed, run with the records at hand (Django is set up)."""
        setup = "import os, django; os.environ['DJANGO_SETTINGS_MODULE'] = 'coaching.settings'; django.setup()\n"
        return self._run([sys.executable, "-"], setup + code, timeout)

    def _run(self, command: list[str], stdin: str, timeout: float) -> str:
        done = subprocess.run(
            command,
            cwd=ROOT,
            env=self.env,
            input=stdin,
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )
        assert done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"
        return done.stdout

    def rows(self, sql: str, *params: Any) -> list[tuple[Any, ...]]:
        """Straight from the database, past Django; `?` stands for a parameter."""
        return self.database.rows(sql, *params)

    def last_words(self) -> str:
        """The end of every log, for a test that failed."""
        return "\n".join(f"--- {name}\n{p.last_words()}" for name, p in self.programs.items())

    def close(self) -> None:
        """End every process, Redis last, then let the database and the folder go."""
        for program in self.programs.values():
            if program is not self.redis:
                program.ask_to_stop()
        for program in reversed(self.programs.values()):
            program.stop()
        self.database.drop()
        shutil.rmtree(self.folder, ignore_errors=True)


def _inherited() -> dict[str, str]:
    return {name: os.environ[name] for name in KEPT_VARIABLES if name in os.environ}


@contextmanager
def running_stack(*, started: bool = True, **env: str) -> Iterator[Stack]:
    """A stack for the length of a `with` block. `env` adds settings (`BROKER_SILENT_S="1"`)."""
    stack = Stack(**env)
    try:
        yield stack.start() if started else stack
    finally:
        stack.close()
