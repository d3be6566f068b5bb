"""Reads `knowledge/*.toml` into the schema. Strict: nothing unknown passes, and all mistakes are told at once."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Protocol, TypeVar

from guidance import advice_parts, ladder_parts, parts
from guidance.implications import read_implications
from guidance.parts import Known
from guidance.reading import (
    CLAIM,
    DUPLICATE,
    MISSING_OR_WRONG,
    UNREADABLE_FILE,
    Problem,
    Problems,
    Table,
)
from guidance.schema import Cause, Knowledge

KNOWLEDGE_FOLDER = Path(__file__).parent / "knowledge"
FILES = (
    "scale.toml",
    "sources.toml",
    "findings.toml",
    "screens.toml",
    "escalation.toml",
    "advice.toml",
    "ladders.toml",
    "article.toml",
)


class Identified(Protocol):
    @property
    def id(self) -> str: ...


Item = TypeVar("Item", bound=Identified)


class BadKnowledge(Exception):
    """The knowledge cannot be used; `problems` says every reason."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        lines = "\n".join(f"- {problem}" for problem in self.problems)
        super().__init__(f"The knowledge has {len(self.problems)} mistake(s):\n{lines}")


@cache
def knowledge() -> Knowledge:
    """The knowledge that ships with the product, read once."""
    return load(KNOWLEDGE_FOLDER)


def load(folder: Path) -> Knowledge:
    """Read a folder of knowledge, or raise `BadKnowledge` with everything that is wrong in it."""
    problems = Problems()
    documents = {name: _document(folder / name, name, problems) for name in FILES}
    cause_files = {
        f"causes/{path.name}": path for path in sorted((folder / "causes").glob("*.toml"))
    }
    if not cause_files:
        problems.add(
            UNREADABLE_FILE,
            "causes/",
            "",
            "no cause file here. Add one TOML file a cause.",
        )
    causes = {name: _document(path, name, problems) for name, path in cause_files.items()}
    built = _build(documents, causes, _version(folder, (*FILES, *cause_files)), problems)
    if built is not None:
        _every_claim_is_carried(built, problems)
    if problems.found or built is None:
        raise BadKnowledge(problems.found)
    return built


def _document(path: Path, name: str, problems: Problems) -> Table | None:
    try:
        return Table(tomllib.loads(path.read_text(encoding="utf-8")), name, "", problems)
    except FileNotFoundError:
        problems.add(UNREADABLE_FILE, name, "", "the file is missing.")
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        problems.add(UNREADABLE_FILE, name, "", f"cannot be read as TOML: {error}.")
    return None


def _version(folder: Path, names: Iterable[str]) -> str:
    """A short hash of the content: the same words have the same version on every machine."""
    digest = hashlib.sha256()
    for name in sorted(names):
        path = folder / name
        if path.is_file():
            digest.update(name.encode() + b"\0" + path.read_bytes().replace(b"\r\n", b"\n") + b"\0")
    return digest.hexdigest()[:12]


def _build(
    documents: Mapping[str, Table | None],
    cause_documents: Mapping[str, Table | None],
    version: str,
    problems: Problems,
) -> Knowledge | None:
    known = Known(causes={_cause_id(name) for name in cause_documents} or None)
    sources = _items(documents["sources.toml"], "source", parts.read_source, known)
    known.sources = sources
    claims = _items(documents["article.toml"], "claim", parts.read_claim, known)
    known.claims = claims
    implied = documents["findings.toml"].tables("implication") if documents["findings.toml"] else []
    findings = _items(documents["findings.toml"], "finding", parts.read_finding, known)
    known.findings = findings
    implications = read_implications(implied, known)
    scale = parts.read_scale(documents["scale.toml"], known) if documents["scale.toml"] else None
    known.tags = scale.tags if scale else None
    screens = _items(documents["screens.toml"], "screen", parts.read_screen, known)
    causes = _causes(cause_documents, known)
    advice = _items(documents["advice.toml"], "advice", advice_parts.read_advice, known)
    if documents["advice.toml"] and advice:
        advice_parts.check_cover(documents["advice.toml"], advice)
    ladder_file = documents["ladders.toml"]
    climbing = ladder_parts.read_climbing(ladder_file.table("standing")) if ladder_file else None
    ladders = _items(ladder_file, "ladder", ladder_parts.read_ladder, known)
    if ladder_file and ladders:
        ladder_parts.check_one_ladder_a_cause(ladder_file, ladders)
    escalation = documents["escalation.toml"]
    net = parts.read_safety_net(escalation.table("safety_net")) if escalation else None
    not_answered = (
        parts.read_not_answered(escalation.table("not_answered"), known) if escalation else None
    )
    rules = _items(escalation, "rule", parts.read_rule, known)
    if not (scale and net and not_answered and climbing) or None in (
        sources,
        claims,
        findings,
        screens,
        advice,
        ladders,
        rules,
    ):
        return None
    assert sources is not None
    assert claims is not None
    assert findings is not None
    assert screens is not None
    assert advice is not None
    assert ladders is not None
    assert rules is not None
    groups = (rules, causes, advice, ladders, claims)
    reviews = [item.review for group in groups for item in group.values()]
    return Knowledge(
        version=version,
        findings=findings,
        screens=screens,
        rules=rules,
        causes=causes,
        advice=advice,
        ladders=ladders,
        climbing=climbing,
        sources=sources,
        claims=claims,
        safety_net=net,
        not_answered=not_answered,
        scale=scale,
        reviewed=bool(reviews) and all(review.signed for review in reviews),
        implications=implications,
    )


def _items(
    document: Table | None,
    key: str,
    read: Callable[[Table, Known], Item | None],
    known: Known,
) -> dict[str, Item] | None:
    """Every [[key]] of a document by id, in file order; None where the file could not be read."""
    if document is None:
        return None
    items: dict[str, Item] = {}
    entries = document.tables(key)
    if not entries:
        document.wrong(f"no [[{key}]] in this file.")
    for number, table in enumerate(entries, 1):
        table.item = f"{key} {number}"
        name = table.identifier()
        table.item = f"{key} {name}" if name else table.item
        item = read(table, known)
        table.close()
        if name in items:
            table.wrong(f"the id {name!r} is used twice. Ids must be unique.", DUPLICATE)
        if item is not None:
            items[name] = item
    document.close()
    return items


def _causes(documents: Mapping[str, Table | None], known: Known) -> dict[str, Cause]:
    causes: dict[str, Cause] = {}
    for name, document in documents.items():
        if document is None:
            continue
        document.item = "cause"
        cause_id = document.identifier()
        document.item = f"cause {cause_id}"
        if cause_id != _cause_id(name):
            document.wrong(
                f"the id {cause_id!r} is not the file's name. Rename one of them.",
                MISSING_OR_WRONG,
            )
        cause = parts.read_cause(document, known)
        document.close()
        if cause is not None:
            causes[cause_id] = cause
    return causes


def _every_claim_is_carried(base: Knowledge, problems: Problems) -> None:
    """A claim that no item names would be a promise in docs/article.md that nothing keeps."""
    items = (base.rules, base.causes, base.advice, base.ladders)
    carried = {claim for group in items for item in group.values() for claim in item.claims}
    carried |= {c for cause in base.causes.values() for sign in cause.signs for c in sign.claims}
    for claim in base.claims:
        if claim not in carried:
            problems.add(
                CLAIM,
                "article.toml",
                f"claim {claim}",
                f'nothing carries it. Add "{claim}" to the claims of what does: a rule, cause, sign,'
                " advice or ladder.",
            )


def _cause_id(file: str) -> str:
    return Path(file).stem
