"""Who looked at one's own health data, or at that of a child one is the guardian of."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from athletes import access
from athletes.models import AuditSubject
from athletes.models.audit import ACTIONS, CHANGED, LOOKED_FROM, READ, TAKEN
from athletes.onlookers import SITE_STAFF, Look, rows_for, with_names
from coaching.api.conventions import Endpoint
from coaching.api.pagination import Page
from coaching.looks.shown import in_words

TOLD = [choice for choice in ACTIONS if choice[0] in (READ, CHANGED, TAKEN)]
WHO = [access.OWNER, access.COACH, access.CLINICIAN, access.GUARDIAN, SITE_STAFF, ""]


class ByNumber(Page):
    """An entry never changes, so that there is nothing to keep up to date by a cursor: ask by `at__gte`."""

    query_parameters = ("page", "page_size")

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> Any:
        """With names only for what is on the page."""
        rows = super().paginate_queryset(queryset, request, view)
        return with_names(rows) if rows is not None else None


class OnlookerSerializer(serializers.Serializer[Look]):
    id = serializers.UUIDField(source="actor_key", help_text="Of the person.")
    name = serializers.CharField()
    role = serializers.ChoiceField(
        WHO, help_text="What they are to the athlete now; `staff` runs the site; empty: none."
    )


class LookSerializer(serializers.Serializer[Look]):
    athlete = serializers.UUIDField(source="athlete_key", help_text="Whose data it was.")
    at = serializers.DateTimeField()
    by = serializers.SerializerMethodField(help_text="Null for an account that is gone.")
    action = serializers.ChoiceField(TOLD)
    what = serializers.CharField(help_text="Kind of record, or name of the page.")
    in_words = serializers.SerializerMethodField()
    face = serializers.ChoiceField(LOOKED_FROM, help_text="Where it was done.")

    @extend_schema_field(OnlookerSerializer(allow_null=True))
    def get_by(self, look: Look) -> Any:
        return OnlookerSerializer(look).data if look.actor_key else None

    def get_in_words(self, look: Look) -> str:
        return str(in_words(look.what))


class LookFilter(filters.FilterSet):
    athlete = filters.UUIDFilter(field_name="athlete_key")
    at__gte = filters.IsoDateTimeFilter(field_name="at", lookup_expr="gte")
    at__lte = filters.IsoDateTimeFilter(field_name="at", lookup_expr="lte")

    class Meta:
        model = AuditSubject
        fields: tuple[str, ...] = ()


class Looks(Endpoint, GenericViewSet[Any]):
    """Each time somebody else saw, changed or took what I told here, the newest first.

    A few seconds pass until a new one shows. What somebody was refused, nobody has seen: it is not here.
    """

    scope = "account"
    queryset = AuditSubject.objects.none()
    serializer_class = LookSerializer
    filterset_class = LookFilter
    pagination_class = ByNumber

    def get_queryset(self) -> QuerySet[AuditSubject]:
        return rows_for(self.request.user)

    def list(self, request: Request) -> Response:
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        return self.get_paginated_response(self.get_serializer(page, many=True).data)
