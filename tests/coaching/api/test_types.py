"""What is sent is taken as it is: nothing of another type, no parameter that is empty, and the schema says so."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from tests.coaching.api.conftest import schema


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("/athletes/", {"name": 7, "consent_told": True}, "name"),
        ("/athletes/", {"name": "Ida", "consent_told": "yes"}, "consent_told"),
        ("/athletes/", {"name": "Ida", "consent_told": 1}, "consent_told"),
        (
            "/tokens/",
            {"name": "Watch", "scopes": ["reports:read"], "expires_in_days": "9"},
            "expires_in_days",
        ),
        (
            "/tokens/",
            {"name": "Watch", "scopes": ["reports:read"], "expires_in_days": True},
            "expires_in_days",
        ),
    ],
)
def test_what_is_of_another_type_is_refused_by_name(
    cast: SimpleNamespace, path: str, body: dict[str, Any], field: str
) -> None:
    answer = cast.api.coach.post(path, body)
    assert answer.status_code == 400
    assert [wrong["pointer"] for wrong in answer.json()["errors"]] == [f"/{field}"]


@pytest.mark.django_db
def test_a_whole_number_may_have_a_nought_behind_the_point(cast: SimpleNamespace) -> None:
    """To JSON schema 9.0 is an integer; 9.5 is none."""
    told = {"name": "Watch", "scopes": ["reports:read"]}
    assert cast.api.coach.post("/tokens/", {**told, "expires_in_days": 9.0}).status_code == 201
    answer = cast.api.coach.post("/tokens/", {**told, "expires_in_days": 9.5})
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, "/expires_in_days")


@pytest.mark.django_db
def test_the_length_is_that_of_what_was_sent(cast: SimpleNamespace) -> None:
    """The schema cannot say that spaces at the ends do not count."""
    most = schema()["components"]["schemas"]["NewAthleteRequest"]["properties"]["name"]["maxLength"]
    told = {"consent_told": True, "squad": str(cast.squad.pk)}
    answer = cast.api.coach.post("/athletes/", {**told, "name": "I" * most + " "})
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, "/name")
    answer = cast.api.coach.post("/athletes/", {**told, "name": "I" * (most - 1) + " "})
    assert (answer.status_code, answer.json()["name"]) == (201, "I" * (most - 1))


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["athlete", "updated_since", "page"])
def test_a_parameter_that_is_empty_is_refused_and_filters_nothing_away(
    cast: SimpleNamespace, name: str
) -> None:
    answer = cast.api.coach.get(f"/reports/?{name}=")
    assert answer.status_code == 400
    assert [wrong["parameter"] for wrong in answer.json()["errors"]] == [name]


def test_the_schema_says_what_is_refused() -> None:
    sent = schema()["components"]["schemas"]["NewTokenRequest"]
    assert sent["additionalProperties"] is False
    assert sent["properties"]["scopes"]["minItems"] == 1
    assert sent["properties"]["name"]["minLength"] == 1
