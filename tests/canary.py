"""What people type, their names, what they answered and every secret stand in no log line and in no message.

Looked for in the whole run: in each log line, and in whatever leaves the process (tests/wires.py). Planted is what a
test stores through the models (`FIELDS`), each secret that is made (tests/secrets_made.py), and what it plants by hand. It must be
unmistakable, so a single common word (“Coach”) does not count. Answers are known by their form, `"swelling": "yes"`;
levels and causes by their ids; the logs of real processes are searched for secrets by their form too. The id of a finding or
rule alone may stand in a log: it is printed vocabulary, and says nothing about anybody.
"""

from __future__ import annotations

import contextlib
import json
import logging
import re
import sqlite3
from collections import OrderedDict, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import psycopg
from django.apps import apps
from django.db.models.signals import pre_save

from coaching.logs import HideFaultsOfTasks, Lines
from guidance import KNOWLEDGE, Disposition
from tests import secrets_made, wires
from tests.secrets_made import CONFIRMATION, INVITATION, LOGIN_CODE, MAGIC_LINK, RESET

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
    "PushSubscription": ["endpoint", "p256dh", "auth"],
    "SquadChannel": ["name", "url"],
}
NAMES = frozenset({"User.name", "User.email"})
# What a message is for. All else may stand in none of them.
MAY_SAY: dict[str, Collection[str]] = {
    wires.MAIL: NAMES | {INVITATION, MAGIC_LINK, RESET, LOGIN_CODE, CONFIRMATION},
    wires.MESSAGE: {MAGIC_LINK},
    wires.PUSH: {MAGIC_LINK},
}
SHORTEST_SECRET = 8
MOST_SECRETS = 2000  # the newest: those of the test that runs, and of its module
MOST_A_STACK = 500  # strings of a kind; ten thousand names would be looked for all day
# Of a traceback only the source lines: they are ours, and tests have names and answers in theirs.
SOURCE_LINES = re.compile(
    r'^ +File "[^"]+", line \d+, in [^\n]*\n(?: {4}[^\n]*(?:\n|$))*', re.MULTILINE
)


# Secrets as they are written, for the logs of processes that made them on their own.
SECRETS = re.compile(
    r"ngl_[\w-]{16,}|whsec_[\w+/=-]{16,}|\bBearer [\w.-]{16,}|/c/[0-9a-f]{32}\.[\w-]+|/join/[\w-]{19,}"
    r"|\b(?:code|access_token|refresh_token|client_secret|id_token)=[\w.-]{16,}"
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
    """What of the planted, of answers, levels, causes and secrets stands in `text`."""
    text = "\n".join(_without_source(line) for line in SOURCE_LINES.sub("", text).splitlines())
    made = [hit.group() for hit in SECRETS.finditer(text)]
    return [*planted_in(text, planted), *told_in(text), *made]


def planted_in(text: str, planted: Iterable[str]) -> list[str]:
    return [secret for secret in planted if _stands_in(text, secret)]


def told_in(text: str) -> list[str]:
    """Answers, levels and causes."""
    return [hit.group() for pattern in (ANSWERS, WORDS) for hit in pattern.finditer(text)]


def _stands_in(text: str, secret: str) -> bool:
    """A code of digits only counts where it stands alone: in the ids of thousands of lines its digits come by chance."""
    if not any(form in text for form in _forms(secret)):
        return False
    return not secret.isdecimal() or bool(re.search(rf"(?<![0-9a-f]){secret}(?![0-9a-f])", text))


@lru_cache(maxsize=100_000)
def _forms(secret: str) -> frozenset[str]:
    """As it is, and as JSON may write it."""
    return frozenset(
        {secret, *(json.dumps(secret, ensure_ascii=ascii)[1:-1] for ascii in (True, False))}
    )


def _without_source(line: str) -> str:
    if r"\n  File" not in line or not line.startswith("{"):
        return line
    told = json.loads(line)
    return json.dumps({key: _bare(value) for key, value in told.items()}, ensure_ascii=False)


def _bare(value: Any) -> Any:
    return SOURCE_LINES.sub("", value) if isinstance(value, str) else value


def in_messages(
    heard: Iterable[tuple[str, str]], planted: Mapping[str, Collection[str]]
) -> list[str]:
    """What stands in messages, each with its channel, that they may not say; `planted`: of which kinds it is."""
    found, by_channel = [], defaultdict(list)
    for channel, text in heard:
        by_channel[channel].append(text)
        found += [f"{channel}: {stray}" for stray in wires.strays(channel, text)]
    for channel, texts in by_channel.items():
        text, may = "\n".join(texts), set(MAY_SAY.get(channel, ()))
        private = [one for one, kinds in planted.items() if set(kinds) - may]
        found += [f"{channel}: {hit}" for hit in (*planted_in(text, private), *told_in(text))]
    return found


class Canary(logging.Handler):
    """On the root logger for the whole run: reads every line as the site would write it, and every message."""

    def __init__(self) -> None:
        super().__init__()
        self.planted: defaultdict[str, set[str]] = defaultdict(set)  # by text: what kinds
        self.secrets: OrderedDict[str, str] = OrderedDict()  # by secret: of which kind
        self.lines: list[str] = []
        self.heard: list[tuple[str, str]] = []
        self.setFormatter(Lines("json"))
        self.addFilter(HideFaultsOfTasks())

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))

    def hear(self, channel: str, text: str) -> None:
        self.heard.append((channel, text))

    def plant(self, *texts: str, kind: str = "") -> None:
        for text in filter(is_unmistakable, texts):
            self.planted[text].add(kind)

    def plant_secret(self, secret: str, kind: str) -> None:
        if len(secret) < SHORTEST_SECRET:  # nonsense that a test tries to get in with
            return
        self.secrets[secret] = kind
        self.secrets.move_to_end(secret)
        while len(self.secrets) > MOST_SECRETS:
            self.secrets.popitem(last=False)

    def watch_models(self) -> None:
        for name, fields in FIELDS.items():
            for field in fields:
                pre_save.connect(
                    lambda instance, kind=f"{name}.{field}", field=field, **_: self.plant(
                        getattr(instance, field) or "", kind=kind
                    ),
                    sender=apps.get_model("athletes", name),
                    weak=False,
                )

    def watch_secrets(self) -> None:
        secrets_made.watch(self.plant_secret)

    def listen(self) -> None:
        wires.listen(self.hear)

    def hits(self) -> list[str]:
        """In the lines since the last time."""
        text, self.lines = "\n".join(self.lines), []
        return leaks(text, self.planted) + [secret for secret in self.secrets if secret in text]

    def hits_in_messages(self) -> list[str]:
        """In what was sent since the last time, each with its channel."""
        heard, self.heard = self.heard, []
        private = {**self.planted, **{secret: {kind} for secret, kind in self.secrets.items()}}
        return in_messages(heard, private)


class ProcessCanary:
    """The same for the log files of real processes; what is planted is read from their database."""

    def __init__(self, folder: Path, rows: Callable[[str], list[tuple[Any, ...]]]) -> None:
        self.folder, self.rows = folder, rows
        self._planted: defaultdict[str, set[str]] = defaultdict(set)
        self._read: dict[Path, int] = {}

    def hits(self) -> list[str]:
        """In what was written since the last time."""
        new = "\n".join(map(self._new_text, sorted(self.folder.glob("*"))))
        if not new.strip():
            return []
        return leaks(new, self._all_planted())

    def hits_in_messages(self, heard: Iterable[tuple[str, str]]) -> list[str]:
        """In what the processes sent."""
        return in_messages(heard, self._all_planted())

    def _all_planted(self) -> dict[str, set[str]]:
        # In the middle of a fault the database may not answer; at the end everything is read once more.
        with contextlib.suppress(sqlite3.Error, psycopg.Error):
            for text, kind in self._stored():
                self._planted[text].add(kind)
        return self._planted

    def hits_in_all(self) -> list[str]:
        self._read.clear()
        return self.hits()

    def _new_text(self, log: Path) -> str:
        with log.open("rb") as file:
            file.seek(self._read.get(log, 0))
            new = file.read()
        self._read[log] = self._read.get(log, 0) + len(new)
        return new.decode(errors="replace")

    def _stored(self) -> Iterator[tuple[str, str]]:
        for model, fields in FIELDS.items():
            for field in fields:
                told = self.rows(
                    f"SELECT DISTINCT {field} FROM athletes_{model.lower()}"
                    f" WHERE {field} <> '' LIMIT {MOST_A_STACK}"
                )
                yield from ((text, f"{model}.{field}") for (text,) in told if is_unmistakable(text))
        for (key,) in self.rows(f"SELECT session_key FROM django_session LIMIT {MOST_A_STACK}"):
            yield key, secrets_made.SESSION
