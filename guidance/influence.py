"""What an open question could still change: the disposition, or the leading cause.

An answer to a question that was open can only raise a truth (see `logic`), so the best that a set of open questions can do
is found by judging once with all of them taken as if they fell the right way.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import reduce
from operator import itemgetter, or_
from typing import NamedTuple

from guidance.answers import Answers
from guidance.compiled import Asked, Compiled, RuleTest, SignTest
from guidance.logic import MET, NOT_MET, Reading, judge
from guidance.ranking import Score
from guidance.results import OpenQuestion
from guidance.schema import Cause, Disposition

OPEN_QUESTIONS_AT_MOST = 8


class Rivalry(NamedTuple):
    """By how many points a rival could pass the leader."""

    margin: float
    leader: Cause
    rival: Cause


class Use(NamedTuple):
    """What open questions could change."""

    reach: Disposition | None
    rivalry: Rivalry | None

    @property
    def rank(self) -> tuple[int, float]:
        """For sorting: the most useful first. How soon weighs more than which cause."""
        return (
            -self.reach.rank if self.reach else 1,
            -self.rivalry.margin if self.rivalry else 1.0,
        )

    def why(self, words: Mapping[str, str]) -> str:
        """Why it is worth asking, in one sentence."""
        if self.reach or self.rivalry is None:
            return words["why_ask_how_soon"]
        leader, rival = self.rivalry.leader, self.rivalry.rival
        return words["why_ask_cause"].format(
            leader=leader.call or leader.name, rival=rival.call or rival.name
        )


class Standing:
    """Where the judgement stands, and what open questions could do to it."""

    def __init__(
        self,
        knowledge: Compiled,
        reading: Reading,
        disposition: Disposition,
        scores: Sequence[Score],
    ) -> None:
        self.knowledge = knowledge
        self._reading = reading
        self._disposition = disposition
        self._first_two = scores[:2]
        self._by_cause = {score.test.place: score for score in scores}
        self._points = {score.test.place: score.points for score in scores}
        self._signs_now = [NOT_MET] * len(knowledge.signs)
        for score in scores:
            for sign, truth in score.signs:
                self._signs_now[sign.place] = truth
        scale = knowledge.base.scale
        self._worth = (0.0, scale.possible_share, 1.0)
        self._boost = (0.0, scale.boost_possible, scale.boost_certain)

    def bits(self, findings: Iterable[str]) -> int:
        """Every condition that these questions decide."""
        return reduce(or_, (self.knowledge.asked[name].bits for name in findings), 0)

    def use(self, asked: Asked, bits: int, *, together: int) -> Use:
        """What open questions could change: `bits` is what they decide. Causes are judged on them alone; how soon, on all
        that is asked `together`, because two signs can make a danger that neither makes alone."""
        return Use(self.reach(asked, bits, together), self.rivalry(asked, bits))

    def reach(self, asked: Asked, bits: int, together: int) -> Disposition | None:
        """The highest disposition that can be reached, where it is higher than now."""
        met, possible, excluded = self._best_reading(together)
        absent = ~(met | possible)
        highest = self._disposition
        for test in asked.rules:
            if test.level.rank <= highest.rank:
                break  # the highest come first
            if test.gate.bits & bits and not test.gate.all_of & absent:
                level = test.levels[judge(test.gate, met, possible, excluded)]
                if level.rank > highest.rank:
                    highest = level
        return highest if highest is not self._disposition else None

    def rivalry(self, asked: Asked, bits: int) -> Rivalry | None:
        """The rival that could be brought furthest past the leading cause."""
        if len(self._first_two) < 2:
            return None
        leader, second = self._first_two
        best = self._best_reading(bits)
        own = asked.stakes.get(leader.test.place)
        loss = self._swing(own.losses, best) if own else 0.0
        lowest = leader.points + loss
        rivals = {second.test.place: second.points} if loss else {}
        points = self._points
        for place, stake in asked.stakes.items():
            # Most causes cannot catch up even at best, and are not judged.
            if points[place] + stake.most >= lowest and stake is not own:
                gain = self._swing(stake.gains, best) + self._boost_by(stake.dangers, place, best)
                if gain:
                    rivals[place] = points[place] + gain
        if not rivals:
            return None
        place = max(rivals, key=lambda place: (rivals[place], points[place]))
        margin = round(rivals[place] - lowest, 6)
        rival = self._by_cause[place].test.cause
        return Rivalry(margin, leader.test.cause, rival) if margin >= 0 else None

    def _best_reading(self, bits: int) -> Reading:
        """The answers so far, with every one of these conditions taken as it would help most."""
        met, possible, excluded = self._reading
        return Reading(met | bits, possible & ~bits, excluded | bits)

    def _swing(self, signs: Iterable[SignTest], best: Reading) -> float:
        """The points that these signs could add."""
        met, possible, excluded = best
        points = 0.0
        for sign in signs:
            now = self._signs_now[sign.place]
            if now != MET:
                truth = judge(sign.gate, met, possible, excluded)
                points += (self._worth[truth] - self._worth[now]) * sign.points
        return points

    def _boost_by(self, dangers: Iterable[RuleTest], cause: int, best: Reading) -> float:
        """The points that these dangers could add to a cause that they suggest; the strongest counts, not the sum."""
        boost = self._by_cause[cause].boost
        if not dangers or boost == self._boost[MET]:
            return 0.0
        boosts = [self._boost[judge(test.gate, *best)] for test in dangers]
        return max(max(boosts) - boost, 0.0)


def open_questions(
    standing: Standing, answers: Answers, in_scope: bool
) -> tuple[OpenQuestion, ...]:
    """The questions not asked whose answer alone could change the result, the most useful first."""
    knowledge, told = standing.knowledge, answers.values_by_finding
    still_open = [entry for entry in knowledge.askable if entry[0].id not in told]
    reach = [standing.reach(asked, asked.bits, asked.bits) for _, asked in still_open]
    least = _least(reach)
    useful = []
    for position, (level, (finding, asked)) in enumerate(zip(reach, still_open, strict=True)):
        if _rank(level) >= least:
            use = Use(level, standing.rivalry(asked, asked.bits) if in_scope else None)
            if use.reach or use.rivalry:
                useful.append((use.rank, position, finding, use))
    useful.sort(key=itemgetter(0, 1))
    words = knowledge.base.scale.words
    return tuple(
        OpenQuestion(finding.id, finding.question, use.why(words))
        for *_, finding, use in useful[:OPEN_QUESTIONS_AT_MOST]
    )


def _least(reach: Iterable[Disposition | None]) -> int:
    """What can be among the most useful: how soon comes first, so that often few rivalries have to be judged."""
    return min(sorted(map(_rank, reach), reverse=True)[:OPEN_QUESTIONS_AT_MOST], default=0)


def _rank(level: Disposition | None) -> int:
    return level.rank if level else 0  # nobody reaches the lowest level
