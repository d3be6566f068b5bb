"""The part of README that is made from the committed result, between two marks."""

from __future__ import annotations

from pathlib import Path

from guidance import measurement, tables
from guidance.measurement import Measured

FILE = Path(__file__).resolve().parents[2] / "README.md"
BEGIN, END = "<!-- measured: made by `make figures` -->", "<!-- /measured -->"
TITLES = {
    measurement.OURS: "Niggle",
    measurement.OURS_WITHOUT: "Niggle, told only",
    measurement.CHECKLIST: "plain checklist",
    measurement.CHECKLIST_WITHOUT: "checklist, told only",
}


def block(measured: Measured) -> str:
    """The table, with what it was measured on."""
    cases = measured.cases["count"]
    columns = {title: measured.columns[name] for name, title in TITLES.items()}
    return "\n".join(
        [
            BEGIN,
            f"{cases} published cases, knowledge `{measured.knowledge_version}`. In brackets the 95 % interval; "
            "“told only” leaves out what only a clinician saw.",
            "",
            tables.markdown(columns),
            END,
        ]
    )


def renew(path: Path, measured: Measured) -> None:
    """Write the part anew, leaving the rest as it is."""
    before, begin, rest = path.read_text(encoding="utf-8").partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"{path.name} needs the lines {BEGIN} and {END} around its table.")
    path.write_text(before + block(measured) + after, encoding="utf-8")
