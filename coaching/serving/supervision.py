"""supervisord as a child of ours: start it, wait until the site answers, end everything."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from coaching.serving.preflight import CannotStart
from coaching.serving.programs import CONFIG, LEASH, known_name

READY_WITHIN_S = 90.0
ENDED_WITHIN_S = 30.0  # longer than any stopwaitsecs in supervisord.conf
ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Supervisor:
    """All programs of `supervisord.conf`."""

    def __init__(self, env: Mapping[str, str]) -> None:
        self.complaints = Path(env["NIGGLE_DATA_DIR"]) / "log" / "supervisord.stderr"
        with self.complaints.open("wb") as complaints:
            # A process group of its own: Ctrl-C reaches us alone, and we end the others in order.
            self.process = subprocess.Popen(
                [
                    sys.executable,
                    LEASH,
                    sys.executable,
                    "-m",
                    "supervisor.supervisord",
                    "-c",
                    CONFIG,
                ],
                env=dict(env),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=complaints,
                process_group=0,
            )

    def require_running(self) -> None:
        if self.process.poll() is None:
            return
        said = self.complaints.read_text(errors="replace").strip().splitlines()
        raise CannotStart(f"supervisord ended: {said[-1] if said else 'see the log folder'}")

    def wait(self) -> None:
        self.process.wait()
        self.require_running()

    def stop(self) -> None:
        """Every program gets SIGTERM, and SIGKILL if it does not heed it."""
        if self.process.poll() is None:
            self.process.terminate()
        try:
            self.process.wait(ENDED_WITHIN_S)
        except subprocess.TimeoutExpired:
            self.process.kill()  # its programs follow it: leash.py
            self.process.wait()


@contextmanager
def ending_on_signals() -> Iterator[None]:
    """Inside, Ctrl-C, SIGTERM and SIGHUP (a closed terminal) all lead to the same orderly end."""

    def end(number: int, frame: FrameType | None) -> None:
        for other in ENDING:
            signal.signal(other, signal.SIG_IGN)
        raise SystemExit(0)

    before = {number: signal.signal(number, end) for number in ENDING}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def wait_until_ready(supervisor: Supervisor, site: str) -> list[str]:
    """What is still not ready when the patience is over; empty when all is well."""
    until = time.monotonic() + READY_WITHIN_S
    missing = ["web"]
    while missing and time.monotonic() < until:
        supervisor.require_running()
        missing = not_ready(site)
        if missing:
            time.sleep(0.2)
    return missing


def not_ready(site: str) -> list[str]:
    """What `/readyz` names as not ready; `web` when nothing answers."""
    question = urllib.request.Request(f"{site}readyz", headers={"Host": known_name()})  # noqa: S310
    try:
        with urllib.request.urlopen(question, timeout=5):  # noqa: S310 # nosec B310 # nosemgrep: out-only-through-the-guard (our own address)
            return []
    except urllib.error.HTTPError as answer:
        return _named(answer.read())
    except OSError:
        return ["web"]


def _named(body: bytes) -> list[str]:
    try:
        return [str(name) for name in json.loads(body)["not_ready"]]
    except (ValueError, KeyError, TypeError):
        return ["web"]
