"""Every address of the API keeps to the conventions: what a view forgets is named here."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import URLPattern, URLResolver, get_resolver

from coaching.api.conventions import Endpoint
from coaching.api.problems import MEDIA_TYPE, TITLES
from coaching.api.schema import CODES, HEADERS, PARAMETERS
from tests.coaching.api.conftest import BASE, schema

PAGES = {"schema", "docs", "redoc"}  # of drf-spectacular; they say nothing about anybody
METHODS = ("get", "post", "put", "patch", "delete")


def views(resolver: Any) -> Iterator[tuple[str, Any]]:
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            yield from views(pattern)
        elif isinstance(pattern, URLPattern) and pattern.name not in PAGES:
            yield str(pattern.name), pattern.callback


def operations() -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in schema()["paths"].items():
        for method in METHODS:
            if method in methods:
                yield method, path, methods[method]


def test_every_view_is_an_endpoint() -> None:
    api = next(r for r in get_resolver().url_patterns if str(r.pattern) == "api/v1/")
    found = dict(views(api))
    assert len(found) > 30
    forgot = {name for name, view in found.items() if not issubclass(view.cls, Endpoint)}
    assert not forgot, "derive these from Scoped or Endpoint (coaching/api/conventions.py)"


def test_every_operation_names_every_status_that_can_occur() -> None:
    for method, path, operation in operations():
        told = set(operation["responses"])
        needed = {"400", "406", "500", "503"}
        if operation.get("security") != [{}] and "security" in operation:
            needed |= {"401", "403", "429"}
        if method == "get":
            needed |= {"304"}
        if method in ("put", "patch", "post"):
            needed |= {"413", "415"}
        if method in ("put", "patch", "delete"):
            needed |= {"412"}
        if method == "post" and "401" in needed:
            needed |= {"409", "422"}
        if "{" in path:
            needed |= {"404"}
        assert needed <= told, (method, path, needed - told)


def test_all_that_goes_wrong_is_a_problem() -> None:
    named = schema()["components"]["responses"]
    for method, path, operation in operations():
        for code, told in operation["responses"].items():
            if code < "400":
                continue
            told = named[told["$ref"].rpartition("/")[2]] if "$ref" in told else told
            assert set(told["content"]) == {MEDIA_TYPE}, (method, path, code)
            assert told["content"][MEDIA_TYPE]["schema"]["$ref"].endswith("/Problem")
    assert set(CODES) <= set(TITLES)


def test_headers_are_described() -> None:
    for method, path, operation in operations():
        refs = {part.get("$ref", "").rpartition("/")[2] for part in operation.get("parameters", [])}
        if method == "get":
            assert "If-None-Match" in refs, path
            assert "ETag" in operation["responses"]["200"]["headers"], path
        elif method == "post" and "401" in operation["responses"]:
            assert "Idempotency-Key" in refs or path.endswith("/auth/login/"), path
        elif method != "post":
            assert "If-Match" in refs, path
    assert set(schema()["components"]["headers"]) == set(HEADERS)
    assert set(schema()["components"]["parameters"]) == set(PARAMETERS)


def integers_called_id(part: Any, where: str = "") -> Iterator[str]:
    if not isinstance(part, dict):
        return
    for name, told in part.get("properties", {}).items():
        is_key = name in ("id", "user", "author") or name.endswith(("_id", "_by", "_pk"))
        if is_key and "integer" in str(told.get("type", "")):
            yield f"{where}.{name}"
        yield from integers_called_id(told, f"{where}.{name}")


def test_nobodys_counter_is_in_an_answer() -> None:
    schemas = schema()["components"]["schemas"]
    assert not [wrong for name, told in schemas.items() for wrong in integers_called_id(told, name)]


@pytest.mark.django_db
@pytest.mark.parametrize("path", [f"{BASE}/me/", f"{BASE}/safety/", f"{BASE}/schema/", "/api/x/"])
@pytest.mark.parametrize("method", ["GET", "OPTIONS", "POST"])
def test_other_sites_are_told_nothing(path: str, method: str) -> None:
    headers = {"Origin": "https://elsewhere.example", "Access-Control-Request-Method": "GET"}
    answer = Browser().generic(method, path, headers=headers)
    assert not [name for name in answer.headers if name.lower().startswith("access-control")]


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/api/x/", "/api/v2/reports/", f"{BASE}/%00/"])
def test_what_no_view_answers_is_a_problem_as_well(path: str) -> None:
    answer = Browser().get(path)
    assert (answer.status_code, answer.headers["Content-Type"]) == (404, MEDIA_TYPE)
    assert answer.json()["code"] == "not_found"


@pytest.mark.django_db
def test_another_host_is_a_problem_as_well() -> None:
    answer = Browser().get(f"{BASE}/safety/", headers={"Host": "elsewhere.example"})
    assert (answer.status_code, answer.json()["code"]) == (400, "parse_error")
    assert answer.headers["Content-Type"] == MEDIA_TYPE


@pytest.mark.django_db
def test_a_fault_outside_of_a_view_is_a_problem_as_well(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any) -> None:
        raise ZeroDivisionError("a secret")

    monkeypatch.setattr("coaching.api.views.Safety.dispatch", broken)
    answer = Browser(raise_request_exception=False).get(f"{BASE}/safety/")
    assert (answer.status_code, answer.json()["code"]) == (500, "fault")
    assert "secret" not in answer.content.decode()


@pytest.mark.django_db
def test_pages_stay_pages() -> None:
    answer = Browser().get("/nothing/")
    assert answer.status_code == 404
    assert answer.headers["Content-Type"].startswith("text/html")
