"""`manage.py load_demo`: the demo club, once; `--remove` takes it away again."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from athletes import demo


class Command(BaseCommand):
    help = "Load the demo club: one club, two squads, 14 athletes, eight weeks of reports."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--on-production",
            action="store_true",
            help="Load it on a production set-up too. Its passwords are public.",
        )

        parser.add_argument("--remove", action="store_true", help="Remove it, and only it.")

    def handle(
        self, *args: Any, on_production: bool = False, remove: bool = False, **options: Any
    ) -> None:
        if remove:
            removed = demo.remove()
            self.stdout.write("The demo club is gone." if removed else "There is no demo club.")
            return
        if settings.PRODUCTION and not on_production:
            raise CommandError(
                "This is a production set-up, and the demo club's passwords are public. "
                "Add --on-production if you mean it."
            )
        if demo.is_loaded():
            self.stdout.write("The demo club is there already.")
            return
        demo.load(timezone.now())
        self.stdout.write(f"Demo club loaded. Log in as {demo.COACH} or {demo.ATHLETE}.")
