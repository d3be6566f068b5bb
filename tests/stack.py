"""The real processes for a test: web, dispatcher, workers and Redis, on a database of their own.

The commands are those of supervisord.conf. Nothing leaves the machine; every wait has an end; what was
started is ended, also when a test fails or the test run itself is killed (leash.py).
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self
from urllib.parse import quote

from coaching.serving.broker import find_server
from tests.canary import ProcessCanary
from tests.databases import PostgresDatabase, PostgresServer, new_database
from tests.programs import ROOT, Program, Supervisor, free_port, supervised_command, wait_for

__all__ = ["ROOT", "START_S", "Program", "Stack", "free_port", "running_stack", "wait_for"]

KEPT_VARIABLES = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "USER", "SYSTEMROOT", "VIRTUAL_ENV")
START_S = 120.0  # a slow machine, busy with other tests


class Stack:
    """Migrated at first, with nobody in it but those whom the code `cast` brings in.

    `start()` brings up everything; or start single programs.
    """

    def __init__(
        self,
        *,
        server: PostgresServer | None = None,
        tables: bool = True,
        cast: str = "",
        **env: str,
    ) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="niggle-"))  # short: it holds a socket
        for name in ("log", "redis"):
            (self.folder / name).mkdir()
        self.database = PostgresDatabase(server.url) if server else new_database(self.folder)
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.env = {**_inherited(), **self._own_env(), **env}
        self.canary = ProcessCanary(self.folder / "log", self.rows)
        self.programs: dict[str, Program] = {}
        self.supervisor: Supervisor | None = None
        self.redis = self._program("redis")
        self.web = self._program("web")
        self.dispatcher = self._program("dispatcher")
        self.worker = self._program("worker")
        self.messenger = self._program("messenger")
        self.beat = self._program("beat")
        if tables:
            self.database.fill(self.run_python, cast)

    @property
    def all_but_redis(self) -> tuple[Program, ...]:
        return self.web, self.dispatcher, self.worker, self.messenger, self.beat

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
            "API_REQUESTS_PER_MIN": "0",  # these tests ask faster than anybody
            "EMAIL_VERIFICATION": "optional",  # nobody reads the mail of most tests
            "SECRET_KEY": "for-tests-only-" + uuid.uuid4().hex * 2,
        }

    def _program(self, name: str, *more_words: str, alias: str = "") -> Program:
        command = [*supervised_command(name, self.env), *more_words]
        program = Program(alias or name, command, self.env)
        self.programs[program.name] = program
        return program

    def add_worker(self) -> Program:
        """One more worker, not started yet."""
        alias = f"worker{len(self.programs)}"
        return self._program("worker", "--hostname", f"{alias}@%h", alias=alias)

    def add(self, name: str) -> Program:
        """One more program of supervisord.conf, not started yet; a second one of its kind gets a number."""
        return self._program(name, alias=f"{name}{len(self.programs)}" * (name in self.programs))

    def supervise(self, *more: Program) -> Supervisor:
        """Whatever dies from now on is started again; `more` are programs that are not of the stack."""
        assert self.supervisor is None
        self.supervisor = Supervisor([*self.programs.values(), *more])
        self.supervisor.start()
        return self.supervisor

    def start(self) -> Self:
        """Redis, web, dispatcher, messenger, beat and one worker, ready for work."""
        self.redis.start()
        for program in self.all_but_redis:
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

    def status(self, path: str, *, timeout: float = 10.0) -> int:
        """The HTTP status of a plain GET; 0 when nobody answers."""
        try:
            with urllib.request.urlopen(self.url + path, timeout=timeout) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as refusal:
            refusal.close()
            return refusal.code
        except OSError:
            return 0

    def manage(
        self,
        *arguments: str,
        stdin: str = "",
        timeout: float = 120.0,
        allowed: tuple[int, ...] = (0,),
    ) -> str:
        """What `manage.py ARGUMENTS` printed, run on this stack's database."""
        return self._run([sys.executable, "manage.py", *arguments], stdin, timeout, allowed)

    def run_python(self, code: str, *, timeout: float = 60.0) -> str:
        """What `code` printed, run with the records at hand (Django is set up)."""
        setup = "import os, django; os.environ['DJANGO_SETTINGS_MODULE'] = 'coaching.settings'; django.setup()\n"
        return self._run([sys.executable, "-"], setup + code, timeout)

    def _run(
        self, command: list[str], stdin: str, timeout: float, allowed: tuple[int, ...] = (0,)
    ) -> str:
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
        assert done.returncode in allowed, f"{command}: {done.stdout}{done.stderr}"
        return done.stdout

    def rows(self, sql: str, *params: Any) -> list[tuple[Any, ...]]:
        """Straight from the database, past Django; `?` stands for a parameter."""
        return self.database.rows(sql, *params)

    def last_words(self) -> str:
        """The end of every log, for a test that failed."""
        return "\n".join(f"--- {name}\n{p.last_words()}" for name, p in self.programs.items())

    def halt(self) -> None:
        """End every process. Killed, not asked: how they end when asked is tested in tests/coaching/serving."""
        if self.supervisor is not None:
            self.supervisor.rest()
        for program in self.programs.values():
            program.end()
        if self.supervisor is not None:
            self.supervisor.end()

    def close(self) -> None:
        """End every process, look through their logs, then let the database and the folder go."""
        self.halt()
        leaked = self.canary.hits_in_all()
        self.database.drop()
        shutil.rmtree(self.folder, ignore_errors=True)
        assert not leaked, f"stands in a log of the stack: {sorted(set(leaked))}"


def _inherited() -> dict[str, str]:
    return {name: os.environ[name] for name in KEPT_VARIABLES if name in os.environ}


@contextmanager
def running_stack(
    *, started: bool = True, server: PostgresServer | None = None, cast: str = "", **env: str
) -> Iterator[Stack]:
    """A stack for the length of a `with` block. `env` adds settings (`BROKER_SILENT_S="1"`).

    Its database is of the kind that the test run is about, or of a PostgreSQL `server` of its own.
    """
    stack = Stack(server=server, cast=cast, **env)
    try:
        yield stack.start() if started else stack
    finally:
        stack.close()
