"""How much may be asked for: generous, never for a report, and gone with the counters."""

from __future__ import annotations

from typing import Any
from unittest.mock import patch
from uuid import uuid4

import pytest
from django.db import OperationalError

from athletes.models import PainReport
from coaching import counting
from tests.coaching.api.conftest import Client, signed_in
from tests.factories import BREATHLESS, CRAMP, make_check_in, make_report


@pytest.fixture(autouse=True)
def six_a_minute(settings: Any) -> Any:
    """A token has half of it, a stranger too; an address twice as much."""
    settings.API_REQUESTS_PER_MIN = 6
    with patch("coaching.counting.time.time", return_value=1_800_000_010.0):
        yield


def codes(client: Any, times: int, path: str = "/me/") -> list[int]:
    return [client.get(path).status_code for _ in range(times)]


def test_a_token_has_half_of_its_person(cast: Any) -> None:
    assert codes(cast.api.robin, 4) == [200] * 3 + [429]
    other = signed_in(cast.users.robin)
    assert codes(other, 3) == [200, 200, 429]
    assert codes(cast.api.kim, 1) == [200], "somebody else is not held up"


def test_who_is_refused_is_told_when_to_go_on(cast: Any) -> None:
    codes(cast.api.robin, 3)
    refused = cast.api.robin.get("/me/")
    assert (refused.status_code, refused.json()["code"]) == (429, "throttled")
    assert 0 < int(refused.headers["Retry-After"]) <= 60
    with patch("coaching.counting.time.time", return_value=1_800_000_070.0):
        assert codes(cast.api.robin, 1) == [200]


def test_an_address_has_twice_as_much(cast: Any) -> None:
    people = [cast.api.robin, cast.api.kim, cast.api.coach, cast.api.owner, cast.api.outsider]
    got = [code for client in people for code in codes(client, 3)]
    assert got == [200] * 12 + [429] * 3


def test_a_stranger_has_half(cast: Any) -> None:
    guess = Client()
    guess.credentials(HTTP_AUTHORIZATION="Bearer ngl_wrong")
    assert codes(guess, 4) == [401] * 3 + [429]
    assert codes(cast.api.robin, 1) == [200]


def test_no_report_is_ever_refused(cast: Any, caplog: Any) -> None:
    check_in = make_check_in(make_report(cast.robin, CRAMP))
    assert codes(cast.api.robin, 4)[-1] == 429
    for answers in (BREATHLESS, CRAMP) * 10:
        sent = cast.api.robin.post("/reports/", {"client_key": str(uuid4()), "answers": answers})
        assert sent.status_code == 201
    answered = cast.api.robin.post(
        f"/check-ins/{check_in.pk}/answer/", {"client_key": str(uuid4()), "trend": "worse"}
    )
    assert answered.status_code == 201
    judged = cast.api.robin.post("/guidance/assess/", {"answers": BREATHLESS})
    assert judged.json()["disposition"] == "emergency_now"
    assert PainReport.objects.count() == 22
    assert f"user {cast.users.robin.pk} is over the limit" in caplog.text


def test_without_its_counters_there_is_no_limit(cast: Any) -> None:
    with patch("coaching.api.limits.counting.counted", side_effect=OperationalError):
        assert codes(cast.api.robin, 8) == [200] * 8


def test_nothing_is_counted_without_a_limit(cast: Any, settings: Any) -> None:
    settings.API_REQUESTS_PER_MIN = 0
    assert codes(cast.api.robin, 20) == [200] * 20


def test_a_counter_begins_anew_with_its_window() -> None:
    assert [counting.counted(["a", "b"], every_s=60)["a"] for _ in range(3)] == [1, 2, 3]
    assert counting.counted(["b"], every_s=60) == {"b": 4}
    assert counting.counted([], every_s=60) == {}
    with patch("coaching.counting.time.time", return_value=1_800_000_060.0):
        assert counting.counted(["a"], every_s=60) == {"a": 1}
        assert counting.seconds_left(60) == 60
