"""What an open question could still change: the disposition, or the leading cause.

An answer to a question that was open can only raise a truth (see `logic`), so the best that a set of open questions can do
is found by judging once with all of them taken as if they fell the right way.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from guidance.answers import Answers
from guidance.compiled import Compiled
from guidance.logic import MET, Reading, judge
from guidance.ranking import Score
from guidance.results import OpenQuestion
from guidance.schema import Cause, Disposition, Rule

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
        self._leader = scores[0] if len(scores) > 1 else None
        self._second = scores[1] if len(scores) > 1 else None
        self._by_cause = {score.test.cause.id: score for score in scores}
        scale = knowledge.base.scale
        self._worth = (0.0, scale.possible_share, 1.0)
        self._boost = (0.0, scale.boost_possible, scale.boost_certain)
        self._rules_now = [judge(entry.gate, *reading) for entry in knowledge.rules]

    def use(self, findings: Sequence[str], together: Sequence[str], *, of_causes: bool) -> Use:
        """What these open questions could change. Causes are judged on them alone; how soon, on all
        of them `together`, because two signs can make a danger that neither makes alone."""
        alone = self._best_reading(findings)
        rules = self._rising_rules(findings, alone)
        in_company = (
            rules
            if findings == together
            else self._rising_rules(findings, self._best_reading(together))
        )
        rivalry = self._rivalry(findings, alone, rules) if of_causes else None
        return Use(self._reach(in_company), rivalry)

    def _best_reading(self, findings: Iterable[str]) -> Reading:
        """The answers so far, with every condition on these findings taken as it would help most."""
        bits = 0
        for finding in findings:
            bits |= self.knowledge.bits.of_finding(finding)
        met, possible, excluded = self._reading
        return Reading(met | bits, possible & ~bits, excluded | bits)

    def _rising_rules(self, findings: Iterable[str], best: Reading) -> list[tuple[Rule, int]]:
        """The rules naming these findings that could become truer, with how true they could be."""
        met, possible, excluded = best
        rising: dict[int, int] = {}
        for finding in findings:
            for place in self.knowledge.rules_of.get(finding, ()):
                truth = judge(self.knowledge.rules[place].gate, met, possible, excluded)
                if truth > self._rules_now[place]:
                    rising[place] = truth
        return [(self.knowledge.rules[place].rule, truth) for place, truth in rising.items()]

    def _reach(self, rising: Iterable[tuple[Rule, int]]) -> Disposition | None:
        """The highest disposition that can be reached, where it is higher than now."""
        highest = self._disposition
        for rule, truth in rising:
            highest = max(highest, rule.level if truth == MET else rule.level.one_lower)
        return highest if highest > self._disposition else None

    def _rivalry(
        self, findings: Sequence[str], best: Reading, rising: Iterable[tuple[Rule, int]]
    ) -> Rivalry | None:
        """The rival that could be brought furthest past the leading cause."""
        if self._leader is None or self._second is None:
            return None
        up, down = self._swings(findings, best)
        self._add_boosts(rising, up)
        leader = self._leader.test.cause
        lowest = self._leader.points + down.get(leader.id, 0.0)
        rivals = {name: self._by_cause[name].points + gain for name, gain in up.items()}
        if lowest < self._leader.points:
            rivals.setdefault(self._second.test.cause.id, self._second.points)
        rivals.pop(leader.id, None)
        if not rivals:
            return None
        name = max(rivals, key=lambda rival: rivals[rival])
        margin = rivals[name] - lowest
        return Rivalry(margin, leader, self._by_cause[name].test.cause) if margin >= 0 else None

    def _swings(
        self, findings: Sequence[str], best: Reading
    ) -> tuple[dict[str, float], dict[str, float]]:
        """The most points that these questions could give to each cause, and take from it."""
        met, possible, excluded = best
        up, down = dict[str, float](), dict[str, float]()
        signs_of = self.knowledge.signs_of
        for place, sign_place in {p: None for f in findings for p in signs_of.get(f, ())}:
            test = self.knowledge.causes[place]
            sign, name = test.signs[sign_place], test.cause.id
            truth = judge(sign.gate, met, possible, excluded)
            now = self._by_cause[name].truths[sign_place] if truth else truth
            if truth > now:
                points = (self._worth[truth] - self._worth[now]) * sign.points
                side = up if points > 0 else down
                side[name] = side.get(name, 0.0) + points
        return up, down

    def _add_boosts(self, rising: Iterable[tuple[Rule, int]], up: dict[str, float]) -> None:
        """A danger that these questions could reveal would give points to the causes it suggests."""
        gains: dict[str, float] = {}
        for rule, truth in rising:
            for name in rule.suggests:
                gains[name] = max(gains.get(name, 0.0), self._boost[truth])
        for name, gain in gains.items():
            more = gain - self._by_cause[name].boost
            if more > 0:
                up[name] = up.get(name, 0.0) + more


def open_questions(
    standing: Standing, answers: Answers, in_scope: bool
) -> tuple[OpenQuestion, ...]:
    """The questions not asked whose answer alone could change the result, the most useful first."""
    base = standing.knowledge.base
    ranked = []
    for position, finding in enumerate(base.findings.values()):
        if finding.id not in answers and not finding.derived:
            alone = (finding.id,)
            use = standing.use(alone, alone, of_causes=in_scope)
            if use.reach or use.rivalry:
                ranked.append((use.rank, position, finding, use))
    ranked.sort(key=lambda entry: entry[:2])
    return tuple(
        OpenQuestion(finding.id, finding.question, _why(base.scale.words, use))
        for _, _, finding, use in ranked[:OPEN_QUESTIONS_AT_MOST]
    )


def _why(words: Mapping[str, str], use: Use) -> str:
    if use.reach or use.rivalry is None:
        return words["why_ask_how_soon"]
    leader, rival = use.rivalry.leader.name, use.rivalry.rival.name
    return words["why_ask_cause"].format(leader=leader, rival=rival)
