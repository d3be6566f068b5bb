"""Who is told first: who is on call in a club or its squads, and the own coaches of an athlete."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import Prefetch, QuerySet
from django.utils import timezone
from django_filters import rest_framework as drf_filters
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import mixins, serializers, status
from rest_framework.decorators import action
from rest_framework.generics import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response

from athletes import access
from athletes.models import Athlete, Club, OnCall, Squad
from athletes.services import clubs
from coaching.api import references
from coaching.api.conventions import Endpoint
from coaching.api.filters import Flag, Ordering
from coaching.api.scoped import Scoped
from coaching.api.serializers import (
    PersonSerializer,
    SquadNameSerializer,
    Strict,
    VisibleRelated,
)

_PERSON = "0197c1d2-0000-7000-8000-000000000009"
WEEKEND = OpenApiExample(
    "On call over the weekend, for the whole club",
    value={
        "club": "0197c1d2-0000-7000-8000-000000000008",
        "person": _PERSON,
        "squads": [],
        "starts_at": "2026-06-05T18:00:00+02:00",
        "ends_at": "2026-06-08T08:00:00+02:00",
    },
    request_only=True,
)
TOLD_FIRST = OpenApiExample("One coach first", value={"coaches": [_PERSON]}, request_only=True)

# --- On call -----------------------------------------------------------------------------------------


class OnCallSerializer(serializers.ModelSerializer[OnCall]):
    person = PersonSerializer(source="user", read_only=True)
    squads = SquadNameSerializer(
        many=True,
        read_only=True,
        help_text="As far as the caller sees them.",
    )
    whole_club = serializers.SerializerMethodField(help_text="For every squad.")

    class Meta:
        model = OnCall
        fields = ("id", "club", "person", "squads", "whole_club", "starts_at", "ends_at")
        read_only_fields = fields

    def get_whole_club(self, duty: OnCall) -> bool:
        return not duty.all_squads  # type: ignore[attr-defined]


class NewOnCallSerializer(Strict):
    club = VisibleRelated("club", queryset=Club.objects.all())
    person = references.Person(source="user", help_text="Of `memberships/`, of that club.")
    squads = references.Squads(help_text="None: the whole club, which only its owners can say.")
    starts_at = serializers.DateTimeField(required=False, help_text="Left out: from now on.")
    ends_at = serializers.DateTimeField(
        default=None, allow_null=True, help_text="Null: until somebody ends it."
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        return {"starts_at": timezone.now(), **attrs}


class OnCallFilter(drf_filters.FilterSet):
    club = drf_filters.UUIDFilter(field_name="club")
    person = drf_filters.UUIDFilter(field_name="user__uid")
    over = Flag(method="is_over", label="Whether it has ended.")
    ordering = Ordering(fields=("starts_at", "ends_at"))

    class Meta:
        model = OnCall
        fields: tuple[str, ...] = ()

    def is_over(self, rows: Any, name: str, value: bool) -> Any:
        now = timezone.now()
        return rows.filter(ends_at__lte=now) if value else rows.not_over(now)


class OnCalls(Scoped, mixins.ListModelMixin, mixins.RetrieveModelMixin):
    """Who is told first, beside an athlete's own coaches: was, is and will be, in the order of its beginning."""

    scope = "club"
    queryset = OnCall.objects.select_related("user").order_by("starts_at", "id")
    serializer_class = OnCallSerializer
    filterset_class = OnCallFilter

    def get_queryset(self) -> QuerySet[OnCall]:
        shown = Prefetch("squads", references.squads_to_name(self.request.user))
        whole = Prefetch("squads", Squad.objects.only("pk"), to_attr="all_squads")
        return super().get_queryset().prefetch_related(whole, shown)

    @extend_schema(
        request=NewOnCallSerializer, responses={201: OnCallSerializer}, examples=[WEEKEND]
    )
    def create(self, request: Request) -> Response:
        """Put somebody on call: a squad's coaches for their squads, owners for all. They must see what they are called for."""
        duty = clubs.put_on_call(by=request.user, **self.read(NewOnCallSerializer))
        row = self.get_queryset().get(pk=duty.pk)
        return Response(self.get_serializer(row).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=None, responses={204: None}, filters=False)
    @action(detail=True, methods=["post"], filterset_class=None)
    def end(self, request: Request, pk: str) -> Response:
        """End it now: who is on call, or who could have put them there. What had not begun is gone."""
        clubs.end_on_call(by=request.user, on_call=self.get_object())
        return Response(status=status.HTTP_204_NO_CONTENT)


# --- Own coaches -------------------------------------------------------------------------------------


class OwnCoachesSerializer(serializers.Serializer[Any]):
    coaches = PersonSerializer(many=True, help_text="None: all coaches of the squads.")


class NewOwnCoachesSerializer(Strict):
    coaches = references.People(help_text="Of `memberships/`. None: all coaches of the squads.")


class OwnCoaches(Endpoint):
    """Who is told first when this athlete needs somebody, for who leads them."""

    scope = "athletes"

    def get_object(self) -> Athlete:
        seen = Athlete.objects.visible_to(self.request.user).select_related("club")
        found: Athlete = get_object_or_404(seen, pk=self.kwargs["pk"])
        access.require_leads_athlete(self.request.user, found)
        return found

    @extend_schema(operation_id="athletes_own_coaches", responses=OwnCoachesSerializer)
    def get(self, request: Request, pk: UUID) -> Response:
        """By name."""
        return _coaches_of(self.get_object())

    @extend_schema(
        operation_id="athletes_own_coaches_choose",
        request=NewOwnCoachesSerializer,
        responses=OwnCoachesSerializer,
        examples=[TOLD_FIRST],
    )
    def patch(self, request: Request, pk: UUID) -> Response:
        """Choose them. It holds for every call from now on."""
        athlete = self.get_object()
        form = NewOwnCoachesSerializer(data=request.data, context={"request": request})
        form.is_valid(raise_exception=True)
        clubs.set_own_coaches(by=request.user, athlete=athlete, **form.validated_data)
        return _coaches_of(athlete)


def _coaches_of(athlete: Athlete) -> Response:
    coaches = athlete.own_coaches.order_by("name", "uid")
    return Response(OwnCoachesSerializer({"coaches": coaches}).data)
