"""The figures of an evaluation, each with its counts and what they still allow, so that nobody takes a handful for proof."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from math import sqrt
from statistics import NormalDist

from guidance.cases import Case
from guidance.checklist import checklist
from guidance.evaluation import Outcome
from guidance.results import Json
from guidance.schema import Disposition, Knowledge

Z = NormalDist().inv_cdf(0.975)  # 95 %, two-sided


def interval(count: int, of: int) -> tuple[float, float]:
    """Between which shares the true one lies, with 95 % confidence (Wilson's score interval).

    Wilson's, because it says something sensible of 0 of 30, where the textbook's plus-minus says "certainly zero".
    """
    if not of:
        return 0.0, 1.0
    found, square = count / of, Z * Z
    middle = (found + square / (2 * of)) / (1 + square / of)
    half = Z * sqrt(found * (1 - found) / of + square / (4 * of * of)) / (1 + square / of)
    low = 0.0 if count == 0 else max(middle - half, 0.0)
    return low, 1.0 if count == of else min(middle + half, 1.0)


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many."""

    count: int
    of: int
    cases: tuple[str, ...] = ()  # which ones counted, so that a reader can look at them

    @property
    def share(self) -> float | None:
        """None where there was nothing to count: nobody measured a zero."""
        return self.count / self.of if self.of else None

    @property
    def low(self) -> float:
        return interval(self.count, self.of)[0]

    @property
    def high(self) -> float:
        return interval(self.count, self.of)[1]

    def as_json(self) -> Json:
        counts: Json = {"count": self.count, "of": self.of, "share": self.share}
        return {**counts, "low": round(self.low, 4), "high": round(self.high, 4)}

    def __str__(self) -> str:
        if not self.of:
            return "no case"
        return f"{self.count} of {self.of} ({100 * self.low:.0f} to {100 * self.high:.0f} %)"


Figures = Mapping[str, Share | float]


def share(outcomes: Iterable[Outcome], counts: Callable[[Outcome], bool]) -> Share:
    outcomes = list(outcomes)
    hits = tuple(outcome.case.id for outcome in outcomes if counts(outcome))
    return Share(len(hits), len(outcomes), hits)


def metrics(outcomes: Sequence[Outcome], base: Knowledge) -> dict[str, Share | float]:
    """Every figure, over the cases usable for it."""
    screens = [len(outcome.screens) for outcome in outcomes]
    return {
        **_urgency(outcomes, "", lambda outcome: outcome.disposition),
        **_urgency(outcomes, "_all_facts", lambda outcome: outcome.disposition_all_facts),
        **_agreement([outcome for outcome in outcomes if outcome.case.dangerous]),
        **_causes(outcomes, "", lambda outcome: outcome.causes),
        **_causes(outcomes, "_interview", lambda outcome: outcome.causes_interview),
        **_only_benign(outcomes, base),
        "questions_median": quantile(screens, 0.5),
        "questions_p90": quantile(screens, 0.9),
    }


def of_checklist(cases: Iterable[Case]) -> dict[str, Share | float]:
    """The figures that a plain checklist can have: it asks nothing, and names no cause."""
    return dict(_urgency([_checked(case) for case in cases], "_all_facts", _at_once))


def _checked(case: Case) -> Outcome:
    said = checklist(case.facts)
    return Outcome(case, said, said, (), (), (), (), True, ())


def _at_once(outcome: Outcome) -> Disposition:
    return outcome.disposition_all_facts


def _urgency(
    outcomes: Iterable[Outcome], suffix: str, said: Callable[[Outcome], Disposition]
) -> dict[str, Share]:
    """How soon: too low, too high, and to the letter."""
    cases = [outcome for outcome in outcomes if outcome.case.for_triage]
    dangerous = [outcome for outcome in cases if outcome.case.dangerous]
    benign = [outcome for outcome in cases if outcome.case.benign]

    def too_low(outcome: Outcome) -> bool:
        return said(outcome) < outcome.case.least

    def too_high(outcome: Outcome) -> bool:
        return said(outcome) > outcome.case.most

    return {
        f"under_triage{suffix}_dangerous": share(dangerous, too_low),
        f"under_triage{suffix}": share(cases, too_low),
        f"over_triage{suffix}_benign": share(benign, too_high),
        f"over_triage{suffix}": share(cases, too_high),
        f"exact_urgency{suffix}": share(cases, lambda o: said(o) is o.case.level),
    }


def _agreement(dangerous: Sequence[Outcome]) -> dict[str, Share]:
    """Does the short interview come to what everything told at once comes to? That needs no label: all cases count."""
    return {
        "same_disposition_dangerous": share(
            dangerous, lambda o: o.disposition is o.disposition_all_facts
        ),
        "lower_by_interview_dangerous": share(
            dangerous, lambda o: o.disposition < o.disposition_all_facts
        ),
    }


def _causes(
    outcomes: Iterable[Outcome], suffix: str, ranked: Callable[[Outcome], tuple[str, ...]]
) -> dict[str, Share]:
    cases = [outcome for outcome in outcomes if outcome.case.for_cause]
    groups = {
        "": cases,
        "_benign": [outcome for outcome in cases if outcome.case.benign],
        "_others": [outcome for outcome in cases if not outcome.case.benign],
    }

    def right_within(first: int, outcome: Outcome) -> bool:
        return not outcome.case.acceptable_causes.isdisjoint(ranked(outcome)[:first])

    return {
        f"top{first}{suffix}{group}": share(members, partial(right_within, first))
        for first in (1, 3)
        for group, members in groups.items()
    }


def _only_benign(outcomes: Iterable[Outcome], base: Knowledge) -> dict[str, Share]:
    dangerous = [o for o in outcomes if o.case.dangerous and o.case.usable]
    article = {cause.id for cause in base.causes.values() if cause.article}
    return {
        "named_only_benign": share(dangerous, lambda o: article.issuperset(o.causes[:3])),
        "named_only_benign_interview": share(
            dangerous, lambda o: article.issuperset(o.causes_interview[:3])
        ),
    }


def right_rank(case: Case, ranked: Sequence[str]) -> int | None:
    """At which place the first right cause stands; None where it does not, or where no cause is known."""
    places = (place for place, name in enumerate(ranked, 1) if name in case.acceptable_causes)
    return next(places, None) if case.for_cause else None


def quantile(values: Sequence[int], part: float) -> float:
    """The value at a part of the sorted list, between two neighbours where it falls between them."""
    if not values:
        return 0.0
    ordered = sorted(values)
    place = (len(ordered) - 1) * part
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return round(ordered[below] + (ordered[above] - ordered[below]) * (place - below), 2)


def as_json(figures: Figures, cases: int) -> Json:
    """The figures for a program, under the names of the evaluation contract."""
    shares: Json = {
        name: found.as_json() for name, found in figures.items() if isinstance(found, Share)
    }
    if "questions_median" not in figures:
        return shares
    median, p90 = figures["questions_median"], figures["questions_p90"]
    return {**shares, "questions": {"median": median, "p90": p90, "of": cases}}
