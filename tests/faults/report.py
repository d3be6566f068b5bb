"""The figures that were kept, as the tables of docs/reliability.md."""

from __future__ import annotations

import json

from tests.faults.harness.outcome import KEPT
from tests.programs import ROOT

PAGE = ROOT / "docs" / "reliability.md"
BEGIN, END = "<!-- figures: made by `make faults` -->", "<!-- /figures -->"


def table() -> str:
    """One table a fault, one column a database."""
    by_fault: dict[str, list[dict]] = {}
    for file in sorted(KEPT.glob("*.json")):
        kept = json.loads(file.read_text())
        by_fault.setdefault(kept["name"], []).append(kept)
    return "\n\n".join(_one(name, runs) for name, runs in by_fault.items())


def _one(name: str, runs: list[dict]) -> str:
    heads = [f"{r['database']} ({r['scale']}, {r['cores']} cores, {r['on']})" for r in runs]
    rows = list(dict.fromkeys(fact for run in runs for fact in run["facts"]))
    lines = [f"### {name}", "", "| | " + " | ".join(heads) + " |", "|---" * (len(runs) + 1) + "|"]
    lines += [f"| {row} | " + " | ".join(_cell(run, row) for run in runs) + " |" for row in rows]
    return "\n".join(lines)


def _cell(run: dict, row: str) -> str:
    broken = any(what.startswith(f"{row}:") for what in run["broken"])
    value = str(run["facts"].get(row, "–")).replace("|", "\\|")
    return f"**{value}: does not hold**" if broken else value


def write() -> None:
    before, rest = PAGE.read_text().split(BEGIN)
    after = rest.split(END)[1]
    PAGE.write_text(f"{before}{BEGIN}\n{table()}\n{END}{after}")
