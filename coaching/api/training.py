"""Holding training, and handing a problem to a clinician."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from django.db.models import Q, QuerySet
from django.utils import timezone
from django_filters import rest_framework as drf_filters
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import mixins, serializers, status
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from athletes import access
from athletes.models import Athlete, Episode, HandOver, TrainingHold, User
from athletes.models.availability import HOLDS
from athletes.services import hand_overs, holds
from coaching.api.filters import Flag, Ordering, Since
from coaching.api.scoped import Scoped
from coaching.api.serializers import PersonSerializer, Strict, VisibleRelated
from coaching.api.withholding import Withholding, sight_of

NO_SUCH_CLINICIAN = "There is no such clinician: see /api/v1/episodes/{id}/clinicians/."
NOT_BOTH = "Choose somebody of the club, or name somebody outside: not both."
LONGEST_REASON = 300

# --- Holding training --------------------------------------------------------------------------------


class TrainingHoldSerializer(serializers.ModelSerializer[TrainingHold]):
    """Whether somebody can train is shared by everybody, and so is who said why not."""

    athlete_name = serializers.CharField(source="athlete.name")
    set_by = PersonSerializer(allow_null=True)
    released_by = PersonSerializer(
        allow_null=True, help_text="null: nobody, or it ended at its planned time."
    )
    in_force = serializers.SerializerMethodField(help_text="Whether it holds now.")

    class Meta:
        model = TrainingHold
        fields = (
            "id",
            "athlete",
            "athlete_name",
            "episode",
            "kind",
            "reason",
            "since",
            "until",
            "set_by",
            "released_at",
            "released_by",
            "release_reason",
            "in_force",
            "updated_at",
        )
        read_only_fields = fields

    def get_in_force(self, hold: TrainingHold) -> bool:
        return hold.released_at is None and not _is_over(hold, timezone.now())


def _is_over(hold: TrainingHold, now: datetime) -> bool:
    return hold.since > now or (hold.until is not None and hold.until <= now)


class NewHoldSerializer(Strict):
    athlete = VisibleRelated("athlete", queryset=Athlete.objects.select_related("club", "user"))
    kind = serializers.ChoiceField(HOLDS)
    reason = serializers.CharField(max_length=LONGEST_REASON, help_text="The athlete reads it.")
    until = serializers.DateTimeField(
        required=False,
        allow_null=True,
        help_text="When it ends by itself. Left out: when somebody releases it.",
    )
    episode = VisibleRelated(
        "episode", queryset=Episode.objects.all(), required=False, allow_null=True
    )


class ReleaseSerializer(Strict):
    reason = serializers.CharField(max_length=LONGEST_REASON, required=False, allow_blank=True)


NEW_HOLD = OpenApiExample(
    "No running until somebody has looked",
    value={
        "athlete": "0197c1d2-0000-7000-8000-000000000001",
        "kind": "out",
        "reason": "Nothing on your feet until the scan",
    },
    request_only=True,
)


class TrainingHoldFilter(drf_filters.FilterSet):
    athlete = drf_filters.UUIDFilter(field_name="athlete")
    episode = drf_filters.UUIDFilter(field_name="episode")
    kind = drf_filters.ChoiceFilter(choices=HOLDS)
    in_force = Flag(method="narrow_to_standing", label="Whether it holds now.")
    ordering = Ordering(fields=("since", "updated_at"))
    updated_since = Since()

    class Meta:
        model = TrainingHold
        fields: tuple[str, ...] = ()

    def narrow_to_standing(
        self, rows: QuerySet[TrainingHold], _name: str, value: bool
    ) -> QuerySet[TrainingHold]:
        now = timezone.now()
        standing = Q(released_at=None, since__lte=now) & (Q(until=None) | Q(until__gt=now))
        return rows.filter(standing if value else ~standing)


class TrainingHolds(Scoped, mixins.ListModelMixin, mixins.RetrieveModelMixin):
    """Who is kept out of training, or in part of it, by a person; newest first.

    What a danger sign, the plan or the way back asks for is no hold, and no release ends it.
    """

    scope: ClassVar[dict[str, str]] = {
        "*": "reports",
        "create": "care:write",
        "release": "care:write",
    }
    queryset = TrainingHold.objects.select_related(
        "athlete__user", "set_by", "released_by"
    ).order_by("-since", "-id")
    serializer_class = TrainingHoldSerializer
    filterset_class = TrainingHoldFilter

    @extend_schema(
        request=NewHoldSerializer, responses={201: TrainingHoldSerializer}, examples=[NEW_HOLD]
    )
    def create(self, request: Request) -> Response:
        """Hold training. One stands at a time: a new one ends the one before; the same again is the same."""
        told: dict[str, Any] = self.read(NewHoldSerializer)
        hold = holds.hold_training(by=request.user, **told)
        row = self.get_queryset().get(pk=hold.pk)
        return Response(self.get_serializer(row).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=ReleaseSerializer, responses=TrainingHoldSerializer, filters=False)
    @action(detail=True, methods=["post"], filterset_class=None)
    def release(self, request: Request, pk: str) -> Response:
        """End it. One that has ended already: no change. Nobody releases what somebody else decided about them."""
        hold = self.get_object()
        told: dict[str, Any] = self.read(ReleaseSerializer)
        holds.release_training(by=request.user, hold=hold, **told)
        return Response(self.get_serializer(self.get_object()).data)


# --- Handing over ------------------------------------------------------------------------------------


class HandOverSerializer(Withholding):
    athlete = serializers.UUIDField(source="episode.athlete_id")
    athlete_name = serializers.CharField(source="episode.athlete.name")
    clinician = PersonSerializer(allow_null=True, help_text="null: somebody outside the club.")
    handed_by = PersonSerializer(allow_null=True)

    class Meta:
        model = HandOver
        fields = (
            "id",
            "athlete",
            "athlete_name",
            "episode",
            "clinician",
            "to_name",
            "note",
            "handed_by",
            "created_at",
        )
        read_only_fields = fields

    def told_anyway(self, handed: HandOver) -> dict[str, Any]:
        """Whoever wrote it knows it."""
        wrote_it = handed.handed_by_id == sight_of(self.context).user.pk
        return {"note": handed.note} if wrote_it else {}


class NewHandOverSerializer(Strict):
    episode = VisibleRelated("episode", queryset=Episode.objects.select_related("athlete__club"))
    clinician = serializers.UUIDField(
        required=False,
        allow_null=True,
        help_text="Id of one of `/episodes/{id}/clinicians/`, who is told.",
    )
    to_name = serializers.CharField(
        max_length=hand_overs.LONGEST_NAME,
        required=False,
        allow_blank=True,
        help_text="Instead: somebody outside the club, who is not written to.",
    )
    note = serializers.CharField(
        max_length=hand_overs.LONGEST_NOTE,
        required=False,
        allow_blank=True,
        help_text="What is asked of them.",
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs.get("clinician") and attrs.get("to_name"):
            raise ValidationError({"to_name": [NOT_BOTH]})
        return attrs


NEW_HAND_OVER = OpenApiExample(
    "To a doctor outside the club",
    value={
        "episode": "0197c1d2-0000-7000-8000-000000000004",
        "to_name": "Dr Weber, sports medicine",
        "note": "Please look at the calf: it is swollen since the flight.",
    },
    request_only=True,
)


class HandOverFilter(drf_filters.FilterSet):
    athlete = drf_filters.UUIDFilter(field_name="episode__athlete")
    episode = drf_filters.UUIDFilter(field_name="episode")
    ordering = Ordering(fields=("created_at",))

    class Meta:
        model = HandOver
        fields: tuple[str, ...] = ()


class HandOvers(Scoped, mixins.ListModelMixin, mixins.RetrieveModelMixin):
    """Problems that were handed to a clinician, newest first. Added, never changed."""

    scope: ClassVar[dict[str, str]] = {"*": "reports", "create": "care:write"}
    queryset = HandOver.objects.select_related(
        "episode__athlete", "clinician", "handed_by"
    ).order_by("-created_at", "-id")
    serializer_class = HandOverSerializer
    filterset_class = HandOverFilter

    @extend_schema(
        request=NewHandOverSerializer,
        responses={201: HandOverSerializer},
        examples=[NEW_HAND_OVER],
    )
    def create(self, request: Request) -> Response:
        """Hand it over. It stays with its coaches as well, and no clock stops. The same again is the same."""
        told = self.read(NewHandOverSerializer)
        told["clinician"] = self._clinician(told["episode"], told.get("clinician"))
        handed = hand_overs.hand_over(by=request.user, **told)
        row = self.get_queryset().get(pk=handed.pk)
        return Response(self.get_serializer(row).data, status=status.HTTP_201_CREATED)

    def _clinician(self, episode: Episode, wanted: Any) -> User | None:
        if wanted is None:
            return None
        access.require_on_desk_of(self.request.user, episode.athlete)
        for person in hand_overs.clinicians_of(episode.athlete, timezone.now()):
            if person.uid == wanted:
                return person
        raise ValidationError({"clinician": [NO_SUCH_CLINICIAN]})


class ClinicianActions(Scoped):
    """For the episodes: to whom one can be handed over."""

    @extend_schema(responses=PersonSerializer(many=True), filters=False)
    @action(detail=True, filterset_class=None, pagination_class=None)
    def clinicians(self, request: Request, pk: str) -> Response:
        """The clinicians of the club who see this athlete: for the desk, to hand it over."""
        episode = self.get_object()
        access.require_on_desk_of(request.user, episode.athlete)
        found = hand_overs.clinicians_of(episode.athlete, timezone.now())
        return Response(PersonSerializer(found, many=True).data)
