"""`manage.py restore FILE`: a backup into an empty database."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from athletes import backups
from athletes.services import erasure


class Command(BaseCommand):
    help = "Put a backup into an empty database, and bring it up to this version."
    requires_migrations_checks = False

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--erased",
            type=Path,
            metavar="LIST",
            help="The erased.list of the site as it was last, if it is not in the data folder here.",
        )

    def handle(self, *args: Any, file: Path, erased: Path | None = None, **options: Any) -> None:
        if erased is not None and not erased.exists():
            raise CommandError(f"Nothing was restored. {erased} is not there.")
        try:
            manifest = backups.restore(file)
        except backups.CannotRestore as fault:
            raise CommandError(f"Nothing was restored. {fault}") from fault
        again = erasure.catch_up(*([erased] if erased else []))
        self.stdout.write(
            f"Restored what was there at {manifest.made_at}: {sum(manifest.rows.values())} rows. "
            "Clocks and messages that are due go on with the next start."
        )
        if again:
            self.stdout.write(
                f"{again} of the people in it had been erased since, and were erased again."
            )
