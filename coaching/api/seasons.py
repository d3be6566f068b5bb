"""A squad over some weeks: the figures of the desk's season page, and each as a file."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any, ClassVar
from uuid import UUID

from django.http import Http404, HttpResponse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from athletes.access import Sight
from athletes.availability import mondays
from athletes.models import Squad
from athletes.models.reports import REGIONS
from athletes.season import NO_CAUSE, Answers, Called, Season, season_of
from coaching.api import examples_of_lists, plain_files
from coaching.api.boards import day_asked
from coaching.api.conventions import Endpoint
from coaching.api.judgement import LEVELS
from coaching.api.problems import WrongRequest
from coaching.api.serializers import SquadNameSerializer
from coaching.api.squads_seen import squad_looked_after
from coaching.reading.board import athletes_of
from coaching.reading.period import MOST_WEEKS, USUAL_WEEKS, weeks_from
from coaching.reading.season_files import FILES, hours, minutes
from guidance import Disposition

PERIOD = [
    OpenApiParameter(
        "weeks",
        {"type": "integer", "minimum": 1, "maximum": MOST_WEEKS, "default": USUAL_WEEKS},
        description="So many, this week the last.",
    ),
    OpenApiParameter(
        "since",
        OpenApiTypes.DATE,
        description="Instead: from the week of this day on, at most a year ago.",
    ),
]


class ReportsByWeekSerializer(serializers.Serializer[Any]):
    week = serializers.DateField(help_text="Its Monday.")
    reports_of_pain = serializers.IntegerField()
    answers_to_check_ins = serializers.IntegerField()


class SiteByWeekSerializer(serializers.Serializer[Any]):
    site = serializers.ChoiceField([region for region, _ in REGIONS])
    week = serializers.DateField()
    athletes_with_pain = serializers.IntegerField()
    worst_pain = serializers.FloatField(
        allow_null=True, help_text="0 to 10; null: nobody said how much."
    )


class CauseByWeekSerializer(serializers.Serializer[Any]):
    likely_cause = serializers.CharField(allow_null=True, help_text="Id; null: nothing fitted.")
    week = serializers.DateField()
    problems = serializers.IntegerField()


class FoundCountSerializer(serializers.Serializer[Any]):
    cause = serializers.CharField(allow_null=True, help_text="Id; null: none that is known here.")
    in_words = serializers.CharField(allow_blank=True)
    problems = serializers.IntegerField()


class AnswersGivenSerializer(serializers.Serializer[Any]):
    """Check-ins that were asked. Waiting ones say nothing yet."""

    answered = serializers.IntegerField()
    not_answered = serializers.IntegerField()
    still_waiting = serializers.IntegerField()
    median_hours_to_answer = serializers.FloatField(allow_null=True)


class AnswersByWeekSerializer(AnswersGivenSerializer):
    week = serializers.DateField()


class AnswersByAthleteSerializer(AnswersGivenSerializer):
    athlete = serializers.UUIDField()
    athlete_name = serializers.CharField()


class CallByWeekSerializer(serializers.Serializer[Any]):
    week = serializers.DateField()
    level = serializers.ChoiceField(LEVELS)
    minutes_to_acknowledge = serializers.FloatField(allow_null=True)
    acknowledged_in_time = serializers.BooleanField(
        allow_null=True, help_text="Null: nobody has yet, and its time is not over."
    )


class SeasonSerializer(serializers.Serializer[Any]):
    squad = SquadNameSerializer()
    weeks = serializers.ListField(child=serializers.DateField(), help_text="Their Mondays.")
    status_only = serializers.IntegerField(
        help_text="Athletes who share only the status with me: their reports are counted, and nothing that they told."
    )
    reports = ReportsByWeekSerializer(many=True)
    sites = SiteByWeekSerializer(many=True, help_text="Only where somebody told of pain.")
    causes = CauseByWeekSerializer(
        many=True,
        help_text="What problems looked most like when they were reported: likely causes, not what they were.",
    )
    findings = FoundCountSerializer(many=True, help_text="What clinicians found.")
    answers = AnswersByWeekSerializer(many=True)
    all_answers = AnswersGivenSerializer()
    athletes = AnswersByAthleteSerializer(many=True)
    calls = CallByWeekSerializer(many=True)


def figures(squad: Squad, season: Season) -> dict[str, Any]:
    """For `SeasonSerializer`: what stands in the files, with ids."""
    weeks = season.weeks
    return {
        "squad": squad,
        "weeks": weeks,
        "status_only": season.status_only,
        "reports": [
            {
                "week": week,
                "reports_of_pain": season.reports(week, answers=False),
                "answers_to_check_ins": season.reports(week, answers=True),
            }
            for week in weeks
        ],
        "sites": list(_sites(season)),
        "causes": [
            {
                "likely_cause": cause if cause != NO_CAUSE else None,
                "week": week,
                "problems": season.problems(cause, week),
            }
            for cause in season.causes()
            for week in weeks
        ],
        "findings": [
            {"cause": cause or None, "in_words": words, "problems": number}
            for cause, words, number in season.clinicians_found()
        ],
        "answers": [{"week": week, **_asked(season.answers(week=week))} for week in weeks],
        "all_answers": _asked(season.answers()),
        "athletes": [
            {
                "athlete": athlete.pk,
                "athlete_name": athlete.name,
                **_asked(season.answers(athlete=athlete.pk)),
            }
            for athlete in season.athletes
        ],
        "calls": [
            _call(week, level, call)
            for week in weeks
            for level in Disposition
            for call in season.calls(week=week, level=level)
        ],
    }


def _sites(season: Season) -> Iterator[dict[str, Any]]:
    for site, _name in REGIONS:
        if season.athletes_in(site):
            for week in season.weeks:
                yield {
                    "site": site,
                    "week": week,
                    "athletes_with_pain": season.athletes_with_pain(week, site),
                    "worst_pain": season.worst_pain(week, site),
                }


def _asked(told: Answers) -> dict[str, Any]:
    return {
        "answered": told.answered,
        "not_answered": told.missed,
        "still_waiting": told.waiting,
        "median_hours_to_answer": hours(told.median),
    }


def _call(week: date, level: Disposition, call: Called) -> dict[str, Any]:
    return {
        "week": week,
        "level": level.value,
        "minutes_to_acknowledge": minutes(call.took),
        "acknowledged_in_time": call.in_time,
    }


class OfSeason(Endpoint):
    """What is worked out of a squad's records over the weeks that are asked for."""

    scope = "athletes"
    query_parameters: ClassVar[tuple[str, ...]] = ("weeks", "since")

    def season(self, request: Request, squad: Squad, now: datetime) -> Season:
        today = now.astimezone(squad.club.zone).date()
        return season_of(
            athletes_of(request.user, squad),
            mondays(today, _number_of_weeks(request, today)),
            now,
            zone=squad.club.zone,
            is_whole=Sight(request.user).is_whole,
        )


def _number_of_weeks(request: Request, today: date) -> int:
    told = request.query_params.get("weeks", "")
    since = day_asked(request, "since", today)
    if since and told:
        raise WrongRequest("This cannot be said together with `since`.", parameter="weeks")
    if since:
        return weeks_from(since, today)
    if not told:
        return USUAL_WEEKS
    if not (told.isascii() and told.isdigit() and 1 <= int(told[:9]) <= MOST_WEEKS):
        raise WrongRequest(f"This is a number from 1 to {MOST_WEEKS}.", parameter="weeks")
    return int(told)


class SeasonFigures(OfSeason):
    """A squad over some weeks."""

    @extend_schema(
        operation_id="squads_season",
        parameters=PERIOD,
        responses=SeasonSerializer,
        examples=[examples_of_lists.SEASON],
    )
    def get(self, request: Request, pk: UUID) -> Response:
        """What was reported, where and what it looked like, who answered, and how fast somebody looked."""
        squad, now = squad_looked_after(request, pk), timezone.now()
        season = self.season(request, squad, now)
        return Response(SeasonSerializer(figures(squad, season)).data)


class SeasonFile(OfSeason):
    """One figure of it as a file."""

    content_negotiation_class = plain_files.AnyAnswer

    @extend_schema(
        operation_id="squads_season_csv",
        parameters=[
            *PERIOD,
            OpenApiParameter("what", OpenApiTypes.STR, OpenApiParameter.PATH, enum=list(FILES)),
        ],
        responses=plain_files.described(
            plain_files.CSV, "The first line names the columns with their units."
        ),
    )
    def get(self, request: Request, pk: UUID, what: str) -> HttpResponse:
        """One figure of the season for a spreadsheet. A cell never begins a formula; an empty one is not known."""
        squad, now = squad_looked_after(request, pk), timezone.now()
        if what not in FILES:
            raise Http404
        heads, lines = FILES[what]
        season = self.season(request, squad, now)
        name = f"{what}-{now.astimezone(squad.club.zone).date().isoformat()}.csv"
        return plain_files.csv_answer(name, heads, lines(season))
