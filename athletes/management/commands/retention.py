"""`manage.py retention`: delete what clubs no longer keep. Done by itself every few hours where beat runs."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from athletes.models import Club
from athletes.services import retention


class Command(BaseCommand):
    help = "Delete closed problems that are older than their club keeps them."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--dry-run", action="store_true", help="Only say how much would go; delete nothing."
        )

    def handle(self, *args: Any, dry_run: bool, **options: Any) -> None:
        keeping = Club.objects.filter(keep_months__isnull=False).order_by("pk")
        going = {club.pk: retention.over(club, months=club.keep_months).count() for club in keeping}
        gone = going if dry_run else retention.tidy_up()
        verb = "would go" if dry_run else "gone"
        for club in keeping:
            self.stdout.write(
                f"{club.pk} keeps {club.keep_months} months: {gone.get(club.pk, 0)} closed problems {verb}"
            )
        if not keeping:
            self.stdout.write("No club has said how long it keeps closed problems: all are kept.")
