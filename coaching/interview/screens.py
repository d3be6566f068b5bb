"""One screen of the interview as a form: made from a `guidance.Question`, read from what was posted."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coaching.interview.draft import Typed
from coaching.saying import said
from coaching.telling import DAYS, PLAIN, Line, in_words, label
from guidance import Answers, Finding, InvalidAnswers, Question

NONE, CANT_SAY = "none", "cant_say"  # what the buttons below a list of danger signs mean
OWN = "own"  # “the number that I typed”, among ready-made choices
UNSURE = ("unsure", PLAIN["unsure"])
YES_NO = tuple(PLAIN.items())
CHANGEABLE = ("yes_no", "one_of")  # kinds of known facts; the age comes from the date of birth
STYLES = {
    "yes_no": "choices",
    "one_of": "choices",
    "several_of": "several",
    "number": "number",
    "codes": "codes",
}
CHOOSE = gettext_lazy("Choose an answer. “Not sure” is fine too.")
BOTH = gettext_lazy("Keep one answer only: the one that you marked or the one that you typed.")
MARK_FIRST = gettext_lazy(
    "Mark what applies. Then use the button below the list, so that we know the rest is a no."
)


@dataclass(frozen=True)
class Choice:
    value: str
    label: str
    chosen: bool


class Field:
    """One finding on a screen: what was typed for it, what it comes to, and what is wrong with it."""

    def __init__(self, finding: Finding, typed: Typed, *, mark: bool, alone: bool) -> None:
        self.finding = finding
        self.id = finding.id
        self.chosen = [value for value in typed.get(finding.id, []) if value]
        self.own = next(iter(typed.get(f"{finding.id}-{OWN}", [])), "")
        self.style = self._style(mark)
        self.alone = alone  # the only one on its screen: a tap on a choice answers and goes on
        self.error = ""

    def _style(self, mark: bool) -> str:
        if mark and self.finding.kind == "yes_no":
            return "mark"
        special = {"severity_nrs": "scale", "days_since_onset": "days"}
        return special.get(self.id, STYLES[self.finding.kind])

    @property
    def template(self) -> str:
        return f"interview/fields/{self.style}.html"

    @property
    def choices(self) -> list[Choice]:
        return [Choice(value, str(words), value in self.chosen) for value, words in self._pairs()]

    def _pairs(self) -> Iterator[tuple[str, object]]:
        if self.style == "mark":
            yield from (("yes", PLAIN["yes"]), UNSURE)
        elif self.finding.kind == "yes_no":
            yield from YES_NO
        elif self.style == "scale":
            yield from ((str(n), str(n)) for n in range(11))
            yield UNSURE
        elif self.style == "days":
            yield from DAYS.items()
            yield UNSURE
        elif self.style == "codes":
            yield from (("none", _("None")), UNSURE)
        else:
            yield from ((option.id, said(option.label)) for option in self.finding.options)
            yield ("unsure", _("None fits, or not sure")) if self.style == "several" else UNSURE

    @property
    def _says_two_things(self) -> bool:
        """A ready-made answer is marked and another one typed. A tap on a button settles it."""
        marked = [value for value in self.chosen if value != OWN]
        return bool(marked and self.own.strip()) and not (self.alone and self.style != "codes")

    @property
    def value(self) -> Any:
        """What was answered, not yet validated; None for nothing."""
        if self.style == "mark":
            return next((word for word in ("yes", "unsure") if word in self.chosen), None)
        if self.style == "several":
            return self.chosen or None
        if self.style == "codes" and self.own.strip():
            return [code for code in re.split(r"[,;\n]", self.own) if code.strip()]
        if self.chosen and self.chosen[-1] != OWN:
            return self.chosen[-1]
        # 2,5 is how half the world writes 2.5.
        return re.sub(r"^(\d+),(\d+)$", r"\1.\2", self.own.strip()) or None

    def validated(self) -> dict[str, Any]:
        """The answer in its canonical form; notes the error if it cannot be used."""
        if self._says_two_things:
            self.error = str(BOTH)
            return {}
        try:
            return Answers.parse({self.id: self.value}).as_dict()
        except InvalidAnswers:
            self.error = self._what_is_wrong()
            return {}

    def _what_is_wrong(self) -> str:
        """Of what can be typed here; a choice that is none was not made on this page."""
        finding = self.finding
        if self.style in ("number", "days", "scale"):
            words = _("This cannot be used. Give a number from %(least)s to %(most)s.")
            if finding.integer:
                words = _("This cannot be used. Give a whole number from %(least)s to %(most)s.")
            return words % {"least": f"{finding.minimum:g}", "most": f"{finding.maximum:g}"}
        if self.style == "codes":
            return _("This cannot be used. Give a few short names, with commas between.")
        return str(CHOOSE)


class ScreenForm:
    """The questions of one screen, with what was typed so far.

    `profile` is what is known without asking: of that, what belongs on this screen is open to change.
    """

    def __init__(
        self, question: Question, typed: Typed, profile: Mapping[str, Any] | None = None
    ) -> None:
        self.question = question
        self.typed = typed
        self.error = ""
        self.values: dict[str, Any] = {}
        self.known_values: dict[str, Any] = {}
        self.skipped = False
        self.is_signs = question.none_of_these and any(
            finding.kind == "yes_no" for finding in question.findings
        )
        alone = len(question.findings) == 1 and not self.is_signs
        self.fields = [
            Field(finding, typed, mark=self.is_signs, alone=alone) for finding in question.findings
        ]
        self.profile = profile or {}
        self.known = [
            Field(
                finding,
                {finding.id: [str(self.profile[finding.id])], **typed},
                mark=False,
                alone=False,
            )
            for finding in question.known
            if finding.id in self.profile and finding.kind in CHANGEABLE
        ]

    @classmethod
    def posted(
        cls, question: Question, post: QueryDict, profile: Mapping[str, Any] | None = None
    ) -> ScreenForm:
        names = [finding.id for finding in (*question.findings, *question.known)]
        names += [f"{name}-{OWN}" for name in names]
        typed = {name: post.getlist(name) for name in names if name in post}
        return cls(question, typed, profile)

    @property
    def known_lines(self) -> list[Line]:
        """What is known of this screen, in words."""
        return [Line(label(field.id), in_words(field.id, field.value)) for field in self.known]

    @property
    def known_is_open(self) -> bool:
        """Whether there is something to see in the fold with the known facts."""
        return any(field.error or field.value != self.profile[field.id] for field in self.known)

    @property
    def changes(self) -> dict[str, Any]:
        """What is told otherwise than the profile has it."""
        return {
            name: value for name, value in self.known_values.items() if value != self.profile[name]
        }

    @property
    def can_skip(self) -> bool:
        return self.is_signs and self.question.kind == "danger"

    @property
    def needs_button(self) -> bool:
        """Whether a tap on a choice is not enough to go on."""
        return not all(field.alone and field.style in ("choices", "scale") for field in self.fields)

    @property
    def has_errors(self) -> bool:
        return bool(self.error) or any(field.error for field in (*self.fields, *self.known))

    def is_valid(self, action: str) -> bool:
        """Read the answers. Signs become “no” only by the button that says so, never by silence."""
        self.skipped = action == CANT_SAY and self.can_skip
        for field in self.fields:
            if field.value is not None:
                self.values.update(field.validated())
            elif field.style == "mark":
                self._unmarked(field, action)
            elif not self.skipped:
                field.error = str(CHOOSE)
        for field in self.known:
            if field.id in self.typed:
                self.known_values.update(field.validated())
        return not self.has_errors

    def _unmarked(self, field: Field, action: str) -> None:
        if action == NONE:
            self.values[field.id] = "no"
        elif not self.skipped:
            self.error = str(MARK_FIRST)
