"""CSV files for a spreadsheet: one way for all of them.

UTF-8 with a byte order mark, because Excel reads names as gibberish without one and every other program skips it. Commas, CRLF (RFC 4180), the
point as decimal mark, ISO dates and English heads with their units whatever the language: a file is read by programs.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime

from django.http import StreamingHttpResponse

BYTE_ORDER_MARK = "\ufeff"
# What a spreadsheet takes for a formula when a cell begins with it (OWASP: CSV injection), also in its wide form.
STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


class _Echo:
    """A file that gives back what is written to it."""

    def write(self, line: str) -> str:
        return line


def cell(value: object) -> str:
    """As it stands in the file. A text can never begin a formula; a number may be negative; not known is empty."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return f"{value:g}" if isinstance(value, float) else str(value)
    text = str(value)
    return f"'{text}" if text.lstrip(" ").startswith(STARTS_A_FORMULA) else text


def csv_file(
    name: str, heads: Sequence[str], rows: Iterable[Sequence[object]]
) -> StreamingHttpResponse:
    """Sent line by line, to be saved as `name`, which says nothing about whom it is."""
    response = StreamingHttpResponse(_lines(heads, rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _lines(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    writer = csv.writer(_Echo())
    yield BYTE_ORDER_MARK + writer.writerow(heads)
    for row in rows:
        yield writer.writerow([cell(value) for value in row])
