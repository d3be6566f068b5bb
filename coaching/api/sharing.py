"""What an athlete shares with coaches and owners: read by whoever sees the athlete, chosen by the athlete or a guardian."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema, extend_schema_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from athletes.models import Athlete
from athletes.models.people import SHARING
from athletes.services import sharing
from coaching.api import schema
from coaching.api.conventions import Endpoint
from coaching.api.serializers import PersonSerializer, Strict


class SharingChangeSerializer(serializers.Serializer[sharing.Change]):
    at = serializers.DateTimeField()
    by = PersonSerializer(allow_null=True, help_text="null: somebody who has left.")
    sharing = serializers.ChoiceField(SHARING, help_text="From then on.")


@extend_schema_serializer(component_name="WhatIsShared")
class SharingSerializer(serializers.Serializer[Any]):
    sharing = serializers.ChoiceField(SHARING)
    changes = SharingChangeSerializer(many=True, help_text="Newest first.")


class NewSharingSerializer(Strict):
    sharing = serializers.ChoiceField(
        SHARING,
        help_text="`full`, or `status`: coaches and owners are told how soon somebody must look, whether the athlete can "
        "train, and the plan; of a danger of today also what it is.",
    )


class Sharing(Endpoint):
    """What coaches and owners are told of an athlete."""

    scope: ClassVar[dict[str, str]] = {"GET": "athletes:read", "PATCH": "account:write"}

    @extend_schema(operation_id="athletes_sharing", responses=SharingSerializer)
    def get(self, request: Request, pk: UUID) -> Response:
        """What is shared, and who chose it when."""
        return _answer(self._seen(request, pk))

    @extend_schema(
        operation_id="athletes_sharing_choose",
        request=NewSharingSerializer,
        responses={200: SharingSerializer, **schema.errors(409)},
    )
    def patch(self, request: Request, pk: UUID) -> Response:
        """Choose it: the athlete, or a guardian. It holds from the next request on."""
        athlete = self._seen(request, pk)
        form = NewSharingSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        return _answer(
            sharing.choose_sharing(by=request.user, athlete=athlete, **form.validated_data)
        )

    def _seen(self, request: Request, pk: UUID) -> Athlete:
        return get_object_or_404(Athlete.objects.visible_to(request.user), pk=pk)


def _answer(athlete: Athlete) -> Response:
    told = {"sharing": athlete.sharing, "changes": sharing.changes_of(athlete)}
    return Response(SharingSerializer(told).data)
