"""Ranks the causes: the sum of what speaks for and against each, with the reasons kept."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple, Protocol

from guidance.compiled import CauseTest, Compiled, SignTest
from guidance.logic import MET, POSSIBLE, Reading, raised
from guidance.results import FiredRule, RankedCause
from guidance.schema import Cause, Disposition, Fit, Knowledge, Scale

_A_HAIR = 1e-6  # on a tie an everyday cause would lead where a lesser danger names it


class Fired(Protocol):
    """A danger that fired, with or without its reasons in words."""

    @property
    def level(self) -> Disposition: ...

    @property
    def certain(self) -> bool: ...

    @property
    def suggests(self) -> tuple[str, ...]: ...


class Score(NamedTuple):
    """One cause's points, and those of its signs that are met or possible, with their truth."""

    test: CauseTest
    points: float
    signs: Sequence[tuple[SignTest, int]]
    boost: float  # of it, what a danger that suggests this cause gave


def boosts(scale: Scale, fired: Iterable[Fired]) -> dict[str, float]:
    """The points that dangers which fired give to the causes they suggest; the strongest counts, not the sum."""
    points: dict[str, float] = {}
    for rule in fired:
        boost = scale.boost_certain if rule.certain else scale.boost_possible
        for cause in rule.suggests:
            points[cause] = max(points.get(cause, 0.0), boost)
    return points


def rank(knowledge: Compiled, reading: Reading, fired: Iterable[Fired]) -> list[Score]:
    """All causes, best first; ties go to what a danger names, then to the more common, then by id."""
    scale, fired = knowledge.base.scale, tuple(fired)
    boost = boosts(scale, fired)
    present: list[list[tuple[SignTest, int]]] = [[] for _ in knowledge.causes]
    for sign, truth in raised(knowledge.signs, reading):
        present[sign.cause].append((sign, truth))
    scores = [
        _score(test, signs, scale, boost.get(test.cause.id, 0.0))
        for test, signs in zip(knowledge.causes, present, strict=True)
    ]
    return sorted(_below_an_emergency(scale, scores, fired), key=_order)


def _below_an_emergency(scale: Scale, scores: list[Score], fired: Iterable[Fired]) -> list[Score]:
    """Where an emergency is certain, none of the article's everyday causes stands above what it names:
    whoever calls an ambulance must not read "tired muscles" first."""
    named = {
        cause
        for rule in fired
        if rule.certain and rule.level is Disposition.EMERGENCY_NOW
        for cause in rule.suggests
    }
    standing = [
        score.points
        for score in scores
        if score.test.cause.id in named and score.points > scale.ruled_out_at
    ]
    if not standing:
        return scores
    most = max(standing) - _A_HAIR
    return [
        score._replace(points=min(score.points, most)) if score.test.cause.article else score
        for score in scores
    ]


def _order(score: Score) -> tuple[float, bool, float, str]:
    return (
        -score.points,
        not score.boost,
        -score.test.prior,
        score.test.cause.id,
    )


def _score(
    test: CauseTest, signs: Sequence[tuple[SignTest, int]], scale: Scale, boost: float
) -> Score:
    points = test.prior + boost
    ruled_out = False
    for sign, truth in signs:
        if truth == MET:
            points += sign.points
            ruled_out = ruled_out or sign.rules_out
        else:
            points += sign.points * scale.possible_share
    points = round(min(points, scale.ruled_out_at) if ruled_out else points, 6)
    return Score(test, points, signs, boost)


def explained(
    base: Knowledge, scores: Iterable[Score], fired: Iterable[FiredRule]
) -> tuple[RankedCause, ...]:
    """The scores with their reasons in words."""
    dangers: dict[str, list[str]] = {}
    for rule in fired:
        say = base.scale.words["danger_reason"].format(rule=rule.name)
        for cause in rule.suggests:
            dangers.setdefault(cause, []).append(say)
    return tuple(_explained(base, score, dangers.get(score.test.cause.id, ())) for score in scores)


def _explained(base: Knowledge, score: Score, dangers: Iterable[str]) -> RankedCause:
    cause, words = score.test.cause, base.scale.words
    for_, against = list(dangers), list[str]()
    for sign, truth in score.signs:
        say = sign.sign.say
        if truth == POSSIBLE:
            say = words["not_sure_sign"].format(say=say)
        (for_ if sign.points > 0 else against).append(say)
    return RankedCause(
        id=cause.id,
        name=cause.name,
        plain=cause.plain,
        what=cause.what,
        note=cause.note,
        fit=fit(base.scale, score.points),
        for_=tuple(for_),
        against=tuple(against),
        article=cause.article,
        points=score.points,
    )


def fit(scale: Scale, points: float) -> Fit:
    """The word for so many points."""
    if points >= scale.fit_strong:
        return Fit.STRONG
    return Fit.POSSIBLE if points >= scale.fit_possible else Fit.UNLIKELY


def likely(scale: Scale, scores: Sequence[Score]) -> list[Cause]:
    """The causes that advice is given for: the first few that fit, and are not far behind."""
    return [
        score.test.cause
        for score in scores[: scale.likely_at_most]
        if fit(scale, score.points) is not Fit.UNLIKELY
        and score.points >= scores[0].points - scale.likely_within
    ]


def guarded(scale: Scale, scores: Sequence[Score]) -> set[str]:
    """The causes whose dangers hold advice back: those of the first two that fit, or that a danger names.

    Where not even the first fits, nobody knows what it is, and both count.
    """
    unknown = not scores or fit(scale, scores[0].points) is Fit.UNLIKELY
    return {
        score.test.cause.id
        for score in scores[:2]
        if unknown or score.boost or fit(scale, score.points) is not Fit.UNLIKELY
    }
