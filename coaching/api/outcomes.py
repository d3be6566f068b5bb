"""What was said first of a problem, beside what it turned out to be."""

from __future__ import annotations

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema, extend_schema_field, extend_schema_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from athletes import outcomes
from athletes.models import Episode
from athletes.outcomes import Named, Outcome
from athletes.services import tallies
from coaching.api import examples_of_lists
from coaching.api.conventions import Endpoint
from coaching.api.findings import ClinicianFindingSerializer
from coaching.api.judgement import LEVELS
from coaching.api.numbered import Numbered
from coaching.api.squads_seen import SQUAD, squad_asked
from coaching.reading.judged import cause_name
from coaching.saying import said
from guidance import Share


class NamedCauseSerializer(serializers.Serializer[Any]):
    id = serializers.CharField()
    name = serializers.CharField()


class OutcomeSerializer(serializers.Serializer[Outcome]):
    """One problem that is over, or of which a clinician found what it was."""

    episode = serializers.UUIDField(source="episode.pk")
    athlete = serializers.UUIDField(source="episode.athlete_id")
    athlete_name = serializers.CharField(source="episode.athlete.name")
    place = serializers.SerializerMethodField(help_text="Where it hurt, in words.")
    opened_at = serializers.DateTimeField(source="episode.opened_at")
    closed_at = serializers.DateTimeField(source="episode.closed_at", allow_null=True)
    closed_reason = serializers.CharField(source="episode.closed_reason", allow_blank=True)
    level = serializers.ChoiceField(
        LEVELS, help_text="How urgent the first judged report was said to be."
    )
    causes = serializers.SerializerMethodField(
        help_text="What it was said to look like: at most three likely causes, best first."
    )
    finding = ClinicianFindingSerializer(allow_null=True, help_text="The newest.")
    named = serializers.ChoiceField(
        [named.value for named in Named],
        help_text="Where what was found stood among `causes`; `unknown`: nothing was found that has a name here.",
    )
    too_low = serializers.BooleanField(
        help_text="It calls for a doctor on the same day, and was judged to have more time."
    )

    def get_place(self, outcome: Outcome) -> str:
        return said(outcome.episode.place)

    @extend_schema_field(NamedCauseSerializer(many=True))
    def get_causes(self, outcome: Outcome) -> list[dict[str, str]]:
        return [{"id": cause, "name": cause_name(cause)} for cause in outcome.causes]


@extend_schema_serializer(component_name="CountedShare")
class ShareSerializer(serializers.Serializer[Any]):
    """So many of so many. Small numbers say little: look at the interval, and at `of`."""

    count = serializers.IntegerField()
    of = serializers.IntegerField()
    share = serializers.FloatField(allow_null=True)
    low = serializers.FloatField(allow_null=True, help_text="Of the 95 % interval of the share.")
    high = serializers.FloatField(allow_null=True)


class OutcomeFiguresSerializer(serializers.Serializer[Any]):
    episodes = serializers.IntegerField()
    found = serializers.IntegerField(help_text="With a finding that has a name here.")
    first_right = ShareSerializer()
    in_first_three = ShareSerializer(help_text="The first included.")
    not_named = ShareSerializer()
    dangerous_too_low = ShareSerializer(
        help_text="Of what calls for a doctor on the same day: judged to have more time."
    )
    gone = serializers.DictField(
        child=serializers.IntegerField(),
        allow_null=True,
        help_text="Not counted above: what was deleted, and only the numbers are left. Null with `squad`.",
    )


class Outcomes(Endpoint, GenericViewSet[Any]):
    """Problems that are over, or of which a clinician has found what they were: the newest first.

    Of who shares only the status there is none, and none is counted.
    """

    scope = "reports"
    queryset = Episode.objects.none()
    serializer_class = OutcomeSerializer
    filter_backends = ()
    pagination_class = Numbered
    query_parameters: ClassVar[tuple[str, ...]] = ("squad",)

    @extend_schema(
        operation_id="outcomes", parameters=[SQUAD], examples=[examples_of_lists.OUTCOME]
    )
    def list(self, request: Request) -> Response:
        found = outcomes.episodes_to_compare(request.user, squad_asked(request))
        page = self.paginate_queryset(found) or []
        rows = OutcomeSerializer(outcomes.compare(page), many=True)
        return self.get_paginated_response(rows.data)


class OutcomeFigures(Endpoint):
    """The same, counted."""

    scope = "reports"
    query_parameters: ClassVar[tuple[str, ...]] = ("squad",)

    @extend_schema(
        operation_id="outcomes_figures",
        parameters=[SQUAD],
        responses=OutcomeFiguresSerializer,
    )
    def get(self, request: Request) -> Response:
        """How often what a clinician found was named. Who is seen by a clinician is not chance: read these with care."""
        squad = squad_asked(request)
        totals = outcomes.totals(request.user, squad)
        told = {
            "episodes": totals.episodes,
            "found": totals.found,
            "first_right": _share(totals.first_right, totals.found),
            "in_first_three": _share(totals.in_first_three, totals.found),
            "not_named": _share(totals.not_named, totals.found),
            "dangerous_too_low": _share(totals.dangerous_too_low, totals.dangerous),
            "gone": None if squad else tallies.counted(request.user),
        }
        return Response(OutcomeFiguresSerializer(told).data)


def _share(count: int, of: int) -> dict[str, Any]:
    """Of none there is no share: nobody measured a nought."""
    if not of:
        return {"count": count, "of": of, "share": None, "low": None, "high": None}
    return Share(count, of).as_json()
