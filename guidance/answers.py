"""What somebody told us, validated against the findings; immutable, and safe to store as JSON."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType

from guidance.conditions import did_you_mean
from guidance.loader import knowledge
from guidance.schema import NO, UNSURE, YES, Finding, Kind, Knowledge, ScreenKind

Value = str | float | int | tuple[str, ...]

_UNSURE_WORDS = {"unsure", "not sure", "not_sure"}
_YES_WORDS = {"yes", "true"}
_NO_WORDS = {"no", "false"}
_MOST_CODES, _LONGEST_CODE = 30, 80  # names, characters


class InvalidAnswers(ValueError):
    """Some answers cannot be used; `errors` has one plain sentence for each finding."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        self.errors = dict(errors)
        super().__init__(" ".join(self.errors.values()))


class _Refused(ValueError):
    """One answer cannot be used; the message says why and what is accepted."""


class Answers(Mapping[str, Value]):
    """Validated answers by finding. A finding that is not in here was not asked, which is never a "no"."""

    __slots__ = ("_knowledge", "_values", "skipped")

    def __init__(
        self, values: Mapping[str, Value], skipped: frozenset[str], base: Knowledge
    ) -> None:
        self._values = MappingProxyType(dict(values))
        self._knowledge = base
        self.skipped = skipped

    @classmethod
    def parse(
        cls,
        raw: Mapping[str, object],
        *,
        skipped: Iterable[str] = (),
        base: Knowledge | None = None,
    ) -> Answers:
        """Validate raw answers, or raise `InvalidAnswers` with every mistake at once."""
        base = base or knowledge()
        values: dict[str, Value] = {}
        errors: dict[str, str] = {}
        for name, given in raw.items():
            if given is None or given == "" or given == [] or given == ():
                continue  # an empty field is a question that was not answered
            try:
                values[name] = _validated(name, given, base.findings)
            except _Refused as problem:
                errors[str(name)] = str(problem)
        screens = frozenset(skipped)
        for screen in sorted(screens - base.screens.keys(), key=str):
            errors["skipped"] = (
                f"There is no screen {screen!r}.{did_you_mean(str(screen), base.screens)}"
            )
        if errors:
            raise InvalidAnswers(errors)
        return cls(values, screens, base)

    @classmethod
    def recall(
        cls,
        stored: Mapping[str, object],
        *,
        skipped: Iterable[str] = (),
        base: Knowledge | None = None,
    ) -> Answers:
        """Answers stored earlier; what today's knowledge no longer takes counts as not asked.

        Who left a screen open that is gone had danger signs unanswered: what everybody is asked today, and was not
        answered, counts as left open instead.
        """
        base = base or knowledge()
        try:
            return cls.parse(stored, skipped=skipped, base=base)
        except InvalidAnswers as changed:
            kept = {name: told for name, told in stored.items() if name not in changed.errors}
            still_there = base.screens.keys() & set(skipped)
            if still_there != set(skipped):
                still_there |= _asked_of_everybody(base, unless=kept)
            return cls.parse(kept, skipped=still_there, base=base)

    def __getitem__(self, finding: str) -> Value:
        return self._values[finding]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __contains__(self, finding: object) -> bool:
        return finding in self._values

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Answers):
            return NotImplemented
        return dict(self._values) == dict(other._values) and self.skipped == other.skipped

    def __hash__(self) -> int:
        return hash((frozenset(self._values.items()), self.skipped))

    def __repr__(self) -> str:
        return f"Answers({len(self)} answered, {len(self.skipped)} skipped)"  # health data stays out of logs

    @property
    def values_by_finding(self) -> Mapping[str, Value]:
        """The plain mapping, for the engine's inner loop."""
        return self._values

    def as_dict(self) -> dict[str, object]:
        """The canonical form in the order of the findings, ready for JSON."""
        order = [name for name in self._knowledge.findings if name in self._values]
        return {name: _plain(self._values[name]) for name in order}

    def with_(self, finding: str, value: object) -> Answers:
        """These answers with one more, or with one changed."""
        return self.merged(Answers.parse({finding: value}, base=self._knowledge))

    def merged(self, other: Answers) -> Answers:
        """Both together; where both answer, the other counts."""
        return Answers(
            {**self._values, **other._values},
            self.skipped | other.skipped,
            self._knowledge,
        )

    def without(self, findings: Iterable[str]) -> Answers:
        """These answers as if the named findings had not been asked."""
        dropped = set(findings)
        kept = {name: value for name, value in self._values.items() if name not in dropped}
        return Answers(kept, self.skipped, self._knowledge)


def _plain(value: Value) -> object:
    return list(value) if isinstance(value, tuple) else value


def _validated(name: object, given: object, findings: Mapping[str, Finding]) -> Value:
    finding = findings.get(name) if isinstance(name, str) else None
    if finding is None or not finding.can_be_told:
        raise _Refused(f"There is no question {name!r}.{did_you_mean(str(name), findings)}")
    if isinstance(given, str) and given.strip().casefold() in _UNSURE_WORDS:
        return UNSURE
    if isinstance(given, (list, tuple, set, frozenset)) and set(map(str, given)) & _UNSURE_WORDS:
        return _unsure_in_list(finding, list(given))
    return _BY_KIND[finding.kind](finding, given)


def _unsure_in_list(finding: Finding, given: list[object]) -> Value:
    if len(given) == 1:
        return UNSURE
    raise _Refused(f'{finding.short}: choose either places and options or "not sure", not both.')


def _yes_no(finding: Finding, given: object) -> Value:
    if given is True or (isinstance(given, str) and given.strip().casefold() in _YES_WORDS):
        return YES
    if given is False or (isinstance(given, str) and given.strip().casefold() in _NO_WORDS):
        return NO
    raise _Refused(
        f"{finding.short}: {_shown(given)} is not an answer here. Accepted: yes, no or unsure."
    )


def _one_of(finding: Finding, given: object) -> Value:
    if isinstance(given, bool):
        given = YES if given else NO
    if isinstance(given, (list, tuple)) and len(given) == 1:
        given = given[0]
    return _option(finding, given)


def _several_of(finding: Finding, given: object) -> Value:
    entries = list(given) if isinstance(given, (list, tuple, set, frozenset)) else [given]
    chosen = {_option(finding, entry) for entry in entries}
    return tuple(option.id for option in finding.options if option.id in chosen)


def _option(finding: Finding, given: object) -> str:
    ids = [option.id for option in finding.options]
    if isinstance(given, str) and given.strip() in ids:
        return given.strip()
    hint = did_you_mean(given, ids) if isinstance(given, str) else ""
    raise _Refused(
        f"{finding.short}: {_shown(given)} is not one of the choices.{hint} Accepted: {', '.join(ids)} or unsure."
    )


def _number(finding: Finding, given: object) -> Value:
    number = _as_number(given)
    low, high = finding.minimum or 0.0, finding.maximum or 0.0
    whole = finding.integer and number is not None and number != int(number)
    if number is None or whole or not low <= number <= high:
        kind = "a whole number" if finding.integer else "a number"
        unit = f" {finding.unit}" if finding.unit else ""
        raise _Refused(
            f"{finding.short}: {_shown(given)} cannot be used. Accepted: {kind} from {low:g} to {high:g}{unit}, or unsure."
        )
    return int(number) if number == int(number) else number


def _as_number(given: object) -> float | None:
    if isinstance(given, bool) or not isinstance(given, (int, float, str)):
        return None
    try:
        number = float(given)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None


def _codes(finding: Finding, given: object) -> Value:
    entries = list(given) if isinstance(given, (list, tuple, set, frozenset)) else [given]
    if len(entries) > _MOST_CODES:
        raise _Refused(f"{finding.short}: name at most {_MOST_CODES}, the most important first.")
    return tuple(dict.fromkeys(_code(finding, entry) for entry in entries))


def _code(finding: Finding, entry: object) -> str:
    """A short name in one form; nothing that a screen cannot show and a database may refuse."""
    code = "_".join(entry.casefold().split()) if isinstance(entry, str) else ""
    if not code or len(code) > _LONGEST_CODE or not code.isprintable():
        raise _Refused(
            f"{finding.short}: {_shown(entry)} cannot be used. Accepted: short names, or unsure."
        )
    return code


def _shown(given: object) -> str:
    text = repr(given)
    return text if len(text) <= 60 else text[:57] + "..."


_BY_KIND = {
    Kind.YES_NO: _yes_no,
    Kind.ONE_OF: _one_of,
    Kind.SEVERAL_OF: _several_of,
    Kind.NUMBER: _number,
    Kind.CODES: _codes,
}


def _asked_of_everybody(base: Knowledge, *, unless: Mapping[str, object]) -> set[str]:
    """The danger screens that are shown whatever was told, and that these answers leave open."""
    return {
        screen.id
        for screen in base.screens.values()
        if screen.kind is ScreenKind.DANGER
        and not screen.when.conditions
        and any(finding not in unless for finding in screen.findings)
    }
