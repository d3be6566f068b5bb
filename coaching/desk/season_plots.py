"""The plots of a season: what is drawn, the sentence that says what to see, and the same as a table."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from statistics import median

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from athletes.models import Squad
from athletes.models.reports import REGIONS
from athletes.season import NO_CAUSE, Answers, Called, Season
from coaching.charts.bars import Bars, Series
from coaching.charts.lines import Line
from coaching.charts.strips import Strip, Strips
from coaching.charts.tables import Frame, Row, Table
from coaching.reading.board import week_label
from coaching.reading.judged import cause_name
from coaching.saying import said
from coaching.words import duration
from guidance import Disposition

Cells = Sequence[object]


@dataclass(frozen=True)
class Plots:
    """All plots of one squad's season. Small numbers stay numbers: “2 of 3”, never a share."""

    season: Season
    squad: Squad
    query: str

    @cached_property
    def labels(self) -> list[str]:
        return [week_label(week) for week in self.season.weeks]

    def _frame(
        self,
        what: str,
        title: str,
        summary: str,
        columns: Sequence[str],
        rows: Iterable[tuple[str, Cells]],
        series: Sequence[Series] = (),
        *,
        id: str = "",
    ) -> Frame:
        address = reverse("desk:season_csv", args=[self.squad.pk, what])
        return Frame(
            id=id or what,
            title=title,
            summary=summary,
            table=Table(columns, [Row(head, cells) for head, cells in rows]),
            csv=f"{address}{self.query}",
            keys=[part.key for part in series] if len(series) > 1 else (),
        )

    def _by_week(self, *columns: Sequence[object]) -> list[tuple[str, Cells]]:
        return [
            (label, [column[place] for column in columns])
            for place, label in enumerate(self.labels)
        ]

    @cached_property
    def reports(self) -> Bars:
        pain, answers = (
            [self.season.reports(week, answers=kind) for week in self.season.weeks]
            for kind in (False, True)
        )
        series = [Series(_("Reports of pain"), pain, 1), Series(_("Answers"), answers, 2)]
        told = ngettext("%(n)s report of pain.", "%(n)s reports of pain.", sum(pain))
        back = ngettext("%(n)s answer to a check-in.", "%(n)s answers to check-ins.", sum(answers))
        summary = f"{told % {'n': sum(pain)}} {back % {'n': sum(answers)}}"
        columns = [_("Week from"), _("Reports of pain"), _("Answers to check-ins")]
        frame = self._frame(
            "reports",
            _("Reports by week"),
            summary,
            columns,
            self._by_week(pain, answers),
            series,
        )
        return Bars(frame, self.labels, series)

    @cached_property
    def sites(self) -> Strips:
        season = self.season
        strips, rows = [], []
        for region, name in REGIONS:
            numbers = [season.athletes_with_pain(week, region) for week in season.weeks]
            worst = [season.worst_pain(week, region) for week in season.weeks]
            if any(numbers):
                strips.append(Strip(said(str(name)), numbers, season.athletes_in(region)))
                rows.append(
                    (
                        said(str(name)),
                        [_with_pain(*pair) for pair in zip(numbers, worst, strict=True)],
                    )
                )
        summary = _(
            "How many athletes told of pain there in that week. One athlete can be in several rows and weeks."
        )
        frame = self._frame("sites", _("Pain by site"), summary, [_("Site"), *self.labels], rows)
        return Strips(frame, self.labels, strips, _("Athletes"))

    @cached_property
    def causes(self) -> Strips:
        season = self.season
        strips = [
            Strip(
                said(cause_name(cause)) if cause != NO_CAUSE else _("Nothing fitted"),
                [season.problems(cause, week) for week in season.weeks],
                season.problems(cause),
            )
            for cause in season.causes()
        ]
        summary = _(
            "What problems looked most like to Niggle when they were reported: likely causes, not what they were. A problem "
            "whose reports differ is in several rows."
        )
        frame = self._frame(
            "causes",
            _("Pain by likely cause"),
            summary,
            [_("Likely cause"), *self.labels],
            [(str(strip.name), strip.values) for strip in strips],
        )
        return Strips(frame, self.labels, strips, _("Problems"))

    @cached_property
    def found(self) -> list[tuple[str, int]]:
        """What clinicians found, apart from what Niggle said."""
        return [
            (said(cause_name(cause)) if cause else words, number)
            for cause, words, number in self.season.clinicians_found()
        ]

    @property
    def findings_csv(self) -> str:
        return reverse("desk:season_csv", args=[self.squad.pk, "findings"]) + self.query

    @cached_property
    def all_answers(self) -> Answers:
        return self.season.answers()

    @cached_property
    def answers(self) -> Bars:
        weeks = [self.season.answers(week=week) for week in self.season.weeks]
        answered, missed, waiting = (
            [getattr(week, name) for week in weeks] for name in ("answered", "missed", "waiting")
        )
        series = [
            Series(_("Answered"), answered, 1),
            Series(_("Not answered"), missed, 2),
            Series(_("Still waiting"), waiting, 4),
        ]
        columns = [_("Week from"), _("Answered"), _("Not answered"), _("Still waiting")]
        frame = self._frame(
            "answers",
            _("Check-ins by week"),
            answered_words(self.all_answers),
            columns,
            self._by_week(answered, missed, waiting),
            series,
        )
        return Bars(frame, self.labels, series)

    @cached_property
    def answer_times(self) -> Line:
        middle = [self.season.answers(week=week).median for week in self.season.weeks]
        took = self.all_answers.median
        summary = (
            _("Half of the answers came within %(span)s of the question.")
            % {"span": duration(took)}
            if took is not None
            else _("Nobody has answered a question in these weeks yet.")
        )
        columns = [_("Week from"), _("Half of the answers came within")]
        told = [None if span is None else duration(span) for span in middle]
        frame = self._frame(
            "answers",
            _("Hours until an answer"),
            summary,
            columns,
            self._by_week(told),
            id="answer-times",
        )
        hours = [None if span is None else round(_hours(span), 1) for span in middle]
        return Line(frame, self.labels, hours, unit=_("hours"))

    @cached_property
    def athletes(self) -> list[tuple[object, Answers, str]]:
        """Who answers, those who owe the most first."""
        found = [
            (athlete, self.season.answers(athlete=athlete.pk)) for athlete in self.season.athletes
        ]
        asked = [pair for pair in found if pair[1].settled or pair[1].waiting]
        asked.sort(key=lambda pair: (-pair[1].missed, pair[0].name))
        return [
            (athlete, told, duration(told.median) if told.median is not None else "")
            for athlete, told in asked
        ]

    @property
    def athletes_csv(self) -> str:
        return reverse("desk:season_csv", args=[self.squad.pk, "athletes"]) + self.query

    @cached_property
    def calls(self) -> Bars:
        by_week = [self.season.calls(week=week) for week in self.season.weeks]
        in_time, late, waiting = (
            [sum(call.in_time is kind for call in calls) for calls in by_week]
            for kind in (True, False, None)
        )
        series = [
            Series(_("Seen in time"), in_time, 1),
            Series(_("Seen late, or not yet"), late, 6),
            Series(_("Time still left"), waiting, 4),
        ]
        columns = [
            _("Week from"),
            _("Seen in time"),
            _("Seen late, or not yet"),
            _("Time still left"),
        ]
        frame = self._frame(
            "calls",
            _("How fast somebody looked"),
            _called_words(self.season.calls()),
            columns,
            self._by_week(in_time, late, waiting),
            series,
        )
        return Bars(frame, self.labels, series)

    @cached_property
    def levels(self) -> list[tuple[str, int, int, int, str]]:
        """Of each level: seen in time, of so many whose time is over, still waiting; the middle time until somebody looked."""
        rows = []
        for level in reversed(list(Disposition)):
            calls = self.season.calls(level=level)
            if calls:
                in_time = sum(call.in_time is True for call in calls)
                waiting = sum(call.in_time is None for call in calls)
                over = len(calls) - waiting
                rows.append((level.value, in_time, over, waiting, _middle(calls)))
        return rows


def answered_words(told: Answers) -> str:
    """“15 of 18 check-ins were answered.”"""
    if not told.settled:
        return _("No check-in was due in these weeks.")
    counts = {"answered": told.answered, "of": told.settled}
    return (
        ngettext(
            "%(answered)s of %(of)s check-in was answered.",
            "%(answered)s of %(of)s check-ins were answered.",
            told.settled,
        )
        % counts
    )


def _called_words(calls: Sequence[Called]) -> str:
    if not calls:
        return _("Nobody had to be called in these weeks.")
    over = [call for call in calls if call.in_time is not None]
    if not over:
        return _("Everybody who was called still has time.")
    counts = {"in_time": sum(call.in_time is True for call in over), "of": len(over)}
    told = ngettext(
        "%(in_time)s of %(of)s call was acknowledged in its first time.",
        "%(in_time)s of %(of)s calls were acknowledged in their first time.",
        len(over),
    )
    return told % counts


def _middle(calls: Iterable[Called]) -> str:
    took = [call.took.total_seconds() for call in calls if call.took is not None]
    return duration(timedelta(seconds=median(took))) if took else ""


def _with_pain(number: int, worst: float | None) -> str:
    """“2 (worst 6)”."""
    if not number or worst is None:
        return str(number)
    return _("%(n)s (worst %(pain)s)") % {"n": number, "pain": f"{worst:g}"}


def _hours(span: timedelta) -> float:
    return span.total_seconds() / 3600
