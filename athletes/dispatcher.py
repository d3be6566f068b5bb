"""The loop that finds all work left in the database and sees it done, with or without a broker.

Rows are handed to Celery by primary key. What stays undone for a few seconds, because the broker is
silent or a worker died, the dispatcher does itself. Several may run: every claim is a conditional
UPDATE.
"""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import DatabaseError, InterfaceError, close_old_connections, connection
from django.db.models import QuerySet
from django.db.models.functions import Now
from kombu.exceptions import OperationalError

from athletes import tasks
from athletes.crashpoints import reach
from athletes.models import Assessment, Escalation, Notification
from athletes.services import assessments, clock, escalations, notifications, wake

logger = logging.getLogger(__name__)

BATCH = 100
BEAT_EVERY_S = 5.0
PROBE_EVERY_S = 10.0
TRUST_AFTER_ANSWER_S = 15.0  # an answer from the broker this recent means that it is there


class Publisher(threading.Thread):
    """Sends primary keys to the broker. A frozen Redis freezes this thread, not the loop."""

    def __init__(self) -> None:
        super().__init__(daemon=True, name="publisher")
        self.waiting: queue.Queue[tuple[Any, list[str]]] = queue.Queue(maxsize=10 * BATCH)
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
        except (OperationalError, OSError) as fault:
            self.failed_at = time.monotonic()
            logger.warning("broker did not take a message: %s", type(fault).__name__)
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


@dataclass
class Dispatcher:
    """One dispatcher. Without a publisher (no broker set up) it does all work itself."""

    publisher: Publisher | None = None
    stopping: threading.Event = field(default_factory=threading.Event)
    _beaten_at: float = -1e9
    _probed_at: float = -1e9
    _ears: Any = None

    def run(self) -> None:
        """Work until told to stop. A database that is away is waited for, not died of."""
        if self.publisher:
            self.publisher.start()
        while not self.stopping.is_set():
            try:
                close_old_connections()
                self.round()
                self.rest()
            except (DatabaseError, InterfaceError) as fault:
                logger.warning("database not available: %s", type(fault).__name__)
                connection.close()
                self._ears = None
                self.stopping.wait(1.0)

    def round(self) -> None:
        """Look once for everything that is left to do."""
        self._probe_broker()
        self._see_to(
            Assessment.objects.unpublished().by_urgency(), tasks.assess_report, self._assess
        )
        self._see_to(Notification.objects.unpublished(), tasks.deliver_notification, self._deliver)
        self._do_here(Assessment.objects.overdue().by_urgency(), self._assess)
        self._do_here(Notification.objects.overdue(), self._deliver)
        for escalation_id in _ids(Escalation.objects.past_due()):
            escalations.pass_on(escalation_id=escalation_id)
        self._beat()

    def _see_to(self, rows: QuerySet[Any], task: Any, do_here: Callable[[UUID], object]) -> None:
        """Hand rows to Celery; with a broker that does not answer, do them here."""
        if self.publisher is None or not self.publisher.is_answering:
            self._do_here(rows, do_here)
            return
        for row_id in _ids(rows):
            mine = rows.model.objects.filter(pk=row_id, dispatched_at=None)
            if mine.update(dispatched_at=Now()):
                reach("dispatch.claimed")
                self.publisher.offer(task, str(row_id))

    def _do_here(self, rows: QuerySet[Any], do_here: Callable[[UUID], object]) -> None:
        for row_id in _ids(rows):
            try:
                do_here(row_id)
            except (DatabaseError, InterfaceError):
                raise
            except Exception:
                # One row that cannot be done must not hold up the others. Its attempt is counted,
                # and after a few it is set aside with a safe answer.
                logger.exception("%s %s failed", rows.model.__name__, row_id)
            self._beat()

    @staticmethod
    def _assess(assessment_id: UUID) -> None:
        assessments.assess_report(assessment_id=assessment_id, finished_by="dispatcher")

    @staticmethod
    def _deliver(notification_id: UUID) -> None:
        notifications.deliver(notification_id=notification_id)

    def _probe_broker(self) -> None:
        """Ask the broker for a sign of life; the worker that takes it writes its own heartbeat."""
        if self.publisher is None or time.monotonic() - self._probed_at < PROBE_EVERY_S:
            return
        self._probed_at = time.monotonic()
        self.publisher.offer(tasks.prove_alive)

    def _beat(self) -> None:
        if time.monotonic() - self._beaten_at < BEAT_EVERY_S:
            return
        self._beaten_at = time.monotonic()
        clock.beat(name=clock.DISPATCHER)
        if self.publisher and self.publisher.is_answering:
            clock.beat(name=clock.BROKER)

    def rest(self) -> None:
        """Until there is work: PostgreSQL says so, SQLite is asked again soon."""
        if connection.vendor == "postgresql":
            self._listen(seconds=1.0)
        else:
            self.stopping.wait(settings.DISPATCH_POLL_S)

    def _listen(self, *, seconds: float) -> None:
        import psycopg  # only where PostgreSQL is in use

        try:
            if self._ears is None:
                params = connection.get_connection_params()
                params.pop("cursor_factory", None)
                params.pop("context", None)
                self._ears = psycopg.connect(**params, autocommit=True)
                self._ears.execute(f"LISTEN {wake.CHANNEL}")
            for _ in self._ears.notifies(timeout=seconds, stop_after=1):
                return
        except psycopg.Error as fault:
            self._ears = None
            raise DatabaseError(str(type(fault).__name__)) from fault


def _ids(rows: QuerySet[Any]) -> list[UUID]:
    return list(rows.values_list("pk", flat=True)[:BATCH])


def make_dispatcher() -> Dispatcher:
    """With a publisher where a broker is set up."""
    return Dispatcher(publisher=Publisher() if settings.REDIS_URL else None)
