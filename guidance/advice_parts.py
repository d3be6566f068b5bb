"""Reads the advice, and checks what one piece says about another."""

from __future__ import annotations

from collections.abc import Mapping

from guidance.parts import Known, read_causes, read_dispositions
from guidance.reading import Table
from guidance.schema import Advice, Evidence

# "running": from when the entry to the ladder back to running may be tried; without a ladder never.
ANCHORS = ("onset", "report", "running")
# Given for pain that we know (the default), only for pain outside what we know, or for both.
SCOPES = ("inside", "outside", "anywhere")


def read_advice(table: Table, known: Known) -> Advice | None:
    evidence = table.choice("evidence", Evidence)
    advice = Advice(
        id=table.text("id"),
        kind=table.word("kind", ("do", "dont")),
        text=table.text("text"),
        why=table.text("why"),
        tags=frozenset(table.references("tags", known.tags, "tag")),
        anchor=table.word("anchor", ANCHORS),
        from_hours=table.number("from_hours") or 0.0,
        until_hours=table.number("until_hours", required=False),
        causes=read_causes(table, known),
        dispositions=read_dispositions(table),
        when=table.when("when", known.findings),
        unless=table.when("unless", known.findings) if table.has("unless") else None,
        withheld_when_likely=frozenset(
            table.references("withheld_when_likely", known.causes, "cause")
        ),
        covered_by=table.texts("covered_by"),
        scope=table.word("scope", SCOPES) if table.has("scope") else SCOPES[0],
        priority=table.whole("priority"),
        evidence=evidence or Evidence.WEAK,
        evidence_note=table.text("evidence_note"),
        sources=table.sources(known.sources),
        claims=table.references("claims", known.claims, "claim"),
        review=table.review(),
    )
    if advice.until_hours is not None and advice.until_hours <= advice.from_hours:
        table.wrong("until_hours is not after from_hours: this step would never be open.")
    return advice if evidence else None


def check_cover(document: Table, advice: Mapping[str, Advice]) -> None:
    """Whoever covers a step must exist, and come first: then two steps cannot leave each other out."""
    for step in advice.values():
        document.item = f"advice {step.id}"
        document.check_known(step.covered_by, advice, "covered_by names the unknown advice")
        for name in step.covered_by:
            if name in advice and advice[name].priority >= step.priority:
                document.wrong(
                    f"{name} covers it, but is no more useful. Give {name} the smaller priority."
                )
