"""`diff_guidance` in a repository of its own: what changed in words, and what comes out differently."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as project
from django.core.management import CommandError, call_command
from django.db import OperationalError

from athletes.management.commands import diff_guidance
from tests import factories
from tests.guidance import small_knowledge

pytestmark = pytest.mark.django_db

OWN = """
[[case]]
name = "A calf is swollen after a flight"
answers = { site = ["calf"], side = "left", swelling = "yes", recent_flight = "yes" }

[[case]]
name = "Both calves are sore on the day after hills"
none_of_these = true
answers = { site = ["calf"], side = "both", character = ["soreness"], onset = "gradual" }
[case.history]
onset_hours_ago = 30
reports = [{ days_ago = 20, site = ["calf"], side = "left", pain_now = 3 }]
"""


def git(repository: Path, *arguments: str) -> str:
    who = [
        "-c",
        "user.name=Nobody",
        "-c",
        "user.email=nobody@example.test",
        "-c",
        "commit.gpgsign=false",
    ]
    done = subprocess.run(["git", *who, *arguments], cwd=repository, capture_output=True, text=True, check=True)  # fmt: skip
    return done.stdout.strip()


@pytest.fixture(scope="module")
def committed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkout with today's engine and the small knowledge as its only commit."""
    folder = tmp_path_factory.mktemp("somewhere") / "checkout"
    without = shutil.ignore_patterns("__pycache__", "knowledge")
    shutil.copytree(project.BASE_DIR / "guidance", folder / "guidance", ignore=without)
    small_knowledge.write(folder / "guidance/knowledge", small_knowledge.files())
    (folder / "tests/guidance/cases").mkdir(parents=True)
    (folder / "tests/guidance/cases/own.toml").write_text(OWN, encoding="utf-8")
    git(folder, "init", "--quiet", "--initial-branch=main")
    git(folder, "add", ".")
    git(folder, "commit", "--quiet", "-m", "Today")
    return folder


@pytest.fixture
def checkout(committed: Path, settings: Any) -> Iterator[Path]:
    settings.BASE_DIR = committed
    yield committed
    git(committed, "reset", "--quiet", "--hard", "HEAD")


def diff(*arguments: str) -> str:
    out = StringIO()
    call_command("diff_guidance", *arguments, stdout=out)
    return out.getvalue()


def edit(checkout: Path, file: str, old: str, new: str) -> None:
    path = checkout / "guidance/knowledge" / file
    text = path.read_text(encoding="utf-8")
    assert old in text, "the test changed nothing"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def swelling_is_no_hurry(checkout: Path) -> None:
    """Every rule of today becomes one for the coach."""
    path = checkout / "guidance/knowledge/escalation.toml"
    text = path.read_text(encoding="utf-8").replace('level = "same_day"', 'level = "coach_review"')
    path.write_text(text, encoding="utf-8")


def test_without_a_change_nothing_is_different(checkout: Path) -> None:
    told = diff("HEAD")
    assert "What changed in the knowledge\n- nothing" in told
    assert "What comes out differently: 0 of 2 stories" in told


def test_a_changed_rule_is_told_with_the_case_that_it_changes(checkout: Path) -> None:
    swelling_is_no_hurry(checkout)
    told = diff("HEAD")
    assert "- Rule clot: level was today, is now talk to the coach first." in told
    assert "1 of 2 stories (1 less urgent, 0 more urgent)" in told
    assert "- A calf is swollen after a flight\n  - how soon: was today, is now " in told


def test_a_changed_window_is_told_with_the_step_that_comes(checkout: Path) -> None:
    edit(checkout, "advice.toml", "until_hours = 24", "until_hours = 36")
    told = diff("HEAD")
    assert (
        "- Advice cool: the window was 0–24 hours after it began, is now 0–36 hours after" in told
    )
    assert "1 of 2 stories (0 less urgent, 0 more urgent)" in told
    assert (
        "- Both calves are sore on the day after hills\n"
        "  - the plan now also says: “Text of cool.”\n" in told
    )


def test_two_revisions_are_compared_whatever_lies_in_the_folder(checkout: Path) -> None:
    first = git(checkout, "rev-parse", "HEAD")
    edit(checkout, "advice.toml", "priority = 5", "priority = 6")
    git(checkout, "commit", "--quiet", "--all", "-m", "Tomorrow")
    swelling_is_no_hurry(checkout)
    told = diff(first, "HEAD")
    git(checkout, "reset", "--quiet", "--hard", first)
    assert "- Advice cool: priority was 5, is now 6." in told
    assert "Rule clot" not in told


def test_an_old_version_is_judged_by_its_own_code(checkout: Path) -> None:
    """Today's loader could not read a level that only the old code knows."""
    kinds = checkout / "guidance/kinds.py"
    text = kinds.read_text(encoding="utf-8")
    kinds.write_text(text.replace('SAME_DAY = "same_day"', 'SAME_DAY = "today"'), encoding="utf-8")
    assert "cannot be judged" not in diff("HEAD", "HEAD")
    with pytest.raises(CommandError, match="The new version cannot be judged with"):
        diff("HEAD")


def test_further_cases_are_judged(checkout: Path, tmp_path: Path) -> None:
    cases = tmp_path / "cases.jsonl"
    cases.write_text(
        '{"id": "clot", "facts": {"site": ["calf"], "swelling": true}}\n', encoding="utf-8"
    )
    swelling_is_no_hurry(checkout)
    told = diff("HEAD", "--cases", str(cases))
    assert "2 of 3 stories" in told
    assert "\n- clot\n" in told


def test_stored_reports_are_told_by_primary_key_and_outcome_alone(checkout: Path) -> None:
    athlete = factories.make_athlete(factories.make_club(), name="Zebedee Quick")
    report = factories.make_report(athlete, factories.CLOT)
    older = factories.make_report(athlete, factories.SORE)
    swelling_is_no_hurry(checkout)
    told = diff("HEAD")
    assert f"- report {report.pk}\n  - how soon: was today, is now" in told
    assert "of 4 stories" in told
    for private in ("Zebedee", "recent_flight", "Flight", "severity", athlete.user.email):
        assert private not in told.replace("after a flight", "")
    assert str(older.pk) not in told


def test_reports_may_be_fewer_or_none(checkout: Path) -> None:
    athlete = factories.make_athlete(factories.make_club())
    for _ in range(3):
        factories.make_report(athlete, factories.SORE)
    assert "of 4 stories" in diff("HEAD", "--reports", "2")
    assert "of 2 stories" in diff("HEAD", "--reports", "0")


def test_without_a_database_the_cases_are_still_compared(
    checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nothing_there(report: object) -> None:
        raise OperationalError("no such table")

    factories.make_report(factories.make_athlete(factories.make_club()))
    monkeypatch.setattr(diff_guidance, "story_of", nothing_there)
    err = StringIO()
    call_command("diff_guidance", "HEAD", stdout=(out := StringIO()), stderr=err)
    assert "of 2 stories" in out.getvalue()
    assert "there is no database here" in err.getvalue()


def test_a_mistake_in_the_new_knowledge_is_told_with_its_place_after_what_changed(
    checkout: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    edit(checkout, "advice.toml", '["heat"]', '["heats"]')
    out = StringIO()
    with pytest.raises(CommandError) as refused:
        call_command("diff_guidance", "HEAD", stdout=out)
    assert "The new version cannot be judged with: The knowledge has 1 mistake" in str(
        refused.value
    )
    assert "Did you mean 'heat'?" in str(refused.value)
    assert "Advice warm: can now also be held back as: heats." in out.getvalue()


@pytest.mark.parametrize("revision", ["no-such-branch", "--output=x", "HEAD:guidance"])
def test_an_unknown_revision_is_one_plain_line(checkout: Path, revision: str) -> None:
    with pytest.raises(CommandError, match=r"There is no revision .* in checkout\."):
        diff("--", revision)


def test_a_revision_without_guidance_is_one_plain_line(checkout: Path) -> None:
    empty = git(
        checkout,
        "commit-tree",
        "-m",
        "Empty",
        git(checkout, "hash-object", "-t", "tree", "-w", "/dev/null"),
    )
    with pytest.raises(CommandError, match="has no folder guidance/"):
        diff(empty)


def test_outside_of_git_is_one_plain_line(
    tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.BASE_DIR = tmp_path
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    with pytest.raises(CommandError, match="is not a git checkout"):
        diff("HEAD")


def test_without_git_is_one_plain_line(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as here:
        here.setenv("PATH", "/nowhere")
        with pytest.raises(CommandError, match="git is not installed"):
            diff("HEAD")


def test_a_case_file_that_cannot_be_read_is_named(checkout: Path, tmp_path: Path) -> None:
    broken = tmp_path / "cases.jsonl"
    broken.write_text("{", encoding="utf-8")
    with pytest.raises(CommandError, match=r"cases\.jsonl: cannot be read as cases"):
        diff("HEAD", "--cases", str(broken))
