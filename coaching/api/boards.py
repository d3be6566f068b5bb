"""A squad's board: who can train, now and week by week, and of whom nothing is heard."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, ClassVar
from uuid import UUID

from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from athletes.availability import WORST_FIRST, Because, mondays
from athletes.models import Squad
from coaching.api import examples_of_lists, plain_files
from coaching.api.conventions import Endpoint
from coaching.api.problems import WrongRequest
from coaching.api.serializers import SquadNameSerializer
from coaching.api.squads_seen import squad_looked_after
from coaching.reading.board import HEADS, WEEKS, BoardRow, Cell, lines_of, rows_of
from coaching.reading.period import is_too_long_ago

STATUSES = list(WORST_FIRST)
REASONS = [because.value for because in Because]
WEEK = OpenApiParameter(
    "week",
    OpenApiTypes.DATE,
    description="Only the week of this day, at most a year ago. Left out: the last twelve.",
)


class DaysSerializer(serializers.Serializer[Any]):
    """How many days of the week, as far as they have come."""

    out = serializers.IntegerField()
    modified = serializers.IntegerField()
    unknown = serializers.IntegerField()
    full = serializers.IntegerField()


class BoardWeekSerializer(serializers.Serializer[Cell]):
    monday = serializers.DateField(source="week.monday")
    status = serializers.SerializerMethodField(
        help_text="As on its worst day; null: the athlete was not here yet."
    )
    days = serializers.SerializerMethodField()

    @extend_schema_field(serializers.ChoiceField(STATUSES, allow_null=True))
    def get_status(self, cell: Cell) -> str | None:
        return cell.status or None

    @extend_schema_field(DaysSerializer)
    def get_days(self, cell: Cell) -> dict[str, int]:
        return {status: cell.week.days[status] for status in WORST_FIRST}


class BoardRowSerializer(serializers.Serializer[BoardRow]):
    """`status` is that of now, whatever week was asked for."""

    athlete = serializers.UUIDField(source="athlete.pk")
    athlete_name = serializers.CharField(source="athlete.name")
    status_only = serializers.SerializerMethodField(
        help_text="The athlete shares only the status with me: `place` is null."
    )
    status = serializers.ChoiceField(STATUSES, source="now.status")
    because = serializers.ChoiceField(REASONS, source="now.because")
    because_in_words = serializers.CharField(source="reason")
    since = serializers.DateTimeField(
        source="now.since", allow_null=True, help_text="Of what is not known: the last word."
    )
    until = serializers.DateTimeField(source="now.until", allow_null=True)
    episode = serializers.UUIDField(
        source="now.episode.pk", allow_null=True, default=None, help_text="The problem behind it."
    )
    place = serializers.SerializerMethodField(
        help_text="Where that hurts, in words; empty without a problem."
    )
    silence = serializers.ChoiceField(
        REASONS,
        source="record.silence",
        allow_null=True,
        help_text="What is missing from them, also of who is held for another reason.",
    )
    last_heard_at = serializers.DateTimeField(source="record.last_heard", allow_null=True)
    weeks = BoardWeekSerializer(source="cells", many=True)

    def get_status_only(self, row: BoardRow) -> bool:
        return not row.is_whole

    def get_place(self, row: BoardRow) -> str | None:
        return row.place if row.is_whole else None


class BoardSerializer(serializers.Serializer[Any]):
    squad = SquadNameSerializer()
    as_of = serializers.DateTimeField()
    timezone = serializers.CharField(help_text="The club's, in which days begin.")
    weeks = serializers.ListField(child=serializers.DateField(), help_text="Their Mondays.")
    athletes = BoardRowSerializer(many=True, help_text="The worst first.")


class OfSquad(Endpoint):
    """What is worked out of one squad's records, for who looks after it."""

    scope = "athletes"

    def weeks(self, request: Request, squad: Squad, now: datetime) -> list[date]:
        """The Mondays that are asked for."""
        today = now.astimezone(squad.club.zone).date()
        day = day_asked(request, "week", today)
        return mondays(day, 1) if day else mondays(today, WEEKS)


def day_asked(request: Request, name: str, today: date) -> date | None:
    """What the parameter says; None where it is left out."""
    told = request.query_params.get(name, "")
    if not told:
        return None
    try:
        day = date.fromisoformat(told)
    except ValueError:
        raise WrongRequest("Write a day as 2026-09-01.", parameter=name) from None
    if day > today:
        raise WrongRequest("This day has not come yet.", parameter=name)
    if is_too_long_ago(day, today):
        raise WrongRequest("That is too long ago: at most a year.", parameter=name)
    return day


class Board(OfSquad):
    """Who can train."""

    query_parameters: ClassVar[tuple[str, ...]] = ("week",)

    @extend_schema(
        operation_id="squads_board",
        parameters=[WEEK],
        responses=BoardSerializer,
        examples=[examples_of_lists.BOARD],
    )
    def get(self, request: Request, pk: UUID) -> Response:
        """Everybody of the squad: out, modified, unknown or full, now and week by week."""
        squad, now = squad_looked_after(request, pk), timezone.now()
        weeks = self.weeks(request, squad, now)
        rows = sorted(rows_of(request.user, squad, weeks, now), key=lambda row: row.order)
        told = {
            "squad": squad,
            "as_of": now,
            "timezone": squad.club.timezone,
            "weeks": weeks,
            "athletes": rows,
        }
        return Response(BoardSerializer(told).data)


class BoardFile(OfSquad):
    """The same as a file."""

    content_negotiation_class = plain_files.AnyAnswer
    query_parameters: ClassVar[tuple[str, ...]] = ("week",)

    @extend_schema(
        operation_id="squads_board_csv",
        parameters=[WEEK],
        responses=plain_files.described(plain_files.CSV, "One line for each athlete and week."),
    )
    def get(self, request: Request, pk: UUID) -> HttpResponse:
        """One line for each athlete and week. A cell never begins a formula."""
        squad, now = squad_looked_after(request, pk), timezone.now()
        rows = rows_of(request.user, squad, self.weeks(request, squad, now), now)
        name = f"availability-{now.astimezone(squad.club.zone).date().isoformat()}.csv"
        return plain_files.csv_answer(name, HEADS, lines_of(rows))
