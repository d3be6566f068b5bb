"""Says in words what changed between two versions of the knowledge, and what would come out differently."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import OperationalError, ProgrammingError

from athletes.management.revisions import NoSuchVersion, take_out
from athletes.models import PainReport
from athletes.services.assessments import story_of
from guidance import (
    CannotJudge,
    Story,
    UnreadableStories,
    changes_between,
    different_outcomes,
    read_stories,
)

_PUBLISHED = Path("../shared/cases/cases.jsonl")  # beside the project, where somebody has them
_OWN = Path("tests/guidance/cases")


class Command(BaseCommand):
    help = "Say in words what changed between two versions of the knowledge, and which cases and reports end differently."
    # A mistake in the new knowledge is told by the comparison itself, after what changed.
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("old", metavar="OLD_REV", help="for example origin/main or HEAD~3")
        parser.add_argument(
            "new", nargs="?", metavar="NEW_REV", help="left out: the files as they are now"
        )
        parser.add_argument(
            "--cases",
            action="append",
            type=Path,
            default=[],
            metavar="FILE",
            help="cases to judge besides our own: JSON lines, or TOML as in docs/own-cases.md",
        )
        parser.add_argument(
            "--reports",
            type=int,
            default=200,
            metavar="N",
            help="judge the newest N stored reports as well (default 200; 0 for none)",
        )

    def handle(self, *args: object, **options: object) -> None:
        old, new, files, count = (options[name] for name in ("old", "new", "cases", "reports"))
        assert isinstance(files, list)
        assert isinstance(count, int)
        base = Path(settings.BASE_DIR)
        with TemporaryDirectory(prefix="niggle-diff-") as scratch:
            try:
                before = take_out(str(old), base, Path(scratch, "old"))
                after = take_out(str(new), base, Path(scratch, "new")) if new else base
                self._compare(before, after, [*_cases(base, files), *self._reports(count)])
            except (NoSuchVersion, UnreadableStories) as problem:
                raise CommandError(str(problem)) from problem
            except CannotJudge as problem:
                which = "old" if problem.folder == before else "new"
                raise CommandError(
                    f"The {which} version cannot be judged with: {problem}"
                ) from problem

    def _compare(self, old: Path, new: Path, stories: list[Story]) -> None:
        changes = changes_between(old, new)
        self.stdout.write("What changed in the knowledge")
        self.stdout.write("\n".join(f"- {change}" for change in changes) or "- nothing")
        different = different_outcomes(old, new, stories)
        counted = Counter(entry.direction for entry in different)
        self.stdout.write(
            f"\nWhat comes out differently: {len(different)} of {len(stories)} stories"
            f" ({counted[-1]} less urgent, {counted[1]} more urgent)"
        )
        for entry in different:
            self.stdout.write(f"- {entry.name}")
            self.stdout.write("\n".join(f"  - {said}" for said in entry.said))

    def _reports(self, count: int) -> list[Story]:
        """The newest stored reports, known by their primary keys alone."""
        if count < 1:
            return []
        real = PainReport.objects.real().select_related("episode")
        newest = real.order_by("-reported_at")[:count]
        try:
            return [story_of(report) for report in newest]
        except (OperationalError, ProgrammingError):
            self.stderr.write("No stored reports were compared: there is no database here.")
            return []


def _cases(base: Path, files: list[Path]) -> Iterator[Story]:
    published = base / _PUBLISHED
    own = sorted((base / _OWN).glob("*.toml"))
    for path in [*([published] if published.is_file() else []), *own, *files]:
        yield from read_stories(path)
