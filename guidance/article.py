"""The source article claim by claim: what it says, what carries it, and what the evidence says. Made from the data."""

from __future__ import annotations

from collections.abc import Iterator

from guidance.in_words import hours, window
from guidance.schema import Advice, Cause, Claim, Evidence, Knowledge, Ladder, Rule

# The article's own order; the ids of its claims begin with these.
_SECTIONS = {
    "G": "In general",
    "1": "Muscle fatigue",
    "2": "Lactic acid",
    "3": "Muscle strain",
    "4": "Cramp and lost fluid",
    "5": "“Fascial inflammation”",
    "6": "What to do, and when to see a doctor",
    "7": "Building up",
}
_LABELS = {
    Evidence.AGREE: "current guidance or trials point the same way",
    Evidence.WEAK: "low risk, weak evidence",
    Evidence.CONTESTED: "trials or experts do not agree; the correction stands beside it",
    Evidence.OUTDATED: "no longer held; the article's view is named and the correction stands beside it",
}
_SEEN = {
    "read": "read",
    "secondary": "seen second-hand",
    "memory": "from memory, still to be checked",
}


def page(base: Knowledge) -> str:
    """docs/article.md. `make docs` writes it, and a test compares the two."""
    parts = ["\n".join(_head(base))]
    for section, title in _SECTIONS.items():
        parts.append(f"## {title}")
        parts += [
            "\n".join(_claim(base, claim))
            for claim in base.claims.values()
            if claim.id.startswith(section)
        ]
    return "\n\n".join(parts) + "\n"


def _head(base: Knowledge) -> Iterator[str]:
    yield "# The article, claim by claim"
    yield ""
    yield "<!-- Written by `make docs` from guidance/knowledge/. Change it there, not here. -->"
    yield ""
    yield review_state(base)
    yield ""
    yield "Niggle started from one general-health article about calf pain after running. Each thing that it says is below,"
    yield "in our own words: what Niggle does with it, and how it stands with the evidence."
    yield ""
    yield "| label | meaning | claims |"
    yield "|---|---|---|"
    for label, meaning in _LABELS.items():
        ids = [claim.id for claim in base.claims.values() if claim.evidence is label]
        yield f"| {label} | {meaning} | {', '.join(ids) or 'none'} |"


def review_state(base: Knowledge) -> str:
    signed = sum(claim.review.signed for claim in base.claims.values())
    if signed == len(base.claims):
        return "**Every claim has been reviewed by a clinician.**"
    if signed:
        return f"**Draft: {signed} of {len(base.claims)} claims reviewed by a clinician.**"
    return "**Draft, not reviewed by a clinician.**"


def _claim(base: Knowledge, claim: Claim) -> Iterator[str]:
    yield f"### {claim.id} · {claim.evidence}"
    yield f"The article: {claim.says}"
    yield ""
    yield f"The evidence: {claim.evidence_says}"
    if claim.correction:
        yield ""
        yield f"What we say beside it: {claim.correction}"
    yield ""
    yield "What we do with it:"
    yield from (f"- {line}" for line in carried_by(base, claim.id))
    yield ""
    yield f"Sources: {'; '.join(sources(base, claim))}."


def sources(base: Knowledge, claim: Claim) -> Iterator[str]:
    for name in claim.sources:
        source = base.sources[name]
        yield f"{source.title}, {source.locator} ({_SEEN[source.seen]})"


def carried_by(base: Knowledge, claim: str) -> Iterator[str]:
    """Everything that names the claim, each in one sentence."""
    for rule in base.rules.values():
        if claim in rule.claims:
            yield _rule(base, rule)
    for cause in base.causes.values():
        if line := _cause(cause, claim):
            yield line
    for advice in base.advice.values():
        if claim in advice.claims:
            yield _advice(advice)
    for ladder in base.ladders.values():
        if claim in ladder.claims:
            yield _ladder(ladder)


def _rule(base: Knowledge, rule: Rule) -> str:
    how_soon = base.scale.words[rule.level.value].rstrip(".")
    return f"danger rule “{rule.name}” ({how_soon}): {rule.why}"


def _cause(cause: Cause, claim: str) -> str:
    """The cause, with its signs where the claim is about one of them."""
    signs = [
        f"“{sign.say}” ({sign.weight.replace('_', ' ')})"
        for sign in cause.signs
        if claim in sign.claims
    ]
    if not signs and claim not in cause.claims:
        return ""
    return f"cause “{cause.name}”: {'; '.join(signs) if signs else cause.plain}"


def _advice(advice: Advice) -> str:
    do = "do" if advice.kind == "do" else "do not"
    return f"advice ({do}, {window(advice)}): {advice.text} Evidence {advice.evidence}: {advice.evidence_note}"


def _ladder(ladder: Ladder) -> str:
    return (
        f"ladder “{ladder.name}” ({hours(ladder.anchor, ladder.from_hours)}, {len(ladder.levels)} steps)."
        f" Evidence {ladder.evidence}: {ladder.evidence_note}"
    )
