"""A rehearsal of the chain, for a club's owners: real messages, marked as a drill, go the real way."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from athletes import access
from athletes.models import PainReport, Squad
from athletes.services import drills
from coaching.api import schema
from coaching.api.conventions import Endpoint
from coaching.api.problems import Conflict
from coaching.api.serializers import PersonSerializer, Strict
from guidance import Disposition

LEVELS = [level.value for level in drills.LEVELS]
URGENT = Disposition.EMERGENCY_NOW.value
LEVEL = OpenApiParameter("level", str, enum=LEVELS, default=URGENT)
REHEARSE = OpenApiExample("Rehearse an emergency", value={"level": URGENT}, request_only=True)


class StartDrillSerializer(Strict):
    level = serializers.ChoiceField(LEVELS, default=URGENT)


class WouldBeToldSerializer(serializers.Serializer[Any]):
    level = serializers.ChoiceField(LEVELS)
    steps = serializers.ListField(
        child=serializers.ListField(child=serializers.CharField()),
        help_text="Names, step by step, each with only those who are new in it.",
    )


class HappenedSerializer(serializers.Serializer[drills.Happened]):
    at = serializers.DateTimeField()
    what = serializers.CharField(help_text="In words.")


class DrillSerializer(serializers.Serializer[drills.Drill]):
    id = serializers.UUIDField(source="report.pk")
    squad = serializers.UUIDField(allow_null=True)
    level = serializers.ChoiceField(LEVELS, source="report.disposition")
    escalation = serializers.UUIDField(
        source="escalation.pk", help_text="What is to be acknowledged, as any call is."
    )
    started_at = serializers.DateTimeField(source="report.created_at")
    is_over = serializers.BooleanField()
    seen_by = PersonSerializer(
        allow_null=True,
        source="escalation.acknowledged_by",
        help_text="Who acknowledged it, once somebody has.",
    )
    course = HappenedSerializer(many=True, help_text="What came of it up to now.")
    not_told = serializers.ListField(
        child=serializers.CharField(),
        help_text="Each message that has not gone out, and why as far as known.",
    )


class SquadDrill(Endpoint):
    """A drill in a squad of a club that I own."""

    scope = "club"
    query_parameters = ("level",)

    @extend_schema(operation_id="squads_drill", parameters=[LEVEL], responses=WouldBeToldSerializer)
    def get(self, request: Request, pk: UUID) -> Response:
        """Who would be told, in the order of the chain. Nothing is sent."""
        squad = self._owned(request, pk)
        level = _level(request.query_params)
        steps = drills.who_would_be_told(squad, level)
        return Response(WouldBeToldSerializer({"level": level.value, "steps": steps}).data)

    @extend_schema(
        operation_id="squads_drill_start",
        request=StartDrillSerializer,
        responses={201: DrillSerializer, **schema.errors(409)},
        examples=[REHEARSE],
    )
    def post(self, request: Request, pk: UUID) -> Response:
        """Start one: **real people get real messages**, marked as a drill. One that still ran in this squad ends.

        409 (`cannot_rehearse`) where nobody would be told. End it yourself; after six hours it ends alone.
        """
        squad = self._owned(request, pk)
        level = _level(request.data)
        try:
            report = drills.start(by=request.user, squad=squad, level=level)
        except drills.CannotRehearse as problem:
            raise Conflict(str(problem), code="cannot_rehearse") from problem
        return Response(DrillSerializer(drills.Drill(report)).data, status=status.HTTP_201_CREATED)

    def get_object(self) -> Squad:
        return self._owned(self.request, self.kwargs["pk"])

    def _owned(self, request: Request, pk: UUID) -> Squad:
        squad = get_object_or_404(Squad.objects.visible_to(request.user), pk=pk)
        access.require_owns_club(request.user, squad.club)
        return squad


class OfDrill(Endpoint):
    """A drill, for the owners of its club."""

    scope = "club"

    def get_object(self) -> PainReport:
        return get_object_or_404(drills.of_owner(self.request.user), pk=self.kwargs["pk"])


class OneDrill(OfDrill):
    """How a drill goes."""

    @extend_schema(operation_id="drills_retrieve", responses=DrillSerializer)
    def get(self, request: Request, pk: UUID) -> Response:
        """What came of it up to now: ask again, until somebody has seen it."""
        return Response(DrillSerializer(drills.Drill(self.get_object())).data)


class EndDrill(OfDrill):
    """The end of a drill."""

    @extend_schema(operation_id="drills_end", request=None, responses=DrillSerializer)
    def post(self, request: Request, pk: UUID) -> Response:
        """End it: what it opened is resolved, and nothing more is sent. Again: no change."""
        report = self.get_object()
        drills.end(by=request.user, athlete=report.athlete)
        return Response(DrillSerializer(drills.Drill(self.get_object())).data)


def _level(told: Any) -> Disposition:
    form = StartDrillSerializer(data=told)
    form.is_valid(raise_exception=True)
    return Disposition(form.validated_data["level"])
