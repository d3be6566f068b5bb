"""The words that people agree to, read from `consent.toml`, and the version of them: a hash of the English text."""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

SOURCE = Path(__file__).with_name("consent.toml")
LENGTH = 16  # characters of the version


@dataclass(frozen=True)
class Point:
    id: str
    title: str
    text: str


@dataclass(frozen=True)
class ConsentText:
    title: str
    lead: str
    points: tuple[Point, ...]

    @property
    def texts(self) -> Iterator[str]:
        """Everything that is read, in order: what the version is of, and what can be translated."""
        yield from (self.title, self.lead)
        for point in self.points:
            yield from (point.title, point.text)

    @property
    def version(self) -> str:
        words = json.dumps(list(self.texts), ensure_ascii=False)
        return hashlib.sha256(words.encode()).hexdigest()[:LENGTH]


def read(source: str) -> ConsentText:
    """The text that TOML says. A key that is missing or unknown is an error."""
    told = tomllib.loads(source)
    points = tuple(Point(**point) for point in told.pop("point"))
    return ConsentText(**told, points=points)


CONSENT = read(SOURCE.read_text(encoding="utf-8"))
