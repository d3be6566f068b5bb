"""Reads the stories of our own (`cases/*.toml`, format in docs/own-cases.md) and says what the engine makes of each."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from guidance import engine, evaluation
from guidance.answers import Answers, InvalidAnswers
from guidance.comparison import stories
from guidance.conditions import did_you_mean
from guidance.loader import knowledge
from guidance.results import Assessment, History, PastReport
from guidance.schema import NO, Disposition, Kind, Knowledge, ScreenKind

FOLDER = Path(__file__).parent / "cases"
NOW = stories.NOW
HISTORY = "history"

_KEYS = {
    *("name", "answers", "none_of_these", "skipped", HISTORY),
    *("least", "most", "causes", "first", "fires", "just_missed", "gives", "holds_back"),
}
_EXPECTATIONS = ("least", "most", "causes", "first", "fires", "just_missed", "gives", "holds_back")
# What the history and a report know, as the engine names it; moments are written as hours or days ago.
_HISTORY_KEYS = {"onset_hours_ago", *(part.name for part in fields(History))} - {"first_onset"}
_REPORT_KEYS = {"days_ago", *(part.name for part in fields(PastReport))} - {"at"}
_LEVELS = [level.value for level in Disposition]


class WrongCases(ValueError):
    """Some cases cannot be used; every mistake is told with its file and case."""


@dataclass(frozen=True, slots=True)
class OwnCase:
    """One story: what was told, and what must come of it."""

    file: str
    name: str
    told: Mapping[str, Any]
    answers: Answers
    past: Mapping[str, Any]
    history: History
    least: Disposition | None
    most: Disposition | None
    causes: tuple[str, ...]
    first: str
    fires: tuple[str, ...]
    just_missed: Mapping[str, Mapping[str, Any]]
    gives: tuple[str, ...]
    holds_back: tuple[str, ...]

    def changed(self, change: Mapping[str, Any]) -> OwnCase:
        """The same story with one answer, or one thing of the past, added or changed."""
        if HISTORY in change:
            past = {**self.past, **change[HISTORY]}
            return replace(self, past=past, history=stories.past(past))
        return replace(self, answers=self.answers.merged(Answers.parse(change)))


@dataclass(frozen=True, slots=True)
class Plan:
    """Which advice a story is given, and which it would be given if nothing forbade it."""

    given: frozenset[str]
    held_back: frozenset[str]


def read_all(folder: Path = FOLDER, base: Knowledge | None = None) -> list[OwnCase]:
    """Every case of a folder, or `WrongCases` with all mistakes at once."""
    base = base or knowledge()
    cases: list[OwnCase] = []
    wrong: list[str] = []
    for path in sorted(folder.glob("*.toml")):
        document = tomllib.loads(path.read_text(encoding="utf-8"))
        wrong += [f"{path.name}: {mistake}" for mistake in _unknown("table", document, ["case"])]
        for raw in document.get("case", []):
            name = str(raw.get("name", "a case without a name"))
            mistakes = list(_mistakes(raw, base))
            if mistakes:
                wrong += [f"{path.name}: {name}: {mistake}" for mistake in mistakes]
            else:
                cases.append(_case(path.name, raw, base))
    if wrong:
        raise WrongCases("\n".join(wrong))
    return cases


def assess(case: OwnCase, base: Knowledge | None = None) -> Assessment:
    """What the engine says with everything told at once."""
    return engine.assess(base or knowledge(), case.answers, case.history, NOW)


def assess_through_interview(case: OwnCase, base: Knowledge | None = None) -> Assessment:
    """What the engine says after its own questions, answered from the story."""
    base = base or knowledge()
    answered, _ = evaluation.interviewed(base, case.answers)
    return engine.assess(base, answered.merged(_of_a_check_in(base, case)), case.history, NOW)


def _of_a_check_in(base: Knowledge, case: OwnCase) -> Answers:
    """What a check-in asks beside the interview, in a story that is one."""
    told = {name for name in case.answers if base.findings[name].at_check_ins}
    asked = {*told, *base.follow_up.asks, *base.follow_up.stale} if told else set()
    return case.answers.without(case.answers.keys() - asked)


def fired(assessment: Assessment) -> frozenset[str]:
    return frozenset(rule.id for rule in assessment.rules)


def fired_for_certain(assessment: Assessment) -> frozenset[str]:
    return frozenset(rule.id for rule in assessment.rules if rule.certain)


def plan_of(case: OwnCase, base: Knowledge | None = None) -> Plan:
    """Given, and held back: what would be in the plan if nothing were ever withheld, and is not.

    That there was no room, or that another step says it too, holds nothing back: both are judged with room for all.
    """
    base = base or knowledge()
    roomy, free = _with_room_for_all(base), _without_withholding(base)
    held_back = _steps(assess(case, free)) - _steps(assess(case, roomy))
    return Plan(_steps(assess(case, base)), held_back)


def _steps(assessment: Assessment) -> frozenset[str]:
    return frozenset(step.id for step in assessment.care_steps)


@lru_cache(maxsize=2)
def _with_room_for_all(base: Knowledge) -> Knowledge:
    advice = {name: replace(advice, covered_by=()) for name, advice in base.advice.items()}
    return replace(base, advice=advice, scale=replace(base.scale, at_once=len(advice)))


@lru_cache(maxsize=2)
def _without_withholding(base: Knowledge) -> Knowledge:
    base, nothing = _with_room_for_all(base), frozenset[str]()
    free = {
        name: replace(advice, tags=nothing, unless=None, withheld_when_likely=nothing)
        for name, advice in base.advice.items()
    }
    return replace(base, advice=free)


def _case(file: str, raw: Mapping[str, Any], base: Knowledge) -> OwnCase:
    told = dict(raw.get("answers", {}))
    past = raw.get(HISTORY, {})
    return OwnCase(
        file=file,
        name=raw["name"],
        told=told,
        answers=_answers(raw, told, base),
        past=past,
        history=stories.past(past),
        least=Disposition(raw["least"]) if "least" in raw else None,
        most=Disposition(raw["most"]) if "most" in raw else None,
        causes=tuple(raw.get("causes", ())),
        first=raw.get("first", ""),
        fires=tuple(raw.get("fires", ())),
        just_missed=raw.get("just_missed", {}),
        gives=tuple(raw.get("gives", ())),
        holds_back=tuple(raw.get("holds_back", ())),
    )


def _answers(raw: Mapping[str, Any], told: Mapping[str, Any], base: Knowledge) -> Answers:
    """The answers as told; with `none_of_these`, every other danger sign was looked for and is not there."""
    others = dict.fromkeys(_danger_signs(base), NO) if raw.get("none_of_these") else {}
    return Answers.parse({**others, **told}, skipped=raw.get("skipped", ()), base=base)


def _danger_signs(base: Knowledge) -> Iterator[str]:
    for screen in base.screens.values():
        if screen.kind is ScreenKind.DANGER:
            yield from (name for name in screen.findings if base.findings[name].kind is Kind.YES_NO)


def _mistakes(raw: Mapping[str, Any], base: Knowledge) -> Iterator[str]:
    """What is wrong with one case, a sentence each."""
    yield from _unknown("key", raw, _KEYS)
    if not isinstance(raw.get("name"), str) or " " not in raw.get("name", ""):
        yield "a case needs a name that is a sentence."
    if not any(raw.get(key) for key in _EXPECTATIONS):
        yield f"it expects nothing. Give one of: {', '.join(_EXPECTATIONS)}."
    yield from _unknown("level", [raw[key] for key in ("least", "most") if key in raw], _LEVELS)
    first = [raw["first"]] if "first" in raw else []
    yield from _unknown("cause", [*raw.get("causes", ()), *first], base.causes)
    yield from _unknown("rule", [*raw.get("fires", ()), *raw.get("just_missed", {})], base.rules)
    yield from _unknown("advice", [*raw.get("gives", ()), *raw.get("holds_back", ())], base.advice)
    yield from _wrong_past(raw.get(HISTORY, {}), base)
    yield from _wrong_changes(raw.get("just_missed", {}), base)
    yield from _wrong_answers(raw, base)


def _unknown(kind: str, given: Iterable[str], known: Collection[str]) -> Iterator[str]:
    for name in given:
        if name not in known:
            yield f"there is no {kind} {name!r}.{did_you_mean(str(name), known)}"


def _wrong_past(past: Mapping[str, Any], base: Knowledge) -> Iterator[str]:
    yield from _unknown("key of history", past, _HISTORY_KEYS)
    for report in past.get("reports", ()):
        yield from _unknown("key of an earlier report", report, _REPORT_KEYS)
        yield from _unknown("level", [report.get("disposition", _LEVELS[0])], _LEVELS)
        yield from _unknown("cause", filter(None, [report.get("leading_cause")]), base.causes)
        if "days_ago" not in report:
            yield "an earlier report needs days_ago."


def _wrong_changes(just_missed: Mapping[str, Mapping[str, Any]], base: Knowledge) -> Iterator[str]:
    for rule, change in just_missed.items():
        if len(change) != 1:
            yield f"just_missed {rule}: name exactly one answer that would make it fire."
        yield from _wrong_past(change.get(HISTORY, {}), base)


def _wrong_answers(raw: Mapping[str, Any], base: Knowledge) -> Iterator[str]:
    changes = [change for change in raw.get("just_missed", {}).values() if HISTORY not in change]
    for told in ({}, *changes):
        try:
            _answers(raw, {**raw.get("answers", {}), **told}, base)
        except InvalidAnswers as bad:
            yield str(bad)
