"""Only the first process of the web server is killed: its children let go of the port at once."""

from __future__ import annotations

import sys
import time

import psutil
import pytest

from tests.journeys.client import CAST, Client
from tests.stack import running_stack, wait_for

pytestmark = pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="only Linux tells a child that its parent is gone"
)
# Left to themselves they would serve their open connections first; the rest is for a busy machine.
GONE_S = 3.0


def test_no_child_holds_the_port() -> None:
    with running_stack(started=False, cast=CAST) as stack:
        stack.start_web()
        client = Client(stack)  # keeps its connection open
        children = psutil.Process(stack.web.pid).children(recursive=True)
        assert children
        stack.web.kill_one(0)
        start = time.monotonic()
        _, alive = psutil.wait_procs(children, timeout=GONE_S)
        assert not alive, f"still there after {time.monotonic() - start:.1f} s"
        stack.web.process.wait(5)
        stack.web.start()
        wait_for(lambda: stack.status("/livez") == 200, seconds=60, what="the next one listens")
        client.session.close()
