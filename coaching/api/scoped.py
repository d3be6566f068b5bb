"""Rows that the caller may see: what every view of records starts from."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from rest_framework.serializers import Serializer
from rest_framework.viewsets import GenericViewSet

from athletes.models import (
    Assessment,
    Athlete,
    CareStep,
    CheckIn,
    Episode,
    HandOver,
    PainReport,
    TrainingHold,
)
from coaching.api.conventions import Endpoint

# A drill is listed among the escalations alone. What it made is found there, by its id.
LISTED_WITHOUT_DRILLS = (
    Assessment,
    Athlete,
    CareStep,
    CheckIn,
    Episode,
    HandOver,
    PainReport,
    TrainingHold,
)


class Scoped(Endpoint, GenericViewSet[Any]):
    """Rows that the caller may see. All others are not there (404)."""

    def get_queryset(self) -> QuerySet[Any]:
        seen = super().get_queryset().visible_to(self.request.user)  # type: ignore[attr-defined]
        if self.action == "list" and seen.model in LISTED_WITHOUT_DRILLS:
            return seen.real()  # type: ignore[no-any-return]
        return seen  # type: ignore[no-any-return]

    def read(self, serializer: type[Serializer[Any]]) -> Any:
        """The request's body, validated."""
        form = serializer(data=self.request.data, context=self.get_serializer_context())
        form.is_valid(raise_exception=True)
        return form.validated_data
