"""Lists: pages, cursors, ordering, filters, and what was changed since."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

import pytest
from django.utils import timezone

from athletes.models import Athlete, PainReport
from athletes.services import assessments
from coaching.api import filters
from tests.coaching.api.conftest import BASE, fields_of, schema
from tests.factories import CRAMP, make_athlete, make_report

LISTS = (
    "squads",
    "athletes",
    "reports",
    "assessments",
    "care-steps",
    "episodes",
    "check-ins",
    "comments",
    "escalations",
    "training-holds",
)


def moment(at: datetime) -> str:
    return quote(at.isoformat())


def walked(client: Any, path: str) -> list[str]:
    """The ids of all rows, by cursor."""
    found: list[str] = []
    while path:
        page = client.get(path).json()
        assert (page["count"], page["previous"]) == (None, None)
        found += [row["id"] for row in page["results"]]
        path = (page["next"] or "").removeprefix("http://testserver")
    return found


@pytest.mark.parametrize("name", LISTS)
def test_every_list_can_be_kept_up_to_date(cast: Any, name: str) -> None:
    make_report(cast.robin, assess=True)
    rows = cast.api.coach.get(f"/{name}/?ordering=-updated_at").json()["results"]
    times = [datetime.fromisoformat(row["updated_at"]) for row in rows]
    assert times == sorted(times, reverse=True)
    assert walked(cast.api.coach, f"/{name}/?cursor=") == [row["id"] for row in reversed(rows)]
    later = moment(max(times, default=timezone.now()) + timedelta(seconds=1))
    assert cast.api.coach.get(f"/{name}/?updated_since={later}").json()["results"] == []
    if times:
        since = cast.api.coach.get(f"/{name}/?updated_since={moment(max(times))}").json()
        assert since["count"] >= 1


def test_a_cursor_leaves_nothing_out_that_changed_in_one_go(cast: Any) -> None:
    """Many rows of one time, cut in pages in between."""
    for number in range(7):
        make_athlete(cast.squad, name=f"Runner {number}")
    Athlete.objects.filter(club=cast.squad.club).update(timezone="Europe/Berlin")
    found = walked(cast.api.coach, "/athletes/?cursor=&page_size=2")
    assert sorted(found) == sorted(
        str(pk) for pk in cast.squad.athletes.values_list("pk", flat=True)
    )


def test_a_row_that_changes_on_the_way_comes_again(cast: Any) -> None:
    path = "/athletes/?cursor=&page_size=1"
    first = cast.api.coach.get(path).json()
    Athlete.objects.get(pk=first["results"][0]["id"]).save()
    rest = walked(cast.api.coach, first["next"].removeprefix("http://testserver"))
    assert set(rest) == {str(cast.robin.pk), str(cast.kim.pk)}


def test_a_report_has_changed_when_its_judgement_has(cast: Any) -> None:
    report = make_report(cast.robin, CRAMP)
    PainReport.objects.update(updated_at=timezone.now() - timedelta(days=1))
    report.assessments.update(updated_at=timezone.now() - timedelta(days=1))
    before = timezone.now()
    path = f"/reports/?updated_since={moment(before)}"
    assert cast.api.coach.get(path).json()["count"] == 0
    assessments.assess_report(assessment_id=report.assessment.pk, finished_by="worker")
    PainReport.objects.update(updated_at=before - timedelta(days=1))
    (row,) = cast.api.coach.get(path).json()["results"]
    assert row["id"] == str(report.pk)
    assert datetime.fromisoformat(row["updated_at"]) >= before


def test_an_episode_has_changed_when_a_report_came(cast: Any) -> None:
    make_report(cast.robin, CRAMP)
    before = timezone.now()
    episode = make_report(cast.robin, CRAMP).episode
    (row,) = cast.api.coach.get(f"/episodes/?updated_since={moment(before)}").json()["results"]
    assert row["id"] == str(episode.pk)


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("colour=blue", "colour"),
        ("Athlete=x", "Athlete"),
        ("format=json", "format"),
        ("updated_since=2026-01-01T00:00:00", "updated_since"),
        ("updated_since=yesterday", "updated_since"),
        ("updated_since=0001-01-01T00:00:00%2B23:59", "updated_since"),
        ("updated_since=2026-01-01", "updated_since"),
        ("ordering=note", "ordering"),
        ("ordering=athlete__user__password", "ordering"),
        ("page_size=0", "page_size"),
        ("page_size=many", "page_size"),
        ("page_size=%C2%B2", "page_size"),
        ("cursor=x", "cursor"),
        ("cursor=WyIyMDI2LTAxLTAxIiwgIngiXQ", "cursor"),
        ("cursor=&page=2", "page"),
        ("cursor=&ordering=reported_at", "ordering"),
    ],
)
def test_what_cannot_be_asked_is_named(cast: Any, query: str, name: str) -> None:
    answer = cast.api.coach.get(f"/reports/?{query}")
    assert answer.status_code == 400
    assert set(fields_of(answer)) == {name}


@pytest.mark.parametrize(
    "path", ["/me/", "/safety/", "/findings/fever/", "/reports/{}/", "/reports/{}/assessment/"]
)
def test_views_of_one_thing_take_no_parameter(cast: Any, path: str) -> None:
    path = path.format(make_report(cast.robin).pk)
    assert cast.api.robin.get(path).status_code == 200
    assert set(fields_of(cast.api.robin.get(f"{path}?page=1"))) == {"page"}


def test_a_page_is_never_longer_than_the_cap(cast: Any) -> None:
    for number in range(3):
        make_athlete(cast.squad, name=f"Runner {number}")
    assert len(cast.api.coach.get("/athletes/?page_size=2").json()["results"]) == 2
    assert len(cast.api.coach.get("/athletes/?page_size=99999999999").json()["results"]) == 5
    assert cast.api.coach.get("/athletes/?page=9").status_code == 404


def test_every_parameter_that_the_schema_names_is_known(cast: Any) -> None:
    """A view whose own parameters are described but not named in `query_parameters` would refuse them."""
    for path, operations in schema()["paths"].items():
        for told in operations.get("get", {}).get("parameters", []):
            if told.get("in") != "query" or "{" in path:
                continue
            answer = cast.api.owner.get(f"{path.removeprefix(BASE)}?{told['name']}=x")
            assert "There is no such parameter" not in answer.content.decode(), (path, told["name"])


def test_a_time_with_a_zone_is_understood_wherever_it_comes_from() -> None:
    field = filters.MomentField()
    assert field.clean("2026-06-01T10:00:00+02:00") == field.clean("2026-06-01T08:00:00Z")


def test_what_is_neither_true_nor_false_is_refused(cast: Any) -> None:
    """A filter that does not filter would show too much. Every list that has one is asked."""
    asked = [
        (path.removeprefix(BASE), told["name"])
        for path, methods in schema()["paths"].items()
        if "get" in methods and "{" not in path
        for told in methods["get"].get("parameters", [])
        if told.get("in") == "query" and told["schema"].get("type") == "boolean"
    ]
    assert len(asked) > 4
    taken = {
        f"{path}?{name}=maybe"
        for path, name in asked
        if cast.api.owner.get(f"{path}?{name}=maybe").status_code != 400
    }
    assert not taken
