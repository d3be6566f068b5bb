"""What the forge does for a change of the knowledge: reviewers for paths that exist, and a preview that can run."""

from __future__ import annotations

import re
from pathlib import Path

from django.core.management import get_commands

ROOT = Path(__file__).resolve().parent.parent
WORKFLOW = (ROOT / ".github/workflows/guidance.yml").read_text(encoding="utf-8")
OWNERS = (ROOT / ".github/CODEOWNERS").read_text(encoding="utf-8")


def owned() -> set[str]:
    return {
        line.split()[0].strip("/")
        for line in OWNERS.splitlines()
        if line and not line.startswith("#")
    }


def test_knowledge_and_cases_have_reviewers() -> None:
    assert {"guidance/knowledge", "tests/guidance/cases"} <= owned()


def test_every_path_with_a_reviewer_exists() -> None:
    assert {path for path in owned() if not (ROOT / path).exists()} == set()


def test_reviewers_are_a_team_and_nobody_is_made_up() -> None:
    assert set(re.findall(r"@\S+", OWNERS)) == {"@niggle/clinical-reviewers"}


def test_the_preview_runs_only_what_is_there() -> None:
    assert set(re.findall(r"manage\.py ([a-z_]+)", WORKFLOW)) <= set(get_commands())
    named = set(re.findall(r"(?:tests|docs|scripts)/[\w./-]+", WORKFLOW))
    assert {path for path in named if not (ROOT / path.rstrip("/*")).exists()} == set()


def test_the_preview_needs_no_right_to_write() -> None:
    assert "permissions:\n  contents: read\n" in WORKFLOW
    assert "secrets." not in WORKFLOW
