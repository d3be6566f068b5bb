"""Every endpoint says which scope it needs, and asks every token for it. Made from the addresses themselves."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from allauth.idp.oidc.adapter import get_adapter
from allauth.idp.oidc.models import Token
from django.urls import URLPattern, URLResolver, get_resolver
from drf_spectacular.generators import SchemaGenerator
from rest_framework.test import APIClient

from athletes.models import ApiToken
from athletes.scopes import ALL, SCOPES, allows
from athletes.services import apps, tokens
from coaching.api.scopes import ANY_TOKEN, NO_LOG_IN, needed
from tests.factories import make_athlete, make_club

pytestmark = pytest.mark.django_db

METHODS = ("get", "post", "put", "patch", "delete")
NOT_ENDPOINTS = {"schema", "docs", "redoc", "nowhere"}


def patterns(resolver: Any = None, space: str = "", path: str = "") -> Iterator[tuple[str, Any]]:
    for entry in (resolver or get_resolver()).url_patterns:
        inner = path + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from patterns(entry, entry.namespace or space, inner)
        elif isinstance(entry, URLPattern) and space == "api" and entry.name not in NOT_ENDPOINTS:
            yield inner, entry.callback


def routes() -> Iterator[tuple[str, str, Any]]:
    """Method, path and view (as it is when it answers) of all that can be asked below `/api/v1/`."""
    for pattern, callback in patterns():
        path = "/" + re.sub(
            r"\(\?P<\w+>[^()]*(?:\([^()]*\)[^()]*)*\)|<[^>]+>", str(uuid.UUID(int=7)), pattern
        )
        path = path.replace("^", "").replace("$", "").replace("\\Z", "")
        actions = getattr(callback, "actions", None)
        for method in METHODS:
            view = callback.cls(**getattr(callback, "initkwargs", {}))
            if actions is None and not hasattr(view, method):
                continue
            if actions is not None:
                if method not in actions:
                    continue
                view.action = actions[method]
            yield method.upper(), path, view


ROUTES = [(method, path, needed(view, method)) for method, path, view in routes()]
SCOPED = [row for row in ROUTES if row[2] not in (ANY_TOKEN, NO_LOG_IN)]


@pytest.fixture
def person(db: None, settings: Any) -> Any:
    settings.API_REQUESTS_PER_MIN = 0  # they are asked faster than anybody asks
    return make_athlete(make_club()).user


def personal(person: Any, scopes: list[str]) -> str:
    issued = tokens.issue(by=person)
    ApiToken.objects.filter(pk=issued.token.pk).update(scopes=scopes)
    return issued.secret


def of_an_app(person: Any, scopes: list[str]) -> str:
    made = apps.register(name="Diary", redirect_uris=["https://diary.test/back"])
    token = Token(client=made.app, user=person, type=Token.Type.ACCESS_TOKEN)
    token.hash = get_adapter().hash_token("app-secret")
    token.set_scopes(scopes)
    token.save()
    return "app-secret"


def ask(secret: str, method: str, path: str) -> Any:
    client = APIClient(raise_request_exception=False)
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {secret}")
    return getattr(client, method.lower())(path, {} if method != "GET" else None)


def test_every_endpoint_says_which_scope_it_needs():
    assert len(ROUTES) > 30
    silent = sorted({path for _, path, scope in ROUTES if scope is None})
    assert not silent, f"give these views a `scope` (coaching/api/scopes.py): {silent}"


def test_head_needs_what_get_needs():
    reads = [(view, path) for method, path, view in routes() if method == "GET"]
    assert [path for view, path in reads if needed(view, "HEAD") != needed(view, "GET")] == []


def test_every_scope_that_is_needed_can_be_had():
    needed_somewhere = {scope for _, _, scope in SCOPED}
    assert needed_somewhere <= ALL


@pytest.mark.parametrize("make", [personal, of_an_app])
def test_each_refuses_a_token_without_its_scope_and_takes_one_with_it(make, person):
    """All others are held: one scope too few is enough. What comes after is the view's own matter."""
    wrong = []
    for method, path, scope in SCOPED:
        Token.objects.all().delete()
        others = [held for held in SCOPES if not allows([held], scope)]
        refused = ask(make(person, others), method, path)
        Token.objects.all().delete()
        taken = ask(make(person, [scope]), method, path)
        told = refused.headers.get("WWW-Authenticate")
        if (refused.status_code, told) != (
            403,
            f'Bearer error="insufficient_scope", scope="{scope}"',
        ) or refused.json()["code"] != "insufficient_scope":
            wrong.append((method, path, scope, "without it", refused.status_code))
        if taken.status_code in (401, 500) or "insufficient_scope" in taken.content.decode():
            wrong.append((method, path, scope, "with it", taken.status_code))
    assert not wrong, wrong


def test_the_schema_names_the_scope_of_every_operation():
    paths = SchemaGenerator().get_schema(request=None, public=True)["paths"]
    named = {
        (method.upper(), re.sub(r"{\w+}", "*", path)): [
            schemes["token"] for schemes in operation["security"] if "token" in schemes
        ]
        for path, operations in paths.items()
        for method, operation in operations.items()
    }
    for method, path, scope in SCOPED:
        assert named[method, path.replace(str(uuid.UUID(int=7)), "*")] == [[scope]], (method, path)


@pytest.mark.parametrize(
    ("held", "wanted", "is_enough"),
    [
        (["reports:read"], "reports:read", True),
        (["reports:write"], "reports:read", True),
        (["reports:read"], "reports:write", False),
        (["athletes:write"], "reports:read", False),
        (["care:write"], "reports:read", False),
        ([], "account:read", False),
    ],
)
def test_to_write_is_also_to_read_what_one_writes(held, wanted, is_enough):
    assert allows(held, wanted) is is_enough


def test_a_view_that_says_nothing_is_shut_to_tokens(person, monkeypatch):
    monkeypatch.setattr("coaching.api.me.Me.scope", None)
    assert ask(personal(person, list(SCOPES)), "GET", "/api/v1/me/").status_code == 403


def test_a_browser_may_all_that_its_person_may(person):
    client = APIClient()
    client.force_login(person)
    assert client.get("/api/v1/me/").status_code == 200
    assert client.get("/api/v1/escalations/").status_code == 200


def test_any_token_is_answered_about_danger_signs(person):
    secret = personal(person, ["club:read"])
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {secret}")
    told = {"answers": {"site": ["calf"], "chest_pain": "yes", "shortness_of_breath": "yes"}}
    answer = client.post("/api/v1/guidance/assess/", told)
    assert answer.status_code == 200
    assert answer.json()["screening"]["disposition"] == "emergency_now"
