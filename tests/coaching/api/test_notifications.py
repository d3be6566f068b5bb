"""What I was told in the app."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from athletes.models import Notification
from guidance import Disposition
from tests.coaching.api.conftest import fields_of
from tests.coaching.api.test_queries import EVERY_REQUEST
from tests.factories import CLOT, make_notice, make_report

PATH = "/notifications/"


def rows(client: Any, query: str = "") -> list[dict[str, Any]]:
    answer = client.get(f"{PATH}{query}")
    assert answer.status_code == 200
    return list(answer.json()["results"])


def test_the_newest_is_first_and_each_stands_once(cast: Any) -> None:
    old, new = make_notice(cast.users.robin), make_notice(cast.users.robin, path="/me/history/")
    told = rows(cast.api.robin)
    assert [row["id"] for row in told] == [str(new.pk), str(old.pk)]
    assert (told[0]["path"], told[0]["topic"], told[0]["read_at"]) == (
        "/me/history/",
        "talk",
        None,
    )


def test_nobody_reads_what_another_was_told(cast: Any) -> None:
    mine = make_notice(cast.users.robin)
    assert rows(cast.api.kim) == []
    for ask in (cast.api.kim.get, cast.api.owner.get):
        assert ask(f"{PATH}{mine.pk}/").status_code == 404
    assert cast.api.kim.post(f"{PATH}{mine.pk}/read/").status_code == 404
    assert cast.api.kim.post(f"{PATH}read/", {}).json() == {"unread": 0}
    mine.refresh_from_db()
    assert mine.read_at is None


def test_what_goes_out_by_mail_is_not_a_row_of_its_own(cast: Any) -> None:
    make_notice(cast.users.robin)
    mail = Notification.objects.get(recipient=cast.users.robin, channel="email")
    assert len(rows(cast.api.robin)) == 1
    assert cast.api.robin.get(f"{PATH}{mail.pk}/").status_code == 404


def test_fetching_is_not_reading(cast: Any) -> None:
    notice = make_notice(cast.users.robin)
    cast.api.robin.get(f"{PATH}{notice.pk}/")
    assert rows(cast.api.robin)[0]["read_at"] is None
    first = cast.api.robin.post(f"{PATH}{notice.pk}/read/").json()
    assert first["read_at"]
    assert cast.api.robin.post(f"{PATH}{notice.pk}/read/").json() == first


def test_all_are_read_at_once_but_for_what_came_later(cast: Any) -> None:
    user = cast.users.robin
    seen = [make_notice(user), make_notice(user)]
    later = make_notice(user)
    Notification.objects.filter(pk=later.pk).update(
        created_at=seen[-1].created_at + timedelta(seconds=1)
    )
    until = {"until": seen[-1].created_at.isoformat()}
    assert cast.api.robin.post(f"{PATH}read/", until).json() == {"unread": 1}
    assert [row["id"] for row in rows(cast.api.robin, "?unread=true")] == [str(later.pk)]
    Notification.objects.filter(pk=later.pk).update(created_at=seen[-1].created_at)
    assert cast.api.robin.post(f"{PATH}read/", {}).json() == {"unread": 0}


@pytest.mark.parametrize("body", [{"until": "yesterday"}, {"before": "2026-01-01T00:00:00Z"}])
def test_what_cannot_be_is_named(cast: Any, body: dict[str, str]) -> None:
    notice = make_notice(cast.users.robin)
    answer = cast.api.robin.post(f"{PATH}read/", body)
    assert (answer.status_code, list(fields_of(answer))) == (400, list(body))
    notice.refresh_from_db()
    assert notice.read_at is None


def test_what_is_urgent_says_so_and_nothing_about_health(cast: Any) -> None:
    make_report(cast.robin, CLOT, assess=True)
    urgent = [row for row in rows(cast.api.coach) if row["is_urgent"]]
    assert urgent
    assert not make_notice(cast.users.robin, level=Disposition.COACH_REVIEW).read_at
    assert [row["is_urgent"] for row in rows(cast.api.robin)][:1] == [False]
    assert "level" not in urgent[0]


def test_lists_are_narrowed_and_ordered(cast: Any) -> None:
    user, now = cast.users.robin, timezone.now()
    talk, asked = make_notice(user), make_notice(user, topic="follow_up")
    Notification.objects.filter(pk=talk.pk).update(created_at=now - timedelta(days=2))
    cast.api.robin.post(f"{PATH}{talk.pk}/read/")
    day = (now - timedelta(days=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    for query, expected in (
        ("?topic=talk", [talk]),
        ("?topic=talk&topic=follow_up", [asked, talk]),
        ("?unread=false", [talk]),
        (f"?created_at__gte={day}", [asked]),
        (f"?created_at__lte={day}", [talk]),
        ("?ordering=created_at", [talk, asked]),
        ("?ordering=-updated_at", [talk, asked]),
        ("?page_size=1&page=2", [talk]),
        ("?cursor=", [asked, talk]),
        (f"?cursor=&updated_since={day}", [asked, talk]),
    ):
        assert [row["id"] for row in rows(cast.api.robin, query)] == [
            str(one.pk) for one in expected
        ], query


@pytest.mark.parametrize("query", ["?topic=weather", "?unread=maybe", "?level=same_day"])
def test_a_wrong_parameter_is_named(cast: Any, query: str) -> None:
    assert cast.api.robin.get(f"{PATH}{query}").status_code == 400


def test_subjects_are_told_in_the_language_that_is_asked_for(cast: Any) -> None:
    make_notice(cast.users.robin, subject="Somebody wrote to you")
    spanish = cast.api.robin.get(PATH, headers={"Accept-Language": "es"}).json()["results"]
    assert spanish[0]["subject"] != rows(cast.api.robin)[0]["subject"]


def test_it_costs_the_same_however_many_there_are(cast: Any) -> None:
    costs = []
    for number in (2, 18):
        for _ in range(number):
            make_notice(cast.users.robin)
        cast.api.robin.get("/me/")
        with CaptureQueriesContext(connection) as queries:
            rows(cast.api.robin)
        costs.append(len(queries))
    assert costs[0] == costs[1] <= 3 + EVERY_REQUEST
