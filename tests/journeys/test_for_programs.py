"""The code on `/api/`, copied from the page and run as it stands against a running site with the demo club."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import requests
from standardwebhooks import Webhook

from tests.coaching.test_for_programs import PAGE, blocks
from tests.stack import Stack, running_stack

pytestmark = [pytest.mark.stack, pytest.mark.xdist_group("for-programs")]

RUN = {"sh": ["bash", "-euo", "pipefail"], "py": [sys.executable]}
SECRET, EVENT, AT = "whsec_bm90LWEtc2VjcmV0LWF0LWFsbA==", "0199f4c0-5b1e-7c43-9d0a", 1_780_000_000
BODY = '{"type": "ping"}'


@pytest.fixture(scope="module")
def stack() -> Iterator[Stack]:
    with running_stack(started=False) as running:
        running.manage("load_demo", timeout=300)
        yield running.start()


def code_of(stack: Stack, language: str) -> list[str]:
    return blocks(requests.get(stack.url + PAGE, timeout=30).text, language)


def run(language: str, code: str, folder: Path, **env: str) -> str:
    script = folder / f"code.{language}"
    script.write_text(code)
    # Requests must not go by a proxy of this machine.
    settings = {**os.environ, "NO_PROXY": "127.0.0.1", "no_proxy": "127.0.0.1", **env}
    done = subprocess.run(
        [*RUN[language], str(script)],
        cwd=folder,
        env=settings,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.parametrize("language", ["sh", "py"])
def test_the_code_on_the_page_runs_from_the_token_to_the_end_of_the_story(
    stack: Stack, tmp_path: Path, language: str
) -> None:
    if language == "sh" and not (shutil.which("curl") and shutil.which("python3")):
        pytest.skip("the code needs curl and python3")
    *story, _signature = code_of(stack, language)
    told = run(language, "\n".join(story), tmp_path)
    assert "Lena" in told
    assert "site" in told
    assert "self_care" in told
    assert "304" in told
    assert "same_day" in told
    assert told.index("acknowledged") < told.index("On my way") < told.index("resolved")
    texts = [text for (text,) in stack.rows("SELECT text FROM athletes_comment")]
    assert "On my way. Stay where you are." in texts


def test_the_python_on_the_page_knows_our_signature(stack: Stack) -> None:
    names: dict = {}
    exec(code_of(stack, "py")[-1], names)
    now = datetime.now(UTC)
    signature = Webhook(SECRET).sign(EVENT, now, BODY)
    headers = {
        "webhook-id": EVENT,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": signature,
    }
    assert names["read"](SECRET, BODY, headers) == {"type": "ping"}
    assert names["read"](SECRET, BODY + " ", headers) is None


def test_the_line_by_hand_is_our_signature(stack: Stack, tmp_path: Path) -> None:
    if not (shutil.which("openssl") and shutil.which("od")):
        pytest.skip("the code needs openssl and od")
    (tmp_path / "body").write_text(BODY)
    sent = {"WEBHOOK_SECRET": SECRET, "WEBHOOK_ID": EVENT, "WEBHOOK_TIMESTAMP": str(AT)}
    line = run("sh", code_of(stack, "sh")[-1], tmp_path, **sent)
    assert line.strip() == Webhook(SECRET).sign(EVENT, datetime.fromtimestamp(AT, UTC), BODY)
