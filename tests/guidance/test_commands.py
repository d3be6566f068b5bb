"""What a person runs: the evaluation, the prose for review, and the check at start-up."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from guidance import KNOWLEDGE, checks, measurement, prose
from guidance.figures import Share
from guidance.loader import BadKnowledge
from guidance.management import readme
from guidance.reading import Problem
from guidance.schema import Knowledge, Scale

CALM = {
    "id": "calm",
    "category": "benign",
    "gold": {"cause": "muscle_fatigue", "acceptable_causes": ["muscle_fatigue"]},
    "triage": {"level": "self_care", "min": "self_care", "max": "within_days"},
    "usable_for": ["cause", "triage"],
    "facts": {"site": ["calf"], "side": "both", "onset": "gradual", "days_since_onset": 1},
}
CHEST = {
    **CALM,
    "id": "chest",
    "category": "dangerous",
    "triage": {"level": "emergency_now", "min": "emergency_now", "max": "emergency_now"},
    "facts": {"site": ["calf"], "chest_pain": True, "medications": ["levofloxacin"]},
}


def case_file(folder: Path, *cases: dict[str, object]) -> str:
    path = folder / "cases.jsonl"
    path.write_text("\n".join(json.dumps(case) for case in cases) + "\n", encoding="utf-8")
    return str(path)


def run(*arguments: str) -> str:
    out = StringIO()
    call_command(*arguments, stdout=out)
    return out.getvalue()


def test_the_evaluation_prints_one_json_object(tmp_path: Path) -> None:
    told = json.loads(run("evaluate_guidance", case_file(tmp_path, CALM, CHEST), "--json"))
    assert told["knowledge_version"] == KNOWLEDGE.version
    calm, chest = told["cases"]
    assert calm["id"] == "calm"
    assert len(calm["causes"]) == len(KNOWLEDGE.causes)
    assert chest["disposition"] == chest["disposition_all_facts"] == "emergency_now"
    assert 1 <= chest["questions_asked"] <= calm["questions_asked"]
    missed = told["metrics"]["under_triage_dangerous"]
    assert (missed["count"], missed["of"], missed["share"]) == (0, 1, 0.0)
    assert told["checklist"]["under_triage_all_facts_dangerous"]["of"] == 1
    assert told["metrics"]["questions"]["of"] == 2


def test_the_evaluation_prints_a_table_that_says_what_it_is_not(tmp_path: Path) -> None:
    table = run("evaluate_guidance", case_file(tmp_path, CALM, CHEST))
    assert "Not clinical validation" in table
    assert "0 of 1" in table
    assert "plain checklist" in table


def test_the_evaluation_says_which_case_needs_a_rule(tmp_path: Path) -> None:
    told = run("evaluate_guidance", case_file(tmp_path, CALM, CHEST), "--needed")
    assert f"({len(KNOWLEDGE.rules)} rules)" in told
    assert ": chest" in told


def test_the_result_is_saved_without_the_words_of_the_cases(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    result, page = tmp_path / "measured.json", tmp_path / "README.md"
    page.write_text(f"# Before\n{readme.BEGIN}\nold\n{readme.END}\nAfter\n")
    monkeypatch.setattr(measurement, "FILE", result)
    monkeypatch.setattr(readme, "FILE", page)
    said = run("evaluate_guidance", case_file(tmp_path, CALM, {**CHEST, "text": "Told"}), "--save")
    saved = measurement.measured()
    measurement.measured.cache_clear()
    assert "measured.json" in said
    assert "Told" not in result.read_text()
    assert saved.knowledge_version == KNOWLEDGE.version
    assert [row.id for row in saved.outcomes] == ["calm", "chest"]
    assert saved.columns[measurement.CHECKLIST]["under_triage_all_facts_dangerous"] == Share(0, 1)
    assert page.read_text() == f"# Before\n{readme.block(saved)}\nAfter\n"


def test_saving_measures_with_and_without_the_clinician(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="both"):
        run("evaluate_guidance", case_file(tmp_path, CALM), "--save", "--without-clinician")


def test_the_table_of_readme_is_made_from_the_committed_result() -> None:
    stale = "the table of README is not the committed result: run `make figures`"
    assert readme.block(measurement.measured()) in readme.FILE.read_text(), stale


def test_a_readme_without_the_marks_is_not_written(tmp_path: Path) -> None:
    page = tmp_path / "README.md"
    page.write_text("# Nothing")
    with pytest.raises(ValueError, match="measured"):
        readme.renew(page, measurement.measured())
    assert page.read_text() == "# Nothing"


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"facts": {"swolen": True}}, "swolen"),
        ({"facts": {"site": ["calff"]}}, "calff"),
        ({"triage": {**CALM["triage"], "min": "soon"}}, "soon"),  # type: ignore[dict-item]
        ({"triage": {"level": "self_care"}}, "missing: triage.min, triage.max"),
        ({"gold": {}}, "missing: gold.cause"),
    ],
)
def test_something_unknown_in_a_case_names_the_line(
    tmp_path: Path, changed: dict[str, object], says: str
) -> None:
    with pytest.raises(CommandError) as refused:
        run("evaluate_guidance", case_file(tmp_path, CALM, {**CALM, **changed}))
    assert "line 2" in str(refused.value)
    assert says in str(refused.value)


def test_a_missing_case_file_is_one_plain_line(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="cannot be read"):
        run("evaluate_guidance", str(tmp_path / "nothing.jsonl"))


def test_a_rule_is_shown_as_prose() -> None:
    rule = next(iter(KNOWLEDGE.rules.values()))
    shown = run("show_guidance", rule.id)
    assert rule.name in shown
    assert "It fires when:" in shown


def test_everything_can_be_shown() -> None:
    shown = run("show_guidance", "--all")
    for kind in (
        "RULE",
        "CAUSE",
        "ADVICE",
        "FINDING",
        "SCREEN",
        "SOURCE",
        "CLAIM",
        "LADDER",
        "TAG",
        "WORDS",
    ):
        assert f"\n{kind} " in f"\n{shown}"
    for single in ("SCALE", "SAFETY NET", "NOT ANSWERED"):
        assert f"\n{single}" in shown


@pytest.mark.parametrize(
    ("item", "says"),
    [
        ("2b", "CLAIM 2b of the article: It follows sprints"),
        ("danger_body", "SCREEN danger_body"),
        ("wells-2003", "SOURCE wells-2003: Wells 2003"),
        ("massage", "TAG massage: rubbing or massaging"),
        ("same_day", "Where to turn: See a doctor"),
        ("scale", "points are log-odds"),
        ("calf_muscle", "LADDER calf_muscle"),
    ],
)
def test_any_item_can_be_shown(item: str, says: str) -> None:
    assert says in run("show_guidance", item)


def test_everything_that_has_an_id_can_be_shown() -> None:
    shown = {name for name, _ in prose.everything(KNOWLEDGE)}
    parts = [getattr(KNOWLEDGE, part.name) for part in fields(Knowledge)]
    named = {str(name) for part in parts if isinstance(part, Mapping) for name in part}
    words = {*KNOWLEDGE.scale.words, *KNOWLEDGE.scale.tags, *KNOWLEDGE.climbing.words}
    assert len(named) > 300
    assert (named | words) - shown == set()


def test_every_number_of_the_scale_is_shown() -> None:
    told = dict(prose.everything(KNOWLEDGE))["scale"]
    single = [getattr(KNOWLEDGE.scale, part.name) for part in fields(Scale)]
    numbers = [value for value in single if isinstance(value, (int, float))]
    assert len(numbers) >= 8
    assert [number for number in numbers if f"{number:g}" not in told] == []


def test_the_article_is_printed_claim_by_claim() -> None:
    shown = run("show_guidance", "--article")
    assert shown.startswith("# The article, claim by claim\n")
    assert "### 7c · weak\n" in shown


def test_a_misspelt_id_gets_a_hint() -> None:
    with pytest.raises(CommandError, match="Did you mean 'muscle_strain'"):
        run("show_guidance", "muscle_strane")


def test_show_needs_an_id_or_all() -> None:
    with pytest.raises(CommandError, match="--all"):
        run("show_guidance")


def test_sound_knowledge_raises_no_check() -> None:
    assert checks.knowledge_is_sound(None) == []


def test_every_mistake_becomes_a_check_error_with_its_place(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    mistakes = (
        Problem("E002", "advice.toml", "advice cool", "unknown key 'txt'."),
        Problem("E007", "escalation.toml", "rule clot", "no source."),
    )

    def broken() -> None:
        raise BadKnowledge(mistakes)

    monkeypatch.setattr(checks, "knowledge", broken)
    errors = checks.knowledge_is_sound(None)
    assert [error.id for error in errors] == ["guidance.E002", "guidance.E007"]
    assert "advice.toml advice cool" in str(errors[0])
    assert all(error.is_serious() for error in errors)
