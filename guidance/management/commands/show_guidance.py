"""Prints a rule, cause, piece of advice or finding as prose, for review by people who do not read TOML."""

from __future__ import annotations

from django.core.management.base import BaseCommand, CommandError, CommandParser

from guidance import prose
from guidance.loader import knowledge


class Command(BaseCommand):
    help = "Print a rule, cause, piece of advice or finding as plain prose."
    requires_system_checks = ["guidance"]

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("id", nargs="?", help="for example possible_leg_clot or muscle_strain")
        parser.add_argument("--all", action="store_true", help="print everything")

    def handle(self, *args: object, **options: object) -> None:
        base = knowledge()
        if bool(options["all"]) == bool(options["id"]):
            raise CommandError("Name one id, or write --all.")
        if options["all"]:
            self.stdout.write("\n\n".join(text for _, text in prose.everything(base)))
            return
        try:
            self.stdout.write(prose.show(base, str(options["id"])))
        except prose.NothingCalled as problem:
            raise CommandError(str(problem)) from problem
