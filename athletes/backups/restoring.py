"""Putting a backup into an empty place."""

from __future__ import annotations

import sqlite3
import tempfile
import zipfile
from contextlib import closing
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.color import no_style
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor

from athletes.backups.archive import (
    SECRET,
    CannotRestore,
    Manifest,
    chunks_of,
    read_manifest,
    take_out,
)
from athletes.backups.making import SQLITE_PART, count_of, tables_of


def restore(path: Path) -> Manifest:
    """What is in the backup becomes this site; then it is brought up to this version.

    Only into an empty database, and all or nothing. Raises CannotRestore.
    """
    try:
        archive = zipfile.ZipFile(path)
    except (OSError, zipfile.BadZipFile) as fault:
        raise CannotRestore(f"{path} cannot be read as a backup.") from fault
    with archive, tempfile.TemporaryDirectory(prefix="niggle-restore-") as folder:
        manifest = read_manifest(archive)
        _require_same_kind(manifest)
        _require_known(manifest)
        _require_empty()
        parts = Path(folder)
        take_out(archive, manifest, parts)
        if connection.vendor == "sqlite":
            _into_sqlite(parts / SQLITE_PART)
        else:
            _into_postgres(parts, manifest)
        _keep_secret(parts / SECRET)
    call_command("migrate", verbosity=0, interactive=False)
    call_command("createcachetable", verbosity=0)
    return manifest


def _require_same_kind(manifest: Manifest) -> None:
    if manifest.kind != connection.vendor:
        raise CannotRestore(
            f"This backup is of {manifest.kind}, and DATABASE_URL names {connection.vendor}."
        )


def _require_known(manifest: Manifest) -> None:
    known = MigrationExecutor(connection).loader.graph.nodes
    if any(step not in known for step in manifest.migrations if step[0] == "athletes"):
        raise CannotRestore("This backup was made by a later version of Niggle: install that one.")


def _require_empty() -> None:
    """Nobody is there yet. A fresh database may have its tables already."""
    if "athletes_user" not in connection.introspection.table_names():
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM athletes_user")
        if cursor.fetchone()[0]:
            raise CannotRestore("There are people in this database: restore into an empty one.")


def _into_sqlite(copy: Path) -> None:
    connection.ensure_connection()
    with closing(sqlite3.connect(copy)) as source:
        source.backup(connection.connection)
    connection.close()  # it knows the tables of before


def _into_postgres(parts: Path, manifest: Manifest) -> None:
    """First the tables as they were at the backup, then all rows in one transaction."""
    MigrationExecutor(connection).migrate(_last_of_each_app(manifest))
    with transaction.atomic(), connection.cursor() as cursor:
        tables = [connection.ops.quote_name(table) for table in tables_of(connection)]
        # nosemgrep: no-sql-of-ones-own (names, quoted: what the migrations themselves wrote)
        cursor.execute(f"TRUNCATE {', '.join(tables)}")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        for table, expected in manifest.rows.items():
            _copy_in(cursor, table, parts / "tables" / f"{table}.copy")
            _require_count(cursor, table, expected)
        for statement in connection.ops.sequence_reset_sql(no_style(), _models()):
            cursor.execute(statement)


def _last_of_each_app(manifest: Manifest) -> list[tuple[str, str]]:
    """The state that the backup was made in; a database that is further goes back to it first."""
    nodes = MigrationExecutor(connection).loader.graph.node_map
    applied = set(manifest.migrations)
    return [
        step
        for step in manifest.migrations
        if step in nodes
        and not any(
            child.key in applied and child.key[0] == step[0] for child in nodes[step].children
        )
    ]


def _copy_in(cursor: Any, table: str, part: Path) -> None:
    with cursor.copy(f"COPY {connection.ops.quote_name(table)} FROM STDIN") as target:
        for chunk in chunks_of(part):
            target.write(chunk)


def _require_count(cursor: Any, table: str, expected: int) -> None:
    found = count_of(cursor, table)
    if found != expected:
        raise CannotRestore(f"{table} has {found} rows where the backup has {expected}.")


def _models() -> list[Any]:
    return list(connection.introspection.installed_models(tables_of(connection)))


def _keep_secret(part: Path) -> None:
    """The embedded set-up keeps its secret in a file; elsewhere SECRET_KEY says it."""
    if not part.exists():
        return
    target = settings.DATA_DIR / SECRET
    draft = target.with_suffix(".restored")
    draft.touch(mode=0o600)
    draft.write_bytes(part.read_bytes())
    draft.replace(target)
