"""Check-ins: what is asked when, and the answers."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import Prefetch
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import mixins, serializers, status
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from athletes.models import Assessment, CheckIn, PainReport
from athletes.services import check_ins
from coaching.api import examples, filters, schema
from coaching.api.knowledge import FindingSerializer, OptionSerializer, SaidField
from coaching.api.reports import ReportSerializer, ToldAt
from coaching.api.scoped import Scoped
from coaching.api.serializers import AnswersField, Strict
from coaching.api.withholding import Withholding
from guidance import CheckInQuestions, InvalidAnswers, check_in_told

# --- What is given out -------------------------------------------------------------------------------


class CheckInSerializer(Withholding):
    athlete = serializers.UUIDField(source="episode.athlete_id")
    athlete_name = serializers.CharField(source="episode.athlete.name")
    answer = serializers.UUIDField(
        source="answer_id", allow_null=True, help_text="The report that answers it."
    )

    class Meta:
        model = CheckIn
        fields = (
            "id",
            "athlete",
            "athlete_name",
            "episode",
            "report",
            "kind",
            "level",
            "state",
            "due_at",
            "remind_at",
            "missed_at",
            "asked_at",
            "reminded_at",
            "settled_at",
            "answer",
            "updated_at",
        )
        read_only_fields = fields


class QuestionsSerializer(serializers.Serializer[CheckInQuestions]):
    """What a check-in asks."""

    why = SaidField()
    question = SaidField(help_text="Answered by one of `trends`.")
    trends = OptionSerializer(many=True)
    asks = FindingSerializer(many=True, help_text="Asked of everybody: pain now, walking, a hop.")
    also = FindingSerializer(many=True)
    signs = FindingSerializer(
        many=True, help_text="New danger signs. “None of these” is a “no” to each."
    )
    still = FindingSerializer(
        many=True,
        help_text="Told before: they stay as they were told until somebody says otherwise.",
    )


class CheckInDetailSerializer(CheckInSerializer):
    questions = serializers.SerializerMethodField()

    class Meta(CheckInSerializer.Meta):
        fields = (*CheckInSerializer.Meta.fields, "questions")
        read_only_fields = fields

    @extend_schema_field(QuestionsSerializer)
    def get_questions(self, check_in: CheckIn) -> dict[str, Any]:
        return dict(QuestionsSerializer(check_ins.questions(check_in)).data)


# --- What is taken in --------------------------------------------------------------------------------


class TellingCheckInSerializer(Strict):
    """Better, the same or worse, and what was asked beside it."""

    trend = serializers.CharField(max_length=20, help_text="Id of one of `questions.trends`.")
    answers = AnswersField(
        required=False,
        help_text="Findings by id. What is left out was not asked and stays as it was told before.",
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        try:
            answers = check_in_told(attrs.pop("trend"), attrs.get("answers", {}))
        except InvalidAnswers as wrong:
            named: dict[str, Any] = dict(wrong.errors)
            errors = {"trend": [named.pop("trend")]} if "trend" in named else {}
            raise ValidationError({"answers": named, **errors} if named else errors) from wrong
        return {**attrs, "answers": answers}


class CheckInAnswerSerializer(TellingCheckInSerializer):
    client_key = serializers.UUIDField(
        help_text="Made by the client, one for each answer: sending it again never makes a second one."
    )
    note = serializers.CharField(max_length=2000, required=False, allow_blank=True)
    reported_at = ToldAt()


# --- Endpoints ---------------------------------------------------------------------------------------


class CheckIns(Scoped, mixins.ListModelMixin, mixins.RetrieveModelMixin):
    """Follow-ups of reports, the next due first."""

    scope = "reports"
    queryset = CheckIn.objects.select_related("episode__athlete__club", "report").order_by(
        "due_at", "id"
    )
    serializer_class = CheckInSerializer
    filterset_class = filters.CheckInFilter
    telling: ClassVar = {"answer": TellingCheckInSerializer}

    def get_serializer_class(self) -> type[serializers.Serializer[Any]]:
        return CheckInDetailSerializer if self.action == "retrieve" else CheckInSerializer

    @extend_schema(
        request=CheckInAnswerSerializer,
        responses={
            201: ReportSerializer,
            200: schema.answer(ReportSerializer, "The same answer was sent before."),
            **schema.errors(409),
            **schema.NOT_STORED,
        },
        examples=[examples.CHECK_IN_ANSWER],
        filters=False,
    )
    @action(detail=True, methods=["post"], filterset_class=None)
    def answer(self, request: Request, pk: str) -> Response:
        """Answer it: a short report in the same episode. The danger signs are answered at once."""
        check_in = self.get_object()
        told = self.read(CheckInAnswerSerializer)
        submission = check_ins.answer(by=request.user, check_in=check_in, face="api", **told)
        judged = Prefetch("assessments", queryset=Assessment.objects.defer("result"))
        report = PainReport.objects.with_people().prefetch_related(judged)
        body = ReportSerializer(
            report.get(pk=submission.report.pk), context=self.get_serializer_context()
        )
        code = status.HTTP_201_CREATED if submission.created else status.HTTP_200_OK
        return Response(body.data, status=code)
