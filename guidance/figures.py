"""The figures of an evaluation, each with its counts, so that nobody mistakes a handful for a measurement."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from guidance.evaluation import Outcome
from guidance.results import Json
from guidance.schema import Knowledge


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many."""

    count: int
    of: int
    cases: tuple[str, ...]  # which ones counted, so that a reader can look at them

    @property
    def share(self) -> float | None:
        """None where there was nothing to count: nobody measured a zero."""
        return self.count / self.of if self.of else None

    def as_json(self) -> Json:
        return {"count": self.count, "of": self.of, "share": self.share}

    def __str__(self) -> str:
        return f"{self.count} of {self.of}" + (f" ({self.count / self.of:.0%})" if self.of else "")


def share(outcomes: Sequence[Outcome], counts: Callable[[Outcome], bool]) -> Share:
    hits = tuple(outcome.case.id for outcome in outcomes if counts(outcome))
    return Share(len(hits), len(outcomes), hits)


def metrics(outcomes: Sequence[Outcome], base: Knowledge) -> dict[str, Share | float]:
    """Every figure of the evaluation contract, over the cases usable for it."""
    dangerous = [
        o for o in outcomes if o.case.dangerous and (o.case.for_cause or o.case.for_triage)
    ]
    screens = [len(outcome.screens) for outcome in outcomes]
    article = {cause.id for cause in base.causes.values() if cause.article}
    return {
        **_triage([outcome for outcome in outcomes if outcome.case.for_triage]),
        **_causes([outcome for outcome in outcomes if outcome.case.for_cause]),
        "named_only_benign": share(dangerous, lambda o: article.issuperset(o.causes[:3])),
        "same_disposition_dangerous": share(
            dangerous, lambda o: o.disposition is o.disposition_all_facts
        ),
        "questions_median": quantile(screens, 0.5),
        "questions_p90": quantile(screens, 0.9),
    }


def _triage(cases: Sequence[Outcome]) -> dict[str, Share | float]:
    dangerous = [outcome for outcome in cases if outcome.case.dangerous]
    benign = [outcome for outcome in cases if outcome.case.benign]
    return {
        "under_triage": share(cases, _too_low),
        "under_triage_dangerous": share(dangerous, _too_low),
        "under_triage_all_facts": share(cases, _too_low_at_once),
        "under_triage_all_facts_dangerous": share(dangerous, _too_low_at_once),
        "over_triage": share(cases, _too_high),
        "over_triage_benign": share(benign, _too_high),
        "over_triage_all_facts_benign": share(
            benign, lambda o: o.disposition_all_facts > o.case.most
        ),
    }


def _causes(cases: Sequence[Outcome]) -> dict[str, Share | float]:
    groups = {
        "": cases,
        "_benign": [outcome for outcome in cases if outcome.case.benign],
        "_others": [outcome for outcome in cases if not outcome.case.benign],
    }
    figures: dict[str, Share | float] = {}
    for first in (1, 3):
        for suffix, group in groups.items():
            figures[f"top{first}{suffix}"] = share(group, partial(_right_within, first))
        figures[f"top{first}_interview"] = share(cases, partial(_right_within_interview, first))
    return figures


def _too_low(outcome: Outcome) -> bool:
    return outcome.disposition < outcome.case.least


def _too_low_at_once(outcome: Outcome) -> bool:
    return outcome.disposition_all_facts < outcome.case.least


def _too_high(outcome: Outcome) -> bool:
    return outcome.disposition > outcome.case.most


def _right_within(first: int, outcome: Outcome) -> bool:
    return _named(outcome, outcome.causes[:first])


def _right_within_interview(first: int, outcome: Outcome) -> bool:
    return _named(outcome, outcome.causes_interview[:first])


def _named(outcome: Outcome, causes: Sequence[str]) -> bool:
    return not outcome.case.acceptable_causes.isdisjoint(causes)


def quantile(values: Sequence[int], part: float) -> float:
    """The value at a part of the sorted list, between two neighbours where it falls between them."""
    if not values:
        return 0.0
    ordered = sorted(values)
    place = (len(ordered) - 1) * part
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)


def as_json(figures: dict[str, Share | float], cases: int) -> Json:
    """The figures for a program, under the names of the evaluation contract."""
    shares = {name: found.as_json() for name, found in figures.items() if isinstance(found, Share)}
    median, p90 = figures["questions_median"], figures["questions_p90"]
    return {**shares, "questions": {"median": median, "p90": p90, "of": cases}}


LABELS = {
    "under_triage": "below the least safe level, all",
    "under_triage_dangerous": "below the least safe level, dangerous",
    "under_triage_all_facts": "the same with every fact told at once, all",
    "under_triage_all_facts_dangerous": "the same with every fact told at once, dangerous",
    "over_triage": "above the highest reasonable level, all",
    "over_triage_benign": "above the highest reasonable level, benign",
    "over_triage_all_facts_benign": "the same with every fact told at once, benign",
    "top1": "a right cause first, all",
    "top1_benign": "a right cause first, benign",
    "top1_others": "a right cause first, others",
    "top1_interview": "a right cause first, after the interview",
    "top3": "a right cause in the first three, all",
    "top3_benign": "a right cause in the first three, benign",
    "top3_others": "a right cause in the first three, others",
    "top3_interview": "a right cause in the first three, after the interview",
    "named_only_benign": "dangerous cases named only benign",
    "same_disposition_dangerous": "dangerous: interview and all facts agree",
    "questions_median": "screens asked, median",
    "questions_p90": "screens asked, 90th percentile",
}


def table(figures: dict[str, Share | float], outcomes: Sequence[Outcome], version: str) -> str:
    """The figures for a person, with the limits of what they show and the cases that went wrong."""
    lines = [
        f"Published cases: {len(outcomes)}, knowledge {version}.",
        "Not clinical validation: labels are the sources' own; coding and nearly all levels are one reader's.",
        *(f"  {LABELS[name]:<58} {_shown(figure)}" for name, figure in figures.items()),
    ]
    for name in ("under_triage", "over_triage", "named_only_benign"):
        figure = figures[name]
        if isinstance(figure, Share) and figure.cases:
            lines.append(f"  {LABELS[name]}: {', '.join(figure.cases)}")
    missed = [o.case.id for o in outcomes if o.case.for_cause and not _named(o, o.causes[:3])]
    if missed:
        lines.append(f"  no right cause in the first three: {', '.join(missed)}")
    return "\n".join(lines)


def _shown(figure: Share | float) -> str:
    return str(figure) if isinstance(figure, Share) else f"{figure:g}"
