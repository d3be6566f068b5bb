"""Everything that can be said in another language: the words of the knowledge, of the templates and of the code.

Read from the sources themselves, so that no tool but Python is needed to find what is missing.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings
from django.utils.translation.template import templatize

import guidance
from athletes.consent_text import CONSENT

# How many texts each call takes, and which of them is the context; `_` is what modules call the first.
CALLS = {
    "_": ("text",),
    "gettext": ("text",),
    "gettext_lazy": ("text",),
    "gettext_noop": ("text",),
    "ngettext": ("text", "plural"),
    "ngettext_lazy": ("text", "plural"),
    "pgettext": ("context", "text"),
    "pgettext_lazy": ("context", "text"),
    "npgettext": ("context", "text", "plural"),
}
_IN_TEMPLATE = re.compile(r"\b(_|n?p?gettext)\(")


@dataclass(frozen=True, slots=True)
class Key:
    """What a catalogue finds a text by. The context tells apart what English calls by the same word."""

    text: str
    context: str = ""


@dataclass(slots=True)
class Message:
    """A text with its plural, if it has one, and every place where it is said."""

    plural: str = ""
    places: list[str] = field(default_factory=list)


def messages() -> dict[Key, Message]:
    """All that there is to translate, by the order of the files in which it stands."""
    found: dict[Key, Message] = {}
    for place, said in _everything():
        key = Key(said["text"], said.get("context", ""))
        message = found.setdefault(key, Message())
        message.plural = message.plural or said.get("plural", "")
        if place not in message.places:
            message.places.append(place)
    return found


def _everything() -> Iterator[tuple[str, dict[str, str]]]:
    for entry in guidance.texts():
        yield f"guidance/{entry.place}", {"text": entry.text}
    for text in CONSENT.texts:
        yield "athletes/consent.toml", {"text": text}
    for path in (
        *_files("coaching/templates", "*.html", "*.txt"),
        *_files("athletes/templates", "*.html", "*.txt"),
    ):
        for said in in_template(path.read_text(encoding="utf-8")):
            yield _name(path), said
    for path in (*_files("coaching", "*.py"), *_files("athletes", "*.py")):
        for said in in_python(path.read_text(encoding="utf-8")):
            yield _name(path), said


def _files(folder: str, *patterns: str) -> list[Path]:
    root = settings.BASE_DIR / folder
    return sorted(path for pattern in patterns for path in root.rglob(pattern))


def _name(path: Path) -> str:
    return path.relative_to(settings.BASE_DIR).as_posix()


def in_template(source: str) -> Iterator[dict[str, str]]:
    """What a template has in {% translate %}, {% blocktranslate %} and _("…")."""
    calls = templatize(source)
    for start in _IN_TEMPLATE.finditer(calls):
        yield from _texts(start[1], _arguments(calls, start.end()))


def _arguments(calls: str, start: int) -> list[object]:
    """The texts in the brackets that open at `start`, up to the first thing that is no text."""
    literal = re.compile(r"""\s*u?("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')\s*[,)]""", re.DOTALL)
    found: list[object] = []
    while text := literal.match(calls, start):
        found.append(ast.literal_eval(text[1]))
        start = text.end()
    return found


def in_python(source: str) -> Iterator[dict[str, str]]:
    """What a module has in gettext and its like."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            called = getattr(node.func, "id", getattr(node.func, "attr", ""))
            given = [argument.value for argument in node.args if isinstance(argument, ast.Constant)]
            yield from _texts(called, given)


def _texts(called: str, given: list[object]) -> Iterator[dict[str, str]]:
    wanted = CALLS.get(called, ())
    texts = [text for text in given[: len(wanted)] if isinstance(text, str) and text]
    if wanted and len(texts) == len(wanted):
        yield dict(zip(wanted, texts, strict=True))
