"""Seeing to it that clubs' webhooks go out: handed to the messenger through Celery, or sent from here.

Apart from the postman, so that nobody's own program holds up a word to a person: other hands, and few of them. Each
endpoint has one or two of them at a time, and those that fail share a few by themselves; so one that hangs holds up
nobody else. One thread talks to the database; those that talk to the outside do nothing else.
"""

from __future__ import annotations

import logging
import queue
import threading
from collections import Counter, deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from uuid import UUID

from django.db import InterfaceError, OperationalError
from django.db.models import Min, QuerySet
from django.db.models.functions import Now

from athletes import tasks
from athletes.models import WebhookDelivery
from athletes.publisher import Publisher
from athletes.services.senders.webhook import Outcome
from athletes.services.webhooks import sending
from athletes.services.webhooks.sending import Parcel

logger = logging.getLogger(__name__)

# What the messenger is given at a time; it has threads for these beside those for messages (`--concurrency` in
# supervisord.conf).
AT_THE_MESSENGER = 8
FROM_HERE = 16
# Of these, for endpoints whose last try failed: they may all hang.
FAILING_AT_THE_MESSENGER, FAILING_FROM_HERE = 2, 4
EACH, EACH_FAILING = 2, 1  # of one endpoint at a time
MOST_LOOKED_AT = 500  # endpoints in one round


@dataclass(frozen=True)
class Busy:
    """How many are under way: of each endpoint, in all, and to endpoints that fail."""

    of_each: Counter[UUID]
    everywhere: int
    failing: int


@dataclass
class Courier:
    """Without a publisher (no broker set up) everything is sent from here."""

    publisher: Publisher | None = None
    _under_way: dict[UUID, WebhookDelivery] = field(default_factory=dict)
    _came_back: queue.SimpleQueue[tuple[Parcel, Outcome]] = field(default_factory=queue.SimpleQueue)
    _unwritten: deque[tuple[Parcel, Outcome]] = field(default_factory=deque)

    def round(self) -> bool:
        """One look at what is due. True when there was something to do."""
        wrote = self.write_down()
        if not WebhookDelivery.objects.due().exists():  # all that an idle round costs
            return wrote
        handed_on = self._hand_on() if self._has_broker else False
        return self._send_here() or handed_on or wrote

    def work_off(self) -> None:
        """Until nothing is due and everybody is back."""
        while self.round() or self.is_waiting:
            self.rest(seconds=0.05)

    @property
    def _has_broker(self) -> bool:
        return self.publisher is not None and self.publisher.is_answering

    @property
    def is_waiting(self) -> bool:
        """Whether something is on its way, or not written down yet."""
        return bool(self._under_way or self._unwritten)

    def rest(self, *, seconds: float) -> None:
        """Until somebody comes back, at most for `seconds`."""
        try:
            self._note_return(*self._came_back.get(timeout=seconds))
        except queue.Empty:
            return

    def _note_return(self, parcel: Parcel, outcome: Outcome) -> None:
        del self._under_way[parcel.delivery.pk]
        self._unwritten.append((parcel, outcome))

    def write_down(self) -> bool:
        """What came of those that are back. Nothing is forgotten while the database is away."""
        while not self._came_back.empty():
            self._note_return(*self._came_back.get())
        wrote = bool(self._unwritten)
        while self._unwritten:
            with _shielded(self._unwritten[0][0].delivery.pk):
                sending.settle(*self._unwritten[0])
            self._unwritten.popleft()
        return wrote

    def _hand_on(self) -> bool:
        """Fill the messenger's hands: its queue stays short, so that a message to a person comes at once."""
        assert self.publisher is not None
        busy = self._busy_there()
        new = WebhookDelivery.objects.not_handed_on()
        room = AT_THE_MESSENGER - busy.everywhere
        failing = min(room, FAILING_AT_THE_MESSENGER - busy.failing)
        handed_on = False
        for row_id in _fairly(new, busy.of_each, room=room, room_failing=failing):
            mine = WebhookDelivery.objects.not_handed_on().filter(pk=row_id)
            if mine.update(dispatched_at=Now()):
                handed_on |= self.publisher.offer(tasks.deliver_webhook, str(row_id))
        return handed_on

    def _send_here(self) -> bool:
        """What the messenger could not take, or did nothing about."""
        due = WebhookDelivery.objects.due()
        of_each = self._busy_here()
        if self._has_broker:
            due = due.left_lying()
            of_each += self._busy_there().of_each
        at_failing = sum(one.endpoint.failing_since is not None for one in self._under_way.values())
        room = FROM_HERE - len(self._under_way)
        failing = min(room, FAILING_FROM_HERE - at_failing)
        sent = False
        for row_id in _fairly(due, of_each, room=room, room_failing=failing):
            with _shielded(row_id):
                if parcel := sending.claim(delivery_id=row_id):
                    self._start(parcel)
                    sent = True
        return sent

    def _busy_here(self) -> Counter[UUID]:
        return Counter(one.endpoint_id for one in self._under_way.values())

    @staticmethod
    def _busy_there() -> Busy:
        there = WebhookDelivery.objects.at_the_messenger()
        rows = list(there.values_list("endpoint", "endpoint__failing_since"))
        failing = sum(since is not None for _endpoint, since in rows)
        return Busy(Counter(endpoint for endpoint, _since in rows), len(rows), failing)

    def _start(self, parcel: Parcel) -> None:
        self._under_way[parcel.delivery.pk] = parcel.delivery
        # A daemon: one that waits for a dead server must not hold up our end.
        threading.Thread(target=self._carry, args=(parcel,), daemon=True).start()

    def _carry(self, parcel: Parcel) -> None:
        try:
            outcome = sending.send(parcel)
        except Exception as slip:
            # A slip of a library below. It counts as not taken, and the hands that carried it are free again.
            logger.exception("webhook delivery %s felled its sender", parcel.delivery.pk)
            outcome = Outcome(None, 0, type(slip).__name__)
        self._came_back.put((parcel, outcome))


def _fairly(
    rows: QuerySet[WebhookDelivery], busy: Counter[UUID], *, room: int, room_failing: int
) -> list[UUID]:
    """Which of `rows` to take: some of each endpoint, who has waited longest first, those that work before the others."""
    healthy = rows.filter(endpoint__failing_since=None)
    chosen = _some_of_each(healthy, busy, each=EACH, room=room)
    failing = rows.filter(endpoint__failing_since__isnull=False)
    left = min(room_failing, room - len(chosen))
    return [*chosen, *_some_of_each(failing, busy, each=EACH_FAILING, room=left)]


def _some_of_each(
    rows: QuerySet[WebhookDelivery], busy: Counter[UUID], *, each: int, room: int
) -> list[UUID]:
    chosen: list[UUID] = []
    if room <= 0:
        return chosen
    waiting = rows.order_by().values("endpoint").annotate(since=Min("next_attempt_at"))
    endpoints = waiting.order_by("since").values_list("endpoint", flat=True)
    for endpoint in endpoints[:MOST_LOOKED_AT]:
        most = min(each - busy[endpoint], room - len(chosen))
        if most > 0:
            oldest = rows.filter(endpoint=endpoint).order_by("next_attempt_at", "pk")
            chosen += oldest.values_list("pk", flat=True)[:most]
    return chosen


@contextmanager
def _shielded(row_id: UUID) -> Iterator[None]:
    """One event that cannot be dealt with must not hold up the others: its attempts are counted."""
    try:
        yield
    except (OperationalError, InterfaceError):
        raise
    except Exception:
        logger.exception("webhook delivery %s could not be dealt with", row_id)
