"""Prints any item of the knowledge as prose, for review by people who do not read TOML."""

from __future__ import annotations

from django.core.management.base import BaseCommand, CommandError, CommandParser

from guidance import article, prose
from guidance.loader import knowledge


class Command(BaseCommand):
    help = "Print a rule, cause, piece of advice or anything else of the knowledge as plain prose."
    requires_system_checks = ["guidance"]

    def add_arguments(self, parser: CommandParser) -> None:
        what = parser.add_mutually_exclusive_group()
        what.add_argument("id", nargs="?", help="for example possible_leg_clot or muscle_strain")
        what.add_argument("--all", action="store_true", help="print everything")
        what.add_argument(
            "--article",
            action="store_true",
            help="print docs/article.md: the source article claim by claim",
        )

    def handle(self, *args: object, **options: object) -> None:
        base = knowledge()
        if options["article"]:
            self.stdout.write(article.page(base), ending="")
        elif options["all"]:
            self.stdout.write("\n\n".join(text for _, text in prose.everything(base)))
        elif options["id"]:
            self.stdout.write(_shown(str(options["id"])))
        else:
            raise CommandError("Name one id, or write --all or --article.")


def _shown(item: str) -> str:
    try:
        return prose.show(knowledge(), item)
    except prose.NothingCalled as problem:
        raise CommandError(str(problem)) from problem
