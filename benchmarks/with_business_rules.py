"""The rules for business-rules: a list, the most urgent first, that stops at the first which holds."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import combinations

from business_rules import run_all
from business_rules.actions import BaseActions, rule_action
from business_rules.fields import FIELD_TEXT
from business_rules.variables import (
    BaseVariables,
    boolean_rule_variable,
    numeric_rule_variable,
    select_multiple_rule_variable,
    string_rule_variable,
)

from benchmarks.translated import Leaf, Translated, Tree

LISTS = ("several_of", "codes")
_COMPARE = {
    ">": "greater_than",
    ">=": "greater_than_or_equal_to",
    "<": "less_than",
    "<=": "less_than_or_equal_to",
    "=": "equal_to",
}

Judge = Callable[[Mapping[str, object]], str | None]
Conditions = dict[str, object]


class Told(BaseVariables):
    """The answers of one set; the variables are added below, one or two a question."""

    def __init__(self, told: Mapping[str, object]) -> None:
        self.told = told


class Level(BaseActions):
    """Keeps the level of the rule that held."""

    def __init__(self) -> None:
        self.level: str | None = None

    @rule_action(params={"level": FIELD_TEXT})
    def counts_at(self, level: str) -> None:
        self.level = level


def judge_with_business_rules(translated: Translated) -> Judge:
    """Judges plain answers: the level, or None where no rule holds."""
    rules = [
        {
            "conditions": conditions(tree),
            "actions": [{"name": "counts_at", "params": {"level": level}}],
        }
        for level, tree in translated.rules
    ]
    variables = _variables(translated.kinds)

    def judge(told: Mapping[str, object]) -> str | None:
        reached = Level()
        run_all(rules, variables(told), reached, stop_on_first_trigger=True)
        return reached.level

    return judge


def conditions(tree: Tree) -> Conditions:
    """A tree in the form of business-rules, which has no "at least": so many of them, in every combination."""
    if isinstance(tree, Leaf):
        return _condition(tree)
    parts = [conditions(part) for part in tree.parts]
    if tree.count == len(parts):
        return {"all": parts}
    if tree.count == 1:
        return {"any": parts}
    return {"any": [{"all": list(some)} for some in combinations(parts, tree.count)]}


def _condition(leaf: Leaf) -> Conditions:
    def test(name: str, operator: str, value: object) -> Conditions:
        return {"name": name, "operator": operator, "value": value}

    name = leaf.finding
    was_told = test(f"has_{name}", "is_true", True)
    if leaf.operator in _COMPARE:
        return {"all": [was_told, test(name, _COMPARE[leaf.operator], leaf.number)]}
    if leaf.operator == "is_not":
        return {"all": [was_told, test(name, "shares_no_elements_with", list(leaf.options))]}
    if leaf.kind in LISTS:
        return test(name, "shares_at_least_one_element_with", list(leaf.options))
    each = [test(name, "equal_to", option) for option in leaf.options]
    return each[0] if len(each) == 1 else {"any": each}


def _variables(kinds: Mapping[str, str]) -> type[Told]:
    """A variable for each question, and whether it was answered."""
    made: dict[str, object] = {}
    for finding, kind in kinds.items():
        made[f"has_{finding}"] = boolean_rule_variable()(_has(finding))
        if kind == "number":
            made[finding] = numeric_rule_variable()(_value(finding, 0))
        elif kind in LISTS:
            made[finding] = select_multiple_rule_variable()(_value(finding, []))
        else:
            made[finding] = string_rule_variable()(_value(finding, ""))
    return type("ToldHere", (Told,), made)


def _has(finding: str) -> Callable[[Told], bool]:
    def has(self: Told) -> bool:
        return finding in self.told

    return has


def _value(finding: str, otherwise: object) -> Callable[[Told], object]:
    def value(self: Told) -> object:
        return self.told.get(finding, otherwise)

    return value
