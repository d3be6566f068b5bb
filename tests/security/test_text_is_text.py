"""What people type stays text: in every page, in the API's JSON, in CSV and in PDF, whatever it looks like.

Each round puts another payload into every field that somebody can write freely, and opens every page. All 200 go
through every field in `make security`; some of them in `make test`.
"""

from __future__ import annotations

import csv
import io
import json
import os
from collections.abc import Sequence
from html.parser import HTMLParser
from typing import Any

import pytest
from django.apps import apps
from django.db import models
from django.test import Client
from django.urls import NoReverseMatch
from pypdf import PdfReader

from athletes.csv_cells import STARTS_A_FORMULA
from athletes.models import Squad
from tests.access.cast import make_cast
from tests.access.targets import ADMIN, address, addresses
from tests.security.payloads import FORMULAS, XSS

pytestmark = pytest.mark.django_db

EVERYTHING = os.environ.get("SECURITY_EVERYTHING", "") == "1"
TOGETHER = 2  # payloads that the shortest field holds at once
ROUNDS = range(0, len(XSS), TOGETHER) if EVERYTHING else (0,)
READERS = ("athlete", "coach", "clinician", "owner")
# Texts that are ours, or have a form of their own that is looked at when they are stored.
FORMED = (
    "id",
    "email",
    "address",
    "timezone",
    "language",
    "password",
    "path",
    "url",
    "endpoint",
    "kind",
    "role",
    "state",
    "level",
    "advice",
    "evidence",
    "version",
    "dedupe_key",
    "subject",
    "ladder",
    "cause",
    "leading_cause",
    "site",
    "side",
    "face",
    "units",
    "finished_by",
    "prefix",
    "what",
    "record_key",
)
FREE_NAMES = (
    "name",
    "text",
    "note",
    "reason",
    "outcome",
    "clinician",
    "words",
    "contact",
    "browser",
)


def free_fields() -> list[tuple[type[models.Model], str]]:
    """Every column of ours that holds what somebody wrote as they liked."""
    found = []
    for model in apps.get_app_config("athletes").get_models():
        for field in model._meta.concrete_fields:
            is_text = isinstance(field, models.CharField | models.TextField)
            if not is_text or field.choices or field.unique or field.name in FORMED:
                continue
            if any(word in field.name for word in FREE_NAMES):
                found.append((model, field.name))
    return found


def plant(*payloads: str) -> None:
    """As many of them into each field as it holds, and at least the first."""
    for model, name in free_fields():
        longest = model._meta.get_field(name).max_length or 2000  # type: ignore[union-attr]
        text = fitted(payloads, longest)
        if model is not Squad:
            model._default_manager.update(**{name: text})
            continue
        for number, row in enumerate(Squad.objects.all()):  # no two of a club are called the same
            Squad.objects.filter(pk=row.pk).update(name=f"{number}{text}"[:longest])


def fitted(payloads: Sequence[str], longest: int) -> str:
    text = payloads[0][:longest]
    for payload in payloads[1:]:
        if len(text) + len(payload) <= longest:
            text += payload
    return text


class Markup(HTMLParser):
    """What a page is made of, where that is something no page of ours has."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.odd: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "xss7":
            self.odd.append(f"<{tag}> {attrs}")
        if tag == "script" and not any(name in ("src", "type") for name, _ in attrs):
            self.odd.append("an inline script")
        for name, value in attrs:
            told = (value or "").replace("\t", "").strip().lower()
            if name.startswith("on") or name == "style":
                self.odd.append(f"<{tag} {name}={value}>")
            leads = name in ("href", "src", "action", "formaction", "hx-get", "hx-post")
            if leads and told.startswith(("javascript:", "data:", "vbscript:", "//", "\\")):
                self.odd.append(f"<{tag} {name}={value}>")
            if leads and "elsewhere.test" in told:
                self.odd.append(f"<{tag} {name}={value}>")


def odd_in(html: str) -> list[str]:
    markup = Markup()
    markup.feed(html)
    markup.close()
    return markup.odd


def pages(cast: dict[str, Any]) -> list[tuple[str, str]]:
    found = []
    for name in sorted(set(addresses())):
        if not name.startswith((ADMIN, "idp:")) and "logout" not in name:
            try:
                found.append((name, address(name, cast)))
            except NoReverseMatch:
                continue  # tests/access/test_rows.py says so
    return found


@pytest.fixture
def cast() -> dict[str, Any]:
    made = make_cast()
    made["people"]["owner"] = made["squad"].coach
    return made


def readers(cast: dict[str, Any]) -> dict[str, Client]:
    made = {}
    for role in READERS:
        made[role] = Client(raise_request_exception=False)
        made[role].force_login(cast["people"][role])
    return made


def faults_of(answer: Any) -> list[str]:
    kind = answer.headers.get("Content-Type", "")
    if answer.status_code >= 500:
        return [f"status {answer.status_code}"]
    if kind.startswith("text/html") and not answer.streaming:
        return odd_in(answer.content.decode())
    if "json" in kind and not answer.streaming:
        json.loads(answer.content)
        return [] if answer.headers.get("X-Content-Type-Options") == "nosniff" else ["is sniffed"]
    if kind.startswith("application/pdf"):
        return odd_in_pdf(answer.content)
    return []


def odd_in_pdf(content: bytes) -> list[str]:
    reader = PdfReader(io.BytesIO(content))
    names = (b"/JavaScript", b"/Launch", b"/URI", b"/EmbeddedFile")
    found = [name.decode() for name in names if name in content]
    text = "".join(page.extract_text() for page in reader.pages)
    return found + ([] if text else ["an empty page"])


@pytest.mark.parametrize("start", ROUNDS)
def test_no_text_becomes_markup(start: int, cast: dict[str, Any]) -> None:
    where, who = pages(cast), readers(cast)
    plant(*XSS[start : start + TOGETHER], *XSS)
    found, shown = [], 0
    for role, client in who.items():
        for name, path in where:
            answer = client.get(path)
            shown += answer.status_code == 200
            found += [f"{role} {name}: {fault}" for fault in faults_of(answer)]
    assert shown > 60, "hardly any page was shown"
    assert not found, "\n".join(found[:20])


@pytest.mark.parametrize("page", ["<p>{}</p>", '<a href="/x" title="{}">x</a>', "<a href={}>x</a>"])
def test_markup_would_be_seen(page: str) -> None:
    assert any(odd_in(page.format(payload)) for payload in XSS)


def test_what_is_planted_reaches_the_pages(cast: dict[str, Any]) -> None:
    """Else nothing would be looked at."""
    plant("Zebra stripes")
    told = readers(cast)["coach"].get(address("desk:athlete", cast)).content.decode()
    assert told.count("Zebra stripes") > 5


def test_no_cell_becomes_a_formula(cast: dict[str, Any]) -> None:
    who, where = readers(cast), pages(cast)
    tables = [
        (client, path)
        for client in who.values()
        for _, path in where
        if client.get(path).headers.get("Content-Type", "").startswith("text/csv")
    ]
    assert len(tables) > 2, "no table was looked at"
    for payload in FORMULAS if EVERYTHING else FORMULAS[::10]:
        plant(payload)
        for client, path in tables:
            text = client.get(path).getvalue().decode("utf-8-sig")  # type: ignore[attr-defined]
            cells = [cell for row in csv.reader(io.StringIO(text)) for cell in row]
            alive = [cell for cell in cells if cell.lstrip(" ").startswith(STARTS_A_FORMULA)]
            assert not [cell for cell in alive if not _is_number(cell)], path


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True
