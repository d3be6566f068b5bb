"""Writing down what a club's programs are to be told, in the transaction of what happened. Ids and times only.

Nothing here talks to anybody: a call for help costs one look at whether the club has an address, no more.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import uuid_utils.compat as uuids
from django.conf import settings
from django.utils import timezone

from athletes.models import Athlete, CheckIn, Escalation, PainReport
from athletes.models.webhooks import (
    CHECK_IN_MISSED,
    ESCALATION_ACKNOWLEDGED,
    ESCALATION_OPENED,
    ESCALATION_RAISED,
    PING,
    REPORT_ASSESSED,
    WebhookDelivery,
    WebhookEndpoint,
)


def assessed(report: PainReport) -> None:
    """A report was judged, or set aside with the safe answer."""
    wanting = _wanting(REPORT_ASSESSED, report.athlete)
    if wanting and not report.is_told_history:
        ids = {"report": report.pk, "episode": report.episode_id}
        path = f"reports/{report.pk}/assessment/"
        _write(REPORT_ASSESSED, report.athlete, wanting, ids, path)


def opened(escalation: Escalation) -> None:
    _escalated(ESCALATION_OPENED, escalation)


def acknowledged(escalation: Escalation) -> None:
    _escalated(ESCALATION_ACKNOWLEDGED, escalation)


def raised(escalation: Escalation) -> None:
    """To a higher level, or to the next people in the chain."""
    _escalated(ESCALATION_RAISED, escalation)


def missed(check_in: CheckIn) -> None:
    """Nobody answered it in time."""
    athlete = check_in.episode.athlete
    if wanting := _wanting(CHECK_IN_MISSED, athlete):
        ids = {
            "check_in": check_in.pk,
            "report": check_in.report_id,
            "episode": check_in.episode_id,
        }
        _write(CHECK_IN_MISSED, athlete, wanting, ids, f"check-ins/{check_in.pk}/")


def ping(endpoint: WebhookEndpoint) -> WebhookDelivery:
    """A test, whatever events were chosen."""
    now = timezone.now()
    event_id = uuids.uuid7()
    data = {"webhook": str(endpoint.pk), "url": _url(f"webhooks/{endpoint.pk}/")}
    body = _body(event_id, PING, now, endpoint.club_id, data)
    return WebhookDelivery.objects.create(
        endpoint=endpoint, event_id=event_id, event=PING, body=body, next_attempt_at=now
    )


def _escalated(event: str, escalation: Escalation) -> None:
    wanting = _wanting(event, escalation.athlete)
    if wanting and not escalation.report.is_told_history:
        ids = {
            "escalation": escalation.pk,
            "report": escalation.report_id,
            "episode": escalation.episode_id,
        }
        _write(event, escalation.athlete, wanting, ids, f"escalations/{escalation.pk}/")


def _wanting(event: str, athlete: Athlete) -> list[UUID]:
    """The addresses of the club that want `event`; none where it is about somebody made up."""
    if athlete.is_drill:
        return []
    of_club = WebhookEndpoint.objects.in_use().filter(
        club=athlete.club_id, club__calls_nobody=False
    )
    return [key for key, events in of_club.values_list("pk", "events") if event in (events or ())]


def _write(
    event: str, athlete: Athlete, wanting: list[UUID], ids: dict[str, UUID], path: str
) -> None:
    """One row for each of them, with the same id."""
    now, event_id = timezone.now(), uuids.uuid7()
    named = {name: str(key) for name, key in {**ids, "athlete": athlete.pk}.items()}
    body = _body(event_id, event, now, athlete.club_id, {**named, "url": _url(path)})
    WebhookDelivery.objects.bulk_create(
        WebhookDelivery(
            endpoint_id=endpoint,
            event_id=event_id,
            event=event,
            body=body,
            athlete=athlete,
            next_attempt_at=now,
        )
        for endpoint in wanting
    )


def _body(
    event_id: UUID, event: str, at: datetime, club: UUID, data: dict[str, str]
) -> dict[str, Any]:
    """The level stands in none: it is health data, and who may see it asks the API for it."""
    return {
        "id": str(event_id),
        "type": event,
        "at": at.astimezone(UTC).isoformat().replace("+00:00", "Z"),
        "club": str(club),
        "data": data,
    }


def _url(path: str) -> str:
    return f"{settings.SITE_URL.rstrip('/')}/api/v1/{path}"
