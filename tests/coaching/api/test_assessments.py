"""Assessments by themselves, and more of the knowledge: rules and sources."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from guidance import KNOWLEDGE
from tests.coaching.api.conftest import fields_of
from tests.factories import CLOT, SORE, make_report

LIST = "/assessments/"


@pytest.fixture
def judged(cast: Any) -> Any:
    return make_report(cast.robin, SORE, assess=True).assessment


@pytest.fixture
def pending(cast: Any) -> Any:
    return make_report(cast.kim, CLOT).assessment


def test_they_are_listed_newest_first(cast: Any, judged: Any, pending: Any) -> None:
    rows = cast.api.coach.get(LIST).json()["results"]
    assert [row["id"] for row in rows] == [str(pending.pk), str(judged.pk)]
    assert [(row["state"], bool(row["disposition"])) for row in rows] == [
        ("pending", False),
        ("done", True),
    ]
    assert [row["id"] for row in cast.api.robin.get(LIST).json()["results"]] == [str(judged.pk)]
    assert cast.api.outsider.get(LIST).json()["results"] == []


def test_they_are_filtered(cast: Any, judged: Any, pending: Any) -> None:
    get = cast.api.coach.get
    for narrowed in (
        {"athlete": str(cast.robin.pk)},
        {"episode": str(judged.report.episode_id)},
        {"report": str(judged.report_id)},
        {"state": "done"},
        {"disposition": [judged.report.disposition, "self_care", "coach_review", "within_days"]},
        {"finished_at__lte": timezone.now().isoformat()},
    ):
        assert [row["id"] for row in get(LIST, narrowed).json()["results"]] == [str(judged.pk)]
    assert set(fields_of(get(LIST, {"leading_cause": "dvt"}))) == {"leading_cause"}


def test_one_is_read_as_with_its_report(cast: Any, judged: Any, pending: Any) -> None:
    for who, one in ((cast.api.robin, judged), (cast.api.kim, pending)):
        whole = who.get(f"{LIST}{one.pk}/").json()
        assert whole == who.get(f"/reports/{one.report_id}/assessment/").json()
        assert whole["id"] == str(one.pk)
    assert cast.api.kim.get(f"{LIST}{judged.pk}/").status_code == 404
    assert cast.api.outsider.get(f"{LIST}{judged.pk}/").status_code == 404


def test_what_is_not_shared_is_null(cast: Any, judged: Any) -> None:
    cast.robin.sharing = "status"
    cast.robin.save()
    (row,) = cast.api.coach.get(LIST).json()["results"]
    assert (row["status_only"], row["leading_cause"]) == (True, None)
    assert row["disposition"] == judged.report.assessment.disposition
    whole = cast.api.coach.get(f"{LIST}{judged.pk}/").json()
    assert (whole["status_only"], whole["causes"], whole["rules"]) == (True, None, None)
    assert whole["care_steps"]
    (told,) = cast.api.clinician.get(LIST).json()["results"]
    assert told["leading_cause"]


# --- rules and sources ---


@pytest.mark.parametrize(
    ("path", "items"), [("/rules/", KNOWLEDGE.rules), ("/sources/", KNOWLEDGE.sources)]
)
def test_all_of_it_is_listed_and_each_is_read(cast: Any, path: str, items: Any) -> None:
    page = cast.api.robin.get(path).json()
    assert [row["id"] for row in page["results"]] == list(items)
    first = page["results"][0]
    assert cast.api.robin.get(f"{path}{first['id']}/").json() == first
    assert cast.api.robin.get(f"{path}nothing/").status_code == 404
    assert cast.anonymous.get(path).status_code == 401


def test_a_rule_says_how_soon_and_on_what_it_rests(cast: Any) -> None:
    rule = cast.api.robin.get("/rules/possible_lung_clot/").json()
    assert rule["level"] == "emergency_now"
    assert "chest_pain" in rule["findings"]
    assert rule["sources"][0]["title"]
    assert "running" in rule["withholds"]
    spanish = cast.api.robin.get("/rules/fainted/", headers={"Accept-Language": "es"}).json()
    assert spanish["tell_athlete"] != KNOWLEDGE.rules["fainted"].tell_athlete


def test_a_source_says_whether_anybody_has_read_it(cast: Any) -> None:
    assert cast.api.robin.get("/sources/nhs-doms/").json()["seen"] == "read"
