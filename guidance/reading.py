"""Takes typed values out of parsed TOML and collects every mistake, each with file, item and how to mend it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from typing import TypeVar

from guidance.conditions import UnreadableCondition, did_you_mean, read_condition
from guidance.schema import Condition, Finding, Review, When

E = TypeVar("E", bound=Enum)

_ID = re.compile(r"[a-z0-9][a-z0-9_-]*|G\d")  # the article's two general claims are G1 and G2

# Stable numbers, so that a person can look one up and a test can name it.
UNREADABLE_FILE = "E001"
UNKNOWN_KEY = "E002"
MISSING_OR_WRONG = "E003"
DUPLICATE = "E004"
UNKNOWN_ID = "E005"
UNREADABLE_CONDITION = "E006"
NO_SOURCE = "E007"
REVIEW = "E008"
CLAIM = "E009"


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake in the knowledge."""

    code: str
    file: str
    item: str
    message: str

    def __str__(self) -> str:
        place = f"{self.file}, {self.item}" if self.item else self.file
        return f"{place}: {self.message}"


@dataclass(slots=True)
class Problems:
    """All mistakes found so far."""

    found: list[Problem] = field(default_factory=list)

    def add(self, code: str, file: str, item: str, message: str) -> None:
        self.found.append(Problem(code, file, item, message))


class Table:
    """One TOML table. Every key must be taken; what is left at `close` is unknown."""

    def __init__(self, raw: object, file: str, item: str, problems: Problems) -> None:
        self.file = file
        self.item = item
        self._problems = problems
        self._known: set[str] = set()
        self._raw: Mapping[str, object] = {}
        if isinstance(raw, dict):
            self._raw = raw
        else:
            self.wrong("should be a table.")

    def wrong(self, message: str, code: str = MISSING_OR_WRONG) -> None:
        self._problems.add(code, self.file, self.item, message)

    def take(self, key: str) -> object:
        self._known.add(key)
        return self._raw.get(key)

    def has(self, key: str) -> bool:
        return key in self._raw

    def names(self) -> tuple[str, ...]:
        return tuple(self._raw)

    def text(self, key: str, *, default: str | None = None) -> str:
        value = self.take(key)
        if value is None and default is not None:
            return default
        if isinstance(value, str) and (value.strip() or default is not None):
            return value.strip()
        self.wrong(f'{key} is missing or not a text. Write {key} = "...".')
        return ""

    def identifier(self) -> str:
        value = self.text("id")
        if value and not _ID.fullmatch(value):
            self.wrong(f"the id {value!r} may hold only small letters, digits, _ and -.")
        return value

    def texts(self, key: str, *, required: bool = False) -> tuple[str, ...]:
        value = self.take(key)
        if value is None and not required:
            return ()
        if not isinstance(value, list) or not all(
            isinstance(entry, str) and entry for entry in value
        ):
            self.wrong(f'{key} is missing or not a list of texts. Write {key} = ["..."].')
            return ()
        if required and not value:
            self.wrong(f"{key} is empty.")
        for entry in sorted({entry for entry in value if value.count(entry) > 1}):
            self.wrong(f"{key} holds {entry!r} twice. Keep one.", DUPLICATE)
        return tuple(value)

    def flag(self, key: str, *, default: bool = False) -> bool:
        value = self.take(key)
        if value is None:
            return default
        if isinstance(value, bool):
            return value
        self.wrong(f"{key} should be true or false.")
        return default

    def number(self, key: str, *, required: bool = True) -> float | None:
        value = self.take(key)
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            return float(value)
        if value is not None or required:
            self.wrong(f"{key} is missing or not a number.")
        return None

    def whole(self, key: str) -> int:
        value = self.take(key)
        if isinstance(value, int) and not isinstance(value, bool):
            return value
        self.wrong(f"{key} is missing or not a whole number.")
        return 0

    def choice(self, key: str, of: type[E]) -> E | None:
        words = [str(member.value) for member in of]
        value = self.text(key)
        if value in words:
            return of(value)
        if value:
            self.wrong(
                f"{key} is {value!r}.{did_you_mean(value, words)} It must be one of: {', '.join(words)}."
            )
        return None

    def word(self, key: str, words: tuple[str, ...]) -> str:
        value = self.text(key)
        if value and value not in words:
            self.wrong(
                f"{key} is {value!r}.{did_you_mean(value, words)} It must be one of: {', '.join(words)}."
            )
        return value

    def day(self, key: str) -> date:
        value = self.take(key)
        if isinstance(value, date):
            return value
        self.wrong(f"{key} is missing or not a date. Write {key} = 2027-05-22, without quotes.")
        return date.max

    def tables(self, key: str) -> list[Table]:
        value = self.take(key)
        if value is None:
            return []
        if not isinstance(value, list):
            self.wrong(f"{key} should be a list of tables.")
            return []
        return [
            Table(entry, self.file, f"{self.item} {key} {n}", self._problems)
            for n, entry in enumerate(value, 1)
        ]

    def table(self, key: str) -> Table:
        raw = self.take(key)
        if raw is None:
            self.wrong(f"[{key}] is missing.")
            raw = {}
        return Table(raw, self.file, f"{self.item} {key}".strip(), self._problems)

    def references(
        self,
        key: str,
        known: Collection[str] | None,
        what: str,
        *,
        required: bool = False,
    ) -> tuple[str, ...]:
        """Ids that must exist. `known` is None when their file could not be read: one mistake, not a hundred."""
        ids = self.texts(key, required=required)
        self.check_known(ids, known, f"{key} names the unknown {what}")
        return ids

    def check_known(self, ids: Iterable[str], known: Collection[str] | None, words: str) -> None:
        for entry in ids:
            if known is not None and entry not in known:
                self.wrong(f"{words} {entry!r}.{did_you_mean(entry, known)}", UNKNOWN_ID)

    def sources(self, known: Collection[str] | None) -> tuple[str, ...]:
        ids = self.references("sources", known, "source")
        if not ids:
            self.wrong(
                'no source. Name at least one id of sources.toml: sources = ["..."].',
                NO_SOURCE,
            )
        return ids

    def when(self, key: str, findings: Mapping[str, Finding] | None) -> When:
        """The conditions under `key`; an absent table always holds."""
        if not self.has(key):
            return When()
        table = self.table(key)
        at_least = table.table("at_least") if table.has("at_least") else None
        when = When(
            all_of=table.conditions("all_of", findings),
            any_of=table.conditions("any_of", findings),
            none_of=table.conditions("none_of", findings),
            at_least_count=at_least.whole("count") if at_least else 0,
            at_least_of=at_least.conditions("of", findings) if at_least else (),
        )
        if at_least:
            at_least.close()
            written = len(
                at_least.texts("of")
            )  # not those read: an unreadable one is told on its own
            if not 1 <= when.at_least_count <= written:
                table.wrong(f"at_least asks for {when.at_least_count} of {written} conditions.")
        table.close()
        return when

    def conditions(self, key: str, findings: Mapping[str, Finding] | None) -> tuple[Condition, ...]:
        read = []
        sentences = self.texts(key)
        if self.has(key) and not sentences:
            self.wrong(f"{key} is empty: remove it, or name a condition.")
        if findings is None:
            return ()
        for sentence in sentences:
            try:
                read.append(read_condition(sentence, findings))
            except UnreadableCondition as problem:
                self.wrong(f"{key}: {problem}", UNREADABLE_CONDITION)
        return tuple(read)

    def review(self) -> Review:
        review = Review(
            status=self.word("status", ("draft", "reviewed")),
            authored_by=self.text("authored_by"),
            checked_by=self.text("checked_by", default=""),
            next_review=self.day("next_review"),
        )
        if review.checked_by and review.checked_by.casefold() == review.authored_by.casefold():
            self.wrong(
                "checked_by is the author. Another person must check it; leave it empty until then.",
                REVIEW,
            )
        if review.status == "reviewed" and not review.checked_by:
            self.wrong(
                'status is "reviewed" but checked_by is empty. Name who checked it, or write "draft".',
                REVIEW,
            )
        return review

    def close(self) -> None:
        """Report the keys that nobody asked for."""
        for key in self._raw:
            if key not in self._known:
                hint = did_you_mean(key, self._known)
                self.wrong(
                    f"unknown key {key!r}.{hint} Known: {', '.join(sorted(self._known))}.",
                    UNKNOWN_KEY,
                )
