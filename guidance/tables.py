"""The figures as people read them: a table for the terminal, and one for README."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from guidance.evaluation import Outcome
from guidance.figures import Figures, Share, right_rank

LIMITS = "Not clinical validation: labels are the sources' own; coding and nearly all levels are one reader's."


@dataclass(frozen=True, slots=True)
class Row:
    """One figure of the table; `aim` is what we want it to be at least."""

    name: str
    label: str
    aim: str = ""


ROWS = (
    Row("under_triage_dangerous", "dangerous, judged too low, through the interview", "none"),
    Row("under_triage_all_facts_dangerous", "dangerous, judged too low, everything told at once"),
    Row("under_triage", "all, judged too low, through the interview", "none"),
    Row("under_triage_all_facts", "all, judged too low, everything told at once", "none"),
    Row("over_triage_benign", "benign, judged too high, through the interview", "at most 1 in 28"),
    Row("over_triage_all_facts_benign", "benign, judged too high, everything told at once"),
    Row("over_triage", "all, judged too high, through the interview"),
    Row("over_triage_all_facts", "all, judged too high, everything told at once"),
    Row("named_only_benign", "dangerous, named only benign, everything told at once", "none"),
    Row("named_only_benign_interview", "dangerous, named only benign, after the interview"),
    Row("same_disposition_dangerous", "dangerous, interview and everything at once agree", "all"),
    Row("lower_by_interview_dangerous", "dangerous, interview lower than everything at once"),
    Row("exact_urgency", "urgency exactly right, through the interview"),
    Row("exact_urgency_all_facts", "urgency exactly right, everything told at once"),
    Row("top1", "right cause first, all", "80 %"),
    Row("top1_benign", "right cause first, benign"),
    Row("top1_others", "right cause first, others"),
    Row("top1_interview", "right cause first, after the interview"),
    Row("top1_interview_benign", "right cause first, after the interview, benign"),
    Row("top1_interview_others", "right cause first, after the interview, others"),
    Row("top3", "right cause in the first three, all", "97 %"),
    Row("top3_benign", "right cause in the first three, benign"),
    Row("top3_others", "right cause in the first three, others"),
    Row("top3_interview", "right cause in the first three, after the interview"),
    Row("top3_interview_benign", "right cause in the first three, after the interview, benign"),
    Row("top3_interview_others", "right cause in the first three, after the interview, others"),
    Row("questions_median", "screens asked, one question each, median"),
    Row("questions_p90", "screens asked, one question each, 90th percentile"),
)
# What README shows: what we aim at, and what the checklist can be compared on.
IN_README = {row.name for row in ROWS if row.aim} | {
    *("under_triage_all_facts_dangerous", "over_triage_all_facts_benign"),
    *("lower_by_interview_dangerous", "exact_urgency", "exact_urgency_all_facts"),
    *("top1_interview", "top3_interview", "questions_median", "questions_p90"),
}


def shown(figures: Figures, name: str) -> str:
    """One cell; a figure that was not measured is a dash."""
    figure = figures.get(name)
    if figure is None:
        return "–"
    return str(figure) if isinstance(figure, Share) else f"{figure:g}"


def table(ours: Figures, floor: Figures, outcomes: Sequence[Outcome], version: str) -> str:
    """For the terminal: every figure beside the checklist's, and the cases that went wrong."""
    lines = [
        f"Published cases: {len(outcomes)}, knowledge {version}.",
        LIMITS,
        "In brackets: where the true share lies with 95 % confidence, if the cases were a fair sample.",
        f"  {'':<60} {'Niggle':<24} plain checklist",
        *(
            f"  {row.label:<60} {shown(ours, row.name):<24} {shown(floor, row.name)}"
            for row in ROWS
        ),
    ]
    return "\n".join([*lines, *_wrong(ours, outcomes)])


def _wrong(figures: Figures, outcomes: Sequence[Outcome]) -> Iterator[str]:
    labels = {row.name: row.label for row in ROWS}
    for name in (
        "under_triage",
        "over_triage",
        "named_only_benign",
        "lower_by_interview_dangerous",
    ):
        figure = figures[name]
        if isinstance(figure, Share) and figure.cases:
            yield f"  {labels[name]}: {', '.join(figure.cases)}"
    dangerous = [outcome for outcome in outcomes if outcome.case.dangerous]
    higher = [o.case.id for o in dangerous if o.disposition > o.disposition_all_facts]
    if higher:
        yield f"  dangerous, interview higher than everything at once: {', '.join(higher)}"
    missed = [
        o.case.id
        for o in outcomes
        if o.case.for_cause and (right_rank(o.case, o.causes) or len(o.causes) + 1) > 3
    ]
    if missed:
        yield f"  no right cause in the first three: {', '.join(missed)}"


def markdown(columns: Mapping[str, Figures]) -> str:
    """For README: the figures that we have an aim for, and the checklist's beside them."""
    titles = ["published cases", "aim", *columns]
    lines = [_line(titles), _line(["---"] * len(titles))]
    for row in ROWS:
        if row.name in IN_README:
            cells = [shown(figures, row.name) for figures in columns.values()]
            lines.append(_line([row.label, row.aim, *cells]))
    return "\n".join(lines)


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def needed(by_rule: Mapping[str, Sequence[str]]) -> str:
    """Which cases each rule keeps from being judged too low, and the rules that only one case needs."""
    used = {rule: cases for rule, cases in by_rule.items() if cases}
    single = {rule: cases[0] for rule, cases in used.items() if len(cases) == 1}
    lines = [f"Without the rule, these cases are judged too low ({len(by_rule)} rules):"]
    lines += [f"  {rule}: {', '.join(cases)}" for rule, cases in used.items()]
    lines.append(f"  {len(by_rule) - len(used)} rules are needed by no case of this file alone.")
    lines.append(f"Needed by exactly one case, so look whether it was fitted to it: {len(single)}")
    lines += [f"  {rule}: {case}" for rule, case in single.items()]
    return "\n".join(lines)
