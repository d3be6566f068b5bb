"""A squad on one page: who can train, now and week by week, and of whom nothing is heard."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from athletes.access import Sight
from athletes.availability import WORST_FIRST, Record, Standing, Week, records_of
from athletes.models import Athlete, Squad, User
from coaching.availability import NAMES, REASONS
from coaching.saying import said

WEEKS = 12
HEADS = (
    "athlete",
    "week_from_monday",
    "availability_worst_day",
    "days_out",
    "days_modified",
    "days_unknown",
    "days_full",
    "availability_now",
    "reason_now",
    "last_word_utc",
)


@dataclass(frozen=True)
class Cell:
    """One week of one athlete."""

    week: Week
    label: str
    is_this: bool

    @property
    def status(self) -> str:
        return self.week.status

    @property
    def says(self) -> str:
        """“Week from 3 November: Modified. 2 Modified, 5 Full” of its days."""
        if not self.status:
            return _("Week from %(day)s: not here yet") % {"day": self.label}
        days = ", ".join(
            f"{self.week.days[status]} {NAMES[status]}"
            for status in WORST_FIRST
            if self.week.days[status]
        )
        told = _("Week from %(day)s: %(status)s. Days: %(days)s")
        return told % {"day": self.label, "status": NAMES[self.status], "days": days}


@dataclass(frozen=True)
class BoardRow:
    """One athlete on the board."""

    record: Record
    now: Standing
    cells: Sequence[Cell]
    place: str  # of the problem behind it; empty where there is none, or it is not shared
    is_whole: bool  # the athlete shares all with the reader

    @property
    def athlete(self) -> Athlete:
        return self.record.athlete

    @property
    def reason(self) -> str | Promise:
        return REASONS[self.now.because]

    @property
    def silence(self) -> str | Promise:
        """What is missing from them, where it is not what the row says anyway."""
        silent = self.record.silence
        return REASONS[silent] if silent and silent is not self.now.because else ""

    @property
    def order(self) -> tuple[int, str]:
        return WORST_FIRST.index(self.now.status), self.athlete.name


def athletes_of(user: User, squad: Squad) -> list[Athlete]:
    """Those of the squad that the person looks after; nobody made up by a drill."""
    seen = Athlete.objects.seen_from_desk_by(user).real().filter(squads=squad)
    return list(seen.order_by("name", "pk"))


def week_label(monday: date) -> str:
    return date_format(monday, pgettext("a day of a plot, short", "j M"))


def rows_of(user: User, squad: Squad, weeks: Sequence[date], now: datetime) -> Iterator[BoardRow]:
    """Each athlete in these weeks (their Mondays, the last one is shown as the present), by name."""
    athletes, sight = athletes_of(user, squad), Sight(user)
    for record in records_of(athletes, now, weeks[0], zone=squad.club.zone):
        cells = [Cell(record.week(day), week_label(day), day == weeks[-1]) for day in weeks]
        standing = record.at(now)
        is_whole = sight.is_whole(record.athlete)
        place = said(standing.episode.place) if standing.episode and is_whole else ""
        yield BoardRow(record, standing, cells, place, is_whole)


def lines_of(rows: Iterable[BoardRow]) -> Iterator[Sequence[object]]:
    """One line for each athlete and week, under `HEADS`."""
    for row in rows:
        heard = row.record.last_heard
        for cell in row.cells:
            if cell.status:
                yield (
                    row.athlete.name,
                    cell.week.monday,
                    cell.status,
                    *(cell.week.days[status] for status in WORST_FIRST),
                    row.now.status,
                    row.now.because.value,
                    heard.astimezone(UTC) if heard else None,
                )
