"""One screen of the interview as a form: made from a `guidance.Question`, read from what was posted."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from athletes.models.users import KM
from coaching import units
from coaching.interview.draft import Typed
from coaching.interview.steps import can_skip
from coaching.interview.together import Together, pair_of, unfolded
from coaching.saying import number, said
from coaching.telling import DAYS, PLAIN, Line, in_words, label
from guidance import Answers, Finding, InvalidAnswers, Question

NONE, CANT_SAY = "none", "cant_say"  # what the buttons below a list of danger signs mean
OWN = "own"  # “the number that I typed”, among ready-made choices
TAP = "tap"  # one of several, which goes on at once
UNIT = "unit"  # in which a distance was typed
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

    def __init__(self, finding: Finding, typed: Typed, *, rest: str = "", alone: bool) -> None:
        self.finding = finding
        self.id = finding.id
        self.rest = rest  # on a list: what the button below it says, where nothing is marked
        self.chosen = [value for value in typed.get(finding.id, []) if value]
        self.own = next(iter(typed.get(f"{finding.id}-{OWN}", [])), "")
        self.is_distance = finding.unit == KM
        if self.is_distance:
            self._count_as_the_reader(next(iter(typed.get(f"{finding.id}-{UNIT}", [])), KM))
        self.style = self._style()
        self.alone = alone  # the only one on its screen: a tap on a choice answers and goes on
        self.error = ""

    def _count_as_the_reader(self, unit: str) -> None:
        """What was typed before another unit was chosen is still the same distance."""
        distance = _number(self.own)
        if distance is not None and unit != units.chosen():
            self.own = number(units.shown(units.in_km(distance, unit)))

    @property
    def unit(self) -> str:
        """In which a distance is typed here."""
        return units.chosen()

    def _style(self) -> str:
        if self.rest:
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
            options = [(option.id, said(option.label)) for option in self.finding.options]
            marks = [*options, UNSURE] if options else YES_NO
            yield from ((value, words) for value, words in marks if value != self.rest)
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
            return next((value for value, _words in self._pairs() if value in self.chosen), None)
        if self.style == "several":
            return self.chosen or None
        if self.style == "codes" and self.own.strip():
            return [code for code in re.split(r"[,;\n]", self.own) if code.strip()]
        if self.chosen and self.chosen[-1] != OWN:
            return self.chosen[-1]
        typed = _with_point(self.own) or None
        told = _number(self.own)
        if self.is_distance and told is not None:
            return units.in_km(told, self.unit)
        return typed

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
            bounds = [finding.minimum or 0.0, finding.maximum or 0.0]
            if self.is_distance:
                bounds = [units.shown(bound) for bound in bounds]
            return words % {"least": number(bounds[0]), "most": number(bounds[1])}
        if self.style == "codes":
            return _("This cannot be used. Give a few short names, with commas between.")
        return str(CHOOSE)


def _with_point(typed: str) -> str:
    """2,5 is how half the world writes 2.5."""
    return re.sub(r"^(\d+),(\d+)$", r"\1.\2", typed.strip())


def _number(typed: str) -> float | None:
    plain = _with_point(typed)
    return float(plain) if re.fullmatch(r"\d+(\.\d+)?", plain) else None


class ScreenForm:
    """The questions of one screen, with what was typed so far.

    `profile` is what is known without asking: of that, what belongs on this screen is open to change. Two questions that
    one tap answers are `together`; `rest` is what the button below a list says of all that was not marked.
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
        self.rest = question.rest or ("no" if question.none_of_these else "")
        self.is_signs = bool(self.rest)
        alone = len(question.findings) == 1 and not self.is_signs
        self.fields = [
            Field(finding, typed, rest=self.rest, alone=alone) for finding in question.findings
        ]
        self.together = self._together()
        self.profile = profile or {}
        self.known = [
            Field(
                finding,
                {finding.id: [str(self.profile[finding.id])], **typed},
                alone=False,
            )
            for finding in question.known
            if finding.id in self.profile and finding.kind in CHANGEABLE
        ]

    def _together(self) -> Together | None:
        pair = None if self.is_signs else pair_of(self.question.findings)
        if pair is None:
            return None
        name, *both = pair
        first, second = (next(field for field in self.fields if field.id == one) for one in both)
        return Together(name, first, second)

    @classmethod
    def posted(
        cls, question: Question, post: QueryDict, profile: Mapping[str, Any] | None = None
    ) -> ScreenForm:
        names = [finding.id for finding in (*question.findings, *question.known)]
        names += [f"{name}-{more}" for name in names for more in (OWN, UNIT)]
        typed = {name: post.getlist(name) for name in names if name in post}
        taps = {name: post.getlist(f"{name}-{TAP}") for name in names if f"{name}-{TAP}" in post}
        typed |= taps  # one tap says it all, whatever is marked in the fold below
        return cls(question, unfolded(question.findings, post, typed), profile)

    @property
    def groups(self) -> list[tuple[str, list[Field]]]:
        """The rows of a list under their headings; those that are still asked."""
        grouped = [
            (said(group.title), [field for field in self.fields if field.id in group.findings])
            for group in self.question.groups
        ]
        return [(title, fields) for title, fields in grouped if fields] or [("", self.fields)]

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
        return can_skip(self.question)

    @property
    def needs_button(self) -> bool:
        """Whether a tap on a choice is not enough to go on."""
        one_tap = ("choices", "scale", "several")
        return not (
            self.together or all(field.alone and field.style in one_tap for field in self.fields)
        )

    @property
    def types_alone(self) -> bool:
        """Whether the Enter key sends what was typed into the only field."""
        return any(
            field.alone and field.style in ("days", "number", "codes") for field in self.fields
        )

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
            self.values[field.id] = self.rest
        elif not self.skipped:
            self.error = str(MARK_FIRST)
