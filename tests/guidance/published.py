"""The published cases, where they are present: judged once, shared by the tests and the table at the end of the run."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

from guidance import evaluation, figures
from guidance.loader import knowledge

ROOT = Path(__file__).resolve().parents[2]
SHARED = Path(os.environ.get("NIGGLE_SHARED", ROOT.parent / "shared"))


class NoCases(Exception):
    """The published cases are not on this machine."""


def cases() -> list[evaluation.Case]:
    path = SHARED / "cases" / "cases.jsonl"
    if not path.is_file():
        raise NoCases(
            "the published cases are not beside this checkout; set NIGGLE_SHARED to their folder"
        )
    lines = path.read_text(encoding="utf-8").splitlines()
    return [evaluation.read_case(line, knowledge()) for line in lines if line.strip()]


@cache
def outcomes() -> tuple[evaluation.Outcome, ...]:
    return tuple(evaluation.judge_case(knowledge(), case) for case in cases())


def measured() -> dict[str, figures.Share | float]:
    return figures.metrics(outcomes(), knowledge())


def table() -> str:
    return figures.table(measured(), outcomes(), knowledge().version)
