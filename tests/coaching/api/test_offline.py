"""What a phone sends that was offline: late, twice, in any order."""

from __future__ import annotations

from datetime import timedelta
from itertools import permutations
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone

from athletes.models import Escalation, PainReport
from athletes.services import assessments
from tests.coaching.api.conftest import fields_of
from tests.factories import BREATHLESS, SORE, make_report

LIST = "/reports/"


def ago(**age: float) -> str:
    return (timezone.now() - timedelta(**age)).isoformat()


def told(answers: dict[str, Any], at: str, **fields: Any) -> dict[str, Any]:
    return {"answers": answers, "client_key": str(uuid4()), "reported_at": at, **fields}


def send(client: Any, report: dict[str, Any]) -> Any:
    response = client.post(LIST, report)
    assert response.status_code in (200, 201), response.content
    return response


def test_a_report_has_the_time_when_it_was_told(cast: Any) -> None:
    at = timezone.now() - timedelta(hours=6)
    sent = send(cast.api.robin, told(SORE, at.isoformat())).json()
    assert PainReport.objects.get(pk=sent["id"]).reported_at == at


@pytest.mark.parametrize(
    ("age", "sentence"),
    [
        ({"minutes": -6}, "This is in the future."),
        ({"days": 30, "minutes": 1}, "This is more than 30 days back."),
    ],
    ids=["future", "long ago"],
)
def test_a_time_that_cannot_be_is_named(cast: Any, age: dict[str, float], sentence: str) -> None:
    response = cast.api.robin.post(LIST, told(SORE, ago(**age)))
    assert response.status_code == 400
    assert fields_of(response)["reported_at"] == [sentence]
    assert not PainReport.objects.exists()


def test_a_clock_that_is_ahead_a_little_tells_of_now(cast: Any) -> None:
    send(cast.api.robin, told(SORE, ago(minutes=-4)))
    assert PainReport.objects.get().reported_at <= timezone.now()


ORDERS = list(permutations(range(3)))


@pytest.mark.parametrize("order", ORDERS, ids=str)
def test_in_any_order_and_twice_it_is_one_report_each_and_the_latest_counts(
    cast: Any, order: tuple[int, ...]
) -> None:
    kept = [
        told({**SORE, "severity_nrs": pain}, ago(hours=hours))
        for hours, pain in ((9, 6), (6, 4), (3, 1))
    ]
    ids = {}
    for number in (*order, *order):
        ids.setdefault(number, set()).add(send(cast.api.robin, kept[number]).json()["id"])
    assert [len(found) for found in ids.values()] == [1, 1, 1]
    assert PainReport.objects.count() == 3
    (episode,) = cast.api.robin.get("/episodes/").json()["results"]
    assert episode["latest_pain"] == 1
    newest = cast.api.robin.get(LIST).json()["results"]
    assert [report["pain_now"] for report in newest] == [1, 4, 6]


def test_a_danger_that_comes_late_still_calls_a_person(cast: Any) -> None:
    make_report(cast.robin, SORE, assess=True)
    late = send(cast.api.robin, told({**BREATHLESS, "side": "both"}, ago(days=2))).json()
    assert late["screening"]["disposition"] == "emergency_now"
    assert Escalation.objects.open().get().report_id == PainReport.objects.get(pk=late["id"]).pk
    assessments.assess_report(
        assessment_id=PainReport.objects.get(pk=late["id"]).assessment.pk, finished_by="worker"
    )
    assert Escalation.objects.open().get().level == "emergency_now"
