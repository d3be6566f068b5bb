"""Reports of a while ago, and what their check-ins go through: for tests of the follow-up."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from athletes.dispatcher import SWEEPS
from athletes.models import Athlete, CheckIn, Notification, PainReport
from athletes.models.follow_up import (
    ASKED,
    MISSED,
    REMINDED,
)
from athletes.services import assessments, check_ins, follow_up
from athletes.services.reports import Submission
from guidance import check_in_told
from tests.factories import (
    SORE,
    make_report,
)

FINE = {"severity_nrs": 0, "can_walk": "yes", "hop_pain": "no"}
LESS = {"severity_nrs": 1, "can_walk": "yes", "hop_pain": "no"}


def ago(**age: float) -> datetime:
    return timezone.now() - timedelta(**age)


def judged(report: PainReport) -> PainReport:
    assessments.assess_report(assessment_id=report.assessment.pk, finished_by="worker")
    report.refresh_from_db()
    return report


def reported(athlete: Athlete, answers: dict[str, Any] = SORE, **age: float) -> PainReport:
    """A report that came in as it was told, a while ago."""
    report = make_report(athlete, answers, reported_at=ago(**age) if age else None)
    PainReport.objects.filter(pk=report.pk).update(created_at=report.reported_at)
    report.refresh_from_db()
    return judged(report)


def the(report: PainReport, kind: str) -> CheckIn:
    return CheckIn.objects.select_related("report", "episode__athlete__user").get(
        report=report, kind=kind
    )


def make_due(check_in: CheckIn, *, at: str = "due_at") -> CheckIn:
    """As if its time had just come."""
    row = CheckIn.objects.get(pk=check_in.pk)
    shift = getattr(row, at) - timezone.now() + timedelta(seconds=1)
    times = {name: getattr(row, name) - shift for name in ("due_at", "remind_at", "missed_at")}
    CheckIn.objects.filter(pk=row.pk).update(**times)
    return row


def go_through(check_in: CheckIn, state: str) -> CheckIn:
    """Asked, reminded, missed: as far as `state`."""
    steps = [
        (ASKED, "due_at", follow_up.ask),
        (REMINDED, "remind_at", follow_up.remind),
        (MISSED, "missed_at", follow_up.miss),
    ]
    for reached, at, step in steps:
        make_due(check_in, at=at)
        assert step(check_in_id=check_in.pk)
        if reached == state:
            break
    check_in.refresh_from_db()
    assert check_in.state == state
    return check_in


def answered(
    check_in: CheckIn, trend: str = "better", told: dict[str, Any] = LESS, **fields: Any
) -> Submission:
    by = fields.pop("by", None) or check_in.episode.athlete.user
    key = fields.pop("client_key", None) or uuid.uuid4()
    return check_ins.answer(
        by=by,
        check_in=check_in,
        answers=check_in_told(trend, told),
        client_key=key,
        face="phone",
        **fields,
    )


def states(athlete: Athlete) -> dict[str, str]:
    rows = CheckIn.objects.filter(episode__athlete=athlete).order_by("due_at", "id")
    return dict(rows.values_list("kind", "state"))


def messages(check_in: CheckIn) -> list[tuple[str, str, str]]:
    rows = Notification.objects.filter(check_in=check_in, channel="in_app").order_by("created_at")
    return list(rows.values_list("recipient__email", "subject", "path"))


def sweep() -> None:
    for entry in SWEEPS:
        if entry.name.startswith("check_ins"):
            for pk in entry.find().values_list("pk", flat=True):
                entry.do(pk)
