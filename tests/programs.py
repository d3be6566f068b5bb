"""One process of a stack that a test may stop, kill and freeze; and who starts it again."""

from __future__ import annotations

import configparser
import contextlib
import os
import shlex
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Self

import psutil

ROOT = Path(__file__).resolve().parent.parent
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

    folder: Path = ROOT
    popen_more: Mapping[str, Any] = {}

    def __init__(self, name: str, command: Sequence[str], env: Mapping[str, str]) -> None:
        self.name, self.command, self.env = name, list(command), dict(env)
        self.log = Path(env["NIGGLE_DATA_DIR"]) / "log" / f"{name}.log"
        self.process: subprocess.Popen[bytes] | None = None
        self.started_at = 0.0
        self.wanted = (
            False  # between start() and stop(); the supervisor starts again what is wanted
        )
        self._groups: list[int] = []  # of earlier starts: killing the first process leaves children

    def start(self, **more_env: str) -> Self:
        assert not self.is_running, f"{self.name} runs already"
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command,
                env={**self.env, **more_env},
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                process_group=0,
                **self.popen_more,
            )
        self.wanted, self.started_at = True, time.monotonic()
        self._groups.append(self.process.pid)
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

    def ask_to_restart(self) -> None:
        """SIGTERM to the first process; it is for the supervisor to start it again."""
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.process.pid, signal.SIGTERM)

    def thaw(self) -> None:
        self.send(signal.SIGCONT)

    def kill(self) -> None:
        """As the kernel does when memory runs out: no time to tidy up."""
        killed = self.process  # the supervisor may have started the next one before we look again
        self.send(signal.SIGKILL)
        if killed is not None:
            killed.wait(STOP_S)

    def kill_one(self, number: int) -> None:
        """Only one of its processes: the first, or a child. What that leaves behind is its own affair."""
        family = self.family()
        with contextlib.suppress(psutil.NoSuchProcess):
            family[number % len(family)].kill()

    def family(self) -> list[psutil.Process]:
        try:
            first = psutil.Process(self.pid)
            return [first, *first.children(recursive=True)]
        except psutil.NoSuchProcess:
            return []

    def ask_to_stop(self) -> None:
        self.wanted = False
        if self.process is None:
            return
        self.thaw()
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.process.pid, signal.SIGTERM)

    def stop(self) -> None:
        """Orderly; what does not heed it is killed."""
        if self.process is None:
            return
        asked = self.process
        self.ask_to_stop()
        with contextlib.suppress(subprocess.TimeoutExpired):
            asked.wait(STOP_S)
        self.end()

    def end(self) -> None:
        """At once, with all that earlier starts have left behind."""
        self.wanted = False
        self.kill()
        for group in self._groups:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(group, signal.SIGKILL)
        self._groups.clear()

    def restart(self) -> None:
        self.stop()
        self.start()

    def last_words(self, lines: int = 30) -> str:
        text = self.log.read_text(errors="replace") if self.log.exists() else ""
        return "\n".join(text.splitlines()[-lines:])


class Supervisor(threading.Thread):
    """Starts again what died, as supervisord does with `autorestart`: at once when it had run for a second,
    else a second later for each start in a row that failed."""

    def __init__(self, programs: Sequence[Program]) -> None:
        super().__init__(daemon=True, name="supervisor")
        self.programs = list(programs)
        self.restarts: dict[str, int] = {program.name: 0 for program in programs}
        self.fault: Exception | None = None
        self.on_duty = True
        self._failed: dict[str, int] = {}
        self._due: dict[str, float] = {}
        self._ended = threading.Event()

    def run(self) -> None:
        try:
            while not self._ended.wait(0.1):
                for program in self.programs if self.on_duty else ():
                    if program.wanted and not program.is_running:
                        self._tend(program)
        except Exception as fault:  # noqa: BLE001 (told to the test when it ends the supervisor)
            self.fault = fault

    def _tend(self, dead: Program) -> None:
        now = time.monotonic()
        if dead.name not in self._due:
            lived = now - dead.started_at
            self._failed[dead.name] = 0 if lived >= 1.0 else self._failed.get(dead.name, 0) + 1
            self._due[dead.name] = now + self._failed[dead.name]
        if now >= self._due[dead.name]:
            del self._due[dead.name]
            dead.start()
            self.restarts[dead.name] += 1

    def rest(self) -> None:
        """From now on what dies stays dead."""
        self.on_duty = False

    def end(self) -> None:
        """Only when its programs are gone: leash.py ends them with the thread that started them."""
        self._ended.set()
        self.join(30)
        if self.fault is not None:
            raise AssertionError("the supervisor itself failed") from self.fault
