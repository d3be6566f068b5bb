"""What one answer says about another question: read from `[[implication]]` in findings.toml.

Somebody who cannot walk has said that four steps are too many, whether or not that was ticked as well. So an
implication is judged beside what was told: it adds to it and takes nothing away, even where the two contradict.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from guidance.conditions import did_you_mean
from guidance.parts import Known
from guidance.reading import DUPLICATE, UNKNOWN_ID, Table
from guidance.schema import NO, YES, Finding, Implication, Kind


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
            then=_then(table, known.findings),
            why=table.text("why"),
        )
        if not table.has("when"):
            table.wrong("when is missing: it would hold for everybody.")
        if name in read:
            table.wrong(f"the id {name!r} is used twice. Ids must be unique.", DUPLICATE)
        _check_order(table, implication, read)
        read[name] = implication
        table.close()
    return read


def _then(table: Table, findings: Mapping[str, Finding] | None) -> Mapping[str, str]:
    """Which answer it gives to which questions."""
    answers = table.table("then")
    given = {name: answers.text(name) for name in answers.names()}
    if not given:
        table.wrong('then is empty. Write then = { swelling = "yes" }.')
    for name, answer in given.items() if findings is not None else ():
        _check_answer(table, name, answer, findings or {})
    answers.close()
    return given


def _check_answer(table: Table, name: str, answer: str, findings: Mapping[str, Finding]) -> None:
    finding = findings.get(name)
    if finding is None:
        table.wrong(
            f"then names the unknown finding {name!r}.{did_you_mean(name, findings)}", UNKNOWN_ID
        )
    elif finding.derived or finding.kind is Kind.NUMBER:
        table.wrong(f"then cannot answer {name}, which is a number or worked out from the history.")
    elif finding.kind is not Kind.CODES and answer not in (accepted := _accepted(finding)):
        table.wrong(
            f"{name} has no answer {answer!r}.{did_you_mean(answer, accepted)}"
            f" Accepted: {', '.join(accepted)}.",
            UNKNOWN_ID,
        )


def _accepted(finding: Finding) -> Collection[str]:
    return [YES, NO] if finding.kind is Kind.YES_NO else [option.id for option in finding.options]


def _check_order(table: Table, new: Implication, earlier: Mapping[str, Implication]) -> None:
    """They are judged once, from the first to the last, so none may feed one that was judged before."""
    for before in earlier.values():
        fed = sorted({part.finding for part in before.when.conditions} & set(new.then))
        if fed:
            table.wrong(f"answers {fed[0]}, which {before.id} above asks for. Move it further up.")
