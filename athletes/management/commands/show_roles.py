"""Who may see and do what, as the page docs/roles.md."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from athletes.access.page import as_markdown


class Command(BaseCommand):
    """Prints the page; `make docs` writes it."""

    help = __doc__
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(as_markdown(), ending="")
