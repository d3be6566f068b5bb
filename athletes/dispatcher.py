"""The loop that finds all work left in the database and sees it done, with or without a broker.

Rows are handed to Celery by primary key. What stays undone for a few seconds, because the broker is
silent or a worker died, the dispatcher does itself. Several may run: every claim is a conditional
UPDATE.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import (
    DatabaseError,
    InterfaceError,
    close_old_connections,
    connection,
    connections,
)
from django.db.models import QuerySet
from django.db.models.functions import Now
from django.utils import timezone

from athletes import tasks
from athletes.carrier import BUSY_REST_S
from athletes.clerk import POLL_S as FILES_POLL_S
from athletes.clerk import Clerk
from athletes.courier import Courier
from athletes.crashpoints import reach
from athletes.models import Assessment, CheckIn, Escalation, Notification
from athletes.paces import SWEEP_EVERY_S
from athletes.postman import Postman
from athletes.publisher import Publisher
from athletes.services import (
    assessments,
    audit_seals,
    clock,
    delivery,
    digests,
    drills,
    escalations,
    follow_up,
    wake,
)
from athletes.shield import shielded

logger = logging.getLogger(__name__)

BATCH = 100  # handed on in one go
AT_ONCE = 10  # done here in one go
LAST_POST_S = 8.0  # at the end, for what is on its way: as long as a first try may take
LAST_FILE_S = 2.0  # at the end, for a file that somebody asked for: an unfinished one is made again
HOOKS_POLL_S = 1.0  # a program can wait a moment longer than a person
BEATS, PROBES = 12, 6  # signs of life written, and asked for, until one that stays away is missed


@dataclass(frozen=True)
class Sweep:
    """What time brings: rows that are due (`find`), and the one service that deals with each (`do`).

    The loop writes a heartbeat after each whole pass, so that a sweep that stands still is seen.
    """

    name: str
    find: Callable[[], QuerySet[Any]]
    do: Callable[[Any], object]

    @property
    def every_s(self) -> float:
        return SWEEP_EVERY_S[self.name]


SWEEPS = [
    Sweep(
        "clocks",
        lambda: Escalation.objects.past_due().by_urgency(),
        lambda pk: escalations.pass_on(escalation_id=pk),
    ),
    Sweep(
        "digests",
        lambda: digests.due(timezone.now()),
        lambda pk: digests.announce(user_id=pk),
    ),
    Sweep(
        "messages",
        lambda: Notification.objects.ahead_of_time(),
        lambda pk: delivery.bring_forward(notification_id=pk),
    ),
    Sweep(
        "drills",
        drills.left_over,
        lambda pk: drills.end_left_over(athlete_id=pk),
    ),
    Sweep(
        "check_ins_due",
        lambda: CheckIn.objects.due_to_ask().order_by("due_at"),
        lambda pk: follow_up.ask(check_in_id=pk),
    ),
    Sweep(
        "check_ins_reminded",
        lambda: CheckIn.objects.due_to_remind().order_by("remind_at"),
        lambda pk: follow_up.remind(check_in_id=pk),
    ),
    Sweep(
        "check_ins_missed",
        lambda: CheckIn.objects.due_to_miss().order_by("missed_at"),
        lambda pk: follow_up.miss(check_in_id=pk),
    ),
    Sweep(
        "audit",
        audit_seals.not_sealed,
        lambda pk: audit_seals.seal_beginning_with(entry_id=pk),
    ),
]


@dataclass
class Dispatcher:
    """One dispatcher. Without a publisher (no broker set up) it does all work itself."""

    publisher: Publisher | None = None
    stopping: threading.Event = field(default_factory=threading.Event)
    _beaten_at: float = -1e9
    _posted_at: float = -1e9
    _carried_at: float = -1e9
    _probed_at: float = -1e9
    _swept_at: dict[str, float] = field(default_factory=dict)
    _swept_well: set[str] = field(default_factory=set)
    _seen_alive: set[str] = field(default_factory=set)
    _ears: Any = None

    def run(self) -> None:
        """Work until told to stop. A database that is away is waited for, not died of."""
        if self.publisher:
            self.publisher.start()
        postman = self._in_a_thread("postman", self._keep_posting)
        courier, clerk = self._new_courier(), self._new_clerk()
        try:
            while not self.stopping.is_set():
                if not postman.is_alive():
                    raise RuntimeError("the postman has died")  # the supervisor starts us anew
                if not courier.is_alive():  # because of it no clock waits for us to start anew
                    courier = self._new_courier()
                if not clerk.is_alive():
                    clerk = self._new_clerk()
                self._brave(self._round_and_rest)
        finally:
            self.stopping.set()
        postman.join()
        courier.join()
        clerk.join(LAST_FILE_S)

    def _new_courier(self) -> threading.Thread:
        return self._in_a_thread("courier", self._keep_carrying)

    def _new_clerk(self) -> threading.Thread:
        """People's data as files. At our end nobody waits long for one that is half made: it is made again."""
        return self._in_a_thread("clerk", self._keep_filing)

    def _in_a_thread(self, name: str, work: Callable[[], None]) -> threading.Thread:
        def to_its_end() -> None:
            try:
                work()
            finally:
                connections.close_all()

        thread = threading.Thread(target=to_its_end, daemon=True, name=name)
        thread.start()
        return thread

    def _keep_filing(self) -> None:
        files = Clerk(self.publisher)
        while not self.stopping.wait(FILES_POLL_S):
            self._brave(files.round)

    def _keep_carrying(self) -> None:
        """The clubs' webhooks, in a thread of their own: nobody's program holds up a word to a person."""
        hooks = Courier(self.publisher)
        while not self.stopping.is_set():
            self._brave(lambda: self._carry_and_rest(hooks))
        until = time.monotonic() + LAST_POST_S
        while hooks.is_waiting and time.monotonic() < until:
            hooks.rest(seconds=BUSY_REST_S)
            self._brave(hooks.write_down)

    def _keep_posting(self) -> None:
        """In a thread: a mail server that takes its time holds up no report and no clock."""
        mail = Postman(self.publisher)
        while not self.stopping.is_set():
            self._brave(lambda: self._post_and_rest(mail))
        until = time.monotonic() + LAST_POST_S
        while mail.is_waiting and time.monotonic() < until:
            mail.rest(seconds=BUSY_REST_S)
            self._brave(mail.write_down)

    def _post_and_rest(self, mail: Postman) -> None:
        is_busy = mail.round()
        if time.monotonic() - self._posted_at >= settings.HEARTBEAT_STALE_S / BEATS:
            self._posted_at = time.monotonic()
            clock.beat(name=clock.POSTMAN)
        mail.rest(seconds=BUSY_REST_S if is_busy else settings.DISPATCH_POLL_S)

    def _carry_and_rest(self, hooks: Courier) -> None:
        is_busy = hooks.round()
        if time.monotonic() - self._carried_at >= settings.HEARTBEAT_STALE_S / BEATS:
            self._carried_at = time.monotonic()
            clock.beat(name=clock.COURIER)
        hooks.rest(seconds=BUSY_REST_S if is_busy else HOOKS_POLL_S)

    def _brave(self, work: Callable[[], object]) -> None:
        try:
            close_old_connections()
            work()
        except (DatabaseError, InterfaceError) as fault:
            logger.warning("database not available: %s", type(fault).__name__)
            connection.close()
            self.stopping.wait(1.0)

    def _round_and_rest(self) -> None:
        try:
            more = self.judge()
            self.keep_clocks()
            if not more:
                self.rest()
        except (DatabaseError, InterfaceError):
            self._ears = None
            raise

    def round(self) -> None:
        """Do all that is left to do."""
        while self.judge():
            pass
        self._swept_at.clear()
        self.keep_clocks()
        Postman(self.publisher).work_off()
        Courier(self.publisher).work_off()
        Clerk(self.publisher).work_off()

    def judge(self) -> bool:
        """Reports without a judgement: to Celery, or here if that does not get them done.

        True when there is more of it.
        """
        if not Assessment.objects.pending().exists():  # all that an idle round costs
            return False
        new = Assessment.objects.unpublished().by_urgency()
        if self.publisher is not None and self.publisher.is_answering:
            more = self._hand_on(new, self.publisher)
        else:
            more = self._do_here(new.free(), self._assess)
        return self._do_here(Assessment.objects.overdue().by_urgency(), self._assess) or more

    def keep_clocks(self) -> None:
        """Whatever time brought, each sweep at its own pace, and our own signs of life."""
        self._probe_broker()
        for sweep in SWEEPS:
            if time.monotonic() - self._swept_at.get(sweep.name, -1e9) >= sweep.every_s:
                self._swept_at[sweep.name] = time.monotonic()
                self._sweep(sweep)
        self._beat()

    def _sweep(self, sweep: Sweep) -> None:
        """One pass. Only one in which no row failed is a sign of life."""
        failed = set()

        def deal_with(row_id: UUID) -> object:
            failed.add(row_id)
            done = sweep.do(row_id)
            failed.remove(row_id)
            return done

        deal_with.__name__ = sweep.name  # as the log has it
        self._do_here(sweep.find(), deal_with, most=BATCH)
        if not failed:
            self._swept_well.add(clock.sweep_beat(sweep.name))

    def _hand_on(self, rows: QuerySet[Assessment], publisher: Publisher) -> bool:
        waiting = _ids(rows, BATCH)
        for row_id in waiting:
            mine = Assessment.objects.filter(pk=row_id, dispatched_at=None)
            if mine.update(dispatched_at=Now()):
                reach("dispatch.claimed")
                if not publisher.offer(tasks.assess_report, str(row_id)):
                    self._shielded(self._assess, row_id)
                reach("dispatch.handed_on")
        return len(waiting) == BATCH

    def _do_here(
        self, rows: QuerySet[Any], do: Callable[[UUID], object], *, most: int = AT_ONCE
    ) -> bool:
        """A few at a time: what comes meanwhile and is more urgent is not to wait for all of them.

        True when there is more, and it pays to go on at once.
        """
        waiting, done = _ids(rows, most), 0
        for row_id in waiting:
            done += self._shielded(do, row_id)
        return len(waiting) == most and done > 0

    @staticmethod
    def _shielded(do: Callable[[UUID], object], row_id: UUID) -> bool:
        """Its attempt is counted, and after a few it is set aside with a safe answer."""
        with shielded(getattr(do, "__name__", repr(do)), row_id):
            return bool(do(row_id))
        return False

    @staticmethod
    def _assess(assessment_id: UUID) -> bool:
        return assessments.assess_report(assessment_id=assessment_id, finished_by="dispatcher")

    def _probe_broker(self) -> None:
        """Ask the broker for a sign of life; the worker that takes it writes its own heartbeat."""
        every_s = settings.HEARTBEAT_STALE_S / PROBES
        if self.publisher is None or time.monotonic() - self._probed_at < every_s:
            return
        self._probed_at = time.monotonic()
        self.publisher.offer(tasks.prove_alive)
        self.publisher.offer(tasks.prove_messenger_alive)

    def _beat(self) -> None:
        """Our signs of life, all of them at their pace; the first of each at once."""
        alive = {clock.DISPATCHER, *self._swept_well}
        if self.publisher and self.publisher.is_answering:
            alive.add(clock.BROKER)
        is_time = time.monotonic() - self._beaten_at >= settings.HEARTBEAT_STALE_S / BEATS
        if is_time or not alive <= self._seen_alive:
            self._beaten_at = time.monotonic()
            clock.beat_all(names=alive)
            self._seen_alive |= alive
            self._swept_well.clear()

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
                # nosemgrep: no-sql-of-ones-own (a constant)
                self._ears.execute(f"LISTEN {wake.CHANNEL}")
            for _ in self._ears.notifies(timeout=seconds, stop_after=1):
                return
        except psycopg.Error as fault:
            self._ears = None
            raise DatabaseError(str(type(fault).__name__)) from fault


def _ids(rows: QuerySet[Any], most: int) -> list[UUID]:
    return list(rows.values_list("pk", flat=True)[:most])


def make_dispatcher() -> Dispatcher:
    """With a publisher where a broker is set up."""
    return Dispatcher(publisher=Publisher() if settings.REDIS_URL else None)
