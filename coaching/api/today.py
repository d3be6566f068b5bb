"""Who needs somebody now, as on the desk's first page; and saying of several low calls at once that they were seen."""

from __future__ import annotations

from typing import Any, ClassVar

from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from athletes.models import Escalation
from athletes.models.escalations import ESCALATION_STATES
from athletes.services import escalations
from coaching.api import examples_of_lists
from coaching.api.conventions import Endpoint
from coaching.api.judgement import LEVELS
from coaching.api.problems import WrongRequest
from coaching.api.serializers import PersonSerializer, SquadNameSerializer, Strict
from coaching.api.squads_seen import SQUAD, squad_asked
from coaching.reading.filters import LEVELS as CALLING
from coaching.reading.filters import MINE, SEEN, WAITING, Filters
from coaching.reading.problems import Problem
from coaching.reading.today import Row, Today, for_person
from coaching.saying import said

STATES = (WAITING, SEEN, MINE)
MOST_AT_ONCE = 100
LEVEL = OpenApiParameter("level", OpenApiTypes.STR, enum=CALLING)
STATE = OpenApiParameter(
    "state", OpenApiTypes.STR, enum=STATES, description="`mine`: those that I acknowledged."
)
CHANGED = OpenApiParameter(
    "changed", OpenApiTypes.BOOL, description="`true`: only those with something new for me."
)


class NewsSerializer(serializers.Serializer[Any]):
    """What is new since I last had this athlete before me at the desk."""

    is_new = serializers.BooleanField()
    looked_at = serializers.DateTimeField(allow_null=True, help_text="Null: never.")
    words = serializers.ListField(
        child=serializers.CharField(), help_text="The gravest first, in words."
    )


class OfAthlete(serializers.Serializer[Any]):
    """Of whom a row is."""

    athlete = serializers.UUIDField(source="athlete.pk")
    athlete_name = serializers.CharField(source="athlete.name")
    squads = serializers.SerializerMethodField(help_text="Those that I look after.")

    @extend_schema_field(SquadNameSerializer(many=True))
    def get_squads(self, row: Any) -> Any:
        return SquadNameSerializer(row.athlete.squads.all(), many=True).data


class CallSerializer(OfAthlete):
    """One escalation that somebody has to see, or has seen and not dealt with."""

    escalation = serializers.UUIDField(source="escalation.pk")
    episode = serializers.UUIDField(source="escalation.episode_id")
    report = serializers.UUIDField(source="escalation.report_id")
    is_drill = serializers.BooleanField(source="athlete.is_drill")
    status_only = serializers.SerializerMethodField(
        help_text="The athlete shares only the status with me: what says more is null."
    )
    level = serializers.ChoiceField(LEVELS, source="escalation.level")
    state = serializers.ChoiceField(ESCALATION_STATES, source="escalation.state")
    reason = serializers.SerializerMethodField(help_text="Why, in a line.")
    place = serializers.SerializerMethodField(help_text="Where it hurts, in words.")
    cause = serializers.SerializerMethodField(
        help_text="The leading likely cause, in words; empty: none yet."
    )
    opened_at = serializers.DateTimeField(source="escalation.opened_at")
    waited_s = serializers.IntegerField(help_text="Seconds since it was opened.")
    acknowledge_by = serializers.DateTimeField(source="escalation.acknowledge_by")
    left_s = serializers.IntegerField(
        help_text="Seconds until it is passed on; below nought: so long overdue."
    )
    is_overdue = serializers.BooleanField()
    chain_step = serializers.IntegerField(
        source="escalation.chain_step", help_text="See `athletes/{id}/chain/`."
    )
    nobody_left_at = serializers.DateTimeField(source="escalation.nobody_left_at", allow_null=True)
    acknowledged_at = serializers.DateTimeField(
        source="escalation.acknowledged_at", allow_null=True
    )
    acknowledged_by = PersonSerializer(source="escalation.acknowledged_by", allow_null=True)
    may_acknowledge_together = serializers.BooleanField(
        source="may_tick", help_text="It can stand in `escalations/acknowledge/`."
    )
    is_for_others = serializers.BooleanField(
        help_text="It is about myself: somebody else has to look."
    )
    news = NewsSerializer()

    def get_status_only(self, row: Row) -> bool:
        return not row.is_whole

    def get_reason(self, row: Row) -> str | None:
        return said(row.sight.reason(row.escalation)) or (None if not row.is_whole else "")

    def get_place(self, row: Row) -> str | None:
        return row.place if row.is_whole else None

    def get_cause(self, row: Row) -> str | None:
        return said(row.cause) if row.is_whole else None


class CalmSerializer(OfAthlete):
    """An open problem that needs nobody now."""

    episode = serializers.UUIDField(source="episode.pk")
    status_only = serializers.SerializerMethodField()
    place = serializers.SerializerMethodField()
    pain = serializers.FloatField(allow_null=True, help_text="0 to 10, as told last.")
    latest_at = serializers.DateTimeField(
        source="episode.latest_at", allow_null=True, help_text="Of the latest report."
    )

    def get_status_only(self, problem: Problem) -> bool:
        return not problem.is_whole

    def get_place(self, problem: Problem) -> str | None:
        return problem.place if problem.is_whole else None


class TodaySerializer(serializers.Serializer[Today]):
    checked_at = serializers.DateTimeField(help_text="When this was read.")
    watched_until = serializers.DateTimeField(
        allow_null=True,
        help_text="Until then every clock was looked after. Null: the watch stands still, and nobody may say that nothing was missed.",
    )
    being_judged = serializers.IntegerField(help_text="Reports whose danger signs are answered.")
    overdue = serializers.IntegerField(help_text="How many of `waiting`.")
    waiting = CallSerializer(many=True, help_text="Most urgent first.")
    seen = CallSerializer(many=True, help_text="Acknowledged, not dealt with.")
    hidden = serializers.SerializerMethodField(
        help_text="How many wait that the parameters left out: a filter never hides that somebody waits."
    )
    worst_hidden = serializers.SerializerMethodField(help_text="Their highest level.")
    calm = CalmSerializer(
        many=True, help_text="Open problems without a call, the newest report first."
    )
    more_calm = serializers.BooleanField(help_text="There are more of them: `episodes/?open=true`.")

    def get_hidden(self, today: Today) -> int:
        return len(today.hidden)

    @extend_schema_field(serializers.ChoiceField(LEVELS, allow_null=True))
    def get_worst_hidden(self, today: Today) -> str | None:
        return today.worst_hidden or None


class WhoNeedsMe(Endpoint):
    """Who needs somebody now."""

    scope = "escalations"
    query_parameters: ClassVar[tuple[str, ...]] = ("squad", "level", "state", "changed")

    @extend_schema(
        operation_id="today",
        parameters=[SQUAD, LEVEL, STATE, CHANGED],
        responses=TodaySerializer,
        examples=[examples_of_lists.TODAY],
    )
    def get(self, request: Request) -> Response:
        """The desk's first page: every call that waits, with its clock, and what is new since I last looked.

        Reading it is not looking: what is new stays new. Who looks after nobody gets empty lists.
        """
        today = for_person(request.user, _filters(request), timezone.now())
        return Response(TodaySerializer(today).data)


def _filters(request: Request) -> Filters:
    return Filters(
        squad=squad_asked(request),
        level=_one_of(request, "level", CALLING),
        state=_one_of(request, "state", STATES),
        changed=_one_of(request, "changed", ("true", "false")) == "true",
    )


def _one_of(request: Request, name: str, known: Any) -> str:
    told: str = request.query_params.get(name, "")
    if told and told not in known:
        raise WrongRequest(f"This is one of: {', '.join(known)}.", parameter=name)
    return told


class SeenSerializer(Strict):
    id = serializers.UUIDField()
    level = serializers.ChoiceField(LEVELS, help_text="The level that the person saw.")


class SeveralSerializer(Strict):
    escalations = SeenSerializer(  # type: ignore[call-arg]
        many=True, allow_empty=False, max_length=MOST_AT_ONCE
    )

    def validate_escalations(self, told: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """All that are wrong are named at once. A foreign one and none are the same mistake."""
        seen = Escalation.objects.visible_to(self.context["request"].user)
        wanted = [one["id"] for one in told]
        found = {row.pk: row for row in seen.filter(pk__in=wanted).select_related("athlete__club")}
        wrong: list[Any] = [{} for _ in told]
        for place, key in enumerate(wanted):
            if key not in found:
                wrong[place] = {"id": ["There is no such escalation."]}
            elif key in wanted[:place]:
                wrong[place] = {"id": ["It is named twice."]}
        if any(wrong):
            raise ValidationError(wrong)
        return [{**one, "row": found[one["id"]]} for one in told]


class BecameSerializer(serializers.Serializer[Escalation]):
    id = serializers.UUIDField()
    state = serializers.ChoiceField(
        ESCALATION_STATES,
        help_text="`open`: it became more urgent than the level that was sent, and still waits.",
    )
    level = serializers.ChoiceField(LEVELS, help_text="As it is now.")
    acknowledged_at = serializers.DateTimeField(allow_null=True)
    acknowledged_by = PersonSerializer(allow_null=True, help_text="The first to say so.")


class WhatBecameSerializer(serializers.Serializer[Any]):
    results = BecameSerializer(many=True, help_text="Each that was sent, in that order.")


class AcknowledgeTogether(Endpoint):
    """Several calls that can wait, seen by a person at once."""

    scope = "escalations"

    @extend_schema(
        operation_id="escalations_acknowledge_together",
        request=SeveralSerializer,
        responses=WhatBecameSerializer,
        examples=[examples_of_lists.SEEN_TOGETHER, examples_of_lists.BECAME],
    )
    def post(self, request: Request) -> Response:
        """Only of the levels `within_days` and `coach_review`, all or none: what is more urgent is seen one by one (403)."""
        form = SeveralSerializer(data=request.data, context={"request": request})
        form.is_valid(raise_exception=True)
        told = form.validated_data["escalations"]
        done = escalations.acknowledge_together(
            by=request.user, seen=[(one["row"], one["level"]) for one in told]
        )
        rows = {row.pk: row for row in [*done.seen, *done.raised]}
        answer = {"results": [rows[one["id"]] for one in told]}
        return Response(WhatBecameSerializer(answer).data)
