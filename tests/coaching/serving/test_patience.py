"""Slow clients do not keep anybody else from reporting."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
import requests

from tests.stack import ROOT

APP = """
from gunicorn.workers import gthread
from coaching.serving import patience

patience.READ_S = 2.0

def app(environ, start_response):
    body = environ["wsgi.input"].read()
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", str(len(body)))])
    return [body]
"""
HEAD = b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n"


@pytest.fixture
def port(tmp_path: Path) -> Iterator[int]:
    """A web server with one process and one thread."""
    (tmp_path / "slow_app.py").write_text(APP)
    with closing(socket.create_server(("127.0.0.1", 0))) as found:
        port = int(found.getsockname()[1])
    command = [sys.executable, "-m", "gunicorn", "slow_app:app", "--bind", f"127.0.0.1:{port}"]
    command += ["--worker-class", "coaching.serving.patience.PatientWorker", "--threads", "1"]
    command += ["--pythonpath", f"{tmp_path},{ROOT}", "--no-control-socket"]
    server = subprocess.Popen(command, cwd=tmp_path, stderr=subprocess.DEVNULL)
    try:
        _wait_until_up(port)
        yield port
    finally:
        server.terminate()
        server.wait(15)


def _wait_until_up(port: int) -> None:
    until = time.monotonic() + 20
    while time.monotonic() < until:
        try:
            requests.get(f"http://127.0.0.1:{port}/", timeout=2)
        except requests.ConnectionError:
            time.sleep(0.1)
        else:
            return
    pytest.fail("gunicorn did not start")


def answered_after(port: int) -> float:
    begun = time.monotonic()
    answer = requests.post(f"http://127.0.0.1:{port}/", data=b"a report", timeout=30)
    assert answer.content == b"a report"
    return time.monotonic() - begun


@pytest.mark.parametrize("sent", [b"P", HEAD, HEAD + b"\r\n", HEAD + b"\r\nhalf of it"])
def test_who_sends_slowly_is_cut_off(port: int, sent: bytes) -> None:
    with closing(socket.create_connection(("127.0.0.1", port))) as slow:
        slow.sendall(sent)
        time.sleep(0.3)  # it has the only thread now
        assert answered_after(port) < 6


def test_who_says_nothing_holds_no_thread(port: int) -> None:
    idle = [socket.create_connection(("127.0.0.1", port)) for _ in range(5)]
    try:
        assert answered_after(port) < 3
    finally:
        for connection in idle:
            connection.close()


def test_a_request_in_time_is_whole(port: int) -> None:
    with closing(socket.create_connection(("127.0.0.1", port))) as client:
        body = b"x" * 1000
        client.sendall(HEAD + b"Connection: close\r\n\r\n" + body[:500])
        time.sleep(0.5)
        client.sendall(body[500:])
        client.settimeout(10)
        got = b""
        while part := client.recv(4096):
            got += part
    assert got.endswith(b"\r\n\r\n" + body)


def test_an_address_that_is_too_long_has_its_problem(port: int) -> None:
    answer = requests.get(f"http://127.0.0.1:{port}/?state={'open' * 1100}", timeout=5)
    assert answer.status_code == 414
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["code"] == "address_too_long"
    assert requests.get(f"http://127.0.0.1:{port}/?state={'open' * 1000}", timeout=5).ok
