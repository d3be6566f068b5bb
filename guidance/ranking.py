"""Ranks the causes: the sum of what speaks for and against each, with the reasons kept."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from guidance.compiled import CauseTest, Compiled
from guidance.logic import MET, NOT_MET, POSSIBLE, Reading, judge
from guidance.results import FiredRule, RankedCause
from guidance.schema import Cause, Fit, Knowledge, Scale


@dataclass(frozen=True, slots=True)
class Score:
    """One cause's points, and the truth of each of its signs."""

    test: CauseTest
    points: float
    truths: tuple[int, ...]
    boost: float  # of it, what a danger that suggests this cause gave


def boosts(scale: Scale, fired: Iterable[FiredRule]) -> dict[str, float]:
    """The points that dangers which fired give to the causes they suggest; the strongest counts, not the sum."""
    points: dict[str, float] = {}
    for rule in fired:
        boost = scale.boost_certain if rule.certain else scale.boost_possible
        for cause in rule.suggests:
            points[cause] = max(points.get(cause, 0.0), boost)
    return points


def rank(knowledge: Compiled, reading: Reading, fired: Iterable[FiredRule]) -> list[Score]:
    """All causes, best first; ties go to what a danger names, then to the more common, then by id."""
    scale = knowledge.base.scale
    boost = boosts(scale, fired)
    scores = [_score(test, reading, scale, boost) for test in knowledge.causes]
    return sorted(scores, key=_order)


def _order(score: Score) -> tuple[float, bool, float, str]:
    return (
        -score.points,
        not score.boost,
        -score.test.prior,
        score.test.cause.id,
    )


def _score(test: CauseTest, reading: Reading, scale: Scale, boost: dict[str, float]) -> Score:
    met, possible, excluded = reading
    present = met | possible
    truths = tuple(
        judge(sign.gate, met, possible, excluded) if sign.wants & present else NOT_MET
        for sign in test.signs
    )
    points = test.prior + boost.get(test.cause.id, 0.0)
    ruled_out = False
    for sign, truth in zip(test.signs, truths, strict=True):
        if truth:
            points += sign.points if truth == MET else sign.points * scale.possible_share
            ruled_out = ruled_out or (truth == MET and sign.rules_out)
    points = round(min(points, scale.ruled_out_at) if ruled_out else points, 6)
    return Score(test, points, truths, boost.get(test.cause.id, 0.0))


def explained(base: Knowledge, score: Score, fired: Iterable[FiredRule]) -> RankedCause:
    """A score with its reasons in words."""
    cause, words = score.test.cause, base.scale.words
    for_ = [
        words["danger_reason"].format(rule=rule.name) for rule in fired if cause.id in rule.suggests
    ]
    against: list[str] = []
    for sign, truth in zip(score.test.signs, score.truths, strict=True):
        if truth != NOT_MET:
            say = (
                sign.sign.say
                if truth != POSSIBLE
                else words["not_sure_sign"].format(say=sign.sign.say)
            )
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
