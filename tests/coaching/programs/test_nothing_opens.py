"""A copy of the whole database holds nothing with which a program could come in."""

from __future__ import annotations

import base64
import json
import pickle
import zlib

import pytest
from django.apps import apps as installed
from django.core.management import call_command
from django.db import connection
from django.test import Client

from athletes.scopes import SCOPES
from athletes.services import tokens
from tests.coaching.programs.flow import Diary
from tests.factories import PASSWORD

pytestmark = pytest.mark.django_db


def everything() -> list[str]:
    """Each value of each table, also of those that are no model (the cache), packed or not."""
    call_command("createcachetable", verbosity=0)
    assert len(connection.introspection.table_names()) > len(installed.get_models())
    values = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            values += [str(value) for row in cursor.fetchall() for value in row if value]
    return values + [unpacked for value in values for unpacked in unpack(value)]


def unpack(value: str) -> list[str]:
    """What the cache and the sessions keep in base64."""
    try:
        raw = base64.b64decode(value, validate=True)
    except ValueError:
        return []
    found = []
    for read in (pickle.loads, lambda data: json.loads(zlib.decompress(data)), bytes.decode):
        try:
            found.append(str(read(raw)))
        except (
            pickle.UnpicklingError,
            zlib.error,
            ValueError,
            EOFError,
            LookupError,
            AttributeError,
        ):
            continue
        except (TypeError, IndexError, ImportError, MemoryError, OverflowError):
            continue
    return found


def test_no_secret_stands_in_the_database(browser, person):
    diary = Diary()
    got = diary.got_from(browser)
    renewed = diary.renewed(got["refresh_token"]).json()
    login = {"email": person.email, "password": PASSWORD}
    by_login = Client().post("/api/v1/auth/login/", login, "application/json").json()["token"]
    made = tokens.make(by=person, name="Own", scopes=list(SCOPES)).secret
    by_rest = Client().post(
        "/api/v1/tokens/",
        {"name": "By REST", "scopes": ["account:read"]},
        "application/json",
        headers={"Authorization": f"Bearer {made}", "Idempotency-Key": "once-only"},
    )
    assert by_rest.status_code == 201
    secrets = {
        "app's secret": diary.secret,
        "first access": got["access_token"],
        "first renewal": got["refresh_token"],
        "access": renewed["access_token"],
        "renewal": renewed["refresh_token"],
        "log-in": by_login,
        "own": made,
        "by REST": by_rest.json()["token"],
        "verifier": diary.verifier,
        "signing key": "PRIVATE KEY",
    }
    held = everything()
    assert any(person.email in value for value in held), "the search finds nothing at all"
    found = {name for name, secret in secrets.items() if any(secret in value for value in held)}
    assert not found


def test_a_code_that_stands_there_opens_nothing(browser):
    """It waits for its app in the cache. The app's verifier, without which it is worth nothing, was never sent here."""
    diary = Diary(public=True)
    code = diary.let_in_by(browser)
    held = everything()
    assert any(code in value for value in held)
    assert not any(diary.verifier in value for value in held)
    assert diary.for_code(code, code_verifier=None).status_code == 400


def test_what_stands_there_is_no_key(browser, person, settings):
    """Neither the hashes themselves nor the names of tokens let anybody in."""
    settings.API_REQUESTS_PER_MIN = 0
    diary = Diary()
    diary.got_from(browser)
    tokens.issue(by=person)
    words = {value for value in everything() if 8 <= len(value) <= 100 and value.isprintable()}
    client = Client()
    for word in words:
        for secret in (word, f"{tokens.PREFIX}{word}"):
            header = {"Authorization": f"Bearer {secret}"}
            assert client.get("/api/v1/squads/", headers=header).status_code == 401, word
