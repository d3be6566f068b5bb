"""Whoever sees somebody else's health data leaves an entry, whoever is refused it too: at every address of the matrix."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from athletes.looking import path_to_athlete
from athletes.models import AuditEntry
from athletes.models.audit import (
    BY_ADMIN,
    BY_API,
    CHANGED,
    ON_DESK,
    ON_PHONE,
    READ,
    REFUSED,
    TAKEN,
)
from athletes.services import audit
from coaching.looks.shown import RECORDS, SHOWS, SHOWS_NOBODY
from tests.access.cast import make_cast
from tests.access.targets import ABOUT, ADMIN, ROWS, address, addresses, body

pytestmark = pytest.mark.django_db

FACES = {"desk": ON_DESK, "api": BY_API}
LINK = "check_in_by_link"
# A coach is shown no clinician's note.
EMPTY = {(role, "api:clinician-note-list") for role in ("coach", "token")}
OF_NOBODY = {"api:drill", "api:drill-end"}  # the athlete of a drill is made up
# They take something in that is not (yet) written about the athlete, or only what is the sender's own.
CHANGE_NOTHING = {
    "desk:new_report-step",
    "desk:new_report-known",
    "desk:new_report-send",
    "desk:new_report-discard",
    "desk:undo_step",  # nothing was changed before
    "api:care-step-undo",
    "desk:acknowledge_ticked",  # nothing is ticked
    "api:episode-return-start",  # they are on the way already
    "api:interview-next",  # stores nothing
    LINK,  # whoever has it answers as the athlete
}


@pytest.fixture
def cast(db: None) -> dict[str, Any]:
    return make_cast()


def asked(role: str, method: str, name: str, cast: dict[str, Any]) -> tuple[int, list[AuditEntry]]:
    """The status of one request and the entries that it left, all undone again."""
    client = Client(raise_request_exception=False)
    headers = {}
    if role == "token":
        headers["Authorization"] = f"Bearer {cast['token']}"
    else:
        client.force_login(cast["people"][role])
    options: dict[str, Any] = {"headers": headers}
    if method != "GET":
        options["data"] = body(name, cast)
        if name.startswith("api:"):
            options["content_type"] = "application/json"
    with transaction.atomic():
        AuditEntry.objects.all().delete()
        answer = getattr(client, method.lower())(address(name, cast), **options)
        left = list(AuditEntry.objects.all())
        transaction.set_rollback(True)
    return answer.status_code, left


def rows(method: str) -> Iterator[tuple[str, dict[str, int]]]:
    for verb, name, expected in ROWS:
        if (verb == "GET") == (method == "GET"):
            yield name, {"method": verb, **expected}  # type: ignore[dict-item]


def names_athlete(entries: list[AuditEntry], cast: dict[str, Any], *actions: str) -> bool:
    key = str(cast["athlete"].pk)
    return any(entry.action in actions and key in entry.athlete_keys for entry in entries)


def whose(name: str, cast: dict[str, Any]) -> str | None:
    """The key of the athlete whom the address is about; None where it is about nobody's health."""
    row = cast[ABOUT[name]] if name in ABOUT and name not in OF_NOBODY else None
    path = path_to_athlete(type(row)) if row is not None else None
    if path is None:
        return None
    steps = "__".join([*path, "pk"])
    key = type(row)._base_manager.values_list(steps, flat=True).get(pk=row.pk)
    return str(key) if key else None  # a file of all of one's own is of no athlete in particular


def test_every_address_says_what_it_shows():
    known = {name for name in addresses() if not name.startswith(ADMIN)}
    missing = known - SHOWS.keys() - SHOWS_NOBODY
    assert not missing, f"neither SHOWS nor SHOWS_NOBODY (coaching/looks/shown.py): {missing}"
    assert not SHOWS.keys() & SHOWS_NOBODY


@pytest.mark.parametrize("role", ["coach", "clinician", "token"])
def test_every_look_leaves_an_entry(role, cast):
    wrong = []
    for name, row in rows("GET"):
        if row[role] != 200 or (role, name) == ("token", LINK):  # which knows no tokens
            continue
        status, left = asked(role, "GET", name, cast)
        expected = name in SHOWS and (role, name) not in EMPTY
        if names_athlete(left, cast, READ, TAKEN) != expected:
            wrong.append((name, status, [entry.action for entry in left]))
        face = FACES.get(name.split(":")[0], ON_PHONE)
        wrong += [(name, entry.face) for entry in left if entry.face != face]
        wrong += [(name, entry.what) for entry in left if entry.what != name]
    assert wrong == []


def test_nobody_is_handed_another_clubs_athlete(cast):
    """The entries tell what the database gave out, also where a page did not show it."""
    wrong = []
    for name, row in rows("GET"):
        if row["foreign"] == 200:
            _status, left = asked("foreign", "GET", name, cast)
            wrong += [name] if names_athlete(left, cast, READ, TAKEN) else []
    assert wrong == [LINK]  # for whoever holds the link


@pytest.mark.parametrize("role", ["foreign", "mate", "coach"])
def test_every_refusal_of_what_is_there_leaves_an_entry(role, cast):
    wrong = []
    for method in ("GET", "POST"):
        for name, row in rows(method):
            if row[role] not in (403, 404) or whose(name, cast) is None:
                continue
            _status, left = asked(role, str(row["method"]), name, cast)
            named = [key for it in left if it.action == REFUSED for key in it.athlete_keys]
            if whose(name, cast) not in named:
                wrong.append((method, name))
    assert wrong == []


def test_what_is_not_there_was_not_refused(cast):
    client = Client()
    client.force_login(cast["people"]["foreign"])
    AuditEntry.objects.all().delete()
    nowhere = address("desk:report", cast).replace(
        str(cast["report"].pk), str(cast["people"]["coach"].uid)
    )
    assert client.get(nowhere).status_code == 404
    assert client.get("/desk/nowhere/").status_code == 404
    assert not AuditEntry.objects.exists()


@pytest.mark.parametrize("role", ["coach", "token"])
def test_every_write_about_somebody_leaves_an_entry(role, cast):
    wrong = []
    for name, row in rows("POST"):
        if row[role] not in (200, 201, 302) or name in CHANGE_NOTHING or name not in SHOWS:
            continue
        if role == "token" and not name.startswith("api:"):
            continue
        status, left = asked(role, str(row["method"]), name, cast)
        changed = [entry for entry in left if entry.action == CHANGED]
        if status < 400 and not changed:
            wrong.append((name, status))
        wrong += [(name, entry.what) for entry in changed if entry.what not in RECORDS]
    assert wrong == []


@pytest.mark.parametrize("name", ["painreport", "athlete", "escalation", "assessment", "comment"])
def test_the_administration_leaves_entries_too(name, cast, admin_client):
    AuditEntry.objects.all().delete()
    assert admin_client.get(reverse(f"admin:athletes_{name}_changelist")).status_code == 200
    assert names_athlete(list(AuditEntry.objects.all()), cast, READ)
    row = cast[{"painreport": "report"}.get(name, name)] if name in ("athlete", "escalation") else 0
    if row:
        AuditEntry.objects.all().delete()
        admin_client.get(reverse(f"admin:athletes_{name}_change", args=[row.pk]))
        entry = AuditEntry.objects.get()
        assert (entry.face, entry.record_key) == ("admin", str(row.pk))


def test_what_the_administration_changes_is_noted(cast, admin_client):
    athlete = cast["athlete"]
    told = {"club": athlete.club_id, "name": "Renamed", "timezone": "UTC", "sharing": "full"}
    AuditEntry.objects.all().delete()
    change = reverse("admin:athletes_athlete_change", args=[athlete.pk])
    assert admin_client.post(change, told).status_code == 302
    entry = AuditEntry.objects.get(action=CHANGED)
    assert (entry.what, entry.record_key, entry.face) == ("athlete", str(athlete.pk), BY_ADMIN)
    assert "name" in entry.fields
    remove = reverse("admin:athletes_athlete_delete", args=[athlete.pk])
    assert admin_client.post(remove, {"post": "yes"}).status_code == 403


def test_every_kind_of_record_has_words():
    """What services name to the audit, read from their sources."""
    services = Path(audit.__file__).parent
    calls = [
        keyword.value.value
        for path in services.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and ast.unparse(node.func.value) == "audit"
        for keyword in node.keywords
        if keyword.arg == "what" and isinstance(keyword.value, ast.Constant)
    ]
    assert len(calls) > 10
    assert set(calls) <= RECORDS.keys()
