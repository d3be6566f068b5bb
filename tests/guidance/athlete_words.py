"""Every text of the knowledge that an athlete can see, with the place where it is written."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from guidance.loader import KNOWLEDGE_FOLDER

# Fields of words, whichever file they stand in.
FOR_ATHLETES = {
    "always", "call", "correction", "entry", "evidence_note", "help", "label", "name", "note", "plain", "question",
    "rules", "say", "says", "short", "tell_athlete", "text", "title", "unassessed", "what", "why",
    "emergency_now", "same_day", "within_days", "coach_review", "self_care",
}  # fmt: skip
# Words for coaches and reviewers, and what is no prose: ids, conditions, dates.
FOR_OTHERS = {
    "tell_coach", "term", "evidence_says", "checked_by", "authored_by", "status", "next_review",
    "id", "kind", "group", "unit", "level", "prior", "weight", "anchor", "evidence", "withholds",
    "suggests", "sources", "claims", "tags", "causes", "dispositions", "withheld_when_likely",
    "covered_by", "scope", "findings", "when", "unless", "then", "also", "asks", "means", "over", "passing", "rest", "signs", "stale", "all_of", "any_of", "none_of", "of",
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


def athlete_words(folder: Path = KNOWLEDGE_FOLDER) -> list[Words]:
    return [words for words in _all(folder) if words.field in FOR_ATHLETES]


def unsorted(folder: Path = KNOWLEDGE_FOLDER) -> list[Words]:
    """Texts in a field that nobody has said to be for athletes or not."""
    return [words for words in _all(folder) if words.field not in FOR_ATHLETES | FOR_OTHERS]


def _all(folder: Path) -> Iterator[Words]:
    for path in sorted(folder.rglob("*.toml")):
        file = path.relative_to(folder).as_posix()
        if file != "sources.toml":
            yield from _words(file, "", tomllib.loads(path.read_text(encoding="utf-8")))


def _words(file: str, item: str, table: Mapping[str, object]) -> Iterator[Words]:
    here = str(table.get("id", item))
    for key, value in table.items():
        if file == "scale.toml" and not item and key != "words":
            continue  # numbers, and the names of tags, which are for reviewers
        if isinstance(value, dict):
            yield from _words(file, here or key, _filled_in(value) if key == "words" else value)
        else:
            yield from _listed(file, here, key, value)


def _filled_in(words: Mapping[str, object]) -> Mapping[str, object]:
    """[words] names each sentence that the engine fills in by a key of its own."""
    return {"entries": [{"id": name, "text": text} for name, text in words.items()]}


def _listed(file: str, item: str, key: str, value: object) -> Iterator[Words]:
    for entry in value if isinstance(value, list) else [value]:
        if isinstance(entry, dict):
            yield from _words(file, item, {"label": entry["label"]} if key == "options" else entry)
        elif isinstance(entry, str) and entry:
            yield Words(file, item, key, entry)
