"""The receivers in docs/webhooks.md take what we sign, and nothing else."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from athletes.models.webhooks import SENT_EVENTS
from athletes.services.senders import webhook
from athletes.services.senders.webhook import Hook
from athletes.services.webhooks import sending
from tests.programs import free_port, wait_for

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "webhooks.md").read_text()
SECRET = webhook.new_secret()
EVENT = str(uuid.uuid4())
BODY = sending.written({"id": EVENT, "type": "ping", "data": {"url": "https://niggle.test/ü"}})


def example(name: str) -> str:
    found = re.search(rf"<!-- example: {name} -->\n```\w+\n(.*?)```", PAGE, re.DOTALL)
    assert found, name
    return found.group(1)


def signed(*secrets: str) -> dict[str, str]:
    return webhook.headers(EVENT, BODY, secrets or (SECRET,))


@pytest.fixture(scope="module")
def receiver(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """Its address, and what it prints."""
    folder, port = tmp_path_factory.mktemp("receiver"), free_port()
    (folder / "receiver.py").write_text(example("receiver"))
    env = {**os.environ, "WEBHOOK_SECRET": SECRET, "PORT": str(port)}
    with (folder / "out").open("wb") as out:
        running = subprocess.Popen(
            [sys.executable, "receiver.py"],
            cwd=folder,
            env=env,
            stdout=out,
            stderr=subprocess.DEVNULL,
        )
    try:
        url = f"http://127.0.0.1:{port}/"
        wait_for(lambda: _answers(url), seconds=30, what="the receiver answers")
        yield url, folder / "out"
    finally:
        running.kill()
        running.wait()


def _answers(url: str) -> bool:
    try:
        return bool(requests.get(url, timeout=2).status_code)
    except requests.RequestException:
        return False


def post(url: str, headers: dict[str, str], body: bytes = BODY) -> int:
    return requests.post(url, data=body, headers=headers, timeout=10).status_code


def test_the_receiver_takes_what_our_sender_sends(
    receiver: tuple[str, Path], settings: Any
) -> None:
    url, out = receiver
    settings.PRIVATE_TARGETS = [url.split("/")[2]]
    for _ in range(2):
        assert webhook.send(event_id=EVENT, body=BODY, to=Hook(url, (SECRET,))).status == 204
    assert post(url, signed(webhook.new_secret(), SECRET)) == 204
    assert out.read_text().count("ping https://niggle.test/ü") == 1


@pytest.mark.parametrize(
    "change",
    [
        {"webhook-id": "another"},
        {"webhook-timestamp": "1"},
        {"webhook-timestamp": "soon"},
        {"webhook-signature": "v1,"},
        {"webhook-signature": ""},
    ],
)
def test_the_receiver_refuses_what_is_not_from_us(
    receiver: tuple[str, Path], change: dict[str, str]
) -> None:
    url, _out = receiver
    assert post(url, {**signed(), **change}) == 401


def test_the_receiver_refuses_another_body_and_another_secret(
    receiver: tuple[str, Path],
) -> None:
    url, _out = receiver
    assert post(url, signed(), BODY.replace(b"ping", b"pong")) == 401
    assert post(url, signed(webhook.new_secret())) == 401


def test_the_library_reads_it_as_shown() -> None:
    shown: dict[str, Any] = {}
    exec(example("library"), shown)
    assert shown["read"](SECRET, BODY, signed()) == json.loads(BODY)
    assert shown["read"](webhook.new_secret(), BODY, signed()) is None
    old = {**signed(), "webhook-timestamp": str(int(time.time()) - 600)}
    assert shown["read"](SECRET, BODY, old) is None


@pytest.mark.skipif(not shutil.which("openssl"), reason="there is no openssl")
def test_openssl_comes_to_the_same_signature(tmp_path: Path) -> None:
    (tmp_path / "body").write_bytes(BODY)
    headers = signed()
    done = subprocess.run(
        ["sh", "-c", example("openssl")],
        cwd=tmp_path,
        env={
            **os.environ,
            "WEBHOOK_SECRET": SECRET,
            "WEBHOOK_ID": headers["webhook-id"],
            "WEBHOOK_TIMESTAMP": headers["webhook-timestamp"],
        },
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == headers["webhook-signature"]


def test_every_event_stands_on_the_page() -> None:
    table = PAGE.split("| `type` |")[1].split("\n\n")[0]
    told = re.findall(r"^\| `([\w.]+)`", table, re.MULTILINE)
    assert sorted(told) == sorted(dict(SENT_EVENTS))
