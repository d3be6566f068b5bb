"""What clinicians found an episode to be."""

from __future__ import annotations

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from athletes import access
from athletes.models import ClinicianFinding
from athletes.models.follow_up import METHODS
from athletes.services import findings
from coaching.api.scoped import Scoped
from coaching.api.serializers import PersonSerializer, Strict


class ClinicianFindingSerializer(Strict, serializers.ModelSerializer[ClinicianFinding]):
    """What a clinician found an episode to be."""

    cause = serializers.CharField(
        max_length=40,
        required=False,
        allow_blank=True,
        help_text="Id of a cause; empty: none of them.",
    )
    in_words = serializers.CharField(
        max_length=200, required=False, allow_blank=True, help_text="Needed without a cause."
    )
    clinician = serializers.CharField(max_length=120, help_text="The name, as it was told.")
    found_on = serializers.DateField(help_text="Not in the future.")
    method = serializers.ChoiceField(METHODS)
    recorded_by = PersonSerializer(read_only=True, allow_null=True)
    recorded_at = serializers.DateTimeField(source="created_at", read_only=True)

    class Meta:
        model = ClinicianFinding
        fields = (
            "id",
            "cause",
            "in_words",
            "clinician",
            "found_on",
            "method",
            "recorded_by",
            "recorded_at",
        )


class FindingActions(Scoped):
    """For the episodes: what clinicians found, below `findings/`."""

    @extend_schema(responses=ClinicianFindingSerializer(many=True), filters=False)
    @action(detail=True, filterset_class=None, pagination_class=None)
    def findings(self, request: Request, pk: str) -> Response:
        """What clinicians found, the newest first: that one counts. 403 where the athlete shares only the status."""
        episode = self.get_object()
        access.require_told_all(request.user, episode.athlete)
        found = _newest_first(episode.findings.all())
        return Response(ClinicianFindingSerializer(found, many=True).data)

    @extend_schema(
        request=ClinicianFindingSerializer,
        responses={201: ClinicianFindingSerializer},
        filters=False,
    )
    @findings.mapping.post
    def record_finding(self, request: Request, pk: str) -> Response:
        """Record what a clinician found. Nobody records their own."""
        episode = self.get_object()
        told = self.read(ClinicianFindingSerializer)
        found = findings.record_finding(
            by=request.user,
            episode=episode,
            **{"cause": "", "in_words": "", **told},
        )
        body = ClinicianFindingSerializer(found).data
        return Response(body, status=status.HTTP_201_CREATED)


def _newest_first(found: QuerySet[ClinicianFinding]) -> QuerySet[ClinicianFinding]:
    return found.select_related("recorded_by").order_by("-created_at")
