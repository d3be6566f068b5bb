"""The loader tells every mistake at once, each with file, item and how to mend it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from guidance.loader import BadKnowledge, load
from guidance.reading import Problem
from tests.guidance import small_knowledge


def problems(tmp_path: Path, **changed: Callable[[str], str] | None) -> tuple[Problem, ...]:
    """What the loader says when files are changed, or taken away (None)."""
    contents = small_knowledge.files()
    for key, change in changed.items():
        name = next(name for name in contents if Path(name).stem == key)
        if change is None:
            del contents[name]
        else:
            before = contents[name]
            contents[name] = change(before)
            assert contents[name] != before, "the test changed nothing"
    with pytest.raises(BadKnowledge) as bad:
        load(small_knowledge.write(tmp_path, contents))
    return bad.value.problems


def swap(old: str, new: str) -> Callable[[str], str]:
    return lambda text: text.replace(old, new, 1)


def only(found: tuple[Problem, ...]) -> str:
    assert len(found) == 1, [str(problem) for problem in found]
    return f"{found[0].code} {found[0]}"


@pytest.mark.parametrize(
    ("file", "old", "new", "says"),
    [
        ("findings", 'term = "swelling"', 'termm = "swelling"\nterm = "swelling"', "E002 findings.toml, finding swelling: unknown key 'termm'. Did you mean 'term'?"),
        ("findings", 'id = "warmth"', 'id = "swelling"', "E004"),
        ("findings", 'kind = "one_of"', 'kind = "one_off"', "Did you mean 'one_of'?"),
        ("findings", "minimum = 0\nmaximum = 10\n", "minimum = 0\n", "E003 findings.toml, finding severity_nrs: maximum is missing"),
        ("screens", '"onset", "pop_felt"', '"onset", "pop_fell"', "E005 screens.toml, screen start: findings names the unknown finding 'pop_fell'. Did you mean 'pop_felt'?"),
        ("screens", '["swelling", "warmth"]', '["swelling", "onset"]', "must be a yes/no finding"),
        ("screens", 'findings = ["onset", "pop_felt"]', 'findings = ["onset", "pop_felt"]\nrest = "no"', "screen start: one button says no to the rest, which onset does not take"),
        ("screens", 'findings = ["cramps"]', 'findings = ["cramps"]\nrest = "maybe"', "rest = 'maybe' is neither"),
        ("screens", 'findings = ["swelling", "warmth"]', 'groups = [{ title = "See", findings = ["swelling", "warmt"] }]', "names the unknown finding 'warmt'. Did you mean 'warmth'?"),
        ("screens", 'findings = ["swelling", "warmth"]', 'groups = [{ title = "See", findings = ["swelling"] }]\nfindings = ["warmth"]', "has groups and findings"),
        ("escalation", 'all_of = ["chest_pain"]', 'all_of = ["chest_pein"]', "E006 escalation.toml, rule chest when: all_of: unknown finding 'chest_pein'. Did you mean 'chest_pain'?"),
        ("escalation", 'suggests = ["dvt"]', 'suggests = ["dtv"]', "Did you mean 'dvt'?"),
        ("escalation", 'withholds = ["massage"]', 'withholds = ["massaje"]', "E005 escalation.toml, rule clot: withholds names the unknown tag 'massaje'. Did you mean 'massage'?"),
        ("escalation", 'sources = ["book-1"]', "sources = []", "E007 escalation.toml, rule chest: no source"),
        ("escalation", 'sources = ["book-1"]', 'sources = ["book-2"]', "Did you mean 'book-1'?"),
        ("escalation", 'checked_by = ""', 'checked_by = "a. author"', "E008 escalation.toml, rule chest: checked_by is the author"),
        ("escalation", 'status = "draft"', 'status = "reviewed"', "E008"),
        ("escalation", "count = 2", "count = 4", "at_least asks for 4 of 3"),
        ("escalation", 'level = "emergency_now"', 'level = "self_care"', "no rule needs"),
        ("escalation", 'self_care = "Look after it."', "", "self_care is missing"),
        ("advice", 'causes = ["cramp"]', 'causes = ["cramps"]', "E005 advice.toml, advice stretch: causes names the unknown cause 'cramps'. Did you mean 'cramp'?"),
        ("advice", 'tags = ["heat"]', 'tags = ["heet"]', "Did you mean 'heat'?"),
        ("advice", '"same_day"]', '"sameday"]', "unknown level 'sameday'"),
        ("advice", "until_hours = 24", "until_hours = 0", "would never be open"),
        ("advice", 'sources = ["book-1"]', 'sources = ["book-3"]', "unknown source 'book-3'"),
        ("tear", 'id = "tear"', 'id = "tare"', "is not the file's name"),
        ("tear", 'weight = "typical"', 'weight = "typicall"', "Did you mean 'typical'?"),
        ("tear", "next_review = 2027-05-22", 'next_review = "soon"', "not a date"),
        ("scale", "typical = 2.3", 'typical = "much"', "typical is missing or not a number"),
        ("scale", "{cause}", "{couse}", "Did you mean 'cause'?"),
        ("scale", '"calf", "heel"', '"calf", "hell"', "unknown site 'hell'"),
        ("sources", 'seen = "read"', 'seen = "reed"', "Did you mean 'read'?"),
    ],
)  # fmt: skip
def test_each_kind_of_mistake_is_named_with_its_place(
    tmp_path: Path, file: str, old: str, new: str, says: str
) -> None:
    found = problems(tmp_path, **{file: swap(old, new)})
    assert any(says in f"{problem.code} {problem}" for problem in found), [
        str(problem) for problem in found
    ]


def test_a_file_that_is_missing_is_one_mistake_not_a_hundred(tmp_path: Path) -> None:
    assert only(problems(tmp_path, findings=None)) == "E001 findings.toml: the file is missing."


def test_a_file_that_is_not_toml_is_one_mistake(tmp_path: Path) -> None:
    assert "E001 sources.toml: cannot be read as TOML" in only(
        problems(tmp_path, sources=lambda text: text + "[")
    )


def test_a_rule_without_conditions_is_refused(tmp_path: Path) -> None:
    change = swap('when = { all_of = ["chest_pain"] }', "")
    assert "would fire for everybody" in only(problems(tmp_path, escalation=change))


def test_a_repeated_key_inside_a_list_is_refused(tmp_path: Path) -> None:
    change = swap('all_of = ["chest_pain"]', 'all_of = ["chest_pain", "chest_pain"]')
    assert "twice" in only(problems(tmp_path, escalation=change))


def test_mistakes_in_many_files_are_told_at_once(tmp_path: Path) -> None:
    found = problems(
        tmp_path,
        escalation=lambda text: text.replace("chest_pain", "chest_pein").replace("fever", "feever"),
        tear=swap("onset is sudden", "onset is suddn"),
        advice=swap('kind = "do"', 'kind = "doo"'),
    )
    assert {problem.file for problem in found} == {
        "escalation.toml",
        "causes/tear.toml",
        "advice.toml",
    }
    assert len(found) == 5


def test_the_version_follows_the_content(tmp_path: Path) -> None:
    contents = small_knowledge.files()
    first = load(small_knowledge.write(tmp_path / "a", contents))
    same = load(small_knowledge.write(tmp_path / "b", contents))
    contents["sources.toml"] = contents["sources.toml"].replace("A book", "A better book")
    other = load(small_knowledge.write(tmp_path / "c", contents))
    assert first.version == same.version != other.version
    assert len(first.version) == 12


def test_a_draft_is_not_called_reviewed_until_everything_is_signed(tmp_path: Path) -> None:
    contents = small_knowledge.files()
    assert load(small_knowledge.write(tmp_path / "a", contents)).reviewed is False
    signed = {
        name: text.replace('"draft"', '"reviewed"').replace(
            'checked_by = ""', 'checked_by = "C. Clinician"'
        )
        for name, text in contents.items()
    }
    assert load(small_knowledge.write(tmp_path / "b", signed)).reviewed is True
