"""Seeing to it that messages go out: handed to the messenger through Celery, or sent from here.

Each channel has hands of its own, and first tries have others than repeated ones: a mail server that hangs
holds up no push, and what failed before holds up nothing new.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet
from django.db.models.functions import Now

from athletes import tasks
from athletes.carrier import Carrier
from athletes.crashpoints import reach
from athletes.models import Notification
from athletes.models.escalations import EMAIL, PUSH, SQUAD
from athletes.publisher import Publisher
from athletes.services import delivery
from athletes.services.delivery import Parcel
from athletes.services.senders import NotSent
from athletes.shield import shielded

CHANNELS = (PUSH, EMAIL, SQUAD)
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


@dataclass(frozen=True)
class Lane:
    channel: str
    is_repeated: bool

    @property
    def hands(self) -> int:
        return REPEATED if self.is_repeated else FIRST_TRIES


LANES = [Lane(channel, repeated) for repeated in (False, True) for channel in CHANNELS]


class Postman(Carrier[Parcel, NotSent | None]):
    """Messages to people."""

    what = "message"

    def row_of(self, parcel: Parcel) -> UUID:
        return parcel.notice.pk

    def send(self, parcel: Parcel) -> NotSent | None:
        return delivery.send(parcel)

    def settle(self, parcel: Parcel, outcome: NotSent | None) -> None:
        delivery.settle(parcel, outcome)

    def outcome_of(self, slip: Exception) -> NotSent:
        return NotSent(type(slip).__name__)

    def round(self) -> bool:
        wrote = self.write_down()
        if not Notification.objects.due().exists():  # all that an idle round costs
            return wrote
        handed_on = False
        if self.publisher is not None and self.publisher.is_answering:
            for channel in CHANNELS:
                handed_on |= self._hand_on(channel, self.publisher)
        sent = [self._send_here(lane) for lane in LANES]
        return wrote or handed_on or any(sent)

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
            # After every step, not every round: whoever dies before has sent what somebody will send again.
            self.write_down()
        return handed_on

    def _send_here(self, lane: Lane) -> bool:
        """What the messenger could not take, or did nothing about."""
        free = self._free_hands(lane)
        if free <= 0:
            return False
        due = Notification.objects.due().filter(channel=lane.channel)
        if self.has_broker:
            due = due.left_lying()
        due = due.filter(attempts__gt=0) if lane.is_repeated else due.filter(attempts=0)
        sent = False
        for row_id in _ids(due.by_urgency(), free):
            with shielded(self.what, row_id):
                if parcel := delivery.claim(notification_id=row_id):
                    self.start(parcel)
                    sent = True
            self.write_down()
        return sent

    def _free_hands(self, lane: Lane) -> int:
        began = [trip.began_at for trip in self._under_way if _lane_of(trip.parcel) == lane]
        at_work = sum(time.monotonic() - at < WAITS_AFTER_S for at in began)
        return min(lane.hands - len(began), AT_WORK - at_work)


def _lane_of(parcel: Parcel) -> Lane:
    return Lane(parcel.notice.channel, is_repeated=parcel.notice.attempts > 1)


def _ids(rows: QuerySet[Notification], most: int) -> list[UUID]:
    return list(rows.values_list("pk", flat=True)[:most])
