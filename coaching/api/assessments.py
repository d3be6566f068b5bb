"""Assessments by themselves: which reports are judged, and how, without a report at a time."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django_filters import rest_framework as drf_filters
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import mixins, serializers
from rest_framework.request import Request
from rest_framework.response import Response

from athletes.access import Sight
from athletes.models import Assessment
from athletes.models.base import LEVELS
from athletes.models.reports import STATES
from coaching.api import examples, judgement
from coaching.api.filters import Moment, Ordering, Since
from coaching.api.scoped import Scoped
from coaching.api.withholding import Withholding

# Of the report, what a row here does not show.
NOT_SHOWN = (
    "report__answers",
    "report__known_facts",
    "report__note",
    "report__screening",
    "report__skipped_screens",
)


class AssessmentRowSerializer(Withholding):
    """How far it is; all of it is at `/assessments/{id}/`."""

    episode = serializers.UUIDField(source="report.episode_id")
    athlete = serializers.UUIDField(source="report.athlete_id")
    athlete_name = serializers.CharField(source="report.athlete.name")
    disposition = serializers.SerializerMethodField(help_text="null while pending.")

    class Meta:
        model = Assessment
        fields = (
            "id",
            "report",
            "episode",
            "athlete",
            "athlete_name",
            "state",
            "disposition",
            "leading_cause",
            "knowledge_version",
            "created_at",
            "finished_at",
            "updated_at",
        )
        read_only_fields = fields

    @extend_schema_field(serializers.ChoiceField(LEVELS, allow_null=True))
    def get_disposition(self, assessment: Assessment) -> str | None:
        return assessment.disposition or None


class AssessmentFilter(drf_filters.FilterSet):
    athlete = drf_filters.UUIDFilter(field_name="report__athlete")
    episode = drf_filters.UUIDFilter(field_name="report__episode")
    report = drf_filters.UUIDFilter(field_name="report")
    state = drf_filters.MultipleChoiceFilter(choices=STATES)
    disposition = drf_filters.MultipleChoiceFilter(choices=LEVELS)
    finished_at__gte = Moment(field_name="finished_at", lookup_expr="gte")
    finished_at__lte = Moment(field_name="finished_at", lookup_expr="lte")
    ordering = Ordering(fields=("created_at", "finished_at", "updated_at"))
    updated_since = Since()

    class Meta:
        model = Assessment
        fields: tuple[str, ...] = ()


class Assessments(Scoped, mixins.ListModelMixin):
    """Judgements of reports, newest first. A report has one for each version of the knowledge that judged it."""

    scope = "reports"
    queryset = Assessment.objects.select_related("report__athlete").order_by("-created_at", "-id")
    serializer_class = AssessmentRowSerializer
    filterset_class = AssessmentFilter

    def get_queryset(self) -> QuerySet[Assessment]:
        if self.action == "list":
            return super().get_queryset().defer("result", *NOT_SHOWN)
        return super().get_queryset().prefetch_related("care_steps")

    @extend_schema(responses=judgement.AssessmentSerializer, examples=[examples.ASSESSMENT])
    def retrieve(self, request: Request, pk: str) -> Response:
        """The recommendation, or while the worker is at it, what the danger signs say."""
        told: dict[str, Any] = judgement.of_assessment(
            self.get_object(), timezone.now(), Sight(request.user)
        )
        return Response(told)
