"""Sparse stories of our own, in `cases/*.toml`: no clinician wrote them, they keep what once worked from breaking."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

from guidance.loader import knowledge
from guidance.schema import Disposition
from tests.guidance import own_cases
from tests.guidance.own_cases import OwnCase, assess, assess_through_interview

CASES = own_cases.read_all()


def each(expected: Callable[[OwnCase], Iterable[Any]], says: str) -> pytest.MarkDecorator:
    """One test for each thing that a case expects, named by both."""
    pairs = [(case, item) for case in CASES for item in expected(case)]
    names = [f"{case.name}: {says} {in_words(item)}" for case, item in pairs]
    return pytest.mark.parametrize(("case", "expected"), pairs, ids=names)


def in_words(expected: Any) -> str:
    """One id, or the first of a pair, or several joined."""
    if not isinstance(expected, tuple):
        return str(expected)
    return " or ".join(name for name in expected if isinstance(name, str))


@each(lambda case: filter(None, [case.least]), "at least")
def test_a_story_is_never_taken_too_lightly(case: OwnCase, expected: Any) -> None:
    assert assess(case).disposition >= expected, "with everything told at once"
    assert assess_through_interview(case).disposition >= expected, "through the interview"


@each(lambda case: filter(None, [case.most]), "at most")
def test_a_story_is_never_taken_too_gravely(case: OwnCase, expected: Any) -> None:
    assert assess(case).disposition <= expected, "with everything told at once"
    assert assess_through_interview(case).disposition <= expected, "through the interview"


@each(lambda case: filter(None, [case.causes]), "names one of")
def test_a_right_cause_is_among_the_first_three(case: OwnCase, expected: Any) -> None:
    named = [cause.id for cause in assess(case).causes]
    assert set(expected) & set(named[:3]), named[:5]


@each(lambda case: filter(None, [case.first]), "first")
def test_the_right_cause_is_first(case: OwnCase, expected: str) -> None:
    ranked = [(cause.id, cause.points) for cause in assess(case).causes]
    assert ranked[0][0] == expected, ranked[:4]


@each(lambda case: case.fires, "fires")
def test_a_rule_fires(case: OwnCase, expected: str) -> None:
    assert expected in own_cases.fired_for_certain(assess(case))


@each(lambda case: case.just_missed.items(), "just misses")
def test_a_rule_is_missed_by_one_answer(case: OwnCase, expected: tuple[str, Any]) -> None:
    rule, change = expected
    assert rule not in own_cases.fired(assess(case)), "it fires without that answer"
    assert rule in own_cases.fired_for_certain(assess(case.changed(change)))


@each(lambda case: case.gives, "gives")
def test_advice_is_given(case: OwnCase, expected: str) -> None:
    assert expected in own_cases.plan_of(case).given


@each(lambda case: case.holds_back, "holds back")
def test_advice_is_held_back(case: OwnCase, expected: str) -> None:
    plan = own_cases.plan_of(case)
    assert expected not in plan.given, "it is in the plan"
    assert expected in plan.held_back, "it does not belong to this story in the first place"


def not_in_two(wanted: Iterable[str], cases: Iterable[OwnCase]) -> list[str]:
    """The causes that are not first in two of these cases."""
    first = Counter(case.first for case in cases)
    return [cause for cause in wanted if first[cause] < 2]


def test_every_rule_is_fired_by_a_story() -> None:
    fired = {rule for case in CASES for rule in case.fires}
    assert not knowledge().rules.keys() - fired, "no story says `fires` for these"


def test_every_rule_is_just_missed_by_a_story() -> None:
    missed = {rule for case in CASES for rule in case.just_missed}
    assert not knowledge().rules.keys() - missed, "no story says `just_missed` for these"


def test_every_cause_is_first_in_two_stories() -> None:
    assert not not_in_two(knowledge().causes, CASES), "these are `first` in fewer than two stories"


def test_every_cause_of_the_article_has_two_stories_that_need_no_doctor() -> None:
    everyday = [case for case in CASES if case.most and case.most <= Disposition.COACH_REVIEW]
    of_article = [cause.id for cause in knowledge().causes.values() if cause.article]
    assert not not_in_two(of_article, everyday), "these have fewer than two everyday stories"


def test_no_name_is_used_twice() -> None:
    names = [case.name for case in CASES]
    assert len(names) >= 40
    assert sorted(names) == sorted(set(names))


WRONG = {
    "an unknown key": ('colour = "red"', "no key 'colour'"),
    "an unknown rule": ('fires = ["leg_swellin"]', "no rule 'leg_swellin'"),
    "an unknown rule just missed": ("just_missed = { nix = { age = 3 } }", "no rule 'nix'"),
    "an unknown cause": ('first = "flu"', "no cause 'flu'"),
    "an unknown advice": ('gives = ["pray"]', "no advice 'pray'"),
    "an unknown level": ('least = "soon"', "no level 'soon'"),
    "an unknown finding": ('answers = { aura = "yes" }', "no question 'aura'"),
    "an unknown screen": ('skipped = ["danger_soul"]', "no screen 'danger_soul'"),
    "two answers of a near miss": (
        'just_missed = { fainted = { faint = "yes", age = 9 } }',
        "exactly one answer",
    ),
    "an unknown answer of a near miss": (
        'just_missed = { fainted = { aura = "yes" } }',
        "no question 'aura'",
    ),
    "an unknown part of the past": ("history = { moon = 3 }", "no key of history 'moon'"),
    "an unknown level of the past": (
        'history = { reports = [{ days_ago = 2, disposition = "soon" }] }',
        "no level 'soon'",
    ),
    "an unknown cause of the past": (
        'history = { reports = [{ days_ago = 2, leading_cause = "flu" }] }',
        "no cause 'flu'",
    ),
    "no expectation": ("", "it expects nothing"),
}


@pytest.mark.parametrize(("line", "said"), WRONG.values(), ids=WRONG)
def test_a_mistake_in_a_case_names_the_file_and_the_case(
    tmp_path: Path, line: str, said: str
) -> None:
    text = f'[[case]]\nname = "A calf is sore"\n{line}\n'
    (tmp_path / "sore.toml").write_text(text, encoding="utf-8")
    with pytest.raises(own_cases.WrongCases) as wrong:
        own_cases.read_all(tmp_path)
    assert "sore.toml: A calf is sore: " in str(wrong.value)
    assert said in str(wrong.value)


def test_a_table_that_is_not_a_case_is_not_passed_over(tmp_path: Path) -> None:
    (tmp_path / "sore.toml").write_text('[[cases]]\nname = "A calf is sore"\n', encoding="utf-8")
    with pytest.raises(own_cases.WrongCases, match=r"sore.toml: there is no table 'cases'"):
        own_cases.read_all(tmp_path)


def test_what_nobody_forbids_is_never_called_held_back() -> None:
    given = {name for case in CASES for name in own_cases.plan_of(case).given}
    held_back = {name for case in CASES for name in own_cases.plan_of(case).held_back}
    free = {
        name
        for name, advice in knowledge().advice.items()
        if not advice.unless and not advice.withheld_when_likely and advice.kind == "dont"
    }
    assert given & free
    assert not held_back & free
