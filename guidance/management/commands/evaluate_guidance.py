"""Judges published cases with the engine alone and prints how often it was right."""

from __future__ import annotations

import json
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, CommandParser

from guidance import figures, measurement, tables
from guidance.cases import Case, UnusableCase, read_cases
from guidance.evaluation import judge_case, needed_rules
from guidance.loader import knowledge
from guidance.management import readme


class Command(BaseCommand):
    help = "Judge a file of published cases, one JSON object a line, and print the figures."
    requires_system_checks = ["guidance"]

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("cases", type=Path, metavar="CASES.jsonl")
        parser.add_argument(
            "--without-clinician",
            action="store_true",
            help="leave out the facts that only a clinician could see",
        )
        what = parser.add_mutually_exclusive_group()
        what.add_argument(
            "--json", action="store_true", help="print one JSON object instead of a table"
        )
        what.add_argument(
            "--needed",
            action="store_true",
            help="for every rule, print the cases that would be judged too low without it",
        )
        what.add_argument(
            "--save",
            action="store_true",
            help="write the result that the product shows, and the table of README",
        )

    def handle(self, *args: object, **options: object) -> None:
        path, without = options["cases"], bool(options["without_clinician"])
        assert isinstance(path, Path)
        text = _text(path)
        try:
            cases = read_cases(text, knowledge(), without_clinician=without)
        except UnusableCase as problem:
            raise CommandError(_at(path, str(problem))) from problem
        if options["save"]:
            if without:
                raise CommandError("--save measures both with and without the clinician's facts.")
            self.stdout.write(_save(text))
        elif options["needed"]:
            self.stdout.write(tables.needed(needed_rules(knowledge(), cases)))
        else:
            self.stdout.write(_evaluated(cases, as_json=bool(options["json"])))


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"{path}: cannot be read: {error}") from error


def _at(path: Path, mistakes: str) -> str:
    """Each line of a mistake with the file before it."""
    return "\n".join(f"{path}, {mistake}" for mistake in mistakes.split("\n"))


def _evaluated(cases: list[Case], *, as_json: bool) -> str:
    base = knowledge()
    outcomes = [judge_case(base, case) for case in cases]
    measured = figures.metrics(outcomes, base)
    floor = figures.of_checklist(cases)
    if not as_json:
        return tables.table(measured, floor, outcomes, base.version)
    result = {
        "knowledge_version": base.version,
        "cases": [outcome.as_json() for outcome in outcomes],
        "metrics": figures.as_json(measured, len(outcomes)),
        "checklist": figures.as_json(floor, len(outcomes)),
    }
    return json.dumps(result, ensure_ascii=False)


def _save(text: str) -> str:
    result = measurement.measure(knowledge(), text)
    measurement.FILE.write_text(measurement.as_text(result), encoding="utf-8")
    measurement.measured.cache_clear()
    readme.renew(readme.FILE, measurement.measured())
    return f"Written: {measurement.FILE.name} and the table of {readme.FILE.name}."
