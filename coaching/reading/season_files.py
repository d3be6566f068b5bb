"""The lines of the files of a season: one topic each. Heads name the unit; an empty cell is not known."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta

from athletes.models.reports import REGIONS
from athletes.season import Answers, Season
from guidance import Disposition

Lines = Iterator[Sequence[object]]


def reports(season: Season) -> Lines:
    for week in season.weeks:
        yield (
            week,
            season.reports(week, answers=False),
            season.reports(week, answers=True),
        )


def sites(season: Season) -> Lines:
    for week in season.weeks:
        for region, _ in REGIONS:
            number = season.athletes_with_pain(week, region)
            yield week, region, number, season.worst_pain(week, region)


def causes(season: Season) -> Lines:
    for cause in season.causes():
        for week in season.weeks:
            yield week, cause or "none_fitted", season.problems(cause, week)


def findings(season: Season) -> Lines:
    yield from season.clinicians_found()


def answers(season: Season) -> Lines:
    for week in season.weeks:
        yield week, *_answers(season.answers(week=week))


def athletes(season: Season) -> Lines:
    for athlete in season.athletes:
        yield athlete.name, *_answers(season.answers(athlete=athlete.pk))


def _answers(told: Answers) -> Sequence[object]:
    return told.answered, told.missed, told.waiting, hours(told.median)


def calls(season: Season) -> Lines:
    for week in season.weeks:
        for level in Disposition:
            for call in season.calls(week=week, level=level):
                in_time = "waiting" if call.in_time is None else call.in_time
                yield week, level.value, minutes(call.took), in_time


def hours(span: timedelta | None) -> float | None:
    return None if span is None else round(span.total_seconds() / 3600, 2)


def minutes(span: timedelta | None) -> float | None:
    return None if span is None else round(span.total_seconds() / 60, 1)


ASKED = ("answered", "not_answered", "still_waiting", "median_hours_to_answer")
FILES: dict[str, tuple[Sequence[str], Callable[[Season], Lines]]] = {
    "reports": (("week_from_monday", "reports_of_pain", "answers_to_check_ins"), reports),
    "sites": (
        ("week_from_monday", "site", "athletes_with_pain", "worst_pain_0_to_10"),
        sites,
    ),
    "causes": (("week_from_monday", "likely_cause", "problems"), causes),
    "findings": (("cause_found_by_clinician", "in_words", "problems"), findings),
    "answers": (("week_from_monday", *ASKED), answers),
    "athletes": (("athlete", *ASKED), athletes),
    "calls": (
        ("week_from_monday", "level", "minutes_to_acknowledge", "acknowledged_in_time"),
        calls,
    ),
}
