"""One request of the matrix: what came back, as text that a canary would be seen in, and what was written."""

from __future__ import annotations

import io
import re
import uuid
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps as installed
from django.db import connection, models, transaction
from pypdf import PdfReader

from tests.access.world import Label, Role, World

# What takes note of a request itself, whatever becomes of it, or is worked out anew from the rest.
NOTES = ("audit", "session", "sentbefore", "niggle_cache", "emailaddress", "heartbeat")
# Who is told is looked at in test_messages.py.
MESSAGES = ("notification", "webhookdelivery", "escalationevent")
WRITES = re.compile(r'^\s*(?:INSERT INTO|UPDATE|DELETE FROM)\s+"?(\w+)', re.IGNORECASE)
USED = re.compile(r'SET "last_used_at"')  # of a token, once a minute
# What differs from one answer to the next by itself.
BY_CHANCE = re.compile(
    r'(name="csrfmiddlewaretoken" value=|"X-CSRFToken": ?|X-CSRFToken&quot;: ?|nonce=)("|&quot;)\w+'
    r"|[0-9a-f]{32}\b|\d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT|\w{3}, (?=\d\d)|\b(?:csrftoken|sessionid|messages|niggle_device)=[^;]*",
)


@dataclass
class Answer:
    code: int
    text: str  # body and headers, unpacked
    plain: str  # the same without what is chance, to be compared
    wrote: dict[str, int] = field(default_factory=dict)  # tables
    touched: set[Label | None] = field(default_factory=set)  # whose rows became others


def fingerprint(world: World) -> dict[tuple[str, Any], int]:
    """A number for every row that tells whether it is still the same."""
    found = {}
    for model in installed.get_models(include_auto_created=True):
        table = model._meta.db_table
        if model._meta.managed and not any(note in table for note in (*NOTES, *MESSAGES)):
            for row in model._base_manager.values_list():
                found[table, row[0]] = hash(repr(row))
    return found


def ask(
    world: World,
    role: Role,
    method: str,
    path: str,
    *,
    data: Any = None,
    as_json: bool = False,
    htmx: bool = False,
    before: dict[tuple[str, Any], int] | None = None,
) -> Answer:
    """What comes back, undone again. With `before`, whose rows are others now, if anything was written."""
    client, wrote = role.client(), dict[str, int]()

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        hit = None if USED.search(sql) else WRITES.match(sql)
        if hit and not any(word in hit[1] for word in NOTES):
            wrote[hit[1]] = wrote.get(hit[1], 0) + 1
        return execute(sql, params, many, context)

    options: dict[str, Any] = {"headers": role.headers | ({"HX-Request": "true"} if htmx else {})}
    if data is not None:
        options["data"] = data
        if as_json:
            options["content_type"] = "application/json"
    with transaction.atomic():
        with connection.execute_wrapper(note):
            answer = getattr(client, method.lower())(path, **options)
        touched: set[Label | None] = set()
        if wrote and before is not None:
            touched = set(_touched(world, before, fingerprint(world)))
        transaction.set_rollback(True)
    text = _text(answer)
    return Answer(answer.status_code, text, BY_CHANCE.sub("", text), wrote, touched)


def _touched(
    world: World, before: dict[tuple[str, Any], int], after: dict[tuple[str, Any], int]
) -> Iterator[Label | None]:
    changed = {key for key in before.keys() | after.keys() if before.get(key) != after.get(key)}
    by_table = {m._meta.db_table: m for m in installed.get_models(include_auto_created=True)}
    for table, pk in changed:
        if (table, pk) in after:
            row = by_table[table]._base_manager.filter(pk=pk).first()
            yield world.label_of(row) if isinstance(row, models.Model) else None


def _text(answer: Any) -> str:
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    kind = answer.headers.get("Content-Type", "")
    if content.startswith(b"%PDF"):
        pages = PdfReader(io.BytesIO(content)).pages
        content = " ".join(page.extract_text() for page in pages).encode()
    elif content.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            content = b"\n".join(packed.read(name) for name in packed.namelist())
    headers = "\n".join(f"{name}: {value}" for name, value in sorted(answer.headers.items()))
    cookies = "\n".join(str(morsel.OutputString()) for morsel in answer.cookies.values())
    return f"{kind}\n{headers}\n{cookies}\n{content.decode(errors='replace')}"


def without_key(text: str, key: str) -> str:
    """An answer may say which address was asked for: then absent and forbidden differ in that alone."""
    forms = {key, key.replace("-", "")}
    try:
        forms.add(str(uuid.UUID(key)))
    except ValueError:
        return re.sub(rf"(?<=/){re.escape(key)}(?=/)", "KEY", text)
    for form in forms:
        text = text.replace(form, "KEY")
    return text
