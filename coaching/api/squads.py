"""Squads: read by whoever sees them, made and named by who runs them; and in which of them an athlete runs."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import mixins, serializers, status
from rest_framework.decorators import action
from rest_framework.generics import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response

from athletes import access
from athletes.models import Athlete, Club, Invitation, Squad
from athletes.services import clubs, invitations, memberships, people
from coaching.api import filters, references
from coaching.api.conventions import Endpoint
from coaching.api.scoped import Scoped
from coaching.api.serializers import SquadNameSerializer, SquadSerializer, Strict, VisibleRelated

NEW_SQUAD = OpenApiExample(
    "A squad for the juniors",
    value={"club": "0197c1d2-0000-7000-8000-000000000008", "name": "Juniors"},
    request_only=True,
)
MOVED = OpenApiExample(
    "From the juniors to the milers",
    value={"squads": ["0197c1d2-0000-7000-8000-000000000007"]},
    request_only=True,
)


class RenameSquadSerializer(Strict):
    name = serializers.CharField(max_length=80)


class NewSquadSerializer(RenameSquadSerializer):
    club = VisibleRelated("club", queryset=Club.objects.all())


class TrackLinkSerializer(serializers.ModelSerializer[Invitation]):
    """A link into the squad for everybody at the track. Whoever has it can join as an athlete."""

    link = serializers.SerializerMethodField()

    class Meta:
        model = Invitation
        fields = ("id", "squad", "link", "created_at", "expires_at", "times_used")
        read_only_fields = fields

    def get_link(self, invitation: Invitation) -> str:
        path = invitations.track_path(invitation=invitation)
        return str(self.context["request"].build_absolute_uri(path))


class AthleteSquadsSerializer(Strict):
    squads = references.Squads(help_text="Of those that I lead. The others stay as they are.")


class SquadsOfAthleteSerializer(serializers.Serializer[Any]):
    squads = SquadNameSerializer(many=True, help_text="As far as the caller sees them.")


class Squads(Scoped, mixins.ListModelMixin, mixins.RetrieveModelMixin):
    """Squads that I coach, or that I run in."""

    scope = "athletes"
    queryset = Squad.objects.order_by("name", "id")
    serializer_class = SquadSerializer
    filterset_class = filters.SquadFilter

    @extend_schema(
        request=NewSquadSerializer, responses={201: SquadSerializer}, examples=[NEW_SQUAD]
    )
    def create(self, request: Request) -> Response:
        """Add a squad to a club that I own. I coach it until somebody else does."""
        squad = people.create_squad(by=request.user, **self.read(NewSquadSerializer))
        return Response(self.get_serializer(squad).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=RenameSquadSerializer)
    def partial_update(self, request: Request, pk: str) -> Response:
        """Give a squad that I run another name."""
        squad = self.get_object()
        told = self.read(RenameSquadSerializer)
        return Response(
            self.get_serializer(clubs.rename_squad(by=request.user, squad=squad, **told)).data
        )

    @extend_schema(responses=TrackLinkSerializer, filters=False)
    @action(detail=True, methods=["get"], url_path="track-link", filterset_class=None)
    def track_link(self, request: Request, pk: str) -> Response:
        """The link for everybody at the track, for who runs the squad. 404 while there is none that works."""
        squad = self.get_object()
        access.require_leads_squad(request.user, squad)
        link = invitations.track_link(squad=squad)
        if link is None:
            raise Http404
        return Response(TrackLinkSerializer(link, context=self.get_serializer_context()).data)

    @extend_schema(request=None, responses={201: TrackLinkSerializer}, filters=False)
    @track_link.mapping.post
    def make_track_link(self, request: Request, pk: str) -> Response:
        """Make one for two weeks; the one that works already is given back. It is an invitation, and revoked as such."""
        squad = self.get_object()
        link = invitations.have_track_link(by=request.user, squad=squad)
        body = TrackLinkSerializer(link, context=self.get_serializer_context())
        return Response(body.data, status=status.HTTP_201_CREATED)


class AthleteSquads(Endpoint):
    """In which squads an athlete runs."""

    scope = "athletes"

    def get_object(self) -> Athlete:
        seen = Athlete.objects.visible_to(self.request.user).select_related("club")
        found: Athlete = get_object_or_404(seen, pk=self.kwargs["pk"])
        return found

    @extend_schema(operation_id="athletes_squads", responses=SquadsOfAthleteSerializer)
    def get(self, request: Request, pk: UUID) -> Response:
        """Those that the caller sees."""
        return self._answer(self.get_object())

    @extend_schema(
        operation_id="athletes_squads_move",
        request=AthleteSquadsSerializer,
        responses=SquadsOfAthleteSerializer,
        examples=[MOVED],
    )
    def patch(self, request: Request, pk: UUID) -> Response:
        """Move them: who leads them. Whoever looks after what they left sees nothing of them from the next request on."""
        athlete = self.get_object()
        access.require_leads_athlete(request.user, athlete)
        form = AthleteSquadsSerializer(data=request.data, context={"request": request})
        form.is_valid(raise_exception=True)
        moved = memberships.move_athlete(by=request.user, athlete=athlete, **form.validated_data)
        return self._answer(moved)

    def _answer(self, athlete: Athlete) -> Response:
        seen = Squad.objects.visible_to(self.request.user).filter(athletes=athlete)
        return Response(SquadsOfAthleteSerializer({"squads": seen.order_by("name", "id")}).data)
