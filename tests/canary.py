"""What people type, their names and what they answered stand in no log line: looked for in the whole run.

Planted is whatever a test stores through the models (`FIELDS`) or plants by hand. It must be unmistakable, so
a single common word (“Coach”) does not count. Answers are known by their form, `"swelling": "yes"`; levels and
causes by their ids. The id of a finding or rule alone may stand in a log: it is printed vocabulary, and says nothing
about anybody.
"""

from __future__ import annotations

import contextlib
import json
import logging
import re
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import psycopg
from django.apps import apps
from django.db.models.signals import pre_save

from coaching.logs import HideFaultsOfTasks, Lines
from guidance import KNOWLEDGE, Disposition

FIELDS = {
    "User": ["name", "email"],
    "Athlete": ["name"],
    "PainReport": ["note"],
    "Comment": ["text"],
    "ClinicianNote": ["text"],
    "Episode": ["closed_reason"],
    "ClinicianFinding": ["in_words", "clinician"],
    "CareStep": ["changed_reason", "coach_text"],
    "TrainingHold": ["reason", "release_reason"],
    "HandOver": ["to_name", "note"],
    "WebhookEndpoint": ["name", "url", "secret", "old_secret"],
    "ApiToken": ["name"],
}
MOST_A_STACK = 500  # strings of a kind; ten thousand names would be looked for all day
# Of a traceback only the source lines: they are ours, and tests have names and answers in theirs.
SOURCE_LINES = re.compile(
    r'^ +File "[^"]+", line \d+, in [^\n]*\n(?: {4}[^\n]*(?:\n|$))*', re.MULTILINE
)


def _answers() -> re.Pattern[str]:
    ids = "|".join(map(re.escape, KNOWLEDGE.findings))
    choices = {choice for finding in KNOWLEDGE.findings.values() for choice in _choices(finding)}
    values = "|".join(map(re.escape, sorted({"yes", "no", "unsure", *choices})))
    between = r"""\\?["']?\s*[:=]\s*\[?\\?["']?"""
    return re.compile(rf"\b(?:{ids})\b{between}(?:\d|(?:{values})\b)")


def _choices(finding: Any) -> Iterator[str]:
    for option in finding.options:
        yield option.id


ANSWERS = _answers()
WORDS = re.compile(
    rf"\b(?:{'|'.join([*(level.value for level in Disposition), *KNOWLEDGE.causes])})\b"
)


def is_unmistakable(text: str) -> bool:
    has_letters = re.search(r"[^\W\d_]{3}", text) is not None
    return has_letters and len(text) >= 6 and not re.fullmatch(r"[A-Za-z]+", text)


def leaks(text: str, planted: Iterable[str]) -> list[str]:
    """What of the planted, of answers, levels and causes stands in `text`."""
    text = "\n".join(_without_source(line) for line in SOURCE_LINES.sub("", text).splitlines())
    found = [secret for secret in planted if any(form in text for form in _forms(secret))]
    return found + [hit.group() for pattern in (ANSWERS, WORDS) for hit in pattern.finditer(text)]


def _forms(secret: str) -> set[str]:
    """As it is, and as JSON may write it."""
    return {secret, *(json.dumps(secret, ensure_ascii=ascii)[1:-1] for ascii in (True, False))}


def _without_source(line: str) -> str:
    if r"\n  File" not in line or not line.startswith("{"):
        return line
    told = json.loads(line)
    return json.dumps({key: _bare(value) for key, value in told.items()}, ensure_ascii=False)


def _bare(value: Any) -> Any:
    return SOURCE_LINES.sub("", value) if isinstance(value, str) else value


class Canary(logging.Handler):
    """On the root logger for the whole run: reads every line as the site would write it."""

    def __init__(self) -> None:
        super().__init__()
        self.planted: set[str] = set()
        self.lines: list[str] = []
        self.setFormatter(Lines("json"))
        self.addFilter(HideFaultsOfTasks())

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))

    def plant(self, *texts: str) -> None:
        self.planted.update(filter(is_unmistakable, texts))

    def watch_models(self) -> None:
        for name, fields in FIELDS.items():
            pre_save.connect(
                lambda instance, fields=fields, **_: self.plant(
                    *(getattr(instance, field) or "" for field in fields)
                ),
                sender=apps.get_model("athletes", name),
                weak=False,
            )

    def hits(self) -> list[str]:
        """In the lines since the last time."""
        text, self.lines = "\n".join(self.lines), []
        return leaks(text, self.planted)


class ProcessCanary:
    """The same for the log files of real processes; what is planted is read from their database."""

    def __init__(self, folder: Path, rows: Callable[[str], list[tuple[Any, ...]]]) -> None:
        self.folder, self.rows = folder, rows
        self._planted: set[str] = set()
        self._read: dict[Path, int] = {}

    def hits(self) -> list[str]:
        """In what was written since the last time."""
        new = "\n".join(map(self._new_text, sorted(self.folder.glob("*"))))
        if not new.strip():
            return []
        # In the middle of a fault the database may not answer; at the end everything is read once more.
        with contextlib.suppress(sqlite3.Error, psycopg.Error):
            self._planted |= self._stored()
        return leaks(new, self._planted)

    def hits_in_all(self) -> list[str]:
        self._read.clear()
        return self.hits()

    def _new_text(self, log: Path) -> str:
        with log.open("rb") as file:
            file.seek(self._read.get(log, 0))
            new = file.read()
        self._read[log] = self._read.get(log, 0) + len(new)
        return new.decode(errors="replace")

    def _stored(self) -> set[str]:
        stored: set[str] = set()
        for model, fields in FIELDS.items():
            for field in fields:
                told = self.rows(
                    f"SELECT DISTINCT {field} FROM athletes_{model.lower()}"
                    f" WHERE {field} <> '' LIMIT {MOST_A_STACK}"
                )
                stored.update(text for (text,) in told if is_unmistakable(text))
        return stored
