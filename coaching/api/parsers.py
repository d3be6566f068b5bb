"""Reading what was sent, refusing what no database could hold."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import IO, Any

from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser

UNSTORABLE = "Text may not hold the character U+0000 or half of a surrogate pair."


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
        try:
            data = super().parse(stream, media_type, parser_context)
        except RecursionError:
            raise ParseError("JSON parse error - nested too deeply.") from None
        if not all(_is_storable(text) for text in _texts(data)):
            raise ParseError(UNSTORABLE)
        return data


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
