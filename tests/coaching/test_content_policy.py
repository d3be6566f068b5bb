"""Every answer says that nothing runs but what comes from here: the Content-Security-Policy."""

from __future__ import annotations

import gzip

import pytest
from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.test import Client
from django.urls import reverse

from tests.access.cast import make_cast
from tests.access.targets import address, rows

pytestmark = pytest.mark.django_db

SCHEMA_READERS = {"api:docs", "api:redoc"}  # they draw with styles of their own
ASKED = sorted({name for method, name, _ in rows() if method == "GET"})


def policy(answer) -> dict[str, set[str]]:
    parts = [part.split() for part in answer["Content-Security-Policy"].split(";")]
    return {name: set(sources) for name, *sources in parts}


def test_every_page_is_strict():
    cast = make_cast()
    client = Client(raise_request_exception=False)
    client.force_login(cast["people"]["coach"])
    for name in ASKED:
        found = policy(client.get(address(name, cast)))
        assert found["script-src"] == {"'self'"}, name
        assert found["default-src"] == found["base-uri"] == found["frame-ancestors"] == {"'none'"}
        assert found["style-src"] - {"'self'"} == (
            {"'unsafe-inline'"} if name in SCHEMA_READERS else set()
        ), name
        assert not any("report" in directive for directive in found), name


def test_the_administration_is_as_strict(admin_client):
    assert policy(admin_client.get(reverse("admin:index")))["script-src"] == {"'self'"}


def test_a_page_that_fails_is_as_strict(client, monkeypatch):
    monkeypatch.setattr("coaching.safety.render", None)
    client.raise_request_exception = False
    answer = client.get(reverse("safety"))
    assert answer.status_code == 500
    assert policy(answer)["script-src"] == {"'self'"}


def test_pages_are_sent_compressed(client):
    plain = client.get(reverse("safety"))
    small = client.get(reverse("safety"), headers={"Accept-Encoding": "gzip"})
    assert "Content-Encoding" not in plain
    assert small["Content-Encoding"] == "gzip"
    assert gzip.decompress(small.content).startswith(b"<!doctype html>")
    assert len(small.content) < len(plain.content) / 2


def test_files_have_a_hash_in_their_names_once_they_were_collected(monkeypatch):
    name = "coaching/niggle.css"
    assert staticfiles_storage.url(name) == f"{settings.STATIC_URL}{name}"
    monkeypatch.setitem(staticfiles_storage.hashed_files, name, "coaching/niggle.0123.css")
    assert staticfiles_storage.url(name) == f"{settings.STATIC_URL}coaching/niggle.0123.css"
