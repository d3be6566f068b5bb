"""People: who looks after athletes in which club, as what and in which squads. Changed and ended by owners."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Prefetch, QuerySet
from django_filters import rest_framework as drf_filters
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import mixins, serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from athletes import access
from athletes.models import Membership, Squad
from athletes.services import memberships
from coaching.api import references, schema
from coaching.api.filters import Ordering
from coaching.api.scoped import Scoped
from coaching.api.serializers import (
    ClubSerializer,
    PersonSerializer,
    SquadNameSerializer,
    Strict,
)

ROLES = [(name, access.ROLES[name].name) for name in access.DESK_ROLES]
LOOKS_AFTER = OpenApiExample(
    "Looks after one squad from now on",
    value={"squads": ["0197c1d2-0000-7000-8000-000000000007"]},
    request_only=True,
)


class MembershipSerializer(serializers.ModelSerializer[Membership]):
    """One role of one person. Somebody with two roles has two of these."""

    person = PersonSerializer(source="user", read_only=True)
    club = ClubSerializer(read_only=True)
    role = serializers.ChoiceField(ROLES)
    squads = SquadNameSerializer(
        many=True,
        read_only=True,
        help_text="As far as the caller sees them. An owner sees every squad, whatever stands here.",
    )

    class Meta:
        model = Membership
        fields = ("id", "person", "club", "role", "squads", "created_at")
        read_only_fields = fields


class ChangeMembershipSerializer(Strict):
    squads = references.Squads(
        help_text="All that they look after. None is allowed: then they see nobody and are called for nobody."
    )


class MembershipFilter(drf_filters.FilterSet):
    club = drf_filters.UUIDFilter(field_name="club")
    squad = drf_filters.UUIDFilter(method="in_squad")
    person = drf_filters.UUIDFilter(field_name="user__uid")
    role = drf_filters.MultipleChoiceFilter(choices=ROLES)
    ordering = Ordering(fields=(("user__name", "name"), "role", "created_at"))

    class Meta:
        model = Membership
        fields: tuple[str, ...] = ()

    def in_squad(self, rows: QuerySet[Membership], name: str, value: UUID) -> QuerySet[Membership]:
        """Only of a squad that the caller sees: what others there are is not found out by asking."""
        seen = Squad.objects.seen_from_desk_by(self.request.user).filter(pk=value).values("pk")
        held = Membership.squads.through.objects.filter(squad__in=seen)
        return rows.filter(pk__in=held.values("membership_id"))


class Memberships(Scoped, mixins.ListModelMixin, mixins.RetrieveModelMixin):
    """Who looks after athletes beside me, by name. Owners see all of their club."""

    scope = "club"
    queryset = Membership.objects.select_related("user", "club").order_by("user__name", "id")
    serializer_class = MembershipSerializer
    filterset_class = MembershipFilter

    def get_queryset(self) -> QuerySet[Membership]:
        """Each with those of its squads that the caller sees."""
        squads = references.squads_to_name(self.request.user)
        return super().get_queryset().prefetch_related(Prefetch("squads", squads))

    @extend_schema(
        request=ChangeMembershipSerializer,
        responses={200: MembershipSerializer, **schema.errors(409)},
        examples=[LOOKS_AFTER],
    )
    def partial_update(self, request: Request, pk: str) -> Response:
        """Which squads a coach or clinician looks after: an owner says so. It holds from the next request on."""
        held = self.get_object()
        access.require_owns_club(request.user, held.club)
        told = self.read(ChangeMembershipSerializer)
        memberships.set_squads(by=request.user, membership=held, **told)
        return Response(self.get_serializer(self.get_object()).data)

    @extend_schema(request=None, responses={204: None}, filters=False)
    @action(detail=True, methods=["post"], filterset_class=None)
    def end(self, request: Request, pk: str) -> Response:
        """End the role: an owner does. It shows nothing more from the next request on, and calls for nobody.

        The last owner stays (409). A new role is an invitation.
        """
        memberships.end_membership(by=request.user, membership=self.get_object())
        return Response(status=status.HTTP_204_NO_CONTENT)
