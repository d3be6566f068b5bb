"""What two versions of the knowledge are asked to judge, and how what they say differs."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from guidance.comparison.words import level
from guidance.results import History, Json, PastReport
from guidance.schema import Disposition

# No coded case has a date.
NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Story:
    """What was told, what the profile knew, and what came before: all that a judgement rests on."""

    name: str
    answers: Mapping[str, object] = field(repr=False)  # health data stays out of logs
    skipped: tuple[str, ...] = field(default=(), repr=False)
    known: Mapping[str, object] = field(default_factory=dict, repr=False)
    history: History = field(default_factory=History, repr=False)
    now: datetime = NOW
    none_of_these: bool = False

    def as_json(self) -> Json:
        return {
            "answers": dict(self.answers),
            "skipped": list(self.skipped),
            "known": dict(self.known),
            "history": _plain(self.history),
            "now": self.now.isoformat(),
            "none_of_these": self.none_of_these,
        }


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one version makes of a story."""

    disposition: str
    causes: tuple[str, ...]
    steps: Mapping[str, str]

    @classmethod
    def read(cls, raw: Mapping[str, Any]) -> Outcome:
        return cls(raw["disposition"], tuple(raw["causes"]), raw["steps"])


@dataclass(frozen=True, slots=True)
class Difference:
    """A story that ends differently. `direction` is 1 for more urgent, -1 for less, 0 for the same urgency."""

    name: str
    direction: int
    said: tuple[str, ...]


class UnreadableStories(ValueError):
    """A file of cases cannot be used; the message says why."""


def read_stories(path: Path) -> list[Story]:
    """The cases of a file: one JSON object a line, or TOML as in docs/own-cases.md."""
    try:
        text = path.read_text(encoding="utf-8")
        if path.suffix == ".toml":
            return [_own(raw) for raw in tomllib.loads(text).get("case", [])]
        return [_coded(json.loads(line)) for line in text.split("\n") if line.strip()]
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise UnreadableStories(f"{path}: cannot be read as cases: {error!r}") from error


def _coded(raw: Mapping[str, Any]) -> Story:
    return Story(name=raw["id"], answers=raw["facts"])


def _own(raw: Mapping[str, Any]) -> Story:
    return Story(
        name=raw["name"],
        answers=raw.get("answers", {}),
        skipped=tuple(raw.get("skipped", ())),
        history=past(raw.get("history", {})),
        none_of_these=bool(raw.get("none_of_these")),
    )


def past(told: Mapping[str, Any]) -> History:
    """The history of an own case: the fields of `History`, with moments as hours or days before `NOW`."""
    rest = dict(told)
    hours = rest.pop("onset_hours_ago", None)
    reports = tuple(_past_report(report) for report in rest.pop("reports", ()))
    return History(**rest, first_onset=None if hours is None else _ago(hours), reports=reports)


def _past_report(told: Mapping[str, Any]) -> PastReport:
    rest: dict[str, Any] = {"site": (), "side": None, "pain_now": None, **told}
    at = _ago(24 * rest.pop("days_ago"))
    how_soon = Disposition(rest.pop("disposition", "self_care")).value
    return PastReport(**rest | {"site": tuple(rest["site"])}, at=at, disposition=how_soon)


def _ago(hours: float) -> datetime:
    return NOW - timedelta(hours=hours)


def _plain(value: Any) -> Any:
    """A value of the history in JSON, with the names of its classes, so that another version can read it."""
    if is_dataclass(value):
        parts = {part.name: _plain(getattr(value, part.name)) for part in fields(value)}
        return {"class": type(value).__name__, "fields": parts}
    if isinstance(value, datetime):
        return {"time": value.isoformat()}
    if isinstance(value, (tuple, list, frozenset)):
        return [_plain(entry) for entry in value]
    return value


def difference(name: str, old: Outcome, new: Outcome) -> Difference | None:
    was, now = Disposition(old.disposition), Disposition(new.disposition)
    said = tuple(_said(old, new))
    return Difference(name, (now > was) - (now < was), said) if said else None


def _said(old: Outcome, new: Outcome) -> Iterator[str]:
    """How soon, the first causes, the steps of the plan."""
    if old.disposition != new.disposition:
        yield f"how soon: was {level(old.disposition)}, is now {level(new.disposition)}"
    if old.causes != new.causes:
        yield f"causes: was {_ranked(old.causes)}, is now {_ranked(new.causes)}"
    gone = [text for name, text in old.steps.items() if name not in new.steps]
    come = [text for name, text in new.steps.items() if name not in old.steps]
    yield from (f"the plan no longer says: “{text}”" for text in gone)
    yield from (f"the plan now also says: “{text}”" for text in come)


def _ranked(causes: tuple[str, ...]) -> str:
    return ", ".join(f"{place} {name}" for place, name in enumerate(causes, 1)) or "none"
