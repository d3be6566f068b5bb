"""Seeing to it that clubs' webhooks go out: handed to the messenger through Celery, or sent from here.

Apart from the postman, so that nobody's own program holds up a word to a person: other hands, and few of them. Each
endpoint has one or two of them at a time, and those that fail share a few by themselves; so one that hangs holds up
nobody else.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Min, QuerySet
from django.db.models.functions import Now

from athletes import tasks
from athletes.carrier import Carrier
from athletes.models import WebhookDelivery
from athletes.services.senders.webhook import Outcome
from athletes.services.webhooks import sending
from athletes.services.webhooks.sending import Parcel
from athletes.shield import shielded

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


class Courier(Carrier[Parcel, Outcome]):
    """Events to clubs' own programs."""

    what = "webhook delivery"

    def row_of(self, parcel: Parcel) -> UUID:
        return parcel.delivery.pk

    def send(self, parcel: Parcel) -> Outcome:
        return sending.send(parcel)

    def settle(self, parcel: Parcel, outcome: Outcome) -> None:
        sending.settle(parcel, outcome)

    def outcome_of(self, slip: Exception) -> Outcome:
        return Outcome(None, 0, type(slip).__name__)

    def round(self) -> bool:
        wrote = self.write_down()
        if not WebhookDelivery.objects.due().exists():  # all that an idle round costs
            return wrote
        handed_on = self._hand_on() if self.has_broker else False
        return self._send_here() or handed_on or wrote

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
        of_each = Counter(trip.parcel.delivery.endpoint_id for trip in self._under_way)
        if self.has_broker:
            due = due.left_lying()
            of_each += self._busy_there().of_each
        here = [trip.parcel.delivery for trip in self._under_way]
        at_failing = sum(one.endpoint.failing_since is not None for one in here)
        room = FROM_HERE - len(self._under_way)
        failing = min(room, FAILING_FROM_HERE - at_failing)
        sent = False
        for row_id in _fairly(due, of_each, room=room, room_failing=failing):
            with shielded(self.what, row_id):
                if parcel := sending.claim(delivery_id=row_id):
                    self.start(parcel)
                    sent = True
        return sent

    @staticmethod
    def _busy_there() -> Busy:
        there = WebhookDelivery.objects.at_the_messenger()
        rows = list(there.values_list("endpoint", "endpoint__failing_since"))
        failing = sum(since is not None for _endpoint, since in rows)
        return Busy(Counter(endpoint for endpoint, _since in rows), len(rows), failing)


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
