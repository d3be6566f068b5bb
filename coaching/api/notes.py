"""Clinicians' notes: for the clinicians of the athlete's squads, the athlete and their guardians."""

from __future__ import annotations

from typing import Any, ClassVar

from django_filters import rest_framework as drf_filters
from rest_framework import mixins, serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from athletes.models import ClinicianNote, Episode
from athletes.services import notes
from coaching.api.scoped import Scoped
from coaching.api.serializers import PersonSerializer, Strict, VisibleRelated


class ClinicianNoteSerializer(Strict, serializers.ModelSerializer[ClinicianNote]):
    """Added, never changed. For a coach or an owner there is none."""

    episode = VisibleRelated("episode", queryset=Episode.objects.select_related("athlete__user"))
    author = PersonSerializer(read_only=True, allow_null=True)
    text = serializers.CharField(max_length=notes.LONGEST)

    class Meta:
        model = ClinicianNote
        fields = ("id", "episode", "author", "text", "created_at")
        read_only_fields = ("created_at",)


class ClinicianNoteFilter(drf_filters.FilterSet):
    episode = drf_filters.UUIDFilter(field_name="episode")

    class Meta:
        model = ClinicianNote
        fields: tuple[str, ...] = ()


class ClinicianNotes(Scoped, mixins.ListModelMixin, mixins.RetrieveModelMixin):
    """What clinicians wrote down, oldest first."""

    scope: ClassVar[dict[str, str]] = {"*": "reports", "create": "care:write"}
    queryset = ClinicianNote.objects.select_related("author").order_by("created_at", "id")
    serializer_class = ClinicianNoteSerializer
    filterset_class = ClinicianNoteFilter

    def create(self, request: Request) -> Response:
        """Write a note about an episode: a clinician of the athlete's squad."""
        told: dict[str, Any] = self.read(ClinicianNoteSerializer)
        note = notes.add_note(by=request.user, **told)
        return Response(self.get_serializer(note).data, status=status.HTTP_201_CREATED)
