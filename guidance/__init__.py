"""What is known about calf pain, and the judgement that rests on it. This is the only door; no database, network or clock."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, cast

from guidance import check_ins as _check_ins
from guidance import engine as _engine
from guidance import interview as _interview
from guidance import ladder as _ladder
from guidance import phrases as _phrases
from guidance import pocket as _pocket
from guidance import wording as _wording
from guidance.answers import Answers, InvalidAnswers
from guidance.check_ins import CheckInQuestions, PlannedCheckIn
from guidance.comparison import (
    CannotJudge,
    Story,
    UnreadableStories,
    changes_between,
    different_outcomes,
    read_stories,
)
from guidance.figures import Share
from guidance.ladder import Outing, Standing
from guidance.loader import knowledge as _knowledge
from guidance.measurement import CaseResult, Measured, measured
from guidance.results import (
    Assessment,
    FiredRule,
    History,
    OpenQuestion,
    PastReport,
    PlannedStep,
    Question,
    RankedCause,
    ReturnToRunning,
    Screening,
)
from guidance.schema import Disposition, Finding, Knowledge, Ladder
from guidance.wording import Text

__all__ = [
    "KNOWLEDGE",
    "Answers",
    "Assessment",
    "CannotJudge",
    "CaseResult",
    "CheckInQuestions",
    "Disposition",
    "Finding",
    "FiredRule",
    "History",
    "InvalidAnswers",
    "Ladder",
    "Measured",
    "OpenQuestion",
    "Outing",
    "PastReport",
    "PlannedCheckIn",
    "PlannedStep",
    "Question",
    "RankedCause",
    "ReturnToRunning",
    "Screening",
    "Share",
    "Standing",
    "Story",
    "Text",
    "UnreadableStories",
    "all_said",
    "assess",
    "carried",
    "changes_between",
    "check_in_questions",
    "check_in_told",
    "check_ins_for",
    "different_outcomes",
    "measured",
    "next_question",
    "planned_check_in",
    "pocket_knowledge",
    "progress",
    "read_stories",
    "said",
    "screen",
    "standing",
    "texts",
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


def standing(ladder_id: str, outings: Iterable[Outing], now: datetime) -> Standing:
    """Which step of a ladder comes next, when, and why. Give `now` in the athlete's zone."""
    return _ladder.standing(_knowledge(), ladder_id, outings, now)


def check_ins_for(result: Mapping[str, Any]) -> tuple[PlannedCheckIn, ...]:
    """When to ask again after an assessment, given as its JSON: counted from the report, the next first."""
    return _check_ins.check_ins_for(_knowledge(), result)


def planned_check_in(kind: str) -> PlannedCheckIn | None:
    """When the check-in `kind` comes, counted from its report; None for one that is no more."""
    return _check_ins.planned(_knowledge(), kind)


def check_in_questions(check_in: str, earlier: Answers) -> CheckInQuestions:
    """What the check-in with this id asks of somebody who told `earlier`."""
    return _check_ins.questions(_knowledge(), check_in, earlier)


def check_in_told(trend: str, raw: Mapping[str, object]) -> Answers:
    """The answers of a check-in: better, same or worse, and the rest. Raises `InvalidAnswers` with every mistake."""
    return _check_ins.told(_knowledge(), trend, raw)


def carried(earlier: Answers, now: Answers, *, since: timedelta) -> Answers:
    """What is known after a check-in: what was told `since` ago, with what is told now in its place."""
    return _check_ins.carried(_knowledge(), earlier, now, since=since)


def unassessed() -> dict[str, object]:
    """The safe answer for a report that could not be judged, shaped like `Assessment.as_json()`."""
    return _engine.unassessed(_knowledge())


def said(text: str, translate: Callable[[str], str]) -> str:
    """A text of the knowledge, or a sentence made of such, in the language that `translate` speaks."""
    return _phrases.said(_knowledge(), text, translate)


def all_said(told: dict[str, object], translate: Callable[[str], str]) -> dict[str, object]:
    """The JSON of an assessment or a screening, likewise; ids, times and numbers stay as they are."""
    return cast(dict[str, object], _phrases.all_said(_knowledge(), told, translate))


def pocket_knowledge(said: Callable[[str], str]) -> dict[str, object]:
    """What a browser needs to judge danger without a network, as plain data, its words as `said` says them."""
    return _pocket.pocket(_knowledge(), said)


def texts() -> list[Text]:
    """Every text of the knowledge that people read, and the sentences that answers are put into."""
    return [*_phrases.FIXED, *_wording.texts(_knowledge())]
