"""Where an interview stands, by what was told alone: what the pages and the API both go by. Nothing is stored here."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from guidance import Answers, Disposition, Question, Screening, next_question, progress, screen


@dataclass(frozen=True)
class SoFar:
    """What is `known` from a profile, and what was `told` in this interview, which counts more."""

    known: Answers
    told: Answers

    @cached_property
    def answers(self) -> Answers:
        return self.known.merged(self.told)

    @cached_property
    def screening(self) -> Screening:
        """The danger signs in what was told up to here."""
        return screen(self.answers)

    @cached_property
    def following(self) -> Question | None:
        """The next screen; None where nothing left could change the answer, or help must be called now."""
        return next_question(self.answers)

    @property
    def is_danger(self) -> bool:
        return self.screening.disposition >= Disposition.SAME_DAY

    @property
    def may_stop(self) -> bool:
        """Everybody is asked for danger first; with one found, the details that follow can be left out."""
        return self.following is None or (self.is_danger and self.following.kind == "detail")

    @cached_property
    def progress(self) -> tuple[int, int]:
        """Screens done, and an estimate of how many there will be."""
        return progress(self.answers)


def can_skip(question: Question) -> bool:
    """Whether “I can't say” is an answer to the whole screen: to a list of danger signs it is."""
    return question.kind == "danger" and bool(question.rest or question.none_of_these)
