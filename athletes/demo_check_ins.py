"""The check-ins of the demo club's past: nobody was there to ask them, so they are written down as they ended."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from athletes.models import CheckIn, PainReport
from athletes.models.follow_up import ANSWERED, MISSED

KIND = "second_day"
REMINDED_AFTER, MISSED_AFTER = timedelta(hours=6), timedelta(hours=20)


def settle(report: PainReport, written: dict[str, Any]) -> None:
    """`answers_after_h`: this report answers one that was asked so long before; `missed_after_days`: nobody answered one."""
    if "answers_after_h" in written:
        asked_at = report.reported_at - timedelta(hours=written["answers_after_h"])
        earlier = report.episode.reports.filter(reported_at__lt=asked_at).order_by("-reported_at")
        _write(earlier[0], asked_at, ANSWERED, settled_at=report.reported_at, answer=report)
    if "missed_after_days" in written:
        asked_at = report.reported_at + timedelta(days=written["missed_after_days"])
        _write(report, asked_at, MISSED, settled_at=asked_at + MISSED_AFTER)


def _write(report: PainReport, asked_at: datetime, state: str, **ended: Any) -> None:
    CheckIn.objects.update_or_create(
        report=report,
        kind=KIND,
        defaults={
            "episode": report.episode,
            "level": report.disposition,
            "due_at": asked_at,
            "remind_at": asked_at + REMINDED_AFTER,
            "missed_at": asked_at + MISSED_AFTER,
            "state": state,
            "asked_at": asked_at,
            **ended,
        },
    )
