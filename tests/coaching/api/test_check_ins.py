"""Check-ins over the API, also from a phone that was offline."""

from __future__ import annotations

from datetime import timedelta
from itertools import permutations
from typing import Any
from unittest.mock import patch
from uuid import uuid4

import pytest
from django.db import OperationalError
from django.utils import timezone

from athletes.models import CheckIn, Episode, PainReport
from athletes.models.follow_up import MISSED, PLANNED
from tests.coaching.api.conftest import fields_of
from tests.factories import SORE, make_check_in, make_only_check_in, make_report

LIST = "/check-ins/"


def ago(**age: float) -> Any:
    return timezone.now() - timedelta(**age)


@pytest.fixture
def check_in(cast: Any) -> CheckIn:
    return make_only_check_in(make_report(cast.robin, SORE, assess=True, reported_at=ago(days=2)))


def answer(check_in: CheckIn) -> str:
    return f"{LIST}{check_in.pk}/answer/"


def told(**fields: Any) -> dict[str, Any]:
    answers = {"severity_nrs": 2, "can_walk": "yes", "hop_pain": "no", "swelling": "no"}
    return {"client_key": str(uuid4()), "trend": "better", "answers": answers, **fields}


def errors(response: Any) -> dict[str, list[str]]:
    assert response.status_code == 400, response.content
    return fields_of(response)


# --- reading ---


def test_they_are_listed_by_who_may_see_them_the_next_due_first(
    cast: Any, check_in: CheckIn
) -> None:
    later = make_check_in(check_in.report, kind="week", state=PLANNED)
    mine = {"state": [PLANNED, "asked"], "episode": str(check_in.episode_id)}
    for who in (cast.api.robin, cast.api.coach, cast.api.owner):
        found = [row["id"] for row in who.get(LIST, mine).json()["results"]]
        assert found == [str(check_in.pk), str(later.pk)]
    for who in (cast.api.kim, cast.api.outsider):
        assert who.get(LIST).json()["results"] == []
        assert who.get(f"{LIST}{check_in.pk}/").status_code == 404
        assert who.post(answer(check_in), told()).status_code == 404


def test_they_are_filtered(cast: Any, check_in: CheckIn) -> None:
    make_check_in(check_in.report, kind="strain_first_day", state=MISSED)
    get = cast.api.coach.get
    assert [r["state"] for r in get(LIST, {"state": "missed"}).json()["results"]] == ["missed"]
    assert get(LIST, {"athlete": str(cast.kim.pk)}).json()["count"] == 0
    assert get(LIST, {"athlete": str(cast.robin.pk)}).json()["count"] >= 2
    assert "state" in errors(get(LIST, {"state": "lost"}))


def test_one_comes_with_its_questions(cast: Any, check_in: CheckIn) -> None:
    asked = cast.api.robin.get(f"{LIST}{check_in.pk}/").json()["questions"]
    assert [trend["id"] for trend in asked["trends"]] == ["better", "same", "worse"]
    assert {"severity_nrs", "can_walk", "hop_pain"} == {one["id"] for one in asked["asks"]}
    assert asked["signs"]
    spanish = cast.api.robin.get(f"{LIST}{check_in.pk}/", headers={"Accept-Language": "es"})
    assert spanish.json()["questions"]["asks"][0]["question"] != asked["asks"][0]["question"]


# --- answering ---


def test_an_answer_is_a_report_with_its_danger_signs_answered(cast: Any, check_in: CheckIn) -> None:
    sent = told(trend="worse")
    sent["answers"]["shortness_of_breath"] = "yes"
    response = cast.api.robin.post(answer(check_in), sent)
    assert response.status_code == 201
    report = response.json()
    assert report["screening"]["disposition"] == "emergency_now"
    assert report["episode"] == str(check_in.episode_id)
    assert report["face"] == "api"
    after = cast.api.robin.get(f"{LIST}{check_in.pk}/").json()
    assert (after["state"], after["answer"]) == ("answered", report["id"])


def test_the_same_answer_again_is_the_same_report(cast: Any, check_in: CheckIn) -> None:
    sent = told(note="Fine")
    first, again = (cast.api.robin.post(answer(check_in), sent) for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json()["id"] == again.json()["id"]
    other = cast.api.robin.post(answer(check_in), {**sent, "note": "Not fine"})
    assert (other.status_code, other.json()["code"]) == (409, "conflict")
    assert PainReport.objects.count() == 2


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"trend": "best"}, "trend"),
        ({"trend": None}, "trend"),
        ({"client_key": "1"}, "client_key"),
        ({"answers": {"swellling": "yes"}}, "answers.swellling"),
        ({"answers": {"severity_nrs": 11}}, "answers.severity_nrs"),
        ({"reported_at": "2999-01-01T00:00:00Z"}, "reported_at"),
        ({"reported_at": "2020-01-01T00:00:00Z"}, "reported_at"),
        ({"reported_at": "yesterday"}, "reported_at"),
        ({"athlete": "robin"}, "athlete"),
    ],
)
def test_what_cannot_be_used_is_named(
    cast: Any, check_in: CheckIn, change: dict[str, Any], field: str
) -> None:
    assert field in errors(cast.api.robin.post(answer(check_in), {**told(), **change}))
    assert PainReport.objects.count() == 1


def test_every_mistake_is_named_at_once(cast: Any, check_in: CheckIn) -> None:
    wrong = told(trend="best", answers={"severity_nrs": 11, "feverr": "yes"})
    named = errors(cast.api.robin.post(answer(check_in), wrong))
    assert set(named) == {"trend", "answers.severity_nrs", "answers.feverr"}


@pytest.mark.parametrize("broken", ["athletes.services.reports._store", "get_object"])
def test_what_cannot_be_stored_is_answered_with_what_to_do(
    cast: Any, check_in: CheckIn, broken: str
) -> None:
    sent = told(trend="worse")
    sent["answers"] |= {"shortness_of_breath": "yes", "chest_pain": "yes"}
    where = broken if "." in broken else f"coaching.api.check_ins.CheckIns.{broken}"
    with patch(where, side_effect=OperationalError):
        response = cast.api.robin.post(answer(check_in), sent)
    assert response.status_code == 503
    assert response["Retry-After"]
    assert response.json()["screening"]["disposition"] == "emergency_now"
    assert cast.api.robin.post(answer(check_in), sent).status_code == 201


# --- late, twice, in any order ---

KEPT = ((40, "same", 4), (20, "better", 2), (2, "better", 1))  # hours ago, course, pain


@pytest.mark.parametrize("order", list(permutations(range(3))), ids=str)
def test_from_an_offline_phone_it_is_one_report_each_and_the_latest_counts(
    cast: Any, order: tuple[int, ...]
) -> None:
    first = make_report(cast.robin, SORE, assess=True, reported_at=ago(days=3))
    asked = [make_check_in(first, kind=kind) for kind in ("strain_first_day", "second_day", "week")]
    sent = [
        told(trend=trend, answers={"severity_nrs": pain}, reported_at=ago(hours=hours).isoformat())
        for hours, trend, pain in KEPT
    ]
    for number in (*order, *reversed(order)):
        response = cast.api.robin.post(answer(asked[number]), sent[number])
        assert response.status_code in (200, 201), response.content
    assert PainReport.objects.count() == 4
    episode = Episode.objects.with_latest().get()
    assert episode.latest_pain == 1
    pains = [report.pain_now for report in PainReport.objects.newest_first()]
    assert pains == [1, 2, 4, SORE["severity_nrs"]]
    for check_in in asked:
        check_in.refresh_from_db()
    newest = asked[2]
    assert newest.state == "answered"
    assert newest.answer.pain_now == 1
