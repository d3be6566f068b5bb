"""Handing work to Celery: primary keys only, and never waiting for the broker."""

from __future__ import annotations

import logging
import queue
import threading
import time
from typing import Any

from kombu.exceptions import OperationalError as BrokerAway

logger = logging.getLogger(__name__)

MOST_WAITING = 1000
TRUST_AFTER_ANSWER_S = 15.0  # an answer from the broker this recent means that it is there


class Publisher(threading.Thread):
    """Sends primary keys to the broker. A frozen Redis freezes this thread, not the loop."""

    def __init__(self) -> None:
        super().__init__(daemon=True, name="publisher")
        self.waiting: queue.Queue[tuple[Any, list[str]]] = queue.Queue(maxsize=MOST_WAITING)
        self.answered_at: float | None = None
        self.failed_at: float | None = None

    def run(self) -> None:
        while True:
            task, args = self.waiting.get()
            self.send(task, args)

    def send(self, task: Any, args: list[str]) -> None:
        try:
            # No retry: the row is still there, and the sweep is the retry.
            task.apply_async(args=args, retry=False)
        except (BrokerAway, OSError) as fault:
            self.failed_at = time.monotonic()
            logger.warning("broker did not take a message: %s", type(fault).__name__)
        except Exception:
            # The libraries below let a few of their own slips through when Redis comes and goes.
            # This thread must outlive them: without it nothing would ever be handed on again.
            self.failed_at = time.monotonic()
            logger.exception("a message could not be handed to the broker")
        else:
            self.answered_at = time.monotonic()

    @property
    def is_answering(self) -> bool:
        """The last word from the broker was good, and recent."""
        if self.answered_at is None or time.monotonic() - self.answered_at > TRUST_AFTER_ANSWER_S:
            return False
        return self.failed_at is None or self.failed_at < self.answered_at

    def offer(self, task: Any, *args: str) -> bool:
        try:
            self.waiting.put_nowait((task, list(args)))
        except queue.Full:
            return False
        return True
