"""What an open question could still change: the disposition, or the leading cause.

An answer to a question that was open can only raise a truth (see `logic`), so the best that a set of open questions can do
is found by judging once with all of them taken as if they fell the right way.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from guidance.answers import Answers
from guidance.compiled import CauseTest, Compiled
from guidance.logic import MET, NOT_MET, POSSIBLE, Gate, judge
from guidance.ranking import rank
from guidance.results import FiredRule, OpenQuestion
from guidance.schema import Cause, Disposition

OPEN_QUESTIONS_AT_MOST = 8


class Rivalry(NamedTuple):
    """By how many points a rival could pass the leader."""

    margin: float
    leader: Cause
    rival: Cause


@dataclass(frozen=True, slots=True)
class _Runner:
    test: CauseTest
    points: float
    truths: tuple[int, ...]


class Standing:
    """Where the judgement stands, and what open questions could do to it."""

    def __init__(
        self,
        knowledge: Compiled,
        answers: Answers,
        disposition: Disposition,
        fired: Iterable[FiredRule],
    ) -> None:
        self._knowledge = knowledge
        self._reading = knowledge.bits.read(answers.values_by_finding)
        self._disposition = disposition
        fired = list(fired)
        self._boosted = {cause for rule in fired for cause in rule.suggests}
        self._runners = [
            _Runner(score.test, score.points, score.truths)
            for score in rank(knowledge, self._reading, fired)
        ]

    def could_raise(self, bits: int, together_with: int = 0) -> Disposition | None:
        """The highest disposition these open questions could raise it to, if any."""
        reach: Disposition | None = None
        for entry in self._knowledge.rules:
            if entry.bits & bits and entry.rule.level > (reach or self._disposition):
                best = self._best(entry.test, bits | together_with)
                if best > judge(entry.test, *self._reading):
                    level = entry.rule.level if best == MET else entry.rule.level.one_lower
                    reach = level if level > (reach or self._disposition) else reach
        return reach

    def could_lead(self, bits: int) -> Rivalry | None:
        """The rival that these open questions could bring furthest past the leading cause, if any."""
        if len(self._runners) < 2:
            return None
        leader = self._runners[0]
        lowest = leader.points + self._swing(leader, bits)[0]
        best: Rivalry | None = None
        for runner in self._runners[1:]:
            margin = runner.points + self._swing(runner, bits)[1] - lowest
            if margin > (best.margin if best else 0.0):
                best = Rivalry(margin, leader.test.cause, runner.test.cause)
        return best

    def _swing(self, runner: _Runner, bits: int) -> tuple[float, float]:
        """The most that these questions could take from a cause, and give to it."""
        share = self._knowledge.base.scale.possible_share
        down = up = 0.0
        for sign, truth in zip(runner.test.signs, runner.truths, strict=True):
            if truth != MET and sign.bits & bits:
                change = _worth(self._best(sign.test, bits), share) - _worth(truth, share)
                if sign.points > 0:
                    up += change * sign.points
                else:
                    down += change * sign.points
        return down, up

    def _best(self, test: Gate, bits: int) -> int:
        met, possible, excluded = self._reading
        return judge(test, met | bits, possible, excluded | bits)


def _worth(truth: int, share: float) -> float:
    return {NOT_MET: 0.0, POSSIBLE: share, MET: 1.0}[truth]


def open_questions(
    knowledge: Compiled,
    answers: Answers,
    disposition: Disposition,
    in_scope: bool,
    fired: Iterable[FiredRule],
) -> tuple[OpenQuestion, ...]:
    """The questions not asked whose answer alone could change the result, the most useful first."""
    base, standing = knowledge.base, Standing(knowledge, answers, disposition, fired)
    ranked = []
    for position, finding in enumerate(base.findings.values()):
        bits = knowledge.bits.of_finding(finding.id)
        if finding.id in answers or finding.derived or not bits:
            continue
        reach = standing.could_raise(bits)
        rivalry = standing.could_lead(bits) if in_scope else None
        if reach is None and rivalry is None:
            continue
        why = base.scale.words["why_ask_how_soon"]
        if reach is None and rivalry is not None:
            names = {"leader": rivalry.leader.name, "rival": rivalry.rival.name}
            why = base.scale.words["why_ask_cause"].format(**names)
        use = (
            -(reach.rank if reach else -1),
            -(rivalry.margin if rivalry else 0.0),
            position,
        )
        ranked.append((use, OpenQuestion(finding.id, finding.question, why)))
    ranked.sort(key=lambda entry: entry[0])
    return tuple(question for _, question in ranked[:OPEN_QUESTIONS_AT_MOST])
