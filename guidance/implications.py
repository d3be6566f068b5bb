"""What one answer says about another question: read from `[[implication]]` in findings.toml.

Somebody who cannot walk has said that four steps are too many, whether or not that was ticked as well. So an
implication is judged beside what was told: it adds to it and takes nothing away, even where the two contradict.
Only what is certain implies anything: who is not sure how it feels has not half said that the leg is numb.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from guidance.parts import Known
from guidance.reading import DUPLICATE, Table
from guidance.schema import Condition, Implication, Kind


def read_implications(tables: list[Table], known: Known) -> dict[str, Implication]:
    """Every implication by its id, in file order."""
    read: dict[str, Implication] = {}
    for number, table in enumerate(tables, 1):
        table.item = f"implication {number}"
        name = table.identifier()
        table.item = f"implication {name}" if name else table.item
        implication = Implication(
            id=name,
            when=table.when("when", known.findings),
            then=table.conditions("then", known.findings),
            why=table.text("why"),
        )
        if not table.has("when"):
            table.wrong("when is missing: it would hold for everybody.")
        _check_answers(table, implication.then, known)
        if name in read:
            table.wrong(f"the id {name!r} is used twice. Ids must be unique.", DUPLICATE)
        _check_order(table, implication, read)
        read[name] = implication
        table.close()
    return read


def _check_answers(table: Table, then: tuple[Condition, ...], known: Known) -> None:
    if not then:
        table.wrong('then is missing. Write then = ["swelling"] or then = ["can_walk is no"].')
    for part in then:
        finding = known.findings[part.finding] if known.findings else None
        if finding and (finding.derived or finding.kind is Kind.NUMBER or len(part.options) > 1):
            table.wrong(f"then: {part.text!r} is not one answer to a question that can be asked.")


def _check_order(table: Table, new: Implication, earlier: Mapping[str, Implication]) -> None:
    """They are judged once, from the first to the last, so none may feed one that was judged before.

    Two that say each other (no walking, no four steps) may: the first gives only what the second was told by.
    """
    asked, answered = _names(new.when.conditions), _names(new.then)
    for before in earlier.values():
        fed = sorted(_names(before.when.conditions) & answered)
        if fed and not asked <= _names(before.then):
            table.wrong(f"answers {fed[0]}, which {before.id} above asks for. Move it further up.")


def _names(conditions: Iterable[Condition]) -> set[str]:
    return {part.finding for part in conditions}
