"""Where a rule or a piece of advice comes from, as people read it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypedDict

from guidance import KNOWLEDGE


class Source(TypedDict):
    id: str
    title: str
    locator: str


def titled(sources: Iterable[str | Mapping[str, str]]) -> list[Source]:
    """Sources by id, or as a judgement has them. An id that today's knowledge no longer has stays readable."""
    return [_titled(source) for source in sources]


def _titled(source: str | Mapping[str, str]) -> Source:
    told = {"id": source} if isinstance(source, str) else source
    name = told["id"]
    known = KNOWLEDGE.sources.get(name)
    by_name = name.replace("-", " ").replace("_", " ").capitalize()
    return {
        "id": name,
        "title": told.get("title") or (known.title if known else by_name),
        "locator": told.get("locator") or (known.locator if known else ""),
    }


def from_memory(source: str) -> bool:
    """Whether nobody has had the text before them yet."""
    known = KNOWLEDGE.sources.get(source)
    return known is not None and known.seen == "memory"


def with_references(rules: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Rules that fired, each with its sources spelled out."""
    return [{**rule, "references": titled(rule["sources"])} for rule in rules]
