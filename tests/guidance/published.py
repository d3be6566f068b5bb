"""The published cases, where they are present: judged once, shared by the tests and the table at the end of the run."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

from guidance import figures, tables
from guidance.cases import Case, read_cases
from guidance.evaluation import Outcome, judge_case
from guidance.loader import knowledge

ROOT = Path(__file__).resolve().parents[2]
SHARED = Path(os.environ.get("NIGGLE_SHARED", ROOT.parent / "shared"))


class NoCases(Exception):
    """The published cases are not on this machine."""


def text() -> str:
    path = SHARED / "cases" / "cases.jsonl"
    if not path.is_file():
        raise NoCases(
            "the published cases are not beside this checkout; set NIGGLE_SHARED to their folder"
        )
    return path.read_text(encoding="utf-8")


def cases() -> list[Case]:
    return read_cases(text(), knowledge())


@cache
def outcomes() -> tuple[Outcome, ...]:
    return tuple(judge_case(knowledge(), case) for case in cases())


@cache
def measured() -> figures.Figures:
    return figures.metrics(outcomes(), knowledge())


def table() -> str:
    floor = figures.of_checklist(cases())
    return tables.table(measured(), floor, outcomes(), knowledge().version)
