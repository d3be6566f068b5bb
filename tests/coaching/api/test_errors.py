"""One shape for everything that goes wrong."""

from __future__ import annotations

import json
from typing import Any
from unittest.mock import patch
from uuid import uuid4

import pytest
from django.db import DataError, IntegrityError

from athletes.models import Athlete, PainReport
from coaching.api.problems import MEDIA_TYPE, TITLES, TYPE
from tests.coaching.api.conftest import fields_of
from tests.factories import CRAMP

SAYS_NOTHING_ABOUT_ANYBODY = {
    "/api/v1/auth/login/",
    "/api/v1/consents/text/",
    "/api/v1/safety/",
}


def shape(response: Any) -> tuple[int, str]:
    assert response.headers["Content-Type"] == MEDIA_TYPE
    told = response.json()
    assert set(told) - {"errors", "screening"} == {"type", "title", "status", "detail", "code"}
    assert told["detail"]
    assert told["title"] == TITLES[response.status_code]
    assert (told["status"], told["type"]) == (response.status_code, TYPE + told["code"])
    return response.status_code, told["code"]


def posted(client: Any, text: str | bytes, kind: str = "application/json") -> Any:
    return client.generic("POST", "/reports/", text, content_type=kind)


@pytest.mark.parametrize("path", ["/reports", "/nothing/", "/", "/reports/1/2/3/"])
def test_a_path_that_is_no_endpoint(cast: Any, path: str) -> None:
    assert shape(cast.api.robin.get(path)) == (404, "not_found")
    assert shape(cast.api.robin.post(path)) == (404, "not_found")


def test_a_method_that_is_not_offered(cast: Any) -> None:
    assert shape(cast.api.robin.delete("/reports/")) == (405, "method_not_allowed")
    assert shape(cast.api.robin.put(f"/athletes/{cast.robin.pk}/", {})) == (
        405,
        "method_not_allowed",
    )


def test_a_body_that_is_not_json(cast: Any) -> None:
    assert shape(posted(cast.api.robin, "{")) == (400, "parse_error")
    assert shape(posted(cast.api.robin, b"\xff")) == (400, "parse_error")
    assert shape(posted(cast.api.robin, "[" * 100_000)) == (400, "parse_error")
    assert shape(posted(cast.api.robin, "[]")) == (400, "invalid")
    assert shape(posted(cast.api.robin, "a=b", "text/plain")) == (415, "unsupported_media_type")


@pytest.mark.parametrize("text", ["\\u0000", "\\ud800"])
def test_text_that_no_database_can_hold(cast: Any, text: str) -> None:
    for told in ('{"medications": ["%s"]}', '{"%s": "yes"}'):
        body = f'{{"client_key": "{uuid4()}", "answers": {told % text}}}'
        assert shape(posted(cast.api.robin, body)) == (400, "parse_error")


def test_a_body_that_is_too_large(cast: Any, settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    body = json.dumps({"client_key": str(uuid4()), "answers": CRAMP, "note": "x" * 1000})
    assert shape(posted(cast.api.robin, body)) == (413, "too_large")


def test_an_answer_in_another_format(cast: Any) -> None:
    assert shape(cast.api.robin.get("/reports/", headers={"Accept": "text/csv"})) == (
        406,
        "not_acceptable",
    )


def test_a_fault_is_noted_and_says_nothing_about_itself(cast: Any, caplog: Any) -> None:
    cast.api.robin.raise_request_exception = False
    with patch.object(Athlete, "zone", property(lambda self: 1 / 0)):
        response = cast.api.robin.post(
            "/reports/", {"client_key": str(uuid4()), "answers": CRAMP, "note": "a secret"}
        )
    assert shape(response) == (500, "fault")
    assert "division" not in response.content.decode()
    assert "ZeroDivisionError" in caplog.text
    assert "a secret" not in caplog.text


def test_a_row_that_the_database_repeats_stays_out_of_the_log(cast: Any, caplog: Any) -> None:
    cast.api.coach.raise_request_exception = False
    told = {"client_key": str(uuid4()), "answers": CRAMP}
    for fault in (DataError("row: a secret"), IntegrityError("row: a secret")):
        with patch.object(PainReport.objects, "create", side_effect=fault):
            assert shape(cast.api.robin.post("/reports/", told)) == (503, "not_stored")
    with patch.object(Athlete, "save", side_effect=fault):
        assert shape(cast.api.coach.post("/athletes/", {"name": "Alex", "consent_told": True})) == (
            500,
            "fault",
        )
    assert "IntegrityError" in caplog.text
    assert "a secret" not in caplog.text


def test_a_fault_is_heard_by_whoever_listens_for_faults(cast: Any) -> None:
    with (
        patch.object(Athlete, "zone", property(lambda self: 1 / 0)),
        pytest.raises(ZeroDivisionError),
    ):
        cast.api.robin.post("/reports/", {"client_key": str(uuid4()), "answers": CRAMP})
    assert not PainReport.objects.exists()


def test_everything_but_logging_in_and_the_documentation_needs_a_log_in(
    cast: Any, settings: Any
) -> None:
    settings.API_REQUESTS_PER_MIN = 0
    from tests.coaching.api.conftest import schema

    for path, operations in schema()["paths"].items():
        for method in set(operations) - {"parameters"}:
            if "401" not in operations[method]["responses"] or path == "/api/v1/auth/login/":
                assert path in SAYS_NOTHING_ABOUT_ANYBODY
                continue
            asked = path.replace("{id}", str(uuid4())).replace("{what}", "reports")
            response = cast.anonymous.generic(method.upper(), asked)
            assert shape(response) == (401, "not_authenticated"), (method, path)
            assert response.headers["WWW-Authenticate"].startswith("Bearer")


def test_more_answers_than_there_are_questions(cast: Any) -> None:
    many = {f"swelling{number}": "yes" for number in range(501)}
    response = cast.api.robin.post("/guidance/assess/", {"answers": many})
    assert "At most 500" in fields_of(response)["answers"][0]
