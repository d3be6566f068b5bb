"""What one fault did: figures to print and keep, and what did not hold."""

from __future__ import annotations

import json
import math
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from tests.databases import on_postgres

SCALES = ("short", "quick", "full")  # make test; make faults ARGS=--quick; make faults
SCALE = os.environ.get("NIGGLE_FAULTS", "short")
KEPT = Path(__file__).resolve().parent.parent / "figures"


def scale(short: int, quick: int, full: int) -> int:
    """How much of it, for what this run is."""
    return (short, quick, full)[SCALES.index(SCALE)]


def is_full() -> bool:
    return SCALE == "full"


def percentile(values: Sequence[float], share: float) -> float:
    """Nearest rank: a value that was measured, not one between two."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def milliseconds(values: Sequence[float]) -> str:
    """p50 / p95 / p99 / max."""
    at = [percentile(values, share) for share in (0.5, 0.95, 0.99, 1.0)]
    return " / ".join(f"{1000 * value:.0f}" for value in at) + " ms"


@dataclass
class Outcome:
    name: str
    facts: dict[str, str] = field(default_factory=dict)
    broken: list[str] = field(default_factory=list)

    def note(self, what: str, value: object) -> None:
        self.facts[what] = str(value)

    def must(self, what: str, holds: bool, value: object = "") -> None:
        """A promise. It stands among the figures too, with what was measured."""
        self.note(what, value if value != "" else ("yes" if holds else "no"))
        if not holds:
            self.broken.append(f"{what}: {self.facts[what]}")

    def none(self, what: str, count: int) -> None:
        self.must(what, count == 0, count)

    def say(self) -> str:
        lines = [f"{self.name}, {database_in_words()}"]
        lines += [f"  {what}: {value}" for what, value in self.facts.items()]
        return "\n".join([*lines, *(f"  DOES NOT HOLD: {what}" for what in self.broken)])

    def _keep(self) -> None:
        """For docs/reliability.md."""
        KEPT.mkdir(exist_ok=True)
        kept = {
            **asdict(self),
            "scale": SCALE,
            "database": database_in_words(),
            "on": datetime.now(UTC).date().isoformat(),
            "cores": os.cpu_count(),
        }
        file = KEPT / f"{self.name}-{database_in_words().lower()}.json"
        file.write_text(json.dumps(kept, indent=2, ensure_ascii=False) + "\n")

    def check(self) -> None:
        print(self.say())
        if SCALE != "short":
            self._keep()
        assert not self.broken, self.say()


def database_in_words() -> str:
    return "PostgreSQL" if on_postgres() else "SQLite"
