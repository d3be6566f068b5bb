"""The steps of care plans: read, ticked off or skipped, and changed by the desk with a reason."""

from __future__ import annotations

from typing import Any, ClassVar

from django.utils import timezone
from django.utils.translation import gettext
from django_filters import rest_framework as drf_filters
from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_field
from rest_framework import mixins, serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from athletes.models import CareStep
from athletes.models.care import STEP_KINDS, STEP_STATES
from athletes.services import care, step_changes
from coaching.api import schema
from coaching.api.filters import Ordering, Since
from coaching.api.judgement import EVIDENCE, PHASES, SourceSerializer
from coaching.api.knowledge import SaidField
from coaching.api.problems import Conflict
from coaching.api.scoped import Scoped
from coaching.api.serializers import PersonSerializer, Strict

TAKEN_OUT = "A coach or clinician took this step out of the plan, so it is not there to be done."

# Of the judgement and the report, what a row here does not need.
NOT_SHOWN = (
    "assessment__result",
    "assessment__report__answers",
    "assessment__report__known_facts",
    "assessment__report__note",
    "assessment__report__screening",
    "assessment__report__skipped_screens",
)

# --- What is given out -------------------------------------------------------------------------------


class CareStepSerializer(serializers.ModelSerializer[CareStep]):
    """One do or don't. The plan is shared by everybody who shares anything."""

    report = serializers.UUIDField(source="assessment.report_id")
    episode = serializers.UUIDField(source="assessment.report.episode_id")
    athlete = serializers.UUIDField(source="assessment.report.athlete_id")
    athlete_name = serializers.CharField(source="assessment.report.athlete.name")
    text = SaidField()
    why = SaidField()
    evidence = serializers.ChoiceField(EVIDENCE)
    evidence_note = SaidField()
    sources = SourceSerializer(many=True)
    phase = serializers.SerializerMethodField(help_text="Where it stands in time now.")
    settled_by = PersonSerializer(allow_null=True)
    is_off = serializers.BooleanField(help_text="Taken out of the plan by a coach or clinician.")
    fixed = serializers.SerializerMethodField(
        help_text="Why nobody may change it: it guards against a danger. Empty: the desk may."
    )

    class Meta:
        model = CareStep
        fields = (
            "id",
            "assessment",
            "report",
            "episode",
            "athlete",
            "athlete_name",
            "advice",
            "kind",
            "text",
            "why",
            "evidence",
            "evidence_note",
            "sources",
            "starts_at",
            "ends_at",
            "position",
            "phase",
            "state",
            "settled_at",
            "settled_by",
            "coach_text",
            "changed_reason",
            "is_off",
            "fixed",
            "updated_at",
        )
        read_only_fields = fields

    @extend_schema_field(serializers.ChoiceField(PHASES))
    def get_phase(self, step: CareStep) -> str:
        return step.phase(timezone.now())

    def get_fixed(self, step: CareStep) -> str:
        return gettext(why) if (why := step_changes.why_fixed(step)) else ""


# --- What is taken in --------------------------------------------------------------------------------


class TickSerializer(Strict):
    """What becomes of a step; `open` takes it back."""

    state = serializers.ChoiceField(
        [choice for choice in STEP_STATES if choice[0] in care.SET_BY_HAND]
    )


class ChangeStepSerializer(Strict):
    reason = serializers.CharField(
        max_length=step_changes.LONGEST, help_text="Why. The athlete reads it."
    )
    text = serializers.CharField(
        max_length=step_changes.LONGEST,
        required=False,
        allow_blank=True,
        help_text="What holds instead. Left out: the step is off.",
    )


TICKED = OpenApiExample("Done", value={"state": "done"}, request_only=True)
CHANGED = OpenApiExample(
    "Something else instead",
    value={"reason": "The pool is closed", "text": "Walk for 20 minutes on the flat"},
    request_only=True,
)

# --- How lists are narrowed down ---------------------------------------------------------------------


class CareStepFilter(drf_filters.FilterSet):
    athlete = drf_filters.UUIDFilter(field_name="assessment__report__athlete")
    episode = drf_filters.UUIDFilter(field_name="assessment__report__episode")
    report = drf_filters.UUIDFilter(field_name="assessment__report")
    assessment = drf_filters.UUIDFilter(field_name="assessment")
    kind = drf_filters.ChoiceFilter(choices=STEP_KINDS)
    state = drf_filters.MultipleChoiceFilter(choices=STEP_STATES)
    ordering = Ordering(fields=("starts_at", "position", "updated_at"))
    updated_since = Since()

    class Meta:
        model = CareStep
        fields: tuple[str, ...] = ()


# --- Endpoints ---------------------------------------------------------------------------------------


class CareSteps(Scoped, mixins.ListModelMixin, mixins.RetrieveModelMixin):
    """What to do and what to leave: the newest plan first, its most useful step first."""

    scope: ClassVar[dict[str, str]] = {
        "*": "reports",
        "change": "care:write",
        "undo": "care:write",
    }
    queryset = (
        CareStep.objects.select_related("assessment__report__athlete__user", "settled_by")
        .defer(*NOT_SHOWN)
        .order_by("-assessment__created_at", "position", "id")
    )
    serializer_class = CareStepSerializer
    filterset_class = CareStepFilter

    @extend_schema(
        request=TickSerializer,
        responses={200: CareStepSerializer, **schema.errors(409)},
        examples=[TICKED],
    )
    def partial_update(self, request: Request, pk: str) -> Response:
        """Tick it off, skip it, or take that back. 409 (`taken_out`) for what the desk took out of the plan."""
        step = self.get_object()
        told: dict[str, Any] = self.read(TickSerializer)
        if care.set_step_state(by=request.user, step=step, **told).is_off:
            raise Conflict(TAKEN_OUT, code="taken_out")
        return self._now()

    @extend_schema(
        request=ChangeStepSerializer,
        responses={200: CareStepSerializer, **schema.errors(409)},
        examples=[CHANGED],
        filters=False,
    )
    @action(detail=True, methods=["post"], filterset_class=None)
    def change(self, request: Request, pk: str) -> Response:
        """Other words, or off, with a reason. 409 (`fixed`) for what guards against a danger. Nobody changes their own."""
        step = self.get_object()
        told = self.read(ChangeStepSerializer)
        try:
            step_changes.change_step(by=request.user, step=step, **told)
        except step_changes.Fixed as fixed:
            raise Conflict(gettext(str(fixed)), code="fixed") from fixed
        return self._now()

    @extend_schema(request=None, responses={200: CareStepSerializer}, filters=False)
    @action(detail=True, methods=["post"], filterset_class=None)
    def undo(self, request: Request, pk: str) -> Response:
        """The step's own words hold again. Of one that is not changed: no change."""
        step_changes.undo_change(by=request.user, step=self.get_object())
        return self._now()

    def _now(self) -> Response:
        return Response(self.get_serializer(self.get_object()).data)
