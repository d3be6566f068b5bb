"""Who is told of an athlete, and when; and saying that one has the athlete before one."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from athletes import access
from athletes.models import Athlete
from athletes.models.base import LONGEST_WAIT_MIN
from athletes.services import looks
from coaching.api import examples_of_lists
from coaching.api.conventions import Endpoint
from coaching.reading import chains
from coaching.reading.chains import Step, Told


class ChainPersonSerializer(serializers.Serializer[Told]):
    id = serializers.UUIDField(source="user.uid")
    name = serializers.CharField(source="user.name")
    roles = serializers.ListField(
        child=serializers.CharField(), help_text="Why they are told, in words."
    )


class ChainWaitsSerializer(serializers.Serializer[Any]):
    """Seconds after it was opened, if nobody acknowledges it; null: never at this level."""

    def get_fields(self) -> dict[str, Any]:
        return {
            level.value: serializers.IntegerField(allow_null=True) for level in LONGEST_WAIT_MIN
        }


class ChainStepSerializer(serializers.Serializer[Step]):
    """Who is told in it besides those of before."""

    chain_step = serializers.IntegerField(
        source="number", help_text="As in an escalation; steps that tell nobody new are left out."
    )
    people = ChainPersonSerializer(many=True)
    contact = serializers.CharField(
        allow_blank=True, help_text="The club's emergency contact, where it is written to."
    )
    after_s = serializers.SerializerMethodField()

    @extend_schema_field(ChainWaitsSerializer)
    def get_after_s(self, step: Step) -> dict[str, int | None]:
        return {
            level: None if after is None else int(after.total_seconds())
            for level, after in step.after.items()
        }


class ChainSerializer(serializers.Serializer[Any]):
    as_of = serializers.DateTimeField(help_text="Duties and roles change.")
    calls_nobody = serializers.BooleanField(help_text="A demo club: nobody is called.")
    steps = ChainStepSerializer(many=True)


def _looked_after(request: Request, pk: UUID) -> Athlete:
    seen = Athlete.objects.visible_to(request.user).select_related("club")
    athlete = get_object_or_404(seen, pk=pk)
    access.require_on_desk_of(request.user, athlete)
    return athlete


class Chain(Endpoint):
    """Who is told of an athlete, step by step."""

    scope = "escalations"

    @extend_schema(
        operation_id="athletes_chain",
        responses=ChainSerializer,
        examples=[examples_of_lists.CHAIN],
    )
    def get(self, request: Request, pk: UUID) -> Response:
        """Who would be told now, and after how long at each level: for who looks after the athlete.

        A review waits besides while the club's quiet hours last.
        """
        athlete, now = _looked_after(request, pk), timezone.now()
        told = {
            "as_of": now,
            "calls_nobody": athlete.club.calls_nobody,
            "steps": chains.of_athlete(athlete, now),
        }
        return Response(ChainSerializer(told).data)


class Looked(Endpoint):
    """I have this athlete before me."""

    scope = "athletes"

    @extend_schema(operation_id="athletes_looked", request=None, responses={204: None})
    def post(self, request: Request, pk: UUID) -> Response:
        """A person looks at the athlete now: what happened until now is no news to them in `today/`.

        Reading here does not say so by itself, as programs read too. It acknowledges nothing.
        """
        looks.looked(by=request.user, athlete=_looked_after(request, pk))
        return Response(status=status.HTTP_204_NO_CONTENT)
