"""Reading what was sent: JSON in UTF-8, no more than can be needed, and nothing that no database could hold.

How much, how deep and how many is looked at before anything is parsed.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping
from typing import IO, Any, NoReturn

from rest_framework.exceptions import ParseError, UnsupportedMediaType
from rest_framework.parsers import JSONParser

from coaching.api.problems import TooLarge

MOST_BYTES = 256 * 1024  # the longest report there can be has a tenth
MOST_DEEP = 16
MOST_PARTS = 5_000  # keys and items together
MOST_DIGITS = 15  # what every client's numbers hold exactly
UNSTORABLE = "Text may not hold the character U+0000 or half of a surrogate pair."
TEXTS = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"?', re.DOTALL)
BRACKETS = re.compile(rb"[][{}]")
OPENS = b"[{"


class StorableJSONParser(JSONParser):
    """JSON whose text any database can hold.

    PostgreSQL refuses U+0000 and lone surrogates only when it writes; caught there, a typing mistake
    would look like a failing database.
    """

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        _require_utf8(media_type or "")
        body = stream.read(MOST_BYTES + 1)
        if len(body) > MOST_BYTES:
            raise TooLarge(f"At most {MOST_BYTES // 1024} KiB can be taken at once.")
        _require_small(body)
        data = _parsed(body)
        if not all(_is_storable(text) for text in _texts(data)):
            raise ParseError(UNSTORABLE)
        return data


def _require_utf8(media_type: str) -> None:
    charset = re.search(r"charset\s*=\s*\"?([^\s;\"]+)", media_type, re.IGNORECASE)
    if charset and charset[1].lower() not in ("utf-8", "utf8"):
        raise UnsupportedMediaType(media_type)


def _require_small(body: bytes) -> None:
    bare = TEXTS.sub(b"", body)
    if bare.count(b",") + bare.count(b":") > MOST_PARTS:
        raise ParseError(f"At most {MOST_PARTS} keys and items can be taken at once.")
    depth = 0
    for bracket in BRACKETS.findall(bare):
        depth += 1 if bracket in OPENS else -1
        if depth > MOST_DEEP:
            raise ParseError(f"This is nested more than {MOST_DEEP} levels deep.")


def _parsed(body: bytes) -> Any:
    try:
        return json.loads(
            body.decode("utf-8"),
            parse_int=_whole,
            parse_float=_finite,
            parse_constant=_no_number,
            object_pairs_hook=_once_each,
        )
    except (ValueError, RecursionError) as wrong:
        said = str(wrong) if isinstance(wrong, json.JSONDecodeError) else "this is no JSON in UTF-8"
        raise ParseError(f"JSON parse error - {said}") from None


def _whole(digits: str) -> int:
    if len(digits) > MOST_DIGITS + 1:
        raise ParseError(f"A whole number has at most {MOST_DIGITS} digits.")
    return int(digits)


def _finite(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        _no_number(digits)
    return number


def _no_number(_: str) -> NoReturn:
    raise ParseError("Infinity and NaN are no numbers in JSON, nor is what is as large.")


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    told = dict(pairs)
    if len(told) != len(pairs):
        raise ParseError("A name stands twice in one object, so that it is not clear which counts.")
    return told


def _is_storable(text: str) -> bool:
    return "\0" not in text and not any("\ud800" <= char <= "\udfff" for char in text)


def _texts(data: object) -> Iterator[str]:
    """Every string in `data`, keys too, without recursion."""
    rest = [data]
    while rest:
        part = rest.pop()
        if isinstance(part, str):
            yield part
        elif isinstance(part, dict):
            rest += [*part.keys(), *part.values()]
        elif isinstance(part, list):
            rest += part
