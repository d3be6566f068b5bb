"""What is not translated yet; renews and fills the catalogues. docs/translating.md tells how to use it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from coaching.catalogue import messages

if TYPE_CHECKING:
    from polib import POFile

NEEDS_POLIB = "This command needs polib: .venv/bin/python -m pip install -r requirements-dev.txt"
STALE = "The catalogues are not what the sources say: run manage.py translations --update"


class Command(BaseCommand):
    help = "List what is not translated yet, language by language; with an option, mend it."
    requires_migrations_checks = False

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--language", help="only this one: es, zh_Hans")
        parser.add_argument(
            "--only", default="", help="only places that begin so: guidance/knowledge/advice"
        )
        parser.add_argument("--brief", action="store_true", help="only how many")
        what = parser.add_mutually_exclusive_group()
        what.add_argument(
            "--update", action="store_true", help="renew the catalogues from the sources"
        )
        what.add_argument("--check", action="store_true", help="fail where they need to be renewed")
        what.add_argument(
            "--export", metavar="FILE", help="write what is untranslated as JSON to fill in"
        )
        what.add_argument("--merge", metavar="FILE", help="put in what somebody filled in")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            from coaching import catalogue_files
        except ModuleNotFoundError as absent:
            raise CommandError(NEEDS_POLIB) from absent
        self.files = catalogue_files
        chosen = self._chosen(options["language"])
        if options["update"]:
            self._update(chosen)
        elif options["check"]:
            self._check(chosen)
        elif options["export"] or options["merge"]:
            self._pass_on(chosen, options)
        else:
            for language in chosen:
                self._list(language, options["only"], options["brief"])

    def _chosen(self, language: str | None) -> list[str]:
        known = self.files.languages()
        if language is not None and language not in known:
            raise CommandError(f"There is no language {language!r}. Known: {', '.join(known)}.")
        return [language] if language else known

    def _update(self, languages: list[str]) -> None:
        wanted = messages()
        for language in languages:
            self.files.write(language, self.files.renewed(self.files.read(language), wanted))
            self._list(language, "", brief=True)

    def _check(self, languages: list[str]) -> None:
        wanted = messages()
        stale = [
            f"{language}: {fault}"
            for language in languages
            for fault in self.files.missing(self.files.read(language), wanted)
        ]
        if stale:
            raise CommandError("\n".join([*stale, STALE]))

    def _pass_on(self, languages: list[str], options: dict[str, Any]) -> None:
        if len(languages) != 1:
            raise CommandError("Say which language: --language es")
        catalogue = self.files.read(languages[0])
        if options["export"]:
            self._export(catalogue, Path(options["export"]), options["only"])
        else:
            self._merge(languages[0], catalogue, Path(options["merge"]))

    def _export(self, catalogue: POFile, path: Path, only: str) -> None:
        left = {
            self.files.name_of(entry): ["", ""] if entry.msgid_plural else ""
            for entry in self.files.untranslated(catalogue)
            if self._is_in(entry, only)
        }
        path.write_text(json.dumps(left, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        self.stdout.write(f"{len(left)} texts to fill in are in {path}")

    def _merge(self, language: str, catalogue: POFile, path: Path) -> None:
        try:
            count = self.files.merge(catalogue, json.loads(path.read_text(encoding="utf-8")))
        except self.files.BadTranslation as wrong:
            raise CommandError(f"Nothing was put in:\n{wrong}") from wrong
        self.files.write(language, catalogue)
        self.stdout.write(f"{count} translations were put in.")
        self._list(language, "", brief=True)

    def _list(self, language: str, only: str, brief: bool) -> None:
        catalogue = self.files.read(language)
        all_of_it = [
            entry for entry in catalogue if not entry.obsolete and self._is_in(entry, only)
        ]
        left = [entry for entry in self.files.untranslated(catalogue) if self._is_in(entry, only)]
        done = len(all_of_it) - len(left)
        percent = 100 * done // max(len(all_of_it), 1)
        self.stdout.write(
            f"{language}: {done} of {len(all_of_it)} texts are translated ({percent} %)."
        )
        for entry in [] if brief else left:
            places = ", ".join(place for place, _ in entry.occurrences)
            was = " (reworded: the old translation is kept as fuzzy)" if entry.fuzzy else ""
            self.stdout.write(f"  {places}\n    {self.files.name_of(entry)}{was}")

    @staticmethod
    def _is_in(entry: Any, only: str) -> bool:
        return any(place.startswith(only) for place, _ in entry.occurrences)
