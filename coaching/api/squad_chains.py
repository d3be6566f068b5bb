"""Who is told of a squad, and whether a danger there would reach anybody: looked at before it matters."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from athletes import access
from athletes.models import Squad
from athletes.reach import Fault
from coaching.api.chains import ChainSerializer
from coaching.api.conventions import Endpoint
from coaching.reading import chains


class ChainFaultSerializer(serializers.Serializer[Fault]):
    code = serializers.CharField()
    sentence = serializers.CharField(help_text="For people.")
    is_grave = serializers.BooleanField(help_text="A danger would reach nobody at all.")


class SquadChainSerializer(ChainSerializer):
    faults = ChainFaultSerializer(many=True, help_text="What is wrong with it, the gravest first.")


class SquadChain(Endpoint):
    """Who is told of a squad, step by step."""

    scope = "club"

    @extend_schema(operation_id="squads_chain", responses=SquadChainSerializer)
    def get(self, request: Request, pk: UUID) -> Response:
        """Who would be told now of its athletes without an own coach, and what is wrong with that: for its desk."""
        squad = get_object_or_404(
            Squad.objects.visible_to(request.user).select_related("club"), pk=pk
        )
        if not Squad.objects.seen_from_desk_by(request.user).filter(pk=pk).exists():
            raise access.NotAllowed("Only who looks after this squad can see this.")
        now = timezone.now()
        (its,) = chains.of_squads([squad], now)
        told: dict[str, Any] = {
            "as_of": now,
            "calls_nobody": squad.club.calls_nobody,
            "steps": its.steps,
            "faults": its.faults,
        }
        return Response(SquadChainSerializer(told).data)
