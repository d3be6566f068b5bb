"""What postman and courier share: hands that carry things to the outside, each on a thread of its own.

One thread talks to the database; those that talk to the outside do nothing else. Who is carried is held until it is
written down what came of it, also while the database is away.
"""

from __future__ import annotations

import logging
import queue
import threading
import time
from abc import ABC, abstractmethod
from collections import deque
from dataclasses import dataclass, field
from typing import ClassVar, Generic, TypeVar
from uuid import UUID

from athletes.publisher import Publisher
from athletes.shield import shielded

logger = logging.getLogger(__name__)

BUSY_REST_S = 0.05

Parcel = TypeVar("Parcel")
Outcome = TypeVar("Outcome")


@dataclass(eq=False)
class Trip(Generic[Parcel]):
    """A parcel that is under way."""

    parcel: Parcel
    began_at: float = field(default_factory=time.monotonic)


class Carrier(ABC, Generic[Parcel, Outcome]):
    """Without a publisher (no broker set up) everything is sent from here."""

    what: ClassVar[str]  # is carried; the word for it in the log

    def __init__(self, publisher: Publisher | None = None) -> None:
        self.publisher = publisher
        self._under_way: set[Trip[Parcel]] = set()
        self._came_back: queue.SimpleQueue[tuple[Trip[Parcel], Outcome]] = queue.SimpleQueue()
        self._unwritten: deque[tuple[Parcel, Outcome]] = deque()

    @abstractmethod
    def round(self) -> bool:
        """One look at what is due. True when there was something to do."""

    @abstractmethod
    def row_of(self, parcel: Parcel) -> UUID:
        """Its primary key."""

    @abstractmethod
    def send(self, parcel: Parcel) -> Outcome:
        """Talk to the outside, without asking the database."""

    @abstractmethod
    def settle(self, parcel: Parcel, outcome: Outcome) -> None:
        """Write down what came of it."""

    @abstractmethod
    def outcome_of(self, slip: Exception) -> Outcome:
        """What it counts as that a library below let this through."""

    @property
    def has_broker(self) -> bool:
        return self.publisher is not None and self.publisher.is_answering

    @property
    def is_waiting(self) -> bool:
        """Whether something is on its way, or not written down yet."""
        return bool(self._under_way or self._unwritten)

    def work_off(self) -> None:
        """Until nothing is due and everybody is back."""
        while self.round() or self.is_waiting:
            self.rest(seconds=BUSY_REST_S)

    def rest(self, *, seconds: float) -> None:
        """Until somebody comes back, at most for `seconds`."""
        try:
            self._note_return(*self._came_back.get(timeout=seconds))
        except queue.Empty:
            return

    def write_down(self) -> bool:
        """What came of those that are back. Nothing is forgotten while the database is away."""
        while not self._came_back.empty():
            self._note_return(*self._came_back.get())
        wrote = bool(self._unwritten)
        while self._unwritten:
            with shielded(self.what, self.row_of(self._unwritten[0][0])):
                self.settle(*self._unwritten[0])
            self._unwritten.popleft()
        return wrote

    def start(self, parcel: Parcel) -> None:
        """Give a claimed parcel to a hand of its own."""
        trip = Trip(parcel)
        self._under_way.add(trip)
        # A daemon: one that waits for a dead server must not hold up our end.
        threading.Thread(target=self._carry, args=(trip,), daemon=True).start()

    def _carry(self, trip: Trip[Parcel]) -> None:
        try:
            outcome = self.send(trip.parcel)
        except Exception as slip:
            # A slip of a library below. It counts as not sent, and the hands that carried it are free again; a narrower
            # net would leave a hand taken for ever by whatever it did not name.
            logger.exception("%s %s felled its sender", self.what, self.row_of(trip.parcel))
            outcome = self.outcome_of(slip)
        self._came_back.put((trip, outcome))

    def _note_return(self, trip: Trip[Parcel], outcome: Outcome) -> None:
        self._under_way.remove(trip)
        self._unwritten.append((trip.parcel, outcome))
