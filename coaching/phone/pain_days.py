"""What hurt when and where: a month as a calendar, and the last weeks on the body map."""

from __future__ import annotations

import calendar
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from uuid import UUID

from django.utils import dates, formats
from django.utils.translation import pgettext

from athletes.models import Athlete, PainReport
from coaching import body_map

MONDAY = calendar.Calendar(firstweekday=0)  # a training week begins on Monday
RECENT = timedelta(days=28)


@dataclass(frozen=True)
class Day:
    """A day of the month, with the worst pain that was told on it. None is not told, never “none”."""

    date: date
    is_today: bool
    report: UUID | None = None
    pain: float | None = None
    reports: int = 0

    @property
    def step(self) -> str:
        """The colour, the same as on the body map."""
        return body_map.step_of(self.pain)

    @property
    def in_words(self) -> str:
        return formats.date_format(self.date, pgettext("a day of this year", "j F"))


@dataclass(frozen=True)
class Month:
    """One month of an athlete, in their own zone. Weeks begin on Monday; None is a day of another month."""

    first: date
    days: dict[date, Day]
    earliest: date  # the first months that there is something to see of, and this one
    latest: date

    @property
    def name(self) -> str:
        return formats.date_format(self.first, pgettext("a month of a year", "F Y"))

    @property
    def weekdays(self) -> list[tuple[str, str]]:
        """Short for the eye, whole for the ear."""
        return [(str(dates.WEEKDAYS_ABBR[n]), str(dates.WEEKDAYS[n])) for n in range(7)]

    @property
    def weeks(self) -> list[list[Day | None]]:
        rows = MONDAY.monthdatescalendar(self.first.year, self.first.month)
        return [[self.days.get(day) for day in row] for row in rows]

    @property
    def is_empty(self) -> bool:
        return not any(day.reports for day in self.days.values())

    @property
    def before(self) -> str:
        """The address of the month before, empty where nothing was told before."""
        previous = (self.first - timedelta(days=1)).replace(day=1)
        return _address(previous) if previous >= self.earliest else ""

    @property
    def after(self) -> str:
        following = _following(self.first)
        return _address(following) if following <= self.latest else ""


def month_of(athlete: Athlete, wanted: str, now: datetime) -> Month:
    """The month `wanted` (“2026-11”), or the one of today where that is none that can be shown."""
    zone, today = athlete.zone, now.astimezone(athlete.zone).date()
    oldest = athlete.reports.order_by("reported_at").values_list("reported_at", flat=True).first()
    latest = today.replace(day=1)
    earliest = min(latest, oldest.astimezone(zone).date().replace(day=1)) if oldest else latest
    first = min(max(_parsed(wanted) or latest, earliest), latest)
    return Month(first, _days(athlete, first, today), earliest, latest)


def _days(athlete: Athlete, first: date, today: date) -> dict[date, Day]:
    zone, end = athlete.zone, _following(first)
    told: dict[date, list[PainReport]] = {}
    reports = athlete.reports.filter(
        reported_at__gte=_midnight(first, zone), reported_at__lt=_midnight(end, zone)
    )
    for report in reports.only("athlete", "reported_at", "pain_now").order_by("reported_at"):
        told.setdefault(report.reported_at.astimezone(zone).date(), []).append(report)
    span = (first + timedelta(days=n) for n in range((end - first).days))
    return {day: _day(day, told.get(day, []), today) for day in span}


def _day(day: date, told: list[PainReport], today: date) -> Day:
    """It leads to the worst report of the day; of equals to the last."""
    if not told:
        return Day(day, day == today)
    worst = max(told, key=lambda one: -1.0 if one.pain_now is None else one.pain_now)
    return Day(day, day == today, worst.pk, worst.pain_now, len(told))


def recent_pains(athlete: Athlete, now: datetime) -> body_map.Pains:
    """The worst pain of each place in the last four weeks."""
    recent = athlete.reports.filter(reported_at__gte=now - RECENT)
    worst: dict[tuple[str, str], float | None] = {}
    for report in recent.only("athlete", "answers", "side", "pain_now"):
        for site in _sites(report):
            place = (site, report.side)
            if place not in worst or _is_worse(report.pain_now, worst[place]):
                worst[place] = report.pain_now
    return worst


def _sites(report: PainReport) -> Iterable[str]:
    sites = report.answers.get("site")
    return sites if isinstance(sites, list) else ()


def _is_worse(pain: float | None, other: float | None) -> bool:
    return pain is not None and (other is None or pain > other)


def _midnight(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day, time.min, tzinfo=zone)


def _following(first: date) -> date:
    return (first + timedelta(days=31)).replace(day=1)


def _address(first: date) -> str:
    return f"{first:%Y-%m}"


def _parsed(wanted: str) -> date | None:
    try:
        return datetime.strptime(wanted, "%Y-%m").date()  # noqa: DTZ007 (a month has no zone)
    except ValueError:
        return None
