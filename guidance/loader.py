"""Reads `knowledge/*.toml` into the schema. Strict: nothing unknown passes, and all mistakes are told at once."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Protocol, TypeVar

from guidance import advice_parts, check_in_parts, ladder_parts, parts
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
    "check_ins.toml",
    "article.toml",
)


class Identified(Protocol):
    @property
    def id(self) -> str: ...


Item = TypeVar("Item", bound=Identified)
Documents = Mapping[str, Table | None]


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
    documents: Documents, cause_documents: Documents, version: str, problems: Problems
) -> Knowledge | None:
    known = Known(causes={_cause_id(name) for name in cause_documents} or None)
    read = {**_what_is_named(documents, known), "causes": _causes(cause_documents, known)}
    read |= _what_is_advised(documents, known) | _what_is_asked_again(documents, known)
    read |= _what_is_dangerous(documents, known)
    if None in read.values():
        return None
    groups = (
        read[name] for name in ("rules", "causes", "advice", "ladders", "check_ins", "claims")
    )
    reviews = [item.review for group in groups for item in group.values()]
    reviewed = bool(reviews) and all(review.signed for review in reviews)
    return Knowledge(version=version, reviewed=reviewed, **read)


def _what_is_named(documents: Documents, known: Known) -> dict[str, Any]:
    """What the rest refers to, so it is read first: each part is checked against those before it."""
    known.sources = _items(documents["sources.toml"], "source", parts.read_source, known)
    known.claims = _items(documents["article.toml"], "claim", parts.read_claim, known)
    told = documents["findings.toml"]
    implied = told.tables("implication") if told else []
    known.findings = _items(told, "finding", parts.read_finding, known)
    implications = read_implications(implied, known)
    numbers = documents["scale.toml"]
    scale = parts.read_scale(numbers, known) if numbers else None
    known.tags = scale.tags if scale else None
    return {
        "sources": known.sources,
        "claims": known.claims,
        "findings": known.findings,
        "implications": implications,
        "scale": scale,
        "screens": _items(documents["screens.toml"], "screen", parts.read_screen, known),
    }


def _what_is_advised(documents: Documents, known: Known) -> dict[str, Any]:
    plan, way_back = documents["advice.toml"], documents["ladders.toml"]
    advice = _items(plan, "advice", advice_parts.read_advice, known)
    if plan and advice:
        advice_parts.check_cover(plan, advice)
    climbing = ladder_parts.read_climbing(way_back.table("standing")) if way_back else None
    ladders = _items(way_back, "ladder", ladder_parts.read_ladder, known)
    if way_back and ladders:
        ladder_parts.check_one_ladder_a_cause(way_back, ladders)
    return {"advice": advice, "climbing": climbing, "ladders": ladders}


def _what_is_asked_again(documents: Documents, known: Known) -> dict[str, Any]:
    document = documents["check_ins.toml"]
    every = check_in_parts.read_follow_up(document.table("follow_up"), known) if document else None
    check_ins = _items(document, "check_in", check_in_parts.read_check_in, known)
    if document and check_ins:
        check_in_parts.check_one_an_hour(document, check_ins.values())
    return {"follow_up": every, "check_ins": check_ins}


def _what_is_dangerous(documents: Documents, known: Known) -> dict[str, Any]:
    danger = documents["escalation.toml"]
    net = parts.read_safety_net(danger.table("safety_net")) if danger else None
    silence = parts.read_not_answered(danger.table("not_answered"), known) if danger else None
    rules = _items(danger, "rule", parts.read_rule, known)
    return {"safety_net": net, "not_answered": silence, "rules": rules}


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
