"""Writing the ZIP, a few hundred rows in memory at a time: ten years of reports take no more than one."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import IO, Any

from django.template.loader import render_to_string
from django.utils import timezone

from athletes.csv_cells import BYTE_ORDER_MARK, cell
from athletes.exports import page
from athletes.exports.kinds import LOOK_HEADS, LOOKS_ABOUT, Scope

FORMAT, VERSION = "niggle-export", 1


def write(scope: Scope, file: IO[bytes], *, at: datetime | None = None) -> None:
    """Everything of `scope` into `file`."""
    at = at or timezone.now()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, pieces in _parts(scope, at):
            about = zipfile.ZipInfo(name, date_time=at.timetuple()[:6])
            about.compress_type = zipfile.ZIP_DEFLATED
            _write(archive, about, pieces)


def _parts(scope: Scope, at: datetime) -> Iterator[tuple[str, Iterable[str]]]:
    yield "README.txt", _readme(scope, at)
    yield "read-me-in-a-browser.html", page.pieces(scope, at)
    yield "data.json", _json(scope, at)
    for kind, rows in scope.kinds():
        yield f"csv/{kind.name}.csv", _csv(kind.heads, kind.rows(rows))
    yield "csv/looks.csv", _csv(LOOK_HEADS, scope.looks())


def _write(archive: zipfile.ZipFile, about: zipfile.ZipInfo, pieces: Iterable[str]) -> None:
    with archive.open(about, "w", force_zip64=True) as part:
        for piece in pieces:
            part.write(piece.encode())


def _json(scope: Scope, at: datetime) -> Iterator[str]:
    about = {
        "format": FORMAT,
        "version": VERSION,
        "made_at": at,
        "user": str(scope.user.uid),
        "athletes": [str(athlete.pk) for athlete in scope.athletes],
        "is_own": scope.is_own,
    }
    yield f'{{"about": {_dumped(about)},\n"records": {{'
    for kind, rows in scope.kinds():
        yield f'\n"{kind.name}": ['
        yield from _listed(kind.rows(rows))
        yield "],"
    yield '\n"looks": ['
    yield from _listed(scope.looks())
    yield "]\n}}\n"


def _listed(rows: Iterator[dict[str, Any]]) -> Iterator[str]:
    between = "\n"
    for row in rows:
        yield f"{between}{_dumped(row)}"
        between = ",\n"


def _dumped(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=_as_text)


def _as_text(value: Any) -> str:
    """Times and days as ISO 8601 says them; times in UTC."""
    return str(value.isoformat()) if hasattr(value, "isoformat") else str(value)


def _csv(heads: Sequence[str], rows: Iterator[dict[str, Any]]) -> Iterator[str]:
    line = io.StringIO()
    writer = csv.writer(line)
    line.write(BYTE_ORDER_MARK)
    writer.writerow(heads)
    yield line.getvalue()
    for row in rows:
        line.seek(0)
        line.truncate()
        writer.writerow([cell(_flat(row[head])) for head in heads])
        yield line.getvalue()


def _flat(value: Any) -> Any:
    """A person by name; lists and objects as JSON."""
    if isinstance(value, dict) and value.keys() == {"id", "name"}:
        return value["name"]
    return _dumped(value) if isinstance(value, dict | list) else value


def _readme(scope: Scope, at: datetime) -> Iterator[str]:
    kinds = [(kind.name, kind.about, _columns(kind)) for kind, _ in scope.kinds()]
    looks = ("looks", LOOKS_ABOUT, [(head, "") for head in LOOK_HEADS])
    told = {"scope": scope, "at": at, "kinds": [*kinds, looks], "version": VERSION}
    yield render_to_string("export/readme.txt", told)


def _columns(kind: Any) -> list[tuple[str, str]]:
    columns = [(one.name, str(one.help_text)) for one in kind.fields()]
    return [*columns, *((name, "") for name in kind.together)]
