"""`Idempotency-Key`: what is sent twice is done once, and answered as it was the first time."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any
from unittest.mock import patch
from uuid import uuid4

import pytest
from django.db import OperationalError, connection
from django.utils import timezone

from athletes.models import Athlete, Comment, Membership, PainReport, SentBefore
from athletes.models.people import SHARE_STATUS
from athletes.services import comments, housekeeping, sent_before, tokens
from tests.coaching.api.conftest import Client, fields_of
from tests.factories import BREATHLESS, CLOT, CRAMP, SORE, make_report

KEY = "8e03978e-40d5-43dd-bc93-6894a57f9324"


def keyed(client: Any, path: str, data: Any, key: str = KEY) -> Any:
    return client.post(path, data, headers={"Idempotency-Key": key})


@pytest.fixture
def said(cast: Any) -> dict[str, str]:
    return {"episode": str(make_report(cast.robin).episode_id), "text": "A secret of mine"}


def test_the_same_again_gets_the_first_answer_status_and_all(cast: Any, said: Any) -> None:
    first = keyed(cast.api.robin, "/comments/", said)
    again = keyed(cast.api.robin, "/comments/", dict(reversed(said.items())))
    assert first.status_code == again.status_code == 201
    assert first.content == again.content
    assert "Idempotency-Replayed" not in first.headers
    assert again.headers["Idempotency-Replayed"] == "true"
    assert again.headers["Content-Type"] == first.headers["Content-Type"]
    assert Comment.objects.count() == 1


def test_without_a_key_or_with_another_it_is_done_again(cast: Any, said: Any) -> None:
    for key in ("one", "two", "!~" * 100):
        keyed(cast.api.robin, "/comments/", said, key)
    cast.api.robin.post("/comments/", said)
    assert Comment.objects.count() == 4


def test_somebody_elses_key_is_another_key(cast: Any, said: Any) -> None:
    keyed(cast.api.robin, "/comments/", said)
    assert keyed(cast.api.coach, "/comments/", said).status_code == 201
    assert Comment.objects.count() == 2


def test_a_key_that_was_used_for_something_else_is_refused(cast: Any, said: Any) -> None:
    keyed(cast.api.robin, "/comments/", said)
    other = [
        ("/comments/", {**said, "text": "Something else"}),
        ("/comments/?page=1", said),
        (f"/episodes/{said['episode']}/close/", said),
    ]
    for path, data in other:
        refused = keyed(cast.api.robin, path, data)
        assert (refused.status_code, refused.json()["code"]) == (422, "key_used_otherwise")
    assert Comment.objects.count() == 1


@pytest.mark.parametrize("key", ["", " ", "a b", "k" * 201, "schlüssel".encode().decode("latin-1")])
def test_a_key_that_is_none_is_named(cast: Any, said: Any, key: str) -> None:
    refused = keyed(cast.api.robin, "/comments/", said, key)
    assert refused.status_code == 400
    assert refused.json()["errors"][0]["header"] == "Idempotency-Key"
    assert not Comment.objects.exists()


def test_what_did_nothing_may_be_sent_again_corrected(cast: Any, said: Any) -> None:
    assert keyed(cast.api.robin, "/comments/", {**said, "text": ""}).status_code == 400
    assert keyed(cast.api.kim, "/comments/", said).status_code == 400
    assert not SentBefore.objects.exists()
    assert keyed(cast.api.robin, "/comments/", said).status_code == 201


def test_a_fault_is_not_kept_and_leaves_nothing(cast: Any, said: Any) -> None:
    cast.api.robin.raise_request_exception = False
    with patch("coaching.api.once.sent_before.keep", side_effect=ZeroDivisionError):
        assert keyed(cast.api.robin, "/comments/", said).status_code == 500
    assert not SentBefore.objects.exists()
    assert not Comment.objects.exists(), "work and answer are one transaction"
    assert keyed(cast.api.robin, "/comments/", said).status_code == 201


def test_while_the_first_is_at_work_the_second_waits(cast: Any, said: Any) -> None:
    met: list[Any] = []
    real = comments.add_comment

    def meanwhile(**told: Any) -> Any:
        met.append(keyed(cast.api.robin, "/comments/", said))
        return real(**told)

    with patch("coaching.api.views.comments.add_comment", meanwhile):
        assert keyed(cast.api.robin, "/comments/", said).status_code == 201
    assert (met[0].status_code, met[0].json()["code"]) == (409, "still_at_work")
    assert int(met[0].headers["Retry-After"]) >= 1
    assert Comment.objects.count() == 1


def test_a_process_that_died_at_work_is_followed_by_the_next_try(cast: Any, said: Any) -> None:
    """It has kept neither work nor answer; its claim runs out."""
    with (
        patch("coaching.api.once.Once.let_go"),
        patch("coaching.api.views.comments.add_comment", side_effect=OperationalError),
    ):
        keyed(cast.api.robin, "/comments/", said)
    assert keyed(cast.api.robin, "/comments/", said).status_code == 409
    SentBefore.objects.update(claimed_until=timezone.now())
    assert keyed(cast.api.robin, "/comments/", said).status_code == 201
    assert Comment.objects.count() == 1


def test_who_was_too_slow_leaves_nothing(cast: Any, said: Any) -> None:
    real = comments.add_comment

    def slowly(**told: Any) -> Any:
        made = real(**told)
        SentBefore.objects.update(claimed_until=timezone.now() + timedelta(minutes=2))
        return made

    with patch("coaching.api.views.comments.add_comment", slowly):
        assert keyed(cast.api.robin, "/comments/", said).status_code == 409
    assert not Comment.objects.exists()


def test_who_lost_sight_of_it_meanwhile_is_told_nothing(cast: Any, said: Any) -> None:
    close = f"/episodes/{said['episode']}/close/"
    assert keyed(cast.api.coach, "/comments/", said).status_code == 201
    assert keyed(cast.api.coach, close, {"reason": "Over"}, "another").status_code == 200
    Membership.objects.filter(user=cast.users.coach).update(ended_at=timezone.now())
    for again in (
        keyed(cast.api.coach, "/comments/", said),
        keyed(cast.api.coach, close, {"reason": "Over"}, "another"),
    ):
        assert again.status_code == 404
        assert "secret" not in again.content.decode()


def test_what_is_no_longer_shared_is_not_told_again(cast: Any) -> None:
    report = told(CLOT, athlete=str(cast.robin.pk))
    assert keyed(cast.api.coach, "/reports/", report).json()["status_only"] is False
    assert keyed(cast.api.coach, "/reports/", report).status_code == 201
    Athlete.objects.filter(pk=cast.robin.pk).update(sharing=SHARE_STATUS)
    again = keyed(cast.api.coach, "/reports/", report)
    assert again.status_code == 404
    assert "known_facts" not in again.content.decode()


def test_what_is_kept_is_sealed_and_goes_after_a_day(cast: Any, said: Any) -> None:
    keyed(cast.api.robin, "/comments/", said)
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM athletes_sentbefore")
        stored = str(cursor.fetchall())
    assert "secret" not in stored
    assert KEY not in stored
    SentBefore.objects.update(created_at=timezone.now() - timedelta(hours=23))
    sent_before.tidy()
    assert SentBefore.objects.exists()
    SentBefore.objects.update(created_at=timezone.now() - timedelta(hours=25))
    assert keyed(cast.api.robin, "/comments/", said).status_code == 201, "a day is over"
    assert Comment.objects.count() == 2
    SentBefore.objects.update(created_at=timezone.now() - timedelta(hours=25))
    with patch("athletes.services.housekeeping.call_command"):
        housekeeping.tidy_up()
    assert not SentBefore.objects.exists()


# --- Reports have a key of their own, and danger waits for nothing -------------------------------------


def told(answers: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"client_key": str(uuid4()), "answers": answers, **more}


def test_a_report_is_kept_like_all_else(cast: Any) -> None:
    report = told(CLOT)
    first = keyed(cast.api.robin, "/reports/", report)
    again = keyed(cast.api.robin, "/reports/", report)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.content == again.content
    assert cast.api.robin.post("/reports/", report).status_code == 200  # by its client_key
    assert PainReport.objects.count() == 1


def test_a_danger_sign_is_answered_also_where_its_key_was_used_otherwise(cast: Any) -> None:
    keyed(cast.api.robin, "/reports/", told(CRAMP))
    refused = keyed(cast.api.robin, "/reports/", told(BREATHLESS))
    assert refused.status_code == 422
    assert refused.json()["screening"]["disposition"] == "emergency_now"


def test_a_report_waits_for_no_claim(cast: Any) -> None:
    report = told(BREATHLESS)
    with patch.object(sent_before, "claim", side_effect=sent_before.StillAtWork):
        assert keyed(cast.api.robin, "/reports/", report).status_code == 201
    with patch.object(sent_before, "claim", side_effect=OperationalError):
        assert keyed(cast.api.robin, "/reports/", told(CLOT)).status_code == 201
    with patch.object(sent_before, "keep", side_effect=OperationalError):
        assert keyed(cast.api.robin, "/reports/", told(CLOT)).status_code == 201
    assert PainReport.objects.count() == 3


def test_a_mistake_beside_the_answers_takes_no_danger_sign_away(cast: Any) -> None:
    for wrong in (
        told(BREATHLESS, reported_at="2999-01-01T00:00:00Z"),
        told({**BREATHLESS, "fevr": "yes"}),
        told(BREATHLESS, athlete=str(cast.stranger.pk)),
        {"answers": BREATHLESS},
    ):
        refused = cast.api.robin.post("/reports/", wrong)
        assert refused.status_code == 400
        assert refused.json()["screening"]["disposition"] == "emergency_now", wrong
    assert "screening" not in cast.api.robin.post("/reports/", told({**SORE, "fevr": "no"})).json()


def test_who_may_not_report_is_answered_as_well(cast: Any) -> None:
    """A token that is not good for it, or not at all: on a phone that was offline it may be the only answer."""
    reader = Client()
    secret = tokens.issue(by=cast.users.robin, scopes=["athletes:read"]).secret
    for value, code in ((secret, 403), ("ngl_spent", 401)):
        reader.credentials(HTTP_AUTHORIZATION=f"Bearer {value}")
        refused = reader.post("/reports/", told(BREATHLESS))
        assert refused.status_code == code
        assert refused.json()["screening"]["disposition"] == "emergency_now"
    assert not PainReport.objects.exists()


def test_an_account_is_no_part_of_a_key(cast: Any) -> None:
    """A new athlete, a second time by a coach of another club."""
    new = {"name": "Alex", "consent_told": True}
    assert keyed(cast.api.coach, "/athletes/", new).status_code == 201
    assert keyed(cast.api.outsider, "/athletes/", new).status_code == 201
    assert Athlete.objects.filter(name="Alex").count() == 2
    assert json.loads(keyed(cast.api.coach, "/athletes/", new).content)["name"] == "Alex"


def test_a_body_that_cannot_be_read_is_named(cast: Any) -> None:
    refused = cast.api.robin.generic(
        "POST", "/comments/", "{", content_type="application/json", HTTP_IDEMPOTENCY_KEY=KEY
    )
    assert (refused.status_code, refused.json()["code"]) == (400, "parse_error")
    assert fields_of(keyed(cast.api.robin, "/comments/", {}))
