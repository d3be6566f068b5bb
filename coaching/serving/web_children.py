"""What gunicorn asks for by name (`--config python:coaching.serving.web_children`)."""

from __future__ import annotations

import signal
from typing import Any

from coaching.serving.leash import follow_parent


def post_fork(server: Any, worker: Any) -> None:
    """A child goes at once when the first process is killed alone.

    Left to itself it ends its open requests first and holds the port meanwhile, so that the next web
    server cannot listen: nobody could report for some seconds. What is cut off is sent again.
    """
    follow_parent(signal.SIGKILL)
