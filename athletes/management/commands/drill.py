"""`manage.py drill`: rehearse the way from a danger sign to a person who has seen it."""

from __future__ import annotations

import signal
import sys
from datetime import datetime, timedelta
from time import monotonic, sleep
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from athletes.models import PainReport, Squad
from athletes.services import clock, drills
from athletes.services.reports import NotStored
from guidance import Disposition

LOOK_EVERY_S = 0.5
ENDS = (signal.SIGTERM, signal.SIGHUP)  # a closed terminal too: it ends as with Ctrl-C
STEPS = ("First", "Then", "Then", "At last")


class Command(BaseCommand):
    help = "File a marked test escalation the real way, and tell how long each step took."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--squad", required=True, metavar="NAME|ID")
        parser.add_argument(
            "--level",
            choices=[level.value for level in drills.LEVELS],
            default=Disposition.EMERGENCY_NOW.value,
        )
        parser.add_argument(
            "--wait",
            type=float,
            default=300.0,
            metavar="SECONDS",
            help="give up then (default 300)",
        )
        parser.add_argument(
            "--yes", action="store_true", help="do not ask before real people are written to"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        squad, level = _squad(options["squad"]), Disposition(options["level"])
        try:
            filer = drills.who_files(squad)
            self._announce(squad, level)
            if not options["yes"]:
                self._confirm()
            began = timezone.now()
            report = drills.start(by=filer, squad=squad, level=level)
        except drills.CannotRehearse as problem:
            raise CommandError(str(problem)) from problem
        except NotStored as fault:
            raise CommandError(
                "The database did not take the report. An athlete would still be told: "
                f"{fault.screening.tell_athlete}"
            ) from fault
        before = {number: signal.signal(number, signal.default_int_handler) for number in ENDS}
        try:
            self._say(timezone.now() - began, "danger sign judged, report and call stored")
            self._follow(report, began, options["wait"])
        except KeyboardInterrupt:
            self.stdout.write("Stopped.")
        finally:
            missing = _missing(report)
            drills.end(by=filer, athlete=report.athlete)
            for number, handler in before.items():
                signal.signal(number, handler)
        self._sum_up(missing)

    def _announce(self, squad: Squad, level: Disposition) -> None:
        self.stdout.write(f"A drill of {level.value} in {squad.name}, {squad.club.name}.")
        self.stdout.write("Real messages, marked “Drill”, go to:")
        for named, new in zip(STEPS, drills.who_would_be_told(squad, level), strict=False):
            if new:
                self.stdout.write(f"  {named}: {', '.join(new)}")

    def _confirm(self) -> None:
        if not sys.stdin.isatty():
            raise CommandError("Nobody is here to say yes. Add --yes if you mean it.")
        if input("Go on? Type yes: ").strip().lower() != "yes":
            raise CommandError("No drill was made.")

    def _follow(self, report: PainReport, began: datetime, wait_s: float) -> None:
        """Print what happens as it happens, until somebody has seen it or the time is over."""
        until, told = monotonic() + wait_s, 0
        while True:
            seen = drills.seen_by(report)
            course = drills.course(report)
            for step in course[told:]:
                self._say(step.at - began, step.what)
            told = len(course)
            if seen or monotonic() >= until:
                return
            sleep(min(LOOK_EVERY_S, max(0.0, until - monotonic())))

    def _say(self, after: timedelta, what: str) -> None:
        self.stdout.write(f"{after.total_seconds():8.1f} s  {what}")
        self.stdout.flush()

    def _sum_up(self, missing: list[str]) -> None:
        self.stdout.write("The drill is over: resolved, closed, and its athlete has left.")
        if not missing:
            self.stdout.write(self.style.SUCCESS("Everything happened that should."))
            return
        self.stdout.write("What did not happen:")
        for line in missing:
            self.stdout.write(f"- {line}")
        raise CommandError("The way to a person did not work to its end.")


def _missing(report: PainReport) -> list[str]:
    """What should have come about and has not, in plain words."""
    missing = []
    if report.assessments.filter(finished_at=None).exists():
        missing.append("The report was not judged by a worker or dispatcher.")
    missing += [f"Not told: {line}" for line in drills.not_told(report)]
    if drills.seen_by(report) is None:
        missing.append("Nobody acknowledged it.")
    if still := clock.standing_still():
        missing.append(f"Standing still: {', '.join(still)}.")
    return missing


def _squad(named: str) -> Squad:
    squads = Squad.objects.select_related("club")
    found = list(squads.filter(name__iexact=named)) or list(squads.filter(pk__in=_as_ids(named)))
    if not found:
        raise CommandError(f"There is no squad “{named}”.")
    if len(found) > 1:
        which = "\n".join(f"  {squad.pk}  {squad.name}, {squad.club.name}" for squad in found)
        raise CommandError(f"There are several squads “{named}”. Name one by its id:\n{which}")
    return found[0]


def _as_ids(named: str) -> list[UUID]:
    try:
        return [UUID(named)]
    except ValueError:
        return []
