"""Every address × method × person: what comes back. A new address without a row fails (see the package)."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from tests.access.cast import make_cast
from tests.access.rules import OF_ALLAUTH
from tests.access.targets import ABOUT, ADMIN, ROLES, ROWS, address, addresses, body, rows

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast(db: None) -> dict[str, Any]:
    return make_cast()


def ask(role: str, method: str, name: str, cast: dict[str, Any]) -> int:
    """The status of one request, undone again."""
    client = Client(raise_request_exception=False)
    headers = {}
    if role == "token":
        headers["Authorization"] = f"Bearer {cast['token']}"
    elif role != "anon":
        client.force_login(cast["people"][role])
    options: dict[str, Any] = {"headers": headers}
    if method != "GET":
        options["data"] = body(name, cast)
        if name.startswith("api:"):
            options["content_type"] = "application/json"
    with transaction.atomic():
        answer = getattr(client, method.lower())(address(name, cast), **options)
        transaction.set_rollback(True)
    return int(answer.status_code)


@pytest.mark.parametrize(
    ("method", "name", "expected"), ROWS, ids=lambda v: v if isinstance(v, str) else ""
)
def test_each_person_gets_what_is_theirs(method, name, expected, cast):
    found = {role: ask(role, method, name, cast) for role in ROLES}
    assert found == expected


def test_every_address_has_a_row():
    covered = {name for _, name, _ in rows()}
    missing = {n for n in addresses() if not n.startswith(ADMIN)} - covered
    assert not missing, f"no row in the access matrix: {sorted(missing)}"


@pytest.mark.parametrize(("known", "other"), [("GET", "POST"), ("POST", "GET")])
def test_what_no_row_says_may_be_asked_is_refused_as_a_method(known, other, cast):
    """A page that takes a form needs a row for it: an empty form that only comes back would hide that there is none."""
    has_row = {name for method, name, _ in rows() if method == other}
    taken = {}
    for method, name, codes in rows():
        let_in = [role for role, code in codes.items() if code in (200, 201, 202, 204, 302)]
        is_ours = not name.startswith((ADMIN, *OF_ALLAUTH))
        if method == known and is_ours and name not in has_row:
            found = {role: ask(role, other, name, cast) for role in let_in}
            odd = {role: code for role, code in found.items() if code not in (302, 401, 405)}
            taken |= {name: odd} if odd else {}
    assert not taken


def test_the_admin_is_for_staff_only(cast, admin_client):
    index = reverse("admin:index")
    for role in ROLES:
        client = Client()
        if role in cast["people"]:
            client.force_login(cast["people"][role])
        assert client.get(index).status_code == 302
    assert admin_client.get(index).status_code == 200


@pytest.mark.parametrize("name", sorted(n for n in ABOUT if n.startswith("api:")))
def test_what_is_not_ours_looks_as_if_it_were_not_there(name, cast):
    """A foreign and an unknown id get the same answer to the letter."""
    client = Client()
    client.force_login(cast["people"]["foreign"])
    is_read = any(row[:2] == ("GET", name) for row in ROWS)
    method = client.get if is_read else client.post
    theirs = address(name, cast)
    foreign = method(theirs)
    unknown = method(theirs.replace(str(cast[ABOUT[name]].pk), str(uuid.uuid4())))
    assert (foreign.status_code, foreign.content) == (unknown.status_code, unknown.content)
    assert foreign.status_code == 404
