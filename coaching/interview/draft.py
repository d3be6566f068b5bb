"""A report that is being written: kept in the session, one for each athlete, until it is sent."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from django.contrib.sessions.backends.base import SessionBase
from django.utils import timezone

from athletes.models import Athlete
from guidance import KNOWLEDGE, Answers, Question

Typed = dict[str, list[str]]


@dataclass
class Draft:
    """What was told so far. `path` are the screens in the order in which they were answered."""

    client_key: str = field(default_factory=lambda: str(uuid.uuid4()))
    started_at: str = field(default_factory=lambda: timezone.now().isoformat())
    path: list[dict[str, Any]] = field(default_factory=list)
    answers: dict[str, Any] = field(default_factory=dict)
    skipped: list[str] = field(default_factory=list)
    typed: dict[str, Typed] = field(default_factory=dict)
    note: str = ""

    @classmethod
    def load(cls, session: SessionBase, athlete: Athlete) -> Draft:
        """The draft of this athlete, or a new one."""
        kept = session.get(_key(athlete))
        return cls(**kept)._of_today() if kept else cls()

    def save(self, session: SessionBase, athlete: Athlete) -> None:
        session[_key(athlete)] = asdict(self)

    @staticmethod
    def clear(session: SessionBase, athlete: Athlete) -> None:
        session.pop(_key(athlete), None)

    @property
    def told(self) -> Answers:
        return Answers.parse(self.answers, skipped=self.skipped)

    @property
    def started(self) -> datetime:
        return datetime.fromisoformat(self.started_at)

    def question(self, step: int) -> Question | None:
        """The screen that was answered at `step` (from 1), as it was asked then."""
        if not 1 <= step <= len(self.path):
            return None
        asked = self.path[step - 1]
        screen = KNOWLEDGE.screens[asked["screen"]]
        return Question(
            screen_id=screen.id,
            kind=screen.kind,
            title=screen.title,
            why=asked.get("why", screen.why),
            findings=tuple(KNOWLEDGE.findings[name] for name in asked["findings"]),
            none_of_these=asked["none_of_these"],
            rest=screen.rest,
            groups=screen.groups,
            known=tuple(
                KNOWLEDGE.findings[name]
                for name in asked.get("known", ())
                if name in KNOWLEDGE.findings
            ),
        )

    def record(
        self, step: int, question: Question, values: Mapping[str, Any], skipped: bool, typed: Typed
    ) -> None:
        """The screen at `step` was answered, for the first time or anew."""
        findings = [finding.id for finding in question.findings]
        self.path[step - 1 : step] = [
            {
                "screen": question.screen_id,
                "why": question.why,
                "findings": findings,
                "none_of_these": question.none_of_these,
                "known": [finding.id for finding in question.known],
            }
        ]
        self.answers = {**self._without(findings), **values}
        others = [screen for screen in self.skipped if screen != question.screen_id]
        self.skipped = [*others, question.screen_id] if skipped else others
        self.typed[question.screen_id] = typed

    def change_known(self, shown: Iterable[str], changes: Mapping[str, Any]) -> None:
        """Of the facts that were `shown` as known from the profile, these are different now."""
        shown = set(shown)
        self.answers = {**self._without(shown), **changes}
        for typed in self.typed.values():  # what stood in a box before is not what holds now
            for name in shown & typed.keys():
                del typed[name]

    def _without(self, findings: Collection[str]) -> dict[str, Any]:
        return {name: value for name, value in self.answers.items() if name not in findings}

    def renew_key(self) -> None:
        """From now on this is another report than the one that was sent under the old key."""
        self.client_key = str(uuid.uuid4())

    def _of_today(self) -> Draft:
        """Without what an update of the knowledge base no longer knows: it is asked again."""
        findings, screens = KNOWLEDGE.findings, KNOWLEDGE.screens
        self.path = [
            asked
            for asked in self.path
            if asked["screen"] in screens and findings.keys() >= set(asked["findings"])
        ]
        # A screen that is gone is not recalled as left open: what took its place is asked now.
        usable = Answers.recall(self.answers, skipped=screens.keys() & set(self.skipped))
        self.answers, self.skipped = usable.as_dict(), sorted(usable.skipped)
        return self


def _key(athlete: Athlete) -> str:
    return f"interview:{athlete.pk}"
