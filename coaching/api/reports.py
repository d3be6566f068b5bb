"""Pain reports: what is taken in and given out, and the danger signs answered even where nothing can be stored."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, ClassVar

from django.db.models import Prefetch, QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import mixins, serializers, status
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from athletes.access import Sight
from athletes.models import Assessment, Athlete, PainReport
from athletes.services.reports import submit_pain_report
from coaching.api import examples, filters, judgement, schema
from coaching.api.scoped import Scoped
from coaching.api.serializers import (
    AnswersField,
    ChangedAt,
    PersonSerializer,
    Strict,
    VisibleRelated,
    parsed,
)
from coaching.api.withholding import Withholding

CLOCK_AHEAD = timedelta(minutes=5)  # a client's clock may be off by so much
KEPT_OFFLINE = timedelta(days=30)  # so long may a report wait in a client until it is sent

# --- What is taken in --------------------------------------------------------------------------------


class ToldAt(serializers.DateTimeField):
    """When the person told it, by the client's clock: for what waited in a client without a connection."""

    def __init__(self, **kwargs: Any) -> None:
        help_text = (
            "For a client that was offline: when the person told it. Left out: now. At most 30 days "
            "back and 5 minutes ahead."
        )
        super().__init__(required=False, help_text=help_text, **kwargs)

    def to_internal_value(self, value: Any) -> datetime:
        told: datetime = super().to_internal_value(value)
        now = timezone.now()
        if told > now + CLOCK_AHEAD:
            raise ValidationError("This is in the future.")
        if told < now - KEPT_OFFLINE:
            raise ValidationError("This is more than 30 days back.")
        return min(told, now)  # a clock that is ahead must not make this the newest for minutes


class TellingSerializer(Strict):
    """Answers, as a report or a question about them brings them."""

    answers = AnswersField()
    skipped_screens = serializers.ListField(
        child=serializers.CharField(max_length=80),
        max_length=100,
        required=False,
        help_text="Screens of the interview that were answered “I can't say”.",
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        skipped = attrs.pop("skipped_screens", [])
        return {**attrs, "answers": parsed(attrs["answers"], skipped)}


class NewReportSerializer(TellingSerializer):
    athlete = VisibleRelated(
        "athlete",
        queryset=Athlete.objects.all(),
        required=False,
        help_text="May be left out by a caller who is exactly one athlete.",
    )
    client_key = serializers.UUIDField(
        help_text="Made by the client, one for each report: sending it again never makes a second report."
    )
    note = serializers.CharField(max_length=2000, required=False, allow_blank=True)
    reported_at = ToldAt()

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        attrs = super().validate(attrs)
        return {**attrs, "athlete": attrs.get("athlete") or self._me()}

    def _me(self) -> Athlete:
        mine = list(self.context["request"].user.athletes.filter(left_at=None)[:2])
        if len(mine) != 1:
            raise ValidationError({"athlete": ["Say which athlete this report is for."]})
        return mine[0]


# --- What is given out -------------------------------------------------------------------------------


class ReportSerializer(Withholding):
    updated_at = ChangedAt()
    athlete_name = serializers.CharField(source="athlete.name")
    filed_by = PersonSerializer(allow_null=True)
    answers = AnswersField()
    skipped_screens = judgement.texts()
    known_facts = AnswersField(
        help_text="What the profile knew at that time, so it was not asked. An answer counts more."
    )
    screening = judgement.ScreeningField()
    assessment = serializers.SerializerMethodField()

    class Meta:
        model = PainReport
        fields = (
            "id",
            "athlete",
            "athlete_name",
            "episode",
            "client_key",
            "filed_by",
            "face",
            "reported_at",
            "site",
            "side",
            "pain_now",
            "onset_at",
            "answers",
            "skipped_screens",
            "known_facts",
            "note",
            "disposition",
            "screening",
            "assessment",
            "updated_at",
        )
        read_only_fields = fields

    @extend_schema_field(judgement.SummarySerializer)
    def get_assessment(self, report: PainReport) -> dict[str, Any]:
        return judgement.summary(report)

    def told_anyway(self, report: PainReport) -> dict[str, Any]:
        """What to do, and of a danger of today what it is."""
        return {
            "screening": judgement.shared_screening(report.screening),
            "assessment": {**judgement.summary(report), "leading_cause": None},
        }


class Reports(Scoped, mixins.ListModelMixin, mixins.RetrieveModelMixin):
    """Pain reports, newest first."""

    scope = "reports"
    queryset = PainReport.objects.with_people().with_changed_at().newest_first()
    serializer_class = ReportSerializer
    filterset_class = filters.ReportFilter
    telling: ClassVar = {"create": TellingSerializer}

    def get_queryset(self) -> QuerySet[PainReport]:
        """With their assessments; the whole judgement only where it is shown."""
        judged = Assessment.objects.all()
        if self.action == "assessment":
            judged = judged.prefetch_related("care_steps")
        else:
            judged = judged.defer("result")
        seen = super().get_queryset().prefetch_related(Prefetch("assessments", queryset=judged))
        if self.action != "list":
            return seen
        return seen.with_pain_shown_to(self.request.user)  # type: ignore[attr-defined,no-any-return]

    @extend_schema(
        request=NewReportSerializer,
        responses={
            201: ReportSerializer,
            200: schema.answer(ReportSerializer, "The same report was sent before."),
            **schema.errors(409),
            **schema.NOT_STORED,
        },
        examples=[examples.NEW_REPORT, examples.REPORT],
    )
    def create(self, request: Request) -> Response:
        """Report pain, for myself or for an athlete that I look after. The danger signs are answered at once."""
        told = self.read(NewReportSerializer)
        submission = submit_pain_report(by=request.user, face="api", **told)
        report = self.get_queryset().get(pk=submission.report.pk)
        code = status.HTTP_201_CREATED if submission.created else status.HTTP_200_OK
        return Response(self.get_serializer(report).data, status=code)

    @extend_schema(
        responses=judgement.AssessmentSerializer, examples=[examples.ASSESSMENT], filters=False
    )
    @action(detail=True, filterset_class=None)
    def assessment(self, request: Request, pk: str) -> Response:
        """The recommendation, or while the worker is at it, what the danger signs say."""
        return Response(judgement.of_report(self.get_object(), timezone.now(), Sight(request.user)))
