"""A squad on one page: who can train, now and week by week, and of whom nothing is heard."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext
from django.views.decorators.http import require_safe

from athletes.access import Sight
from athletes.availability import WORST_FIRST, Record, Standing, Week, mondays, records_of
from athletes.models import Athlete, Squad
from athletes.models.availability import FULL, MODIFIED, OUT, UNKNOWN
from coaching.availability import NAMES, REASONS
from coaching.charts.bars import Bars, Series
from coaching.charts.tables import Frame, Row, Table
from coaching.csv_files import csv_file
from coaching.desk.door import DeskRequest, on_desk
from coaching.saying import said

WEEKS = 12
SILENT = "silent"
SHOWS: dict[str, str | Promise] = {
    "": gettext_lazy("Everybody"),
    OUT: NAMES[OUT],
    MODIFIED: NAMES[MODIFIED],
    UNKNOWN: NAMES[UNKNOWN],
    FULL: NAMES[FULL],
    SILENT: gettext_lazy("Silent"),
}
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
    def _order(self) -> tuple[int, str]:
        return WORST_FIRST.index(self.now.status), self.athlete.name


@dataclass(frozen=True)
class Filter:
    """One way to look at the board, and how many athletes it shows."""

    show: str
    name: str | Promise
    count: int


def squad_seen(request: DeskRequest, pk: UUID) -> Squad:
    seen = Squad.objects.seen_from_desk_by(request.user).select_related("club")
    return get_object_or_404(seen, pk=pk)


def squads_seen(request: DeskRequest) -> list[Squad]:
    """To go on to the same page of another one."""
    seen = Squad.objects.seen_from_desk_by(request.user)
    return list(seen.order_by("club__name", "name"))


def athletes_of(request: DeskRequest, squad: Squad) -> list[Athlete]:
    """Those of the squad that the person looks after; nobody made up by a drill."""
    seen = Athlete.objects.seen_from_desk_by(request.user).real().filter(squads=squad)
    return list(seen.order_by("name", "pk"))


def week_label(monday: date) -> str:
    return date_format(monday, pgettext("a day of a plot, short", "j M"))


@on_desk
@require_safe
def board(request: DeskRequest, pk: UUID) -> HttpResponse:
    """Everybody of one squad, the worst first."""
    squad, now = squad_seen(request, pk), timezone.now()
    weeks = mondays(now.astimezone(squad.club.zone).date(), WEEKS)
    rows = sorted(_rows(request, squad, weeks, now), key=lambda row: row._order)
    show = request.GET.get("show", "")
    show = show if show in SHOWS else ""
    page = {
        "squad": squad,
        "squads": squads_seen(request),
        "rows": [row for row in rows if _is_shown(row, show)],
        "filters": list(_filters(rows)),
        "show": show,
        "weeks": [week_label(day) for day in weeks],
        "chart": _chart(squad, rows, weeks) if rows else None,
        "statuses": [FULL, MODIFIED, OUT, UNKNOWN],
        "now": now,
        "zone": squad.club.zone,
    }
    return render(request, "desk/board.html", page)


def _rows(
    request: DeskRequest, squad: Squad, weeks: Sequence[date], now: datetime
) -> Iterator[BoardRow]:
    athletes, sight = athletes_of(request, squad), Sight(request.user)
    for record in records_of(athletes, now, weeks[0], zone=squad.club.zone):
        cells = [Cell(record.week(day), week_label(day), day == weeks[-1]) for day in weeks]
        standing = record.at(now)
        is_told = standing.episode is not None and sight.is_whole(record.athlete)
        place = said(standing.episode.place) if standing.episode and is_told else ""
        yield BoardRow(record, standing, cells, place)


def _is_shown(row: BoardRow, show: str) -> bool:
    if show == SILENT:
        return row.record.silence is not None
    return show in ("", row.now.status)


def _filters(rows: Sequence[BoardRow]) -> Iterator[Filter]:
    for show, name in SHOWS.items():
        yield Filter(show, name, sum(_is_shown(row, show) for row in rows))


def _chart(squad: Squad, rows: Sequence[BoardRow], weeks: Sequence[date]) -> Bars:
    """How many athletes were what in each week: by its worst day, as on the board."""
    labels = [week_label(day) for day in weeks]
    counts = [Counter(row.cells[number].status for row in rows) for number in range(len(weeks))]
    order = (FULL, MODIFIED, OUT, UNKNOWN)
    series = [
        Series(NAMES[status], [count[status] for count in counts], status) for status in order
    ]
    last = counts[-1]
    summary = ngettext(
        "Each athlete counts as on the worst day of the week. This week %(full)s of %(all)s athlete has been full throughout.",
        "Each athlete counts as on the worst day of the week. This week %(full)s of %(all)s athletes have been full throughout.",
        len(rows),
    )
    frame = Frame(
        id="by-week",
        title=_("Athletes by week"),
        summary=summary % {"full": last[FULL], "all": len(rows)},
        table=Table(
            [_("Week from"), *(NAMES[status] for status in order)],
            [
                Row(label, [count[status] for status in order])
                for label, count in zip(labels, counts, strict=True)
            ],
        ),
        csv=reverse("desk:board_csv", args=[squad.pk]),
        keys=[part.key for part in series],
    )
    return Bars(frame, labels, series)


@on_desk
@require_safe
def board_csv(request: DeskRequest, pk: UUID) -> HttpResponseBase:
    """One line for each athlete and week, the same weeks as on the board."""
    squad, now = squad_seen(request, pk), timezone.now()
    today = now.astimezone(squad.club.zone).date()
    rows = _rows(request, squad, mondays(today, WEEKS), now)
    return csv_file(f"availability-{today.isoformat()}.csv", HEADS, _lines(rows))


def _lines(rows: Iterable[BoardRow]) -> Iterator[Sequence[object]]:
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
                    heard.astimezone(ZoneInfo("UTC")) if heard else None,
                )
