"""A squad on one page: who can train, now and week by week, and of whom nothing is heard."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_safe

from athletes.availability import mondays
from athletes.models import Squad
from athletes.models.availability import FULL, MODIFIED, OUT, UNKNOWN
from coaching.availability import NAMES
from coaching.charts.bars import Bars, Series
from coaching.charts.tables import Frame, Row, Table
from coaching.csv_files import csv_file
from coaching.desk.door import DeskRequest, on_desk
from coaching.reading.board import HEADS, WEEKS, BoardRow, lines_of, rows_of, week_label

SILENT = "silent"
SHOWS: dict[str, str | Promise] = {
    "": gettext_lazy("Everybody"),
    OUT: NAMES[OUT],
    MODIFIED: NAMES[MODIFIED],
    UNKNOWN: NAMES[UNKNOWN],
    FULL: NAMES[FULL],
    SILENT: gettext_lazy("Silent"),
}


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


@on_desk
@require_safe
def board(request: DeskRequest, pk: UUID) -> HttpResponse:
    """Everybody of one squad, the worst first."""
    squad, now = squad_seen(request, pk), timezone.now()
    weeks = mondays(now.astimezone(squad.club.zone).date(), WEEKS)
    rows = sorted(rows_of(request.user, squad, weeks, now), key=lambda row: row.order)
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
    rows = rows_of(request.user, squad, mondays(today, WEEKS), now)
    return csv_file(f"availability-{today.isoformat()}.csv", HEADS, lines_of(rows))
