"""Celery tasks: a primary key in, one service called. Each may run twice without harm."""

from __future__ import annotations

from uuid import UUID

from celery import shared_task

from athletes.services import assessments, clock, delivery, exports, housekeeping
from athletes.services.webhooks import sending


@shared_task
def assess_report(assessment_id: str) -> None:
    assessments.assess_report(assessment_id=UUID(assessment_id), finished_by="worker")
    clock.beat(name=clock.WORKER)


@shared_task
def deliver_message(notification_id: str) -> None:
    delivery.deliver(notification_id=UUID(notification_id))
    clock.beat(name=clock.MESSENGER)


@shared_task
def deliver_webhook(delivery_id: str) -> None:
    sending.deliver(delivery_id=UUID(delivery_id))


@shared_task(soft_time_limit=300, time_limit=330)  # seconds: ten years of reports take their time
def make_export(export_id: str) -> None:
    exports.make(export_id=UUID(export_id))


@shared_task(
    expires=60
)  # seconds: a worker that comes back does not work off what nobody waits for
def prove_alive() -> None:
    """Sent by the dispatcher through the broker: only a worker that really consumes writes this."""
    clock.beat(name=clock.WORKER)


@shared_task(expires=60)
def prove_messenger_alive() -> None:
    """The same for the messenger, which consumes the queue of messages."""
    clock.beat(name=clock.MESSENGER)


@shared_task
def tidy_up() -> None:
    housekeeping.tidy_up()
