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
