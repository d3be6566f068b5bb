"""What must be right before anything starts; each fault is one plain line that says what to do.

Standard library only and run by `make run` on its own, before the settings are read: those already want to
write the local secret into the data folder.
"""

from __future__ import annotations

import errno
import os
import shutil
import socket
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
NEEDED_MB = 50
PROBE_BYTES = 64 * 1024


class CannotStart(Exception):
    """The one line that a person gets instead of a traceback."""


def data_dir() -> Path:
    """Where the database, the logs and the local secret live."""
    return Path(os.environ.get("NIGGLE_DATA_DIR") or ROOT / "var").resolve()


def address() -> tuple[str, int]:
    """Where the site listens: `BIND` and `PORT`."""
    port = os.environ.get("PORT") or "8000"
    if not port.isdecimal() or not 1 <= int(port) <= 65535:
        raise CannotStart(f"PORT must be a number from 1 to 65535, not {port!r}.")
    return os.environ.get("BIND") or "127.0.0.1", int(port)


def check_machine() -> None:
    """Port, data folder and disk."""
    check_port(*address())
    check_folder(data_dir())
    check_space(data_dir())


def check_port(host: str, port: int) -> None:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except socket.gaierror as fault:
        raise CannotStart(f"BIND={host} is not an address of this machine.") from fault
    family, kind, protocol, _, where = found[0]
    with socket.socket(family, kind, protocol) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(where)
        except OSError as fault:
            raise CannotStart(_why_no_port(host, port, fault)) from fault


def _why_no_port(host: str, port: int, fault: OSError) -> str:
    if fault.errno == errno.EADDRINUSE:
        return f"Port {port} is taken: end the program that uses it, or choose another with PORT=8001 make run."
    if fault.errno == errno.EACCES:
        return f"Port {port} is not open to you: choose one above 1023 with PORT=8000 make run."
    return f"Cannot listen on {host}, port {port}: {fault.strerror}. Set BIND to an address of this machine."


def check_folder(folder: Path) -> None:
    """The folder can be made and written to. What it holds is nobody else's business: mode 700."""
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        (folder / "log").mkdir(exist_ok=True)
        _write_and_forget(folder / ".probe")
    except OSError as fault:
        raise CannotStart(_why_no_folder(folder, fault)) from fault


def _write_and_forget(path: Path) -> None:
    try:
        with path.open("wb") as probe:
            probe.write(bytes(PROBE_BYTES))
            probe.flush()
            os.fsync(probe.fileno())
    finally:
        path.unlink(missing_ok=True)


def _why_no_folder(folder: Path, fault: OSError) -> str:
    if fault.errno in (errno.ENOSPC, errno.EDQUOT):
        return f"The disk of {folder} is full: free {NEEDED_MB} MB, then try again."
    return (
        f"The data folder {folder} cannot be written to ({fault.strerror}): mend its permissions, "
        "or choose another with NIGGLE_DATA_DIR=/path make run."
    )


def check_space(folder: Path) -> None:
    free_mb = shutil.disk_usage(folder).free // 2**20
    if free_mb < NEEDED_MB:
        raise CannotStart(
            f"Only {free_mb} MB are free on the disk of {folder}: free {NEEDED_MB} MB, then try again."
        )


if __name__ == "__main__":
    try:
        check_machine()
    except CannotStart as reason:
        sys.exit(str(reason))
