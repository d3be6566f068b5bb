"""What is known about calf pain, and the judgement that rests on it. This is the only door; no database, network or clock."""

from __future__ import annotations

from datetime import datetime
from typing import cast

from guidance import engine as _engine
from guidance import interview as _interview
from guidance.answers import Answers, InvalidAnswers
from guidance.loader import knowledge as _knowledge
from guidance.results import (
    Assessment,
    FiredRule,
    History,
    OpenQuestion,
    PastReport,
    PlannedStep,
    Question,
    RankedCause,
    Screening,
)
from guidance.schema import Disposition, Finding, Knowledge

__all__ = [
    "KNOWLEDGE",
    "Answers",
    "Assessment",
    "Disposition",
    "Finding",
    "FiredRule",
    "History",
    "InvalidAnswers",
    "OpenQuestion",
    "PastReport",
    "PlannedStep",
    "Question",
    "RankedCause",
    "Screening",
    "assess",
    "next_question",
    "progress",
    "screen",
    "unassessed",
]


class _LazyKnowledge:
    """Stands for the knowledge and reads it on first use, so that importing us never fails on a mistake in a file."""

    def __getattr__(self, name: str) -> object:
        return getattr(_knowledge(), name)

    def __repr__(self) -> str:
        return "KNOWLEDGE"


KNOWLEDGE: Knowledge = cast(Knowledge, _LazyKnowledge())


def screen(answers: Answers) -> Screening:
    """The danger rules' verdict, in microseconds."""
    return _engine.screen(_knowledge(), answers)


def assess(answers: Answers, history: History, now: datetime) -> Assessment:
    """The whole judgement: how soon, likely causes with reasons, the plan in time, and what was not asked."""
    return _engine.assess(_knowledge(), answers, history, now)


def next_question(answers: Answers) -> Question | None:
    """The next screen to show, or None when nothing left could change the answer."""
    return _interview.next_question(_knowledge(), answers)


def progress(answers: Answers) -> tuple[int, int]:
    """How many screens are done, and an estimate of how many there will be."""
    return _interview.progress(_knowledge(), answers)


def unassessed() -> dict[str, object]:
    """The safe answer for a report that could not be judged, shaped like `Assessment.as_json()`."""
    return _engine.unassessed(_knowledge())
