"""What `make bench` compares is comparable: the same rules, the same answers, the same levels. Nothing here is timed."""

from __future__ import annotations

from itertools import islice

import pytest

from benchmarks.answer_sets import answer_sets
from benchmarks.measuring import judged, time_calls, time_in_turns, time_stream
from benchmarks.pages import in_turns
from benchmarks.report import markdown
from benchmarks.translated import AtLeast, Leaf, Tree, translated
from guidance import Answers, screen
from guidance.loader import knowledge
from guidance.schema import UNSURE, Kind, Knowledge

SETS = 400


@pytest.fixture(scope="module")
def base() -> Knowledge:
    return knowledge()


def test_the_same_seed_makes_the_same_answer_sets(base: Knowledge) -> None:
    first, again = (list(islice(answer_sets(base, 7), 50)) for _ in range(2))
    assert first == again
    assert first != list(islice(answer_sets(base, 8), 50))


def test_the_answer_sets_are_valid_and_of_every_kind(base: Knowledge) -> None:
    sets = list(islice(answer_sets(base, 1), SETS))
    assert all(Answers.parse(a.as_dict(), skipped=a.skipped, base=base) == a for a in sets)
    assert {base.findings[name].kind for answers in sets for name in answers} == set(Kind)
    assert any(UNSURE in answers.values() for answers in sets)
    assert any(answers.skipped for answers in sets)
    assert len({screen(answers).disposition for answers in sets}) == 5


def test_certain_answer_sets_hold_no_not_sure_and_no_skipped_screen(base: Knowledge) -> None:
    sets = list(islice(answer_sets(base, 1, certain=True), SETS))
    assert not any(UNSURE in answers.values() or answers.skipped for answers in sets)


def test_every_rule_is_translated_and_decides_as_screen_does(base: Knowledge) -> None:
    rules = translated(base).rules
    assert len(rules) == len(base.rules)
    for answers in islice(answer_sets(base, 3, certain=True), SETS):
        told = answers.as_dict()
        held = [level for level, tree in rules if holds(tree, told)]
        assert (held[0] if held else "self_care") == str(screen(answers).disposition)


def holds(tree: Tree, told: dict[str, object]) -> bool:
    """The plainest way to judge a translated rule: what the other engines must agree with."""
    if isinstance(tree, AtLeast):
        return sum(holds(part, told) for part in tree.parts) >= tree.count
    return tree.finding in told and _answers(tree, told[tree.finding])


def _answers(leaf: Leaf, value: object) -> bool:
    if isinstance(value, (int, float)):
        number = leaf.number
        return {
            ">": value > number,
            ">=": value >= number,
            "<": value < number,
            "<=": value <= number,
            "=": value == number,
        }[leaf.operator]
    given = set(value) if isinstance(value, list) else {value}
    return bool(given & set(leaf.options)) == (leaf.operator == "is")


@pytest.mark.parametrize("engine", ["zen", "business_rules"])
def test_each_engine_gives_the_level_that_screen_gives(base: Knowledge, engine: str) -> None:
    pytest.importorskip(engine, reason="installed by `make bench` only")
    if engine == "zen":
        from benchmarks.with_zen import judge_with_zen as translate
    else:
        from benchmarks.with_business_rules import judge_with_business_rules as translate
    judge = translate(translated(base))
    for answers in islice(answer_sets(base, 5, certain=True), SETS):
        level = judge(answers.as_dict()) or "self_care"
        assert level == str(screen(answers).disposition)


def test_the_table_tells_what_was_measured(base: Knowledge) -> None:
    sets, heard = list(islice(answer_sets(base, 1), 20)), list[str]()
    calls = time_calls(judged, sets)
    stream = time_stream(answer_sets(base, 1), 30, heard.append)
    turns = time_in_turns({"screen": lambda place: screen(sets[place])}, range(20), 2, heard.append)
    assert calls.calls == 20
    assert 0 < calls.median <= calls.p99
    assert stream.sets == sum(stream.levels.values()) == 30
    assert len(heard) == 3
    table = markdown(
        {
            "knowledge": {"version": "abc", "rules": 1, "causes": 2, "findings": 3},
            "machine": "a machine",
            "seed": 1,
            "calls": {"assess": vars(calls)},
            "engines": {
                "rules": 1,
                "sets": 20,
                "rounds": 2,
                "levels": {"self_care": 20},
                "microseconds": turns,
                "ratios": {"screen": 1.0},
            },
            "stream": {**vars(stream), "per_second": stream.per_second},
            "pages": {"one athlete": {"without": 100.0, "with": 103.0, "ratio": 1.03}},
        }
    )
    assert "| `assess` |" in table
    assert "over 30 random answer sets" in table
    assert "| one athlete | 100 | 103 | 1.03 |" in table


def test_pages_are_asked_in_turns_and_slow_rounds_do_not_count() -> None:
    asked: list[str] = []
    asks = {"with": lambda: asked.append("with"), "without": lambda: asked.append("without")}
    took = in_turns(asks, rounds=4)
    assert took.keys() == asks.keys()
    assert asked.count("with") == asked.count("without") == 5  # one to warm up
    assert asked[2:6] == ["without", "with", "with", "without"]
