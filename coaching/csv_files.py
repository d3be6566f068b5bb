"""CSV files for a spreadsheet, sent line by line. How a value stands in them: athletes/csv_cells.py."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence

from django.http import StreamingHttpResponse

from athletes.csv_cells import BYTE_ORDER_MARK, STARTS_A_FORMULA, cell

__all__ = ["STARTS_A_FORMULA", "cell", "csv_file"]


class _Echo:
    """A file that gives back what is written to it."""

    def write(self, line: str) -> str:
        return line


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
