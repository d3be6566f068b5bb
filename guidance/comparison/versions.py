"""Two versions of the whole `guidance` package side by side: each judges with its own code, in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tomllib
from collections.abc import Sequence
from pathlib import Path

from guidance.comparison.changes import Files, changes_in_words
from guidance.comparison.stories import Difference, Outcome, Story, difference

DRIVER = Path(__file__).with_name("driver.py")
_SECONDS_AT_MOST = 600


class CannotJudge(Exception):
    """A version cannot be read or cannot judge at all; the message says why."""

    def __init__(self, folder: Path, why: str) -> None:
        self.folder = folder
        super().__init__(why)


def changes_between(old: Path, new: Path) -> list[str]:
    """What changed in the knowledge of two folders that each hold a `guidance` package, a sentence each."""
    return changes_in_words(files(old), files(new))


def different_outcomes(old: Path, new: Path, stories: Sequence[Story]) -> list[Difference]:
    """The stories that end differently, those that became less urgent first."""
    judged = zip(stories, judge(old, stories), judge(new, stories), strict=True)
    found = [difference(story.name, was, now) for story, was, now in judged]
    different = [entry for entry in found if entry is not None]
    return sorted(different, key=lambda entry: (-1, 1, 0).index(entry.direction))


def files(folder: Path) -> Files:
    """The knowledge of a version as plain TOML, whatever its format means."""
    knowledge = folder / "guidance" / "knowledge"
    found = sorted(knowledge.rglob("*.toml"))
    if not found:
        raise CannotJudge(folder, "there is no guidance/knowledge/*.toml.")
    try:
        return {
            path.relative_to(knowledge).as_posix(): tomllib.loads(path.read_text(encoding="utf-8"))
            for path in found
        }
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CannotJudge(folder, f"the knowledge cannot be read as TOML: {error}") from error


def judge(folder: Path, stories: Sequence[Story]) -> list[Outcome]:
    """What the version in `folder` makes of each story."""
    if not stories:
        return []
    done = _driven(folder, "".join(json.dumps(story.as_json()) + "\n" for story in stories))
    lines = done.stdout.splitlines()
    if done.returncode or len(lines) != len(stories):
        raise CannotJudge(folder, _why(done.stderr))
    return [Outcome.read(json.loads(line)) for line in lines]


def _driven(folder: Path, stories: str) -> subprocess.CompletedProcess[str]:
    try:
        return subprocess.run(
            [sys.executable, "-B", "-c", DRIVER.read_text(encoding="utf-8")],
            env={**os.environ, "PYTHONPATH": str(folder)},
            cwd=folder,
            input=stories,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=_SECONDS_AT_MOST,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise CannotJudge(folder, f"it took more than {_SECONDS_AT_MOST} seconds.") from None


def _why(said: str) -> str:
    """The mistakes in its knowledge, else only the kind of error: its text may hold what somebody answered."""
    if (start := said.find("The knowledge has")) >= 0:
        return said[start:].strip()
    lines = [line for line in said.splitlines() if line.strip()]
    return lines[-1].split(":")[0].strip() if lines else "it said nothing"
