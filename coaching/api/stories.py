"""One problem as a story: what happened in it, how much it hurt over time, and the page for a clinician."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone, translation
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from athletes import access
from athletes.models import Episode, User
from coaching.api import examples_of_lists, plain_files
from coaching.api.conventions import Endpoint
from coaching.api.judgement import LEVELS
from coaching.api.numbered import Numbered
from coaching.api.problems import WrongRequest
from coaching.pain_curve import ICONS, Curve, Happening, Held
from coaching.reading import sheet_pdf
from coaching.reading.cases import REPORTS_SHOWN, Case, case_of
from coaching.reading.sheet import Line, Sheet, sheet_of

KINDS = list(ICONS)
ABOUT = [
    "report",
    "escalation",
    "check_in",
    "comment",
    "step",
    "hold",
    "hand_over",
    "finding",
    "clearance",
    "run",
    "episode",
]
PAPERS = ("a4", "letter")
FILE_NAME = "hand-over.pdf"  # of nobody: it may lie in a folder of downloads that others see
PAIN_HELP = "0 to 10. Null: not told, which is never nought; or nothing that tells pain."


class EventSerializer(serializers.Serializer[Happening]):
    """One thing that happened."""

    at = serializers.DateTimeField()
    kind = serializers.ChoiceField(KINDS)
    text = serializers.CharField(
        help_text="In words; of a comment its beginning, the whole is in `comments/?episode=`."
    )
    about = serializers.ChoiceField(ABOUT, help_text="The kind of record that tells more of it.")
    record = serializers.UUIDField(help_text="Its id.")
    pain = serializers.FloatField(allow_null=True, help_text=PAIN_HELP)


class PainPointSerializer(serializers.Serializer[Happening]):
    at = serializers.DateTimeField()
    kind = serializers.ChoiceField(
        ["report", "check_in", "missed"], help_text="`missed`: it was asked, and nobody answered."
    )
    pain = serializers.FloatField(allow_null=True, help_text="0 to 10; null: not told.")
    about = serializers.ChoiceField(["report", "check_in"])
    record = serializers.UUIDField(help_text="Of the report; of what was missed, of the check-in.")


class HeldTimeSerializer(serializers.Serializer[Held]):
    since = serializers.DateTimeField()
    until = serializers.DateTimeField(help_text="Now, while it goes on.")
    text = serializers.CharField(source="says")


class PainOverTimeSerializer(serializers.Serializer[Curve]):
    """As the curve shows it."""

    points = serializers.SerializerMethodField(help_text="The oldest first.")
    held = HeldTimeSerializer(many=True, help_text="When training was held.")
    until = serializers.DateTimeField(help_text="Now, or when the problem was closed.")
    summary = serializers.CharField()
    reports_from = serializers.SerializerMethodField(
        help_text=f"Set with {REPORTS_SHOWN} reports, as many as are told here: those before it are in `reports/?episode=`."
    )

    @extend_schema_field(PainPointSerializer(many=True))
    def get_points(self, curve: Curve) -> Any:
        return PainPointSerializer([it for it in curve.in_order if it.tells_pain], many=True).data

    @extend_schema_field(serializers.DateTimeField(allow_null=True))
    def get_reports_from(self, curve: Curve) -> Any:
        reports = [it.at for it in curve.in_order if it.about == "report"]
        field = serializers.DateTimeField()
        return field.to_representation(reports[0]) if len(reports) >= REPORTS_SHOWN else None


class SheetLineSerializer(serializers.Serializer[Line]):
    label = serializers.CharField(allow_blank=True)
    text = serializers.CharField(allow_blank=True)
    mark = serializers.ChoiceField(
        ["", "yes", "unsure", "no", "open"], help_text="What kind of answer it is."
    )


class SheetPartSerializer(serializers.Serializer[Any]):
    id = serializers.CharField()
    title = serializers.CharField()
    lines = SheetLineSerializer(many=True)


class SheetSerializer(serializers.Serializer[Sheet]):
    """Texts in the reader's language, cut to what fits on one side of paper."""

    athlete = serializers.UUIDField(source="athlete.pk")
    episode = serializers.UUIDField(source="episode.pk")
    title = serializers.CharField()
    facts = SheetLineSerializer(many=True)
    asked = serializers.CharField(allow_blank=True, help_text="What is asked of the clinician.")
    level = serializers.ChoiceField([*LEVELS, ("", "")])
    headline = serializers.CharField(allow_blank=True)
    pain = PainOverTimeSerializer(source="curve")
    parts = SheetPartSerializer(many=True)
    knowledge_version = serializers.CharField()
    reviewed = serializers.BooleanField(
        source="is_reviewed", help_text="False until a clinician has signed the knowledge."
    )
    provenance = serializers.CharField()
    boundary = serializers.CharField(help_text="What this is not.")


def _whole_case(request: Request, pk: UUID) -> Case:
    """404 for who does not see it, 403 for whom the athlete does not tell all: it cannot be told in part."""
    episode = _episode(request.user, pk)
    access.require_told_all(request.user, episode.athlete)
    return case_of(request.user, episode, timezone.now())


def _episode(user: User, pk: UUID) -> Episode:
    seen = Episode.objects.visible_to(user).select_related("athlete__club", "athlete__user")
    return get_object_or_404(seen, pk=pk)


class Events(Endpoint, GenericViewSet[Any]):
    """What happened in a problem, the newest first: reports, check-ins, calls, steps, holds, the talk, runs.

    403 where the athlete shares only the status.
    """

    scope = "reports"
    queryset = Episode.objects.none()
    serializer_class = EventSerializer
    filter_backends = ()
    pagination_class = Numbered

    @extend_schema(operation_id="episodes_events", examples=[examples_of_lists.EVENT])
    def list(self, request: Request, pk: UUID) -> Response:
        curve = _whole_case(request, pk).curve
        events = list(reversed(curve.in_order))
        page = self.paginate_queryset(events)  # type: ignore[arg-type]
        return self.get_paginated_response(EventSerializer(page, many=True).data)


class PainOverTime(Endpoint):
    """How much it hurt."""

    scope = "reports"

    @extend_schema(
        operation_id="episodes_pain",
        responses=PainOverTimeSerializer,
        examples=[examples_of_lists.PAIN],
    )
    def get(self, request: Request, pk: UUID) -> Response:
        """Pain over time, as the curve shows it. 403 where the athlete shares only the status."""
        return Response(PainOverTimeSerializer(_whole_case(request, pk).curve).data)


def _sheet(request: Request, pk: UUID) -> Sheet:
    episode = _episode(request.user, pk)
    access.require_on_desk_of(request.user, episode.athlete)
    access.require_told_all(request.user, episode.athlete)
    return sheet_of(episode, by=request.user, now=timezone.now())


class HandOverSheet(Endpoint):
    """The page for a clinician."""

    scope = "reports"

    @extend_schema(operation_id="episodes_sheet", responses=SheetSerializer)
    def get(self, request: Request, pk: UUID) -> Response:
        """The story on one side of paper, for who looks after the athlete and is told all."""
        return Response(SheetSerializer(_sheet(request, pk)).data)


class HandOverSheetFile(Endpoint):
    """The page for a clinician, as a file."""

    scope = "reports"
    content_negotiation_class = plain_files.AnyAnswer
    query_parameters: ClassVar[tuple[str, ...]] = ("paper",)

    @extend_schema(
        operation_id="episodes_sheet_pdf",
        parameters=[
            OpenApiParameter(
                "paper", OpenApiTypes.STR, enum=PAPERS, description="`a4` if left out."
            )
        ],
        responses=plain_files.described(plain_files.PDF, "One side of paper."),
    )
    def get(self, request: Request, pk: UUID) -> HttpResponse:
        """The same as a PDF that prints on one side."""
        paper = request.query_params.get("paper") or "a4"
        if paper not in PAPERS:
            raise WrongRequest(f"This is one of: {', '.join(PAPERS)}.", parameter="paper")
        made = _sheet(request, pk)
        language = translation.get_language() or "en"
        content = sheet_pdf.pdf_of(made, language=language, paper=paper)
        return plain_files.pdf_answer(FILE_NAME, content)
