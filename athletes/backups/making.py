"""Making a backup while the site runs: one moment of the database, whole."""

from __future__ import annotations

import os
import sqlite3
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from athletes.backups.archive import (
    MANIFEST,
    SECRET,
    CannotBackUp,
    Manifest,
    chunks_of,
    write_part,
)

SQLITE_PART = "niggle.sqlite3"
NAME = "niggle-%Y%m%dT%H%M%SZ.zip"
PATTERN = "niggle-*.zip"
NOT_KEPT = {"niggle_cache"}  # rate limits of the last minutes


def back_up(path: Path | None = None) -> Path:
    """Everything that is committed now into `path` (default: `backups/` in the data folder).

    Readable by nobody else. It appears under its name only when it is whole. Raises CannotBackUp.
    """
    now = timezone.now()
    path = path or settings.DATA_DIR / "backups" / now.strftime(NAME)
    if path.exists():
        raise CannotBackUp(f"{path} is there already: choose another name.")
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, draft = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)  # mode 0600
    try:
        with os.fdopen(handle, "wb") as file:
            with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
                _write(archive, now.isoformat())
            file.flush()
            os.fsync(file.fileno())
        Path(draft).replace(path)
    finally:
        Path(draft).unlink(missing_ok=True)
    return path


def keep_newest(folder: Path, *, most: int) -> list[Path]:
    """Drop the oldest backups of `folder` beyond `most`; those that were dropped."""
    dropped = sorted(folder.glob(PATTERN), reverse=True)[most:]
    for path in dropped:
        path.unlink()
    return dropped


def _write(archive: zipfile.ZipFile, made_at: str) -> None:
    make = _from_sqlite if connection.vendor == "sqlite" else _from_postgres
    migrations, rows, sha256 = make(archive)
    secret = settings.DATA_DIR / SECRET
    if secret.exists():  # without it nobody stays logged in, and links in messages lead nowhere
        sha256[SECRET] = write_part(archive, SECRET, chunks_of(secret))
    told = Manifest(connection.vendor, made_at, migrations, rows, sha256)
    archive.writestr(MANIFEST, told.as_json())


Made = tuple[list[tuple[str, str]], dict[str, int], dict[str, str]]


def _from_sqlite(archive: zipfile.ZipFile) -> Made:
    """SQLite copies itself page by page; who writes meanwhile is not held up."""
    connection.ensure_connection()
    with tempfile.TemporaryDirectory(prefix="niggle-backup-") as folder:
        copy = Path(folder) / SQLITE_PART
        with closing(sqlite3.connect(copy)) as target:
            connection.connection.backup(target)
            tables = [
                name
                for (name,) in target.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
                if name not in NOT_KEPT and not name.startswith("sqlite_")
            ]
            rows = {name: count_of(target.cursor(), name) for name in tables}
            applied = target.execute("SELECT app, name FROM django_migrations").fetchall()
        sha256 = {SQLITE_PART: write_part(archive, SQLITE_PART, chunks_of(copy))}
    return sorted(applied), rows, sha256


def _from_postgres(archive: zipfile.ZipFile) -> Made:
    """COPY of each table, all in one snapshot; no program of PostgreSQL itself is needed."""
    rows, sha256 = {}, {}
    with _one_snapshot() as cursor:
        applied = sorted(MigrationRecorder(connection).applied_migrations())
        for table in tables_of(connection):
            name = f"tables/{table}.copy"
            quoted = connection.ops.quote_name(table)
            rows[table] = count_of(cursor, table)
            sha256[name] = write_part(archive, name, _copied_out(cursor, quoted))
    return applied, rows, sha256


def count_of(cursor: Any, table: str) -> int:
    # The name of one of our own tables, quoted: nobody outside chooses it.
    cursor.execute(f"SELECT count(*) FROM {connection.ops.quote_name(table)}")  # noqa: S608 # nosec B608 # nosemgrep: no-sql-of-ones-own (a name, quoted)
    return int(cursor.fetchone()[0])


def tables_of(database: Any) -> list[str]:
    return sorted(set(database.introspection.table_names()) - NOT_KEPT)


@contextmanager
def _one_snapshot() -> Iterator[Any]:
    with connection.cursor() as cursor:
        cursor.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        try:
            yield cursor
        finally:
            cursor.execute("ROLLBACK")


def _copied_out(cursor: Any, table: str) -> Iterable[bytes]:
    with cursor.copy(f"COPY {table} TO STDOUT") as out:
        for chunk in out:
            yield bytes(chunk)
