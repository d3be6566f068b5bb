"""Readers for the ladders back to running."""

from __future__ import annotations

from collections.abc import Mapping

from guidance.parts import Known, sentence
from guidance.reading import DUPLICATE, Table
from guidance.schema import Climbing, Evidence, Ladder, Level

_FILLED = frozenset({"level", "done", "needed"})
WORDS = (
    "start", "good", "up", "finished", "rise", "down", "down_at_first",
    "wait_for_morning", "unknown", "too_soon", "other_step",
)  # fmt: skip


def read_ladder(table: Table, known: Known) -> Ladder | None:
    evidence = table.choice("evidence", Evidence)
    ladder = Ladder(
        id=table.text("id"),
        name=table.text("name"),
        causes=frozenset(table.references("causes", known.causes, "cause", required=True)),
        clinician_first=table.flag("clinician_first"),
        anchor=table.word("anchor", ("onset", "report")),
        from_hours=table.number("from_hours") or 0.0,
        entry=table.texts("entry", required=True),
        levels=tuple(_level(level) for level in table.tables("level")),
        outings_per_level=table.whole("outings_per_level"),
        rest_days_between=table.whole("rest_days_between"),
        most_pain_during=table.number("most_pain_during") or 0.0,
        rise_allowed=table.number("rise_allowed") or 0.0,
        rules=table.texts("rules", required=True),
        evidence=evidence or Evidence.WEAK,
        evidence_note=table.text("evidence_note"),
        sources=table.sources(known.sources),
        claims=table.references("claims", known.claims, "claim"),
        review=table.review(),
    )
    if [level.number for level in ladder.levels] != list(range(1, len(ladder.levels) + 1)):
        table.wrong("the levels must be numbered 1, 2, 3 ... in this order.")
    if not ladder.levels:
        table.wrong("no level: nobody could climb this ladder.")
    if ladder.outings_per_level < 1 or ladder.rest_days_between < 1:
        table.wrong("outings_per_level and rest_days_between must be at least 1.")
    return ladder if evidence else None


def _level(table: Table) -> Level:
    level = Level(
        number=table.whole("number"),
        run_min=table.number("run_min") or 0.0,
        walk_min=table.number("walk_min") or 0.0,
        repeats=table.whole("repeats"),
        text=table.text("text"),
    )
    if level.run_min <= 0 or level.walk_min < 0 or level.repeats < 1:
        table.wrong("a level runs for more than 0 minutes and is done at least once.")
    table.close()
    return level


def check_one_ladder_a_cause(document: Table, ladders: Mapping[str, Ladder]) -> None:
    of: dict[str, str] = {}
    for ladder in ladders.values():
        for cause in sorted(ladder.causes):
            if of.setdefault(cause, ladder.id) != ladder.id:
                document.wrong(f"{cause} has two ladders, {of[cause]} and {ladder.id}.", DUPLICATE)


def read_climbing(table: Table) -> Climbing:
    words = table.table("words")
    climbing = Climbing(
        clear_rise=table.number("clear_rise") or 0.0,
        rises_to_drop=table.whole("rises_to_drop"),
        morning_within_hours=table.number("morning_within_hours") or 0.0,
        words={key: sentence(words, key, _FILLED) for key in WORDS},
    )
    words.close()
    table.close()
    return climbing
