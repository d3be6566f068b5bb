"""Judges published cases with the engine alone and prints how often it was right."""

from __future__ import annotations

import json
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, CommandParser

from guidance import evaluation, figures
from guidance.loader import knowledge


class Command(BaseCommand):
    help = "Judge a file of published cases, one JSON object a line, and print the figures."
    requires_system_checks = ["guidance"]

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("cases", type=Path, metavar="CASES.jsonl")
        parser.add_argument(
            "--json",
            action="store_true",
            help="print one JSON object instead of a table",
        )
        parser.add_argument(
            "--without-clinician",
            action="store_true",
            help="leave out the facts that only a clinician could see",
        )

    def handle(self, *args: object, **options: object) -> None:
        path = options["cases"]
        assert isinstance(path, Path)
        base = knowledge()
        cases = _read(path, without_clinician=bool(options["without_clinician"]))
        outcomes = [evaluation.judge_case(base, case) for case in cases]
        measured = figures.metrics(outcomes, base)
        if options["json"]:
            result = {
                "knowledge_version": base.version,
                "cases": [outcome.as_json() for outcome in outcomes],
                "metrics": figures.as_json(measured, len(outcomes)),
            }
            self.stdout.write(json.dumps(result, ensure_ascii=False))
        else:
            self.stdout.write(figures.table(measured, outcomes, base.version))


def _read(path: Path, *, without_clinician: bool) -> list[evaluation.Case]:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"{path}: cannot be read: {error}") from error
    cases = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            cases.append(
                evaluation.read_case(line, knowledge(), without_clinician=without_clinician)
            )
        except evaluation.UnusableCase as problem:
            raise CommandError(f"{path}, line {number}: {problem}") from problem
    return cases
