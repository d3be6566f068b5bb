"""Each thing that may be wrong with a machine is one plain line."""

from __future__ import annotations

import errno
import os
import socket
import subprocess
import sys
from collections import namedtuple
from collections.abc import Iterator
from pathlib import Path

import pytest

from coaching.serving import preflight
from coaching.serving.preflight import CannotStart

PREFLIGHT = Path(preflight.__file__)


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as door:
        yield door.getsockname()[1]


def said_by_the_command(**env: str) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, PREFLIGHT],
        env={**os.environ, **env},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    return done.returncode, done.stderr


def test_a_taken_port_is_one_line_and_exit_code_1(taken: int, tmp_path: Path) -> None:
    code, said = said_by_the_command(PORT=str(taken), NIGGLE_DATA_DIR=str(tmp_path))
    assert code == 1
    assert len(said.splitlines()) == 1
    assert f"Port {taken} is taken" in said
    assert "PORT=" in said


@pytest.mark.parametrize("port", ["http", "0", "70000", "-1", "8 000"])
def test_a_port_that_is_none(port: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", port)
    with pytest.raises(CannotStart, match="PORT must be a number"):
        preflight.address()


def test_the_defaults(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PORT", "BIND", "NIGGLE_DATA_DIR"):
        monkeypatch.delenv(name, raising=False)
    assert preflight.address() == ("127.0.0.1", 8000)
    assert preflight.data_dir() == preflight.ROOT / "var"


def test_an_address_that_is_not_ours() -> None:
    with pytest.raises(CannotStart, match="BIND"):
        preflight.check_port("192.0.2.1", 0)


def test_a_folder_below_a_file_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(CannotStart, match="cannot be written to"):
        preflight.check_folder(tmp_path / "file" / "var")


def test_the_data_folder_is_closed_to_others(tmp_path: Path) -> None:
    preflight.check_folder(tmp_path / "var")
    assert (tmp_path / "var").stat().st_mode & 0o777 == 0o700
    assert not list((tmp_path / "var").glob(".probe"))


def test_a_disk_that_takes_no_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(preflight.os, "fsync", full)
    with pytest.raises(CannotStart, match=r"disk of .* is full"):
        preflight.check_folder(tmp_path)


def test_a_disk_that_is_nearly_full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = namedtuple("usage", "total used free")(10**9, 10**9, 3 * 2**20)
    monkeypatch.setattr(preflight.shutil, "disk_usage", lambda _: usage)
    with pytest.raises(CannotStart, match="Only 3 MB are free"):
        preflight.check_space(tmp_path)
