"""Whatever is sent, nothing breaks: no server error, nothing of our insides in the answer, no half of anything stored.

5,000 requests in `make security`; fewer in `make test`, the same ones each time.
"""

from __future__ import annotations

import os
import random
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.apps import apps
from django.db import connection, transaction
from django.test import Client
from django.urls import NoReverseMatch

from athletes.models import User
from athletes.services import keys
from tests.access.cast import make_cast
from tests.access.targets import ADMIN, ROLES, address, addresses, body
from tests.security.wrecks import Wreck, wrecked

pytestmark = pytest.mark.django_db

EVERYTHING = os.environ.get("SECURITY_EVERYTHING", "") == "1"
PARTS = 10
EACH = 500 if EVERYTHING else 60
SEED = 20261123
# What takes note of a request itself, whatever becomes of it.
NOTES = ("audit", "session", "sentbefore", "niggle_cache")


def counted() -> dict[str, int]:
    """How many rows each table has that holds what people told or did."""
    tables = [
        model._meta.db_table
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed and not any(note in model._meta.db_table for note in NOTES)
    ]
    quoted = [(table, connection.ops.quote_name(table)) for table in tables]
    each = " UNION ALL ".join(f"SELECT '{table}', COUNT(*) FROM {name}" for table, name in quoted)
    with connection.cursor() as cursor:
        cursor.execute(each)
        return dict(cursor.fetchall())


def places(cast: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    """Every address of the site about the cast's own things, and what one would send there."""
    found = []
    for name in sorted(set(addresses())):
        if name.startswith(ADMIN):
            continue
        try:
            found.append((name, address(name, cast), body(name, cast)))
        except NoReverseMatch:
            pytest.fail(f"{name}: tests/access/parts does not say what it is about")
    return found


def clients(cast: dict[str, Any]) -> dict[str, tuple[Client, dict[str, str]]]:
    made = {}
    for person in User.objects.all():  # allauth would write down an address that it does not know
        EmailAddress.objects.get_or_create(user=person, email=person.email, primary=True)
    for role in ROLES:
        client = Client(raise_request_exception=False)
        headers = {"Authorization": f"Bearer {cast['token']}"} if role == "token" else {}
        if role in cast["people"]:
            client.force_login(cast["people"][role])
        made[role] = (client, headers)
    return made


def send(client: Client, wreck: Wreck, headers: dict[str, str]) -> Any:
    return client.generic(
        wreck.method,
        wreck.path,
        wreck.body,
        content_type=wreck.content_type,
        headers={**headers, **wreck.headers},
    )


def faults_of(answer: Any, before: dict[str, int], after: dict[str, int]) -> list[str]:
    found = []
    if answer.status_code >= 500:
        found.append(f"status {answer.status_code}")
    text = b"" if answer.streaming else answer.content
    if b"Traceback (most recent" in text or b"site-packages" in text:
        found.append("tells about our insides")
    changed = {name: after[name] - before[name] for name in after if after[name] != before[name]}
    if answer.status_code >= 400 and changed:
        found.append(f"status {answer.status_code} and yet stored: {changed}")
    return found


@pytest.mark.parametrize("part", range(PARTS))
def test_whatever_is_sent_nothing_breaks(part: int) -> None:
    cast = make_cast()
    keys.vapid()  # made when it is first asked for
    where, who = places(cast), clients(cast)
    dice = random.Random(SEED + part)
    broken = []
    before = counted()
    for number in range(EACH):
        name, path, told = where[(number * PARTS + part) % len(where)]
        role = dice.choice(ROLES)
        wreck = wrecked(dice, path, told, is_api=name.startswith("api:"))
        client, headers = who[role]
        with transaction.atomic():
            answer = send(client, wreck, headers)
            faults = faults_of(answer, before, counted())
            transaction.set_rollback(True)
        broken += [f"{role} {name}: {fault}: {wreck}" for fault in faults]
    assert not broken, "\n".join(broken[:20]) + f"\n({len(broken)} in all)"


def test_a_fault_would_be_seen() -> None:
    class Answer:
        status_code, streaming, content = 400, False, b"Traceback (most recent call last)"

    found = faults_of(Answer(), {"athletes_athlete": 1}, {"athletes_athlete": 2})
    assert len(found) == 2
    Answer.status_code = 500
    assert len(faults_of(Answer(), {}, {})) == 2
