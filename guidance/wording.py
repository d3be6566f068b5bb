"""Every text of the knowledge that people read, with the place where it is written: what a translator has to do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass

from guidance.schema import Condition, Implication, Knowledge, Review, Source, When

# Fields of words, in whichever part of the knowledge they stand.
READ = {
    "always", "by_disposition", "call", "entry", "evidence_note", "help", "label", "name", "note", "plain",
    "question", "rules", "say", "short", "tell_athlete", "tell_coach", "text", "title", "unassessed",
    "unit", "what", "why", "words",
}  # fmt: skip
# Ids and kinds, and what is for reviewers only. (Sets hold ids, never words.)
NOT_READ = {
    "also", "anchor", "asks", "causes", "claims", "correction", "covered_by", "evidence_says", "findings", "group", "id", "kind",
    "passing", "rest", "says", "scope", "signs", "sources", "stale", "suggests", "tags", "term",
}  # fmt: skip
# Conditions are code, sources are named as they are published, implications and reviews are for reviewers.
_WITHOUT_WORDS = (Condition, When, Source, Implication, Review)
_FILES = {
    "rules": "escalation.toml",
    "safety_net": "escalation.toml",
    "not_answered": "escalation.toml",
    "climbing": "ladders.toml",
    "follow_up": "check_ins.toml",
}


@dataclass(frozen=True, slots=True)
class Text:
    """One text, and its place: "knowledge/advice.toml#cool_first_day.text"."""

    text: str
    place: str


def texts(base: Knowledge) -> Iterator[Text]:
    """In the order of the files; a text that stands in two places comes twice."""
    for part in fields(base):
        value = getattr(base, part.name)
        file = _FILES.get(part.name, f"{part.name}.toml")
        if part.name == "causes":
            for cause in base.causes.values():
                yield from _within(cause, cause.id, "", f"knowledge/causes/{cause.id}.toml#")
        elif isinstance(value, Mapping):
            for name, item in value.items():
                yield from _within(item, str(name), "", f"knowledge/{file}#")
        else:
            yield from _within(value, part.name, "", f"knowledge/{file}#")


def _within(value: object, path: str, field: str, file: str) -> Iterator[Text]:
    if isinstance(value, _WITHOUT_WORDS):
        return
    if is_dataclass(value):
        for part in fields(value):
            yield from _within(getattr(value, part.name), f"{path}.{part.name}", part.name, file)
    elif isinstance(value, Mapping):
        for key, entry in value.items():
            yield from _within(entry, f"{path}.{key}", field, file)
    elif isinstance(value, tuple):
        for name, entry in _numbered(value):
            yield from _within(entry, f"{path}.{name}", field, file)
    elif isinstance(value, str) and value and field in READ:
        yield from (Text(form, file + path) for form in _forms(value, field))


def _numbered(entries: tuple[object, ...]) -> Iterable[tuple[str, object]]:
    """Entries by their own id where they have one, else by their number from 1."""
    return ((str(getattr(entry, "id", number)), entry) for number, entry in enumerate(entries, 1))


def _forms(value: str, field: str) -> tuple[str, ...]:
    """A unit is also said of one: "3 days", "1 day"."""
    return (value, value[:-1]) if field == "unit" and value.endswith("s") else (value,)
