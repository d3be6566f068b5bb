"""`manage.py restore FILE`: a backup into an empty database."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from athletes import backups


class Command(BaseCommand):
    help = "Put a backup into an empty database, and bring it up to this version."
    requires_migrations_checks = False

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        try:
            manifest = backups.restore(file)
        except backups.CannotRestore as fault:
            raise CommandError(f"Nothing was restored. {fault}") from fault
        self.stdout.write(
            f"Restored what was there at {manifest.made_at}: {sum(manifest.rows.values())} rows. "
            "Clocks and messages that are due go on with the next start."
        )
