"""Seeing to it that messages go out: handed to the messenger through Celery, or sent from here.

Each channel has hands of its own, and first tries have others than repeated ones: a mail server that hangs
holds up no push, and what failed before holds up nothing new. One thread talks to the database; those that
talk to the outside do nothing else.
"""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from uuid import UUID

from django.db import InterfaceError, OperationalError
from django.db.models import QuerySet
from django.db.models.functions import Now

from athletes import tasks
from athletes.crashpoints import reach
from athletes.models import Notification
from athletes.models.escalations import EMAIL, PUSH, SQUAD
from athletes.publisher import Publisher
from athletes.services import delivery
from athletes.services.senders import NotSent

logger = logging.getLogger(__name__)

CHANNELS = (PUSH, EMAIL, SQUAD)
Try = tuple[UUID, int]  # which message, for which time
# What the messenger is given of one channel at a time: all three leave two of its threads (`--concurrency`
# in supervisord.conf) for its signs of life, even when nobody out there answers.
AT_THE_MESSENGER = 8
# What is sent from here at a time, of one channel. Threads that only wait are cheap; these hold no database
# connection. All of them waiting 5 s for a dead server still leaves a dozen first tries a second.
FIRST_TRIES, REPEATED = 64, 8
# Of these so many a lane may be at work with our own processor: who has not come back after `WAITS_AFTER_S`
# waits for somebody out there. More at once would only keep each other, and the one thread that writes down
# what was sent, from getting on; their claims would run out before they have sent.
AT_WORK, WAITS_AFTER_S = 6, 0.5
BUSY_REST_S = 0.05


@dataclass(frozen=True)
class Lane:
    channel: str
    is_repeated: bool

    @property
    def hands(self) -> int:
        return REPEATED if self.is_repeated else FIRST_TRIES


LANES = [Lane(channel, repeated) for repeated in (False, True) for channel in CHANNELS]


@dataclass
class Postman:
    """Without a publisher (no broker set up) everything is sent from here."""

    publisher: Publisher | None = None
    _under_way: dict[Lane, dict[Try, float]] = field(
        default_factory=lambda: {lane: {} for lane in LANES}
    )
    _came_back: queue.SimpleQueue[tuple[Lane, delivery.Parcel, NotSent | None]] = field(
        default_factory=queue.SimpleQueue
    )
    _unwritten: deque[tuple[delivery.Parcel, NotSent | None]] = field(default_factory=deque)

    def round(self) -> bool:
        """One look at the outbox. True when there was something to do."""
        wrote = self.write_down()
        if not Notification.objects.due().exists():  # all that an idle round costs
            return wrote
        handed_on = False
        if self.publisher is not None and self.publisher.is_answering:
            for channel in CHANNELS:
                handed_on |= self._hand_on(channel, self.publisher)
        sent = [self._send_here(lane) for lane in LANES]
        return wrote or handed_on or any(sent)

    def work_off(self) -> None:
        """Until nothing is due and everybody is back."""
        while self.round() or self.is_waiting:
            self.rest(seconds=BUSY_REST_S)

    @property
    def is_waiting(self) -> bool:
        """Whether something is on its way, or not written down yet."""
        return any(self._under_way.values()) or bool(self._unwritten)

    def rest(self, *, seconds: float) -> None:
        """Until somebody comes back, at most for `seconds`."""
        try:
            self._note_return(*self._came_back.get(timeout=seconds))
        except queue.Empty:
            return

    def _note_return(self, lane: Lane, parcel: delivery.Parcel, fault: NotSent | None) -> None:
        del self._under_way[lane][_try_of(parcel)]
        self._unwritten.append((parcel, fault))

    def write_down(self) -> bool:
        """What came of those that are back. Nothing is forgotten while the database is away.

        After every step, not every round: whoever dies before has sent what somebody will send again.
        """
        while not self._came_back.empty():
            self._note_return(*self._came_back.get())
        wrote = bool(self._unwritten)
        while self._unwritten:
            with _shielded(self._unwritten[0][0].notice.pk):
                delivery.settle(*self._unwritten[0])
            self._unwritten.popleft()
        return wrote

    def _hand_on(self, channel: str, publisher: Publisher) -> bool:
        """Fill the messenger's hands: the queue stays short, so that what is urgent comes at once."""
        of_channel = Notification.objects.filter(channel=channel)
        free = AT_THE_MESSENGER - of_channel.at_the_messenger().count()
        if free <= 0:
            return False
        handed_on = False
        for row_id in _ids(of_channel.not_handed_on().by_urgency(), free):
            mine = Notification.objects.not_handed_on().filter(pk=row_id)
            if mine.update(dispatched_at=Now()):
                handed_on = publisher.offer(tasks.deliver_message, str(row_id)) or handed_on
                reach("notify.handed_on")
            self.write_down()
        return handed_on

    def _send_here(self, lane: Lane) -> bool:
        """What the messenger could not take, or did nothing about."""
        free = self._free_hands(lane)
        if free <= 0:
            return False
        due = Notification.objects.due().filter(channel=lane.channel)
        if self.publisher is not None and self.publisher.is_answering:
            due = due.left_lying()
        due = due.filter(attempts__gt=0) if lane.is_repeated else due.filter(attempts=0)
        sent = False
        for row_id in _ids(due.by_urgency(), free):
            with _shielded(row_id):
                if parcel := delivery.claim(notification_id=row_id):
                    self._start(lane, parcel)
                    sent = True
            self.write_down()
        return sent

    def _free_hands(self, lane: Lane) -> int:
        began = self._under_way[lane].values()
        at_work = sum(time.monotonic() - at < WAITS_AFTER_S for at in began)
        return min(lane.hands - len(began), AT_WORK - at_work)

    def _start(self, lane: Lane, parcel: delivery.Parcel) -> None:
        self._under_way[lane][_try_of(parcel)] = time.monotonic()
        # A daemon: one that waits for a dead server must not hold up our end.
        threading.Thread(target=self._carry, args=(lane, parcel), daemon=True).start()

    def _carry(self, lane: Lane, parcel: delivery.Parcel) -> None:
        try:
            fault = delivery.send(parcel)
        except Exception as slip:
            # A slip of a library below. It counts as not sent, and the hands that carried it are free again.
            logger.exception("message %s felled its sender", parcel.notice.pk)
            fault = NotSent(type(slip).__name__)
        self._came_back.put((lane, parcel, fault))


@contextmanager
def _shielded(row_id: UUID) -> Iterator[None]:
    """One message that cannot be dealt with must not hold up the others: its attempts are counted."""
    try:
        yield
    except (OperationalError, InterfaceError):
        raise
    except Exception:
        logger.exception("message %s could not be dealt with", row_id)


def _try_of(parcel: delivery.Parcel) -> Try:
    return parcel.notice.pk, parcel.notice.attempts


def _ids(rows: QuerySet[Notification], most: int) -> list[UUID]:
    return list(rows.values_list("pk", flat=True)[:most])
