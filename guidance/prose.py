"""Any item of the knowledge as plain prose, made from the data so that it cannot drift from what the engine does."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from textwrap import fill

from guidance import article
from guidance.conditions import did_you_mean
from guidance.in_words import causes_in_words, condition, hours, listed, when, window
from guidance.schema import (
    Advice,
    Cause,
    CheckIn,
    Claim,
    Finding,
    Implication,
    Kind,
    Knowledge,
    Ladder,
    Review,
    Rule,
    Screen,
    Source,
    When,
)

_SCOPES = {
    "inside": "",
    "outside": "Only for pain outside what we know.",
    "anywhere": "Also for pain outside what we know.",
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
    """Every item, and every word that the engine or a rule uses, by id."""
    for finding in base.findings.values():
        yield finding.id, _finding(base, finding)
    for screen in base.screens.values():
        yield screen.id, _screen(base, screen)
    for advice in base.advice.values():
        yield advice.id, _advice(base, advice)
    for ladder in base.ladders.values():
        yield ladder.id, _ladder(base, ladder)
    for check_in in base.check_ins.values():
        yield check_in.id, _check_in(base, check_in)
    yield "follow_up", _follow_up(base)
    for cause in base.causes.values():
        yield cause.id, _cause(base, cause)
    for rule in base.rules.values():
        yield rule.id, _rule(base, rule)
    yield (
        "safety_net",
        _page("SAFETY NET, under every answer:", *map(_bullet, base.safety_net.always)),
    )
    yield "not_answered", _not_answered(base)
    yield from _reference(base)


def _reference(base: Knowledge) -> Iterator[tuple[str, str]]:
    """What the items refer to."""
    for claim in base.claims.values():
        yield claim.id, _claim(base, claim)
    for source in base.sources.values():
        yield source.id, _source(base, source)
    for implication in base.implications.values():
        yield implication.id, _implication(base, implication)
    yield "scale", _scale(base)
    for key, words in base.climbing.words.items():
        yield key, _page(f"WORDS {key}, on a ladder: {words}")
    for tag, words in base.scale.tags.items():
        yield tag, _tag(base, tag, words)
    levels = {level.value: text for level, text in base.safety_net.by_disposition.items()}
    for key, words in base.scale.words.items():
        yield (
            key,
            _page(
                f"WORDS {key}: {words}", f"Where to turn: {levels[key]}" if key in levels else ""
            ),
        )


def _rule(base: Knowledge, rule: Rule) -> str:
    lower = base.scale.words[rule.level.one_lower.value]
    return _page(
        f"RULE {rule.id}: {rule.name}",
        f"How soon: {base.scale.words[rule.level.value]} ({rule.level})",
        f'Where it rests on a "not sure": {lower} ({rule.level.one_lower})',
        "It fires when:",
        *when(base, rule.when),
        f"We tell the athlete: {rule.tell_athlete}",
        f"We tell the coach: {rule.tell_coach}",
        f"Why: {rule.why}",
        listed("It holds back", [base.scale.tags[tag] for tag in sorted(rule.withholds)]),
        listed("It makes worth naming", [base.causes[name].name for name in rule.suggests]),
        *_provenance(base, rule.sources, rule.claims, rule.review),
    )


def _cause(base: Knowledge, cause: Cause) -> str:
    signs = []
    for sign in cause.signs:
        signs.append(f"- {sign.say} ({sign.weight.replace('_', ' ')}), when:")
        signs.extend("  " + line for line in when(base, sign.when))
    return _page(
        f"CAUSE {cause.id}: {cause.name}",
        f"In plain words: {cause.plain}. {cause.what}",
        f"In the middle of a sentence: {cause.call}." if cause.call else "",
        f"In a sore runner's calf: {cause.prior}."
        + (" One of the article's five." if cause.article else ""),
        "A doctor has to see it on the same day." if cause.dangerous else "",
        f"Note: {cause.note}" if cause.note else "",
        "What speaks for or against it:",
        *signs,
        *_provenance(base, cause.sources, cause.claims, cause.review),
    )


def _advice(base: Knowledge, advice: Advice) -> str:
    levels = [str(level) for level in sorted(advice.dispositions)]
    return _page(
        f"ADVICE {advice.id}: {'do' if advice.kind == 'do' else 'do not'}",
        f"We say: {advice.text}",
        f"Why: {advice.why}",
        f"When: {window(advice)}",
        listed("For", causes_in_words(base, advice.causes)),
        listed("At", levels),
        *(["Only when:", *when(base, advice.when)] if advice.when.conditions else []),
        *(
            ["Not when, or when it may be that:", *when(base, advice.unless)]
            if advice.unless
            else []
        ),
        listed(
            "Not while likely",
            [base.causes[name].name for name in sorted(advice.withheld_when_likely)],
        ),
        listed("Left out beside", list(advice.covered_by)),
        _SCOPES[advice.scope],
        listed("Held back by rules about", [base.scale.tags[tag] for tag in sorted(advice.tags)]),
        f"Evidence: {advice.evidence}. {advice.evidence_note}",
        *_provenance(base, advice.sources, advice.claims, advice.review),
    )


def _ladder(base: Knowledge, ladder: Ladder) -> str:
    return _page(
        f"LADDER {ladder.id}: {ladder.name}",
        listed("For", [base.causes[name].name for name in sorted(ladder.causes)]),
        "Only after a clinician says yes." if ladder.clinician_first else "",
        f"Entry may be tried {hours(ladder.anchor, ladder.from_hours)}, when all of these are true:",
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


def _check_in(base: Knowledge, entry: CheckIn) -> str:
    return _page(
        f"CHECK-IN {entry.id}: {entry.name}",
        f"Due {entry.after_hours:g} hours after the report"
        + (", also at night." if entry.at_night else ", in the athlete's day."),
        f"Reminded {entry.remind_after_hours:g} hours later; missed {entry.missed_after_hours:g} hours after it was due.",
        listed("For", causes_in_words(base, entry.causes)),
        listed("At", [str(level) for level in sorted(entry.dispositions)]),
        "Beside better, same or worse we ask:",
        *(_bullet(base.findings[name].question) for name in (*base.follow_up.asks, *entry.also)),
        listed("New danger signs", [base.findings[name].short for name in entry.signs]),
        f"Why: {entry.why}",
        *_provenance(base, entry.sources, (), entry.review),
    )


def _follow_up(base: Knowledge) -> str:
    follow_up = base.follow_up
    return _page(
        f"FOLLOW-UP, in every check-in: {follow_up.question}",
        *(
            f"- {trend.label}: {'; '.join(condition(base, part) for part in trend.means)}"
            for trend in follow_up.trends
        ),
        f"The athlete's day is from {follow_up.day_from_hour} to {follow_up.day_until_hour} o'clock.",
        "The pain is gone, and its days count no further, when:",
        *when(base, follow_up.over),
        listed(
            "Left out of what was told before", [base.findings[n].short for n in follow_up.stale]
        ),
        listed(
            "Asked again where it was told", [base.findings[n].short for n in follow_up.passing]
        ),
    )


def _screen(base: Knowledge, screen: Screen) -> str:
    return _page(
        f"SCREEN {screen.id}: {screen.title}",
        f"Kind: {screen.kind}. Why we ask: {screen.why}",
        *(
            ["Only asked when it may be that:", *when(base, screen.when)]
            if screen.when.conditions
            else []
        ),
        *(_bullet(base.findings[name].question) for name in screen.findings),
    )


def _not_answered(base: Knowledge) -> str:
    told = base.not_answered
    return _page(
        f"NOT ANSWERED: {told.name}",
        f"We tell the athlete: {told.tell_athlete}",
        f"We tell the coach: {told.tell_coach}",
        f"Why: {told.why}",
        listed("It holds back", [base.scale.tags[tag] for tag in sorted(told.withholds)]),
    )


def _claim(base: Knowledge, claim: Claim) -> str:
    return _page(
        f"CLAIM {claim.id} of the article: {claim.says}",
        f"Evidence: {claim.evidence}. {claim.evidence_says}",
        f"What we say beside it: {claim.correction}" if claim.correction else "",
        "What we do with it:",
        *map(_bullet, article.carried_by(base, claim.id)),
        *_provenance(base, claim.sources, (), claim.review),
    )


def _source(base: Knowledge, source: Source) -> str:
    resting: dict[str, Mapping[str, Rule | Cause | Advice | Ladder | CheckIn | Claim]] = {
        "Rules": base.rules,
        "Causes": base.causes,
        "Advice": base.advice,
        "Ladders": base.ladders,
        "Check-ins": base.check_ins,
        "Claims": base.claims,
    }
    return _page(
        f"SOURCE {source.id}: {source.title}, {source.locator} ({source.seen})",
        *(
            listed(kind, [name for name, item in items.items() if source.id in item.sources])
            for kind, items in resting.items()
        ),
    )


def _implication(base: Knowledge, implication: Implication) -> str:
    return _page(
        f"IMPLICATION {implication.id}: {implication.why}",
        "When it is so:",
        *when(base, implication.when),
        listed("Then this is as good as said", [condition(base, c) for c in implication.then]),
    )


def _scale(base: Knowledge) -> str:
    scale = base.scale
    return _page(
        "SCALE: points are log-odds, they add up",
        *(
            f"A sign said to be “{weight.replace('_', ' ')}”: {n:+g}"
            for weight, n in scale.weights.items()
        ),
        *(f"A cause said to be “{prior}”: {n:+g}" for prior, n in scale.priors.items()),
        f"A sign that is only possible counts {scale.possible_share:g} of its points.",
        f"A danger that fired: {scale.boost_certain:+g}; one that is only possible: {scale.boost_possible:+g}",
        f"A cause that is ruled out has at most {scale.ruled_out_at:g} points.",
        f"Advice is given for the first {scale.likely_at_most} causes that fit, as long as they are no more than"
        f" {scale.likely_within:g} points behind the first. At most {scale.at_once} things to do are shown at once.",
        f"Places that we judge: {', '.join(sorted(scale.scope_sites))}; and together:"
        f" {', '.join(' + '.join(sorted(group)) for group in scale.scope_together)}.",
        f"On a ladder, {base.climbing.clear_rise:g} points more pain go down a step at once, and so does the small rise"
        f" number {base.climbing.rises_to_drop}; we wait {base.climbing.morning_within_hours:g} hours for the morning after.",
        f"It fits well from {scale.fit_strong:g} points on, possibly from {scale.fit_possible:g}.",
        *(f"History, {key.replace('_', ' ')}: {number:g}" for key, number in scale.history.items()),
    )


def _tag(base: Knowledge, tag: str, words: str) -> str:
    return _page(
        f"TAG {tag}: {words}",
        listed("Advice", [advice.id for advice in base.advice.values() if tag in advice.tags]),
        listed(
            "Held back by", [rule.name for rule in base.rules.values() if tag in rule.withholds]
        ),
    )


def _bullet(line: str) -> str:
    return f"- {line}"


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
        "Worked out from the history, never asked in the interview." if finding.derived else "",
        "Asked in check-ins." if finding.at_check_ins else "",
        listed("Asked on", screens) or "Not asked in the interview; a report may still tell it.",
        listed("Danger rules that use it", rules),
        listed("Causes that use it", causes),
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


def _names(given: When, finding: str) -> bool:
    return any(condition.finding == finding for condition in given.conditions)


def _provenance(
    base: Knowledge, sources: tuple[str, ...], claims: tuple[str, ...], review: Review
) -> list[str]:
    named = [f"{base.sources[name].title} ({base.sources[name].seen})" for name in sources]
    checked = (
        f"checked by {review.checked_by}" if review.checked_by else "not checked by a clinician yet"
    )
    return [
        listed("Sources", named),
        listed("Carries the article's claims", list(claims)),
        f"{review.status.capitalize()}, written by {review.authored_by}, {checked}, next review {review.next_review}.",
    ]


def _page(*lines: str) -> str:
    return "\n".join(_wrapped(line) for line in lines if line)


def _wrapped(line: str) -> str:
    indent = " " * (len(line) - len(line.lstrip()))
    return fill(line.strip(), _WIDTH, initial_indent=indent, subsequent_indent=indent + "  ")
