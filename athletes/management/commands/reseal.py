"""`manage.py reseal`: everything that stands encrypted in the database, under the newest key."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from athletes.services import sealing


class Command(BaseCommand):
    help = "Seal what is encrypted under the first of COLUMN_KEYS (or SECRET_KEY). Then the old key can go."

    def handle(self, *args: Any, **options: Any) -> None:
        counted = sealing.reseal()
        self.stdout.write(
            f"Sealed anew: {counted.sealed_anew}. Under the newest key already: {counted.as_it_was}."
        )
        if counted.unreadable:
            raise CommandError(
                f"{counted.unreadable} values stand under a key that is not there. Put it behind the first in "
                "COLUMN_KEYS (or SECRET_KEY_FALLBACKS) and run this again; keep the old key until then."
            )
