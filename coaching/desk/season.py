"""A squad over some weeks: pain, likely causes, answers, and how fast somebody looked; each as a plot, a table and a file."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from django import forms
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.views.decorators.http import require_safe

from athletes.access import Sight
from athletes.availability import mondays
from athletes.models import Squad
from athletes.season import Season, season_of
from coaching.csv_files import csv_file
from coaching.desk import season_plots
from coaching.desk.board import squad_seen, squads_seen
from coaching.desk.door import DeskRequest, on_desk
from coaching.reading import season_files
from coaching.reading.board import athletes_of
from coaching.reading.period import USUAL_WEEKS, is_too_long_ago, weeks_from

CHOICES = (6, 12, 26, 52)
UNPROCESSABLE = 422


class PeriodForm(forms.Form):
    """From which day on; the weeks before it are left out."""

    since = forms.DateField(
        label=gettext_lazy("Since"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        input_formats=["%Y-%m-%d"],
        error_messages={
            "required": gettext_lazy("Choose the day on which the season began."),
            "invalid": gettext_lazy("This is no day. Choose one, or write it as 2026-09-01."),
        },
    )

    def __init__(self, *args: object, today: date, **fields: object) -> None:
        super().__init__(*args, **fields)
        self.today = today

    def clean_since(self) -> date:
        day: date = self.cleaned_data["since"]
        if day > self.today:
            raise forms.ValidationError(_("This day has not come yet."))
        if is_too_long_ago(day, self.today):
            raise forms.ValidationError(_("That is too long ago: a year at most fits on the page."))
        return day


class Period:
    """The weeks that the address asks for: `?weeks=26` or `?since=2026-09-01`; else the last twelve."""

    def __init__(self, request: DeskRequest, squad: Squad, now: datetime) -> None:
        self.today = now.astimezone(squad.club.zone).date()
        is_asked = "since" in request.GET
        self.form = PeriodForm(request.GET if is_asked else None, today=self.today)
        self.number = self._number(request)
        if is_asked and self.form.is_valid():
            self.number = weeks_from(self.form.cleaned_data["since"], self.today)
        self.is_chosen_by_day = is_asked
        self.weeks = mondays(self.today, self.number)

    @property
    def is_wrong(self) -> bool:
        return self.form.is_bound and not self.form.is_valid()

    @staticmethod
    def _number(request: DeskRequest) -> int:
        wanted = request.GET.get("weeks", "")
        return int(wanted) if wanted in map(str, CHOICES) else USUAL_WEEKS

    @property
    def query(self) -> str:
        """As it stands in an address, for the files of the same weeks."""
        return f"?since={self.weeks[0].isoformat()}"

    @property
    def words(self) -> str:
        day_of_year = pgettext("a day of another year", "j F Y")
        return _("%(first)s to %(last)s") % {
            "first": date_format(self.weeks[0], day_of_year),
            "last": date_format(self.today, day_of_year),
        }


def _season(request: DeskRequest, squad: Squad, weeks: Sequence[date], now: datetime) -> Season:
    return season_of(
        athletes_of(request.user, squad),
        weeks,
        now,
        zone=squad.club.zone,
        is_whole=Sight(request.user).is_whole,
    )


@on_desk
@require_safe
def season(request: DeskRequest, pk: UUID) -> HttpResponse:
    squad, now = squad_seen(request, pk), timezone.now()
    period = Period(request, squad, now)
    found = _season(request, squad, period.weeks, now)
    page = {
        "squad": squad,
        "squads": squads_seen(request),
        "period": period,
        "choices": CHOICES,
        "season": found,
        "plots": season_plots.Plots(found, squad, period.query),
    }
    status = UNPROCESSABLE if period.is_wrong else 200
    return render(request, "desk/season.html", page, status=status)


@on_desk
@require_safe
def season_csv(request: DeskRequest, pk: UUID, what: str) -> HttpResponseBase:
    """The numbers of one plot. A day that cannot be read gives no other weeks than were asked for."""
    squad, now = squad_seen(request, pk), timezone.now()
    period = Period(request, squad, now)
    if what not in season_files.FILES or period.is_wrong:
        raise Http404
    heads, lines = season_files.FILES[what]
    found = _season(request, squad, period.weeks, now)
    return csv_file(f"{what}-{period.today.isoformat()}.csv", heads, lines(found))
