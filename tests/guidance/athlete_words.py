"""Every text of the knowledge that an athlete can see, with the place where it is written."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from guidance.loader import KNOWLEDGE_FOLDER

# Fields of words, whichever file they stand in.
FOR_ATHLETES = {
    "always", "correction", "evidence_note", "help", "label", "name", "note", "plain", "question",
    "say", "short", "tell_athlete", "text", "title", "unassessed", "what", "why",
    "emergency_now", "same_day", "within_days", "coach_review", "self_care",
}  # fmt: skip
# Words for coaches and reviewers, and what is no prose: ids, conditions, dates.
FOR_OTHERS = {
    "tell_coach", "term", "article_says", "says", "checked_by", "authored_by", "status", "next_review",
    "id", "kind", "group", "unit", "level", "prior", "weight", "anchor", "evidence", "withholds",
    "suggests", "sources", "claims", "tags", "causes", "dispositions", "withheld_when_likely",
    "findings", "when", "unless", "all_of", "any_of", "none_of", "of",
}  # fmt: skip


@dataclass(frozen=True)
class Words:
    """One text: `file` and `item` say where, `field` says which."""

    file: str
    item: str
    field: str
    text: str

    @property
    def kind(self) -> str:
        """All texts of one kind are measured together: "causes what", "advice text"."""
        return f"{self.file.split('/')[0].removesuffix('.toml')} {self.field}"

    def __str__(self) -> str:
        return f"{self.file}, {self.item}, {self.field}"


class Unsorted(AssertionError):
    """A field that nobody has said to be for athletes or not."""


def athlete_words(folder: Path = KNOWLEDGE_FOLDER) -> Iterator[Words]:
    for path in sorted(folder.rglob("*.toml")):
        file = path.relative_to(folder).as_posix()
        if file != "sources.toml":
            yield from _words(file, "", tomllib.loads(path.read_text(encoding="utf-8")))


def _words(file: str, item: str, table: dict[str, object]) -> Iterator[Words]:
    here = str(table.get("id", item))
    for key, value in table.items():
        if file == "scale.toml" and key != "words":
            continue
        if key == "words" and isinstance(value, dict):
            yield from (Words(file, name, "words", text) for name, text in value.items())
        elif isinstance(value, dict):
            yield from _words(file, here or key, value)
        else:
            yield from _listed(file, here, key, value)


def _listed(file: str, item: str, key: str, value: object) -> Iterator[Words]:
    for entry in value if isinstance(value, list) else [value]:
        if isinstance(entry, dict):
            yield from _words(file, item, entry if key != "options" else {"label": entry["label"]})
        elif isinstance(entry, str) and key in FOR_ATHLETES and entry:
            yield Words(file, item, key, entry)
        elif isinstance(entry, str) and key not in FOR_ATHLETES | FOR_OTHERS:
            raise Unsorted(
                f"{file}, {item}: is {key!r} read by athletes? Sort it into athlete_words.py."
            )
