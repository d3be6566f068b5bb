"""A bad knowledge base stops start-up: every mistake becomes a system check error with a stable id."""

from __future__ import annotations

from collections.abc import Sequence

from django.apps import AppConfig
from django.core.checks import CheckMessage, Error, register

from guidance.loader import BadKnowledge, knowledge


@register("guidance")
def knowledge_is_sound(
    app_configs: Sequence[AppConfig] | None, **kwargs: object
) -> list[CheckMessage]:
    """One error for each mistake, all at once, each with file, item and how to mend it."""
    try:
        knowledge()
    except BadKnowledge as bad:
        return [
            Error(
                problem.message,
                obj=f"{problem.file} {problem.item}".strip(),
                id=f"guidance.{problem.code}",
            )
            for problem in bad.problems
        ]
    return []
