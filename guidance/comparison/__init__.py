"""What a change of the knowledge changes: in words, and in what becomes of stories."""

from __future__ import annotations

from guidance.comparison.stories import Story, UnreadableStories, read_stories
from guidance.comparison.versions import CannotJudge, changes_between, different_outcomes

__all__ = [
    "CannotJudge",
    "Story",
    "UnreadableStories",
    "changes_between",
    "different_outcomes",
    "read_stories",
]
