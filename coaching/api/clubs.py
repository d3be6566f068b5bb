"""Clubs: how they call, how long they keep what is over; and the demo club to look around in."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http import Http404
from django.utils import timezone
from django_filters import rest_framework as drf_filters
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework import mixins, serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from athletes import access, demo
from athletes.models import Club
from athletes.models.base import LONGEST_WAIT_MIN
from athletes.models.clubs import LONGEST_KEEPING_MONTHS, SHORTEST_KEEPING_MONTHS
from athletes.services import clubs, erasure, retention
from coaching.api import schema
from coaching.api.conventions import Endpoint
from coaching.api.filters import Flag, Ordering
from coaching.api.scoped import Scoped
from coaching.api.serializers import Strict

SHORTER = OpenApiExample(
    "A review waits 12 hours at most, and never at night",
    value={
        "wait_coach_review_min": 720,
        "quiet_from": "22:00:00",
        "quiet_until": "07:00:00",
    },
    request_only=True,
)
WHAT_IF = OpenApiParameter(
    "keep_months",
    {"type": "integer", "minimum": SHORTEST_KEEPING_MONTHS, "maximum": LONGEST_KEEPING_MONTHS},
    description="What would go if this was chosen.",
)


class ClubDetailSerializer(Strict, serializers.ModelSerializer[Club]):
    """A club's settings. Its owners change them; everybody at its desk reads them."""

    waits_min = serializers.SerializerMethodField(
        help_text="How long each level waits for a person before the next are told, in minutes."
    )

    class Meta:
        model = Club
        fields = (
            "id",
            *clubs.EDITABLE,
            "waits_min",
            "second_factor_since",
            "is_demo",
            "calls_nobody",
            "created_at",
        )
        read_only_fields = ("second_factor_since", "is_demo", "calls_nobody", "created_at")
        extra_kwargs: ClassVar[dict[str, Any]] = {
            name: {"validators": [clubs.dialled]} for name in clubs.DIALLED
        }

    def get_waits_min(self, club: Club) -> dict[str, int]:
        return {
            level.value: round(club.wait_for(level).total_seconds() / 60)
            for level in LONGEST_WAIT_MIN
        }


class KeepingAskedSerializer(serializers.Serializer[Any]):
    keep_months = serializers.IntegerField(
        required=False, min_value=SHORTEST_KEEPING_MONTHS, max_value=LONGEST_KEEPING_MONTHS
    )


class GoingSerializer(serializers.Serializer[Any]):
    month = serializers.DateField(help_text="Its first day.")
    problems = serializers.IntegerField()


class KeepingSerializer(serializers.Serializer[Any]):
    """Which closed problems go, and when. What is open, or waits for a call to be seen, never does."""

    keep_months = serializers.IntegerField(
        allow_null=True, help_text="Null: until they are erased."
    )
    now_due = serializers.IntegerField(help_text="Problems that go in the next round.")
    going = GoingSerializer(many=True, help_text="Over the next twelve months.")


class ClubFilter(drf_filters.FilterSet):
    is_demo = Flag()
    ordering = Ordering(fields=("name", "created_at"))

    class Meta:
        model = Club
        fields: tuple[str, ...] = ()


class Clubs(Scoped, mixins.ListModelMixin, mixins.RetrieveModelMixin):
    """Clubs in which I look after athletes, by name."""

    scope = "club"
    queryset = Club.objects.order_by("name", "id")
    serializer_class = ClubDetailSerializer
    filterset_class = ClubFilter

    def get_queryset(self) -> QuerySet[Club]:
        return super().get_queryset().seen_from_desk_by(self.request.user)  # type: ignore[attr-defined, no-any-return]

    @extend_schema(examples=[SHORTER])
    def partial_update(self, request: Request, pk: str) -> Response:
        """Change settings of a club that I own. A call that is out keeps the clock it has.

        A time can only be shorter than Niggle's own; null is that one.
        """
        club = self.get_object()
        access.require_owns_club(request.user, club)
        form = self.get_serializer(club, data=request.data, partial=True)
        form.is_valid(raise_exception=True)
        changed = clubs.update_club(by=request.user, club=club, **form.validated_data)
        return Response(self.get_serializer(changed).data)

    @extend_schema(parameters=[WHAT_IF], responses=KeepingSerializer, filters=False)
    @action(detail=True, methods=["get"], filterset_class=None, query_parameters=("keep_months",))
    def keeping(self, request: Request, pk: str) -> Response:
        """What goes when, for owners: as it is set, or as it would be with another `keep_months`."""
        club = self.get_object()
        access.require_owns_club(request.user, club)
        asked = KeepingAskedSerializer(data=request.query_params)
        asked.is_valid(raise_exception=True)
        months = asked.validated_data.get("keep_months", club.keep_months)
        going = retention.by_month(club, months=months)
        told = {
            "keep_months": months,
            "now_due": retention.over(club, months=months).count(),
            "going": [{"month": month, "problems": number} for month, number in going],
        }
        return Response(KeepingSerializer(told).data)


class DemoClub(Endpoint):
    """My demo club, made up to look around in: nobody in it is real, and nobody is called."""

    scope = "club"
    in_steps: ClassVar = True

    def get_object(self) -> Club:
        club = demo.club_of(self.request.user)  # type: ignore[arg-type]
        if club is None:
            raise Http404
        return club

    @extend_schema(
        operation_id="clubs_demo", responses={200: ClubDetailSerializer, **schema.errors(404)}
    )
    def get(self, request: Request) -> Response:
        """404 while there is none."""
        return Response(ClubDetailSerializer(self.get_object()).data)

    @extend_schema(
        operation_id="clubs_demo_load", request=None, responses={201: ClubDetailSerializer}
    )
    def post(self, request: Request) -> Response:
        """Load it, for who looks after athletes. There is one at most; it takes a few seconds."""
        club = demo.load_for(by=request.user, now=timezone.now())
        return Response(ClubDetailSerializer(club).data, status=status.HTTP_201_CREATED)

    @extend_schema(operation_id="clubs_demo_remove", responses={204: None, **schema.errors(404)})
    def delete(self, request: Request) -> Response:
        """Remove it with all that is in it. My own clubs stay as they are."""
        erasure.erase_demo_club(by=request.user, club=self.get_object())
        return Response(status=status.HTTP_204_NO_CONTENT)
