"""A client that speaks JSON with a token, and checks every answer against the schema."""

from __future__ import annotations

import re
from functools import cache
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.cache import cache as rate_limits
from drf_spectacular.generators import SchemaGenerator
from jsonschema import Draft202012Validator, FormatChecker
from rest_framework.test import APIClient

from athletes import access
from athletes.models import User
from athletes.services import tokens
from coaching.api.problems import MEDIA_TYPE
from tests.factories import make_athlete, make_club, make_coach, make_user

BASE = "/api/v1"


@cache
def schema() -> dict[str, Any]:
    return SchemaGenerator().get_schema(request=None, public=True)


@cache
def _operations() -> list[tuple[re.Pattern[str], str]]:
    paths = sorted(schema()["paths"], key=lambda path: path.count("{"))
    return [(re.compile(re.sub(r"{\w+}", "[^/]+", path) + "$"), path) for path in paths]


def _described(path: str, method: str) -> dict[str, Any] | None:
    for pattern, name in _operations():
        if pattern.match(path):
            return schema()["paths"][name].get(method.lower())
    return None


def conforms(method: str, path: str, response: Any) -> None:
    """The status is one that the schema names, and the body is what the schema says."""
    operation = _described(path, method)
    if operation is None:
        return
    responses = operation["responses"]
    status = str(response.status_code)
    assert status in responses, (path, status)
    told = responses[status]
    if "$ref" in told:
        told = schema()["components"]["responses"][told["$ref"].rpartition("/")[2]]
    if "content" not in told:
        assert not response.content
        return
    if "Content-Encoding" in response.headers:
        return
    kind = response.headers["Content-Type"].split(";")[0]
    assert kind == (MEDIA_TYPE if response.status_code >= 400 else "application/json")
    body_schema = {**told["content"][kind]["schema"], "components": schema()["components"]}
    checker = Draft202012Validator(body_schema, format_checker=FormatChecker())
    wrong = [
        f"{error.json_path}: {error.message}" for error in checker.iter_errors(response.json())
    ]
    assert not wrong, wrong


def fields_of(response: Any) -> dict[str, list[str]]:
    """What a problem names to correct, by dotted path, with its sentences."""
    assert response.headers["Content-Type"] == MEDIA_TYPE
    named: dict[str, list[str]] = {}
    for wrong in response.json()["errors"]:
        place = wrong.get("parameter") or wrong["pointer"].removeprefix("/").replace("/", ".")
        named.setdefault(place, []).append(wrong["detail"])
    return named


class Client(APIClient):
    """Takes paths below `/api/v1`."""

    def generic(self, method: str, path: str, *args: Any, **kwargs: Any) -> Any:
        path = path if path.startswith(BASE) else BASE + path
        response = super().generic(method, path, *args, **kwargs)
        conforms(method, path.split("?")[0], response)
        return response


def signed_in(user: User) -> Client:
    client = Client()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {tokens.issue(by=user).secret}")
    return client


@pytest.fixture(autouse=True)
def _fresh_limits(db: None) -> None:
    rate_limits.clear()


@pytest.fixture
def cast() -> SimpleNamespace:
    """One squad with owner, coach, clinician and two athletes; a coach and an athlete of another club."""
    squad, other = make_club("Harbour"), make_club("Elsewhere")
    robin, kim = make_athlete(squad, name="Robin"), make_athlete(squad, name="Kim")
    stranger = make_athlete(other, name="Sasha")
    users = {
        "owner": squad.coach,
        "coach": make_coach(squad, name="Jo"),
        "clinician": make_coach(squad, role=access.CLINICIAN),
        "robin": robin.user,
        "kim": kim.user,
        "outsider": other.coach,
        "nobody": make_user("Nobody"),
    }
    clients = SimpleNamespace(**{name: signed_in(user) for name, user in users.items()})
    return SimpleNamespace(
        squad=squad,
        other=other,
        robin=robin,
        kim=kim,
        stranger=stranger,
        users=SimpleNamespace(**users),
        api=clients,
        anonymous=Client(),
    )
