"""Two programs at the same thing at the same moment. On PostgreSQL, where they really meet."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.db import connection

from athletes.models import Athlete, Comment, PainReport, SentBefore
from coaching import counting
from tests.coaching.api.conftest import schema, signed_in
from tests.factories import BREATHLESS, make_athlete, make_club, make_report

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        "connection.vendor != 'postgresql'", reason="SQLite lets one writer in at a time"
    ),
]
ENOUGH_S = 20
MANY = 8


@pytest.fixture(autouse=True)
def _counters(transactional_db: None) -> None:
    call_command("createcachetable", verbosity=0)
    schema()  # by which each answer is checked; made by one thread


def all_at_once(work: Callable[[int], Any]) -> list[Any]:
    ready, found = threading.Barrier(MANY), [None] * MANY

    def one(number: int) -> None:
        try:
            ready.wait(ENOUGH_S)
            found[number] = work(number)
        finally:
            connection.close()

    threads = [threading.Thread(target=one, args=(number,), daemon=True) for number in range(MANY)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(ENOUGH_S)
        assert not thread.is_alive()
    return found


@pytest.fixture
def athlete() -> Athlete:
    return make_athlete(make_club("Harbour"), name="Robin")


def clients(athlete: Athlete) -> list[Any]:
    return [signed_in(athlete.user) for _ in range(MANY)]


def test_many_with_one_key_make_one(athlete: Athlete) -> None:
    said = {"episode": str(make_report(athlete).episode_id), "text": "Hello"}
    senders, key = clients(athlete), {"Idempotency-Key": "one"}
    sent = all_at_once(lambda number: senders[number].post("/comments/", said, headers=key))
    assert Comment.objects.count() == SentBefore.objects.count() == 1
    assert {answer.status_code for answer in sent} <= {201, 409}
    made = {answer.content for answer in sent if answer.status_code == 201}
    assert len(made) == 1
    again = senders[0].post("/comments/", said, headers=key)
    assert {again.content} == made


def test_of_many_bodies_under_one_key_one_is_taken(athlete: Athlete) -> None:
    episode = str(make_report(athlete).episode_id)
    senders, key = clients(athlete), {"Idempotency-Key": "one"}
    sent = all_at_once(
        lambda number: senders[number].post(
            "/comments/", {"episode": episode, "text": f"Text {number}"}, headers=key
        )
    )
    assert sorted(answer.status_code for answer in sent) == [201] + [422] * (MANY - 1)
    assert Comment.objects.count() == 1


def test_many_danger_reports_with_one_key_are_one_and_all_answered(athlete: Athlete) -> None:
    report = {"client_key": str(uuid4()), "answers": BREATHLESS}
    senders, key = clients(athlete), {"Idempotency-Key": "one"}
    sent = all_at_once(lambda number: senders[number].post("/reports/", report, headers=key))
    assert {answer.status_code for answer in sent} <= {200, 201}
    assert {answer.json()["screening"]["disposition"] for answer in sent} == {"emergency_now"}
    assert PainReport.objects.count() == 1


def test_of_many_edits_of_what_was_seen_one_is_made(athlete: Athlete) -> None:
    path, senders = f"/athletes/{athlete.pk}/", clients(athlete)
    seen = {"If-Match": senders[0].get(path).headers["ETag"]}
    sent = all_at_once(
        lambda number: senders[number].patch(path, {"name": f"Robin {number}"}, headers=seen)
    )
    assert sorted(answer.status_code for answer in sent) == [200] + [412] * (MANY - 1)
    (made,) = (answer.json()["name"] for answer in sent if answer.status_code == 200)
    assert Athlete.objects.get(pk=athlete.pk).name == made


def test_no_count_is_lost() -> None:
    counts = all_at_once(
        lambda _: [counting.counted(["a", "b"], every_s=3600)["a"] for _ in range(25)]
    )
    assert sorted(count for told in counts for count in told) == list(range(1, 25 * MANY + 1))
