"""`manage.py backup`: the whole site in one file, while it runs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from athletes import backups


class Command(BaseCommand):
    help = "Write everything into one file. It holds health data and keys: keep it safe."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "file", nargs="?", type=Path, help="Default: backups/ in the data folder."
        )
        parser.add_argument(
            "--keep", type=int, metavar="N", help="Drop the oldest beside it, beyond the newest N."
        )

    def handle(
        self, *args: Any, file: Path | None = None, keep: int | None = None, **options: Any
    ) -> None:
        if keep is not None and keep < 1:
            raise CommandError("Keep at least one backup.")
        try:
            made = backups.back_up(file)
        except (backups.CannotBackUp, OSError) as fault:
            raise CommandError(f"No backup was made: {fault}") from fault
        self.stdout.write(f"{made} ({made.stat().st_size / 1e6:.1f} MB)")
        if keep is not None:
            for path in backups.keep_newest(made.parent, most=keep):
                self.stdout.write(f"dropped {path.name}")
