"""Any item of the knowledge as plain prose, made from the data so that it cannot drift from what the engine does."""

from __future__ import annotations

from collections.abc import Iterator
from textwrap import fill

from guidance.conditions import did_you_mean
from guidance.schema import (
    NO,
    YES,
    Advice,
    Cause,
    Condition,
    Finding,
    Kind,
    Knowledge,
    Ladder,
    Review,
    Rule,
    When,
)

_COMPARISONS = {
    ">": "more than",
    ">=": "at least",
    "<": "less than",
    "<=": "at most",
    "=": "exactly",
}
_WIDTH = 100


class NothingCalled(LookupError):
    """No item has this id; the message suggests the nearest."""


def show(base: Knowledge, item_id: str) -> str:
    """The item with this id; a finding and a rule may share one, then both."""
    items = list(everything(base))
    found = [text for name, text in items if name == item_id]
    if not found:
        raise NothingCalled(
            f"Nothing is called {item_id!r}.{did_you_mean(item_id, {name for name, _ in items})}"
        )
    return "\n\n".join(found)


def everything(base: Knowledge) -> Iterator[tuple[str, str]]:
    """Every rule, cause, piece of advice, ladder and finding, by id."""
    for finding in base.findings.values():
        yield finding.id, _finding(base, finding)
    for advice in base.advice.values():
        yield advice.id, _advice(base, advice)
    for ladder in base.ladders.values():
        yield ladder.id, _ladder(base, ladder)
    for cause in base.causes.values():
        yield cause.id, _cause(base, cause)
    for rule in base.rules.values():
        yield rule.id, _rule(base, rule)


def _rule(base: Knowledge, rule: Rule) -> str:
    lower = base.scale.words[rule.level.one_lower.value]
    return _page(
        f"RULE {rule.id}: {rule.name}",
        f"How soon: {base.scale.words[rule.level.value]} ({rule.level})",
        f'Where it rests on a "not sure": {lower} ({rule.level.one_lower})',
        "It fires when:",
        *_when(base, rule.when),
        f"We tell the athlete: {rule.tell_athlete}",
        f"We tell the coach: {rule.tell_coach}",
        f"Why: {rule.why}",
        _listed("It holds back", [base.scale.tags[tag] for tag in sorted(rule.withholds)]),
        _listed("It makes worth naming", [base.causes[name].name for name in rule.suggests]),
        *_provenance(base, rule.sources, rule.claims, rule.review),
    )


def _cause(base: Knowledge, cause: Cause) -> str:
    signs = []
    for sign in cause.signs:
        signs.append(f"- {sign.say} ({sign.weight.replace('_', ' ')}), when:")
        signs.extend("  " + line for line in _when(base, sign.when))
    return _page(
        f"CAUSE {cause.id}: {cause.name}",
        f"In plain words: {cause.plain}. {cause.what}",
        f"In a sore runner's calf: {cause.prior}."
        + (" One of the article's five." if cause.article else ""),
        f"Note: {cause.note}" if cause.note else "",
        "What speaks for or against it:",
        *signs,
        *_provenance(base, cause.sources, cause.claims, cause.review),
    )


def _advice(base: Knowledge, advice: Advice) -> str:
    causes = [
        "any cause" if name == "any" else base.causes[name].name for name in sorted(advice.causes)
    ]
    levels = [str(level) for level in sorted(advice.dispositions)]
    return _page(
        f"ADVICE {advice.id}: {'do' if advice.kind == 'do' else 'do not'}",
        f"We say: {advice.text}",
        f"Why: {advice.why}",
        f"When: {_window(advice)}",
        _listed("For", causes),
        _listed("At", levels),
        *(["Only when:", *_when(base, advice.when)] if advice.when.conditions else []),
        *(
            ["Not when, or when it may be that:", *_when(base, advice.unless)]
            if advice.unless
            else []
        ),
        _listed(
            "Not while likely",
            [base.causes[name].name for name in sorted(advice.withheld_when_likely)],
        ),
        _listed("Held back by rules about", [base.scale.tags[tag] for tag in sorted(advice.tags)]),
        f"Evidence: {advice.evidence}. {advice.evidence_note}",
        *_provenance(base, advice.sources, advice.claims, advice.review),
    )


def _ladder(base: Knowledge, ladder: Ladder) -> str:
    return _page(
        f"LADDER {ladder.id}: {ladder.name}",
        _listed("For", [base.causes[name].name for name in sorted(ladder.causes)]),
        "Only after a clinician says yes." if ladder.clinician_first else "",
        f"Entry may be tried {_hours(ladder.anchor, ladder.from_hours)}, when all of these are true:",
        *(f"- {sentence}" for sentence in ladder.entry),
        f"Each level: {ladder.outings_per_level} good runs, {ladder.rest_days_between} rest day(s) between.",
        f"Pain at most {ladder.most_pain_during:g} of 10; it may rise by {ladder.rise_allowed:g} in the run"
        " and after it, and by nothing until next morning.",
        *(f"{level.number}. {level.text}" for level in ladder.levels),
        "We say:",
        *(f"- {rule}" for rule in ladder.rules),
        f"Evidence: {ladder.evidence}. {ladder.evidence_note}",
        *_provenance(base, ladder.sources, ladder.claims, ladder.review),
    )


def _finding(base: Knowledge, finding: Finding) -> str:
    screens = [screen.title for screen in base.screens.values() if finding.id in screen.findings]
    rules = [rule.name for rule in base.rules.values() if _names(rule.when, finding.id)]
    causes = [
        cause.name
        for cause in base.causes.values()
        if any(_names(sign.when, finding.id) for sign in cause.signs)
    ]
    return _page(
        f"FINDING {finding.id}: {finding.short} ({finding.term})",
        f"We ask: {finding.question}" + (f" {finding.help}" if finding.help else ""),
        f"Answered with: {_accepted(finding)}, or not sure.",
        "Asked once and kept in the profile." if finding.profile else "",
        "Worked out from the history, never asked." if finding.derived else "",
        _listed("Asked on", screens) or "Not asked in the interview; a report may still tell it.",
        _listed("Danger rules that use it", rules),
        _listed("Causes that use it", causes),
    )


def _accepted(finding: Finding) -> str:
    if finding.kind is Kind.NUMBER:
        return f"a number from {finding.minimum:g} to {finding.maximum:g} {finding.unit}".strip()
    if finding.kind is Kind.YES_NO:
        return "yes or no"
    if finding.kind is Kind.CODES:
        return "short names"
    few = "one of" if finding.kind is Kind.ONE_OF else "any of"
    return f"{few} {', '.join(option.label for option in finding.options)}"


def _names(when: When, finding: str) -> bool:
    return any(condition.finding == finding for condition in when.conditions)


def _when(base: Knowledge, when: When) -> list[str]:
    groups = [
        ("all of", when.all_of),
        ("at least one of", when.any_of),
        (f"at least {when.at_least_count} of", when.at_least_of),
        ("certainly none of", when.none_of),
    ]
    lines = []
    for words, conditions in groups:
        if conditions:
            lines.append(
                f"  {words}: " + "; ".join(_condition(base, condition) for condition in conditions)
            )
    return lines


def _condition(base: Knowledge, condition: Condition) -> str:
    finding = base.findings[condition.finding]
    if condition.operator == YES:
        return finding.short
    if condition.operator == NO:
        return f"{finding.short}: no"
    if condition.operator == "is":
        chosen = [option.label for option in finding.options if option.id in condition.options]
        return f"{finding.short}: {' or '.join(chosen or sorted(condition.options))}"
    return f"{finding.short}: {_COMPARISONS[condition.operator]} {condition.number:g} {finding.unit}".strip()


def _window(advice: Advice) -> str:
    end = "with no end" if advice.until_hours is None else f"to {advice.until_hours:g} hours"
    return f"{_hours(advice.anchor, advice.from_hours)} {end}"


def _hours(anchor: str, hours: float) -> str:
    return f"from {hours:g} hours after {'it began' if anchor == 'onset' else 'the report'}"


def _provenance(
    base: Knowledge, sources: tuple[str, ...], claims: tuple[str, ...], review: Review
) -> list[str]:
    named = [f"{base.sources[name].title} ({base.sources[name].seen})" for name in sources]
    checked = (
        f"checked by {review.checked_by}" if review.checked_by else "not checked by a clinician yet"
    )
    return [
        _listed("Sources", named),
        _listed("Carries the article's claims", list(claims)),
        f"{review.status.capitalize()}, written by {review.authored_by}, {checked}, next review {review.next_review}.",
    ]


def _listed(words: str, entries: list[str]) -> str:
    return f"{words}: {'; '.join(entries)}." if entries else ""


def _page(*lines: str) -> str:
    return "\n".join(_wrapped(line) for line in lines if line)


def _wrapped(line: str) -> str:
    indent = " " * (len(line) - len(line.lstrip()))
    return fill(line.strip(), _WIDTH, initial_indent=indent, subsequent_indent=indent + "  ")
