"""What is needed to judge danger where there is no network: plain data for a browser, under one version.

The danger rules with their conditions, what one answer implies about others, the screens in the order in which they are
asked, and the words. It holds nothing about anybody. `coaching/static/coaching/danger.js` judges with it as `engine.screen`
and `interview.next_question` do; a test gives both the same thousands of answers.

Every distinct condition stands once, and what joins conditions names them by their place: so the three sets of the
reading (met, possible, excluded) are sets of small numbers there, as they are bits here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from guidance.compiled import compiled
from guidance.dangers import NOT_ANSWERED
from guidance.schema import NO, YES, Condition, Disposition, Finding, Knowledge, Screen, When

Json = dict[str, object]
Translate = Callable[[str], str]


def pocket(base: Knowledge, said: Translate) -> Json:
    """All of it, its words in the language of `said`."""
    conditions = _Conditions()
    rules = [
        {
            "id": rule.id,
            "name": said(rule.name),
            "level": rule.level.value,
            "when": conditions.joined(rule.when),
            "tell_athlete": said(rule.tell_athlete),
        }
        for rule in base.rules.values()
    ]
    screens = [_screen(entry.screen, conditions, said) for entry in compiled(base).screens]
    implications = [
        {
            "when": conditions.joined(implication.when),
            "then": [[given.finding, _answer(given)] for given in implication.then],
        }
        for implication in base.implications.values()
    ]
    return {
        "version": base.version,
        "levels": [level.value for level in Disposition],  # rising
        "findings": {
            finding.id: _finding(finding)
            for finding in base.findings.values()
            if finding.can_be_told
        },
        "conditions": conditions.told,  # last: by now each has its place
        "implications": implications,
        "rules": rules,
        "not_answered": {
            "id": NOT_ANSWERED,
            "name": said(base.not_answered.name),
            "level": Disposition.COACH_REVIEW.value,
            "tell_athlete": said(base.not_answered.tell_athlete),
        },
        "screens": screens,
        "scope": {
            "sites": sorted(base.scale.scope_sites),
            "together": [sorted(group) for group in base.scale.scope_together],
        },
        "not_sure": said(base.scale.words["not_sure_rule"]),
        "how_soon": _by_level(base.safety_net.by_disposition, said),
        "watch_for": [said(text) for text in base.safety_net.always],
    }


class _Conditions:
    """Each distinct condition once; `told` has them in the order of their places."""

    def __init__(self) -> None:
        self.told: list[Json] = []
        self._places: dict[tuple[object, ...], int] = {}

    def joined(self, when: When) -> Json:
        """A `when`, its conditions by their places. What is not written is left out."""
        groups: Json = {
            "all_of": self._all(when.all_of),
            "any_of": self._all(when.any_of),
            "none_of": self._all(when.none_of),
            "of": self._all(when.at_least_of),
            "at_least": when.at_least_count,
        }
        return {name: group for name, group in groups.items() if group}

    def _all(self, conditions: Iterable[Condition]) -> list[int]:
        return sorted({self._place(condition) for condition in conditions})

    def _place(self, condition: Condition) -> int:
        told = _condition(condition)
        place = self._places.setdefault(tuple(map(str, told.values())), len(self.told))
        if place == len(self.told):
            self.told.append(told)
        return place


def _condition(condition: Condition) -> Json:
    if condition.operator in (YES, NO):
        return {"finding": condition.finding, "is": [condition.operator]}
    if condition.operator == "is":
        return {"finding": condition.finding, "is": sorted(condition.options)}
    return {"finding": condition.finding, "than": condition.operator, "number": condition.number}


def _answer(given: Condition) -> str:
    """The one answer that an implication gives; the loader takes no other."""
    return next(iter(given.options), given.operator)


def _finding(finding: Finding) -> Json:
    """Its kind and bounds; options and words stand in the screens that a face renders."""
    told: Json = {"kind": finding.kind.value}
    if finding.unsure_says_nothing:
        told["unsure_says_nothing"] = True
    if finding.minimum is not None and finding.maximum is not None:
        told |= {"least": finding.minimum, "most": finding.maximum, "whole": finding.integer}
    return told


def _screen(screen: Screen, conditions: _Conditions, said: Translate) -> Json:
    return {
        "id": screen.id,
        "kind": screen.kind.value,
        "title": said(screen.title),
        "findings": list(screen.findings),
        "when": conditions.joined(screen.when),
    }


def _by_level(words: Mapping[Disposition, str], said: Translate) -> dict[str, str]:
    return {level.value: said(text) for level, text in words.items()}
