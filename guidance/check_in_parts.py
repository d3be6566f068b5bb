"""Readers for the check-ins: when somebody is asked again, and what."""

from __future__ import annotations

from collections.abc import Iterable

from guidance.parts import Known, read_causes, read_dispositions
from guidance.reading import DUPLICATE, Table
from guidance.schema import CheckIn, FollowUp, Kind, Trend, When

TRENDS = ("better", "same", "worse")
HOURS_OF_A_DAY = 24


def read_check_in(table: Table, known: Known) -> CheckIn | None:
    dispositions = read_dispositions(table)
    check_in = CheckIn(
        id=table.text("id"),
        name=table.text("name"),
        after_hours=table.number("after_hours") or 0.0,
        remind_after_hours=table.number("remind_after_hours") or 0.0,
        missed_after_hours=table.number("missed_after_hours") or 0.0,
        at_night=table.flag("at_night"),
        dispositions=dispositions,
        causes=read_causes(table, known),
        also=table.references("also", known.findings, "finding"),
        signs=table.references("signs", known.findings, "finding", required=True),
        why=table.text("why"),
        sources=table.sources(known.sources),
        review=table.review(),
    )
    if not 0 < check_in.remind_after_hours < check_in.missed_after_hours:
        table.wrong("remind_after_hours must be above 0 and below missed_after_hours.")
    if check_in.after_hours <= 0:
        table.wrong("after_hours must be above 0.")
    _must_be_yes_no(table, "signs", check_in.signs, known)
    _must_be_yes_no(table, "also", check_in.also, known)
    return check_in if dispositions else None


def read_follow_up(table: Table, known: Known) -> FollowUp:
    over = table.conditions("over", known.findings)
    follow_up = FollowUp(
        day_from_hour=table.whole("day_from_hour"),
        day_until_hour=table.whole("day_until_hour"),
        asks=table.references("asks", known.findings, "finding", required=True),
        stale=table.references("stale", known.findings, "finding", required=True),
        passing=table.references("passing", known.findings, "finding", required=True),
        over=When(all_of=over),
        question=table.text("question"),
        trends=tuple(_trend(entry, known) for entry in table.tables("trend")),
    )
    if not table.has("over"):
        table.wrong("over is missing: nobody could ever be free of pain.")
    if not 0 <= follow_up.day_from_hour < follow_up.day_until_hour <= HOURS_OF_A_DAY:
        table.wrong("day_from_hour must be before day_until_hour, both from 0 to 24.")
    if tuple(trend.id for trend in follow_up.trends) != TRENDS:
        table.wrong(f"trend must hold exactly {', '.join(TRENDS)}, in this order.")
    _must_be_yes_no(table, "passing", follow_up.passing, known)
    table.close()
    return follow_up


def _trend(table: Table, known: Known) -> Trend:
    trend = Trend(
        id=table.text("id"),
        label=table.text("label"),
        means=table.conditions("means", known.findings),
    )
    for part in trend.means:
        finding = known.findings[part.finding] if known.findings else None
        if finding and (finding.kind is not Kind.YES_NO or not finding.can_be_told):
            table.wrong(f"means: {part.text!r} is not an answer that somebody can give.")
    table.close()
    return trend


def _must_be_yes_no(table: Table, key: str, names: Iterable[str], known: Known) -> None:
    """They are ticked; and what is kept in the profile would be told there for good."""
    for name in names:
        finding = known.findings.get(name) if known.findings else None
        if finding and (finding.kind is not Kind.YES_NO or not finding.can_be_told):
            table.wrong(f"{key} asks {name}, which cannot be answered with yes or no.")
        elif finding and finding.profile:
            table.wrong(f"{key} asks {name}, which does not change. Leave it to the profile.")


def check_one_an_hour(document: Table, check_ins: Iterable[CheckIn]) -> None:
    """Two that are alike in all that decides: the second would never be planned."""
    seen: dict[tuple[object, ...], str] = {}
    for entry in check_ins:
        for level in sorted(entry.dispositions):
            for cause in sorted(entry.causes):
                first = seen.setdefault((entry.after_hours, level, cause), entry.id)
                if first != entry.id:
                    document.wrong(
                        f"{first} and {entry.id} are due at the same hour for {cause} at {level}.",
                        DUPLICATE,
                    )
