"""The committed result of the evaluation. The product shows this file and never the cases, which are not ours."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from guidance import figures
from guidance.cases import Case, read_cases
from guidance.checklist import checklist
from guidance.evaluation import Outcome, judge_case, needed_rules
from guidance.figures import Share
from guidance.results import Json
from guidance.schema import Disposition, Knowledge

FILE = Path(__file__).resolve().parent / "measured.json"
OURS, OURS_WITHOUT = "niggle", "niggle_without_clinician"
CHECKLIST, CHECKLIST_WITHOUT = "checklist", "checklist_without_clinician"
FIRST = 3  # causes that an answer shows
NAMED = ("under", "over", "named", "lower")  # what went wrong is named by case


@dataclass(frozen=True, slots=True)
class Measured:
    """What was measured, read back from the committed file."""

    knowledge_version: str
    cases: Mapping[str, Any]
    columns: Mapping[str, Mapping[str, Share | float]]
    outcomes: tuple[CaseResult, ...]
    rules: int
    needed_by_one: Mapping[str, str]  # rule → the only case that falls without it
    as_json: Json


@dataclass(frozen=True, slots=True)
class CaseResult:
    """One case: what was expected, and what we said."""

    id: str
    category: str
    usable_for: tuple[str, ...]
    level: Disposition
    least: Disposition
    most: Disposition
    got: Disposition
    got_all_facts: Disposition
    checklist: Disposition
    causes: tuple[str, ...]
    causes_interview: tuple[str, ...]
    right_causes: tuple[str, ...]
    rank: int | None
    rank_interview: int | None
    screens: int

    @property
    def for_cause(self) -> bool:
        return "cause" in self.usable_for

    @property
    def for_triage(self) -> bool:
        return "triage" in self.usable_for


@cache
def measured() -> Measured:
    """The committed result."""
    told: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
    return Measured(
        knowledge_version=told["knowledge_version"],
        cases=told["cases"],
        columns={name: _figures(column) for name, column in told["columns"].items()},
        outcomes=tuple(_case_result(row) for row in told["outcomes"]),
        rules=told["rules"],
        needed_by_one=told["needed_by_one"],
        as_json=told,
    )


def _figures(column: Mapping[str, Any]) -> dict[str, Share | float]:
    shares: dict[str, Share | float] = {
        name: Share(found["count"], found["of"], tuple(found.get("cases", ())))
        for name, found in column.items()
        if name != "questions"
    }
    if questions := column.get("questions"):
        shares |= {
            "questions_median": questions["median"],
            "questions_p90": questions["p90"],
        }
    return shares


def _case_result(row: Mapping[str, Any]) -> CaseResult:
    return CaseResult(
        id=row["id"],
        category=row["category"],
        usable_for=tuple(row["usable_for"]),
        level=Disposition(row["level"]),
        least=Disposition(row["min"]),
        most=Disposition(row["max"]),
        got=Disposition(row["got"]),
        got_all_facts=Disposition(row["got_all_facts"]),
        checklist=Disposition(row["checklist"]),
        causes=tuple(row["causes"]),
        causes_interview=tuple(row["causes_interview"]),
        right_causes=tuple(row["right_causes"]),
        rank=row["rank"],
        rank_interview=row["rank_interview"],
        screens=row["screens"],
    )


def measure(base: Knowledge, text: str) -> Json:
    """Judge a file of cases in every way that we show, without the cases' words."""
    whole = read_cases(text, base)
    as_told = read_cases(text, base, without_clinician=True)
    outcomes = [judge_case(base, case) for case in whole]
    told = [judge_case(base, case) for case in as_told]
    needed = needed_rules(base, whole)
    return {
        "knowledge_version": base.version,
        "cases": _about(whole, text),
        "columns": {
            OURS: _column(figures.metrics(outcomes, base), len(whole)),
            OURS_WITHOUT: _column(figures.metrics(told, base), len(whole)),
            CHECKLIST: _column(figures.of_checklist(whole), len(whole)),
            CHECKLIST_WITHOUT: _column(figures.of_checklist(as_told), len(whole)),
        },
        "rules": len(base.rules),
        "needed_by_one": {rule: cases[0] for rule, cases in needed.items() if len(cases) == 1},
        "outcomes": [_outcome(outcome) for outcome in outcomes],
    }


def _about(cases: Sequence[Case], text: str) -> Json:
    """How many, and of what kind; the sum says whether somebody else has the same file."""
    return {
        "count": len(cases),
        "sha256": hashlib.sha256(text.encode()).hexdigest(),
        "usable_for_urgency": sum(case.for_triage for case in cases),
        "usable_for_cause": sum(case.for_cause for case in cases),
        "by_category": dict(Counter(case.category for case in cases).most_common()),
        "by_evidence": dict(Counter(case.evidence for case in cases).most_common()),
    }


def _column(found: figures.Figures, cases: int) -> Json:
    told = figures.as_json(found, cases)
    for name, figure in found.items():
        if isinstance(figure, Share):
            entry = figure.as_json()
            entry.pop("share")  # the counts say it
            told[name] = entry | ({"cases": list(figure.cases)} if name.startswith(NAMED) else {})
    return told


def _outcome(outcome: Outcome) -> Json:
    case = outcome.case
    return {
        "id": case.id,
        "category": case.category,
        "usable_for": [
            use for use, is_so in (("cause", case.for_cause), ("triage", case.for_triage)) if is_so
        ],
        "min": case.least.value,
        "level": case.level.value,
        "max": case.most.value,
        "got": outcome.disposition.value,
        "got_all_facts": outcome.disposition_all_facts.value,
        "checklist": checklist(case.facts).value,
        "causes": list(outcome.causes[:FIRST]),
        "causes_interview": list(outcome.causes_interview[:FIRST]),
        "right_causes": sorted(case.acceptable_causes) if case.for_cause else [],
        "rank": figures.right_rank(case, outcome.causes),
        "rank_interview": figures.right_rank(case, outcome.causes_interview),
        "screens": len(outcome.screens),
    }


def as_text(result: Json) -> str:
    """JSON with one case and one figure a line, so that a difference shows what changed."""
    return _written(result, 0) + "\n"


def _written(value: object, depth: int) -> str:
    if not _has_parts(value):
        return json.dumps(value, ensure_ascii=False)
    inside, around = " " * (depth + 1), " " * depth
    if isinstance(value, dict):
        parts = [f"{json.dumps(name)}: {_written(part, depth + 1)}" for name, part in value.items()]
        opened, closed = "{", "}"
    else:
        assert isinstance(value, list)
        parts = [_written(part, depth + 1) for part in value]
        opened, closed = "[", "]"
    lines = ",\n".join(inside + part for part in parts)
    return f"{opened}\n{lines}\n{around}{closed}"


def _has_parts(value: object) -> bool:
    """Is there an object within it?"""
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return any(isinstance(part, dict) for part in parts)
