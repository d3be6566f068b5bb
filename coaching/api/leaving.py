"""Who leaves a club, who has left, and who comes back."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django_filters import rest_framework as drf_filters
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, status
from rest_framework.decorators import action
from rest_framework.generics import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response

from athletes.models import Athlete
from athletes.services import leaving
from coaching.api.conventions import Endpoint
from coaching.api.filters import Ordering, Since
from coaching.api.scoped import Scoped


class LeftAthleteSerializer(serializers.ModelSerializer[Athlete]):
    has_log_in = serializers.SerializerMethodField(
        help_text="They come back by taking up a link, and in no other way."
    )

    class Meta:
        model = Athlete
        fields = ("id", "name", "club", "left_at", "has_log_in", "updated_at")
        read_only_fields = fields

    def get_has_log_in(self, athlete: Athlete) -> bool:
        return athlete.user_id is not None


class LeftAthleteFilter(drf_filters.FilterSet):
    club = drf_filters.UUIDFilter(field_name="club")
    updated_since = Since()
    ordering = Ordering(fields=("name", "left_at", "updated_at"))

    class Meta:
        model = Athlete
        fields: tuple[str, ...] = ()


class LeftAthletes(Scoped, mixins.ListModelMixin, mixins.RetrieveModelMixin):
    """Who has left squads that I lead, or a club that I own, the last first. By name only."""

    scope = "athletes"
    queryset = Athlete.objects.order_by("-left_at", "-id")
    serializer_class = LeftAthleteSerializer
    filterset_class = LeftAthleteFilter

    def get_queryset(self) -> QuerySet[Athlete]:
        """They are visible to nobody, so the usual rows are none of these."""
        return Athlete.objects.that_left(self.request.user).order_by("-left_at", "-id")

    @extend_schema(request=None, responses={204: None}, filters=False)
    @action(detail=True, methods=["post"], filterset_class=None, url_path="return")
    def bring_back(self, request: Request, pk: str) -> Response:
        """Somebody without a log-in is in the club again, in the squads of before."""
        leaving.bring_back(by=request.user, athlete=self.get_object())
        return Response(status=status.HTTP_204_NO_CONTENT)


class AthleteLeaves(Endpoint):
    """An athlete leaves the club."""

    scope = "athletes"

    def get_object(self) -> Any:
        seen = Athlete.objects.visible_to(self.request.user).select_related("club")
        return get_object_or_404(seen, pk=self.kwargs["pk"])

    @extend_schema(operation_id="athletes_leave", request=None, responses={204: None})
    def post(self, request: Request, pk: UUID) -> Response:
        """Who leads them says so. Nobody in the club sees them any more; what they told stays theirs.

        409 while a problem is open or somebody is called for them: nobody who is hurt drops out of sight.
        """
        leaving.let_go(by=request.user, athlete=self.get_object())
        return Response(status=status.HTTP_204_NO_CONTENT)
