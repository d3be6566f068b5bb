"""What to know before the day begins, as on the desk's morning page."""

from __future__ import annotations

from typing import Any, ClassVar

from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from athletes.morning import Line, Morning, SquadMorning, Why, morning_of
from coaching.api import examples_of_lists
from coaching.api.conventions import Endpoint
from coaching.api.judgement import LEVELS
from coaching.api.serializers import SquadNameSerializer
from coaching.api.squads_seen import SQUAD, squad_asked
from coaching.saying import said

WHY_HELP = (
    "`unseen`: a call that nobody has acknowledged. `held`: the plan says not to train now. `clinician`: no running before "
    "a clinician's yes. `check_in`: one is due today. `missed`: a check-in was not answered. `quiet`: an open problem, and "
    "not a word for a week."
)


class MorningLineSerializer(serializers.Serializer[Line]):
    """One reason to think of one athlete this morning."""

    why = serializers.ChoiceField([why.value for why in Why], help_text=WHY_HELP)
    athlete = serializers.UUIDField(source="athlete.pk")
    athlete_name = serializers.CharField(source="athlete.name")
    episode = serializers.UUIDField(source="episode.pk")
    status_only = serializers.SerializerMethodField(
        help_text="The athlete shares only the status with me: what says more is null."
    )
    place = serializers.SerializerMethodField(help_text="Where it hurts, in words.")
    at = serializers.DateTimeField(
        allow_null=True, help_text="Since when; of what is held and what is due: until when."
    )
    text = serializers.SerializerMethodField(
        help_text="Why somebody is called, or what the plan says."
    )
    escalation = serializers.UUIDField(source="escalation.pk", allow_null=True, default=None)
    level = serializers.ChoiceField(
        LEVELS, source="escalation.level", allow_null=True, default=None
    )

    def get_status_only(self, line: Line) -> bool:
        return not line.is_whole

    def get_place(self, line: Line) -> str | None:
        return said(line.place) if line.is_whole else None

    def get_text(self, line: Line) -> str | None:
        return said(line.text) or ("" if line.is_whole else None)


class SquadMorningSerializer(serializers.Serializer[SquadMorning]):
    squad = SquadNameSerializer(allow_null=True, help_text="Null: of athletes who are in none.")
    lines = serializers.SerializerMethodField()

    @extend_schema_field(MorningLineSerializer(many=True))
    def get_lines(self, squad: SquadMorning) -> Any:
        told = [*squad.unseen, *squad.held, *squad.due, *squad.silent]
        return MorningLineSerializer(told, many=True).data


class ThisMorningSerializer(serializers.Serializer[Morning]):
    checked_at = serializers.DateTimeField()
    squads = SquadMorningSerializer(
        many=True, help_text="Each athlete stands in one squad only: the first that I look after."
    )


class ThisMorning(Endpoint):
    """Who waits, who is held, who is due, who is silent."""

    scope = "athletes"
    query_parameters: ClassVar[tuple[str, ...]] = ("squad",)

    @extend_schema(
        operation_id="morning",
        parameters=[SQUAD],
        responses=ThisMorningSerializer,
        examples=[examples_of_lists.MORNING],
    )
    def get(self, request: Request) -> Response:
        """The desk's morning page. Who looks after nobody gets no squads."""
        morning = morning_of(request.user, timezone.now(), squad_asked(request))
        return Response(ThisMorningSerializer(morning).data)
