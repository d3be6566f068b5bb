"""Which Redis is used."""

from __future__ import annotations

from pathlib import Path

import pytest
from kombu.utils.url import parse_url

from coaching.serving import broker


def test_the_given_one_wins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REDIS_URL", "redis://elsewhere:6379/1")
    found = broker.find_broker(tmp_path)
    assert found == broker.Broker(url="redis://elsewhere:6379/1")


def test_our_own_listens_on_a_socket_in_the_data_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("REDIS_URL", raising=False)
    monkeypatch.setattr(broker, "find_server", lambda: "/usr/bin/redis-server")
    data_dir = Path("/tmp") / tmp_path.name
    monkeypatch.setattr(Path, "mkdir", lambda *_, **__: None)
    found = broker.find_broker(data_dir)
    assert found.socket == str(data_dir / "redis" / "redis.sock")
    assert parse_url(found.url)["transport"] == "redis+socket"


def test_a_path_too_long_for_a_socket_is_shortened(tmp_path: Path) -> None:
    deep = tmp_path / ("d" * 120)
    path = broker.socket_path(deep)
    assert len(path) <= broker.LONGEST_SOCKET_PATH
    assert Path(path).parent.stat().st_mode & 0o777 == 0o700
    assert path == broker.socket_path(deep)
    Path(path).parent.rmdir()


def test_none_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("REDIS_URL", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(broker, "_in_wheel", lambda: None)
    assert broker.find_broker(tmp_path) == broker.Broker()


def test_a_server_that_does_not_run_here_is_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = tmp_path / "redis-server"
    broken.write_text("#!/bin/sh\nexit 126\n")
    broken.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin:/usr/bin")
    monkeypatch.setattr(broker, "_in_wheel", lambda: None)
    assert broker.find_server() != str(broken)
