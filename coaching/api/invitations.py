"""Links that bring people in: made and revoked by who runs the squad, looked at and taken up by whoever has one."""

from __future__ import annotations

from typing import Any, ClassVar

from django.utils import timezone
from django_filters import rest_framework as drf_filters
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import mixins, serializers, status
from rest_framework.decorators import action
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from athletes.models import Athlete, Invitation, Squad
from athletes.models.clubs import ROLES, validate_zone
from athletes.models.invitations import INVITED_AS
from athletes.models.people import validate_birth_date
from athletes.services import invitations
from coaching.api import schema
from coaching.api.filters import Flag, Ordering
from coaching.api.scoped import Scoped
from coaching.api.serializers import (
    ClubSerializer,
    PersonSerializer,
    SquadNameSerializer,
    Strict,
    VisibleRelated,
)

UNUSABLE = (
    "This link cannot be used: it was used or revoked, has run out, or is for another address."
)
LONGEST_TOKEN = 200
_TOKEN = "the-43-characters-after-/join/"
NEW_INVITATION = OpenApiExample(
    "A link for an athlete who is on the list",
    value={
        "squad": "0197c1d2-0000-7000-8000-000000000007",
        "role": "athlete",
        "athlete": "0197c1d2-0000-7000-8000-000000000001",
        "email": "robin@example.org",
    },
    request_only=True,
)
LOOKING = OpenApiExample("What does it offer?", value={"token": _TOKEN}, request_only=True)
TAKING = OpenApiExample(
    "Take it up",
    value={"token": _TOKEN, "birth_date": "1994-05-06", "timezone": "Europe/Berlin"},
    request_only=True,
)

# --- What is given out -------------------------------------------------------------------------------


class InvitationSerializer(serializers.ModelSerializer[Invitation]):
    """A link without its token."""

    email = serializers.CharField(help_text="Whose it is alone; empty: whoever has it.")
    created_by = PersonSerializer(read_only=True)
    usable = serializers.SerializerMethodField(help_text="Whether it can be taken up now.")

    class Meta:
        model = Invitation
        fields = (
            "id",
            "club",
            "squad",
            "role",
            "athlete",
            "email",
            "for_many",
            "times_used",
            "usable",
            "created_by",
            "created_at",
            "expires_at",
            "used_at",
            "revoked_at",
        )
        read_only_fields = fields

    def get_usable(self, invitation: Invitation) -> bool:
        return invitation.is_usable(timezone.now())


class InvitedSerializer(serializers.Serializer[invitations.Invited]):
    """The link. Shown this once."""

    invitation = InvitationSerializer()
    token = serializers.CharField()
    link = serializers.SerializerMethodField()

    def get_link(self, invited: invitations.Invited) -> str:
        return str(self.context["request"].build_absolute_uri(invited.path))


class OfferSerializer(serializers.ModelSerializer[Invitation]):
    """What a link offers to whoever has it."""

    club = ClubSerializer()
    squad = SquadNameSerializer()
    invited_by = PersonSerializer(source="created_by")
    athlete_name = serializers.CharField(
        source="athlete.name",
        default="",
        help_text="Whose record one takes over, or whose guardian one is to be; else empty.",
    )
    for_other = serializers.SerializerMethodField(
        help_text="It is for another e-mail address than that of the caller, who cannot take it up."
    )
    asks_birth_date = serializers.SerializerMethodField(
        help_text="`birth_date` must be sent to take it up."
    )

    class Meta:
        model = Invitation
        fields = (
            "club",
            "squad",
            "role",
            "invited_by",
            "athlete_name",
            "expires_at",
            "for_other",
            "asks_birth_date",
        )
        read_only_fields = fields

    def get_for_other(self, invitation: Invitation) -> bool:
        return not invitation.is_for(self.context["request"].user)

    def get_asks_birth_date(self, invitation: Invitation) -> bool:
        user = self.context["request"].user
        return not invitations.birth_date_is_known(invitation=invitation, user=user)


class TakenUpSerializer(serializers.ModelSerializer[Invitation]):
    """What one is now. See `me/`."""

    club = ClubSerializer()
    squad = SquadNameSerializer()

    class Meta:
        model = Invitation
        fields = ("club", "squad", "role")
        read_only_fields = fields


# --- What is taken in --------------------------------------------------------------------------------


class NewInvitationSerializer(Strict):
    squad = VisibleRelated("squad", queryset=Squad.objects.select_related("club"))
    role = serializers.ChoiceField(ROLES, help_text="A guardian is asked at `guardians/`.")
    athlete = VisibleRelated(
        "athlete",
        queryset=Athlete.objects.select_related("club"),
        required=False,
        help_text="To take over the record of somebody without a log-in; only with the role `athlete`.",
    )
    email = serializers.EmailField(
        max_length=254,
        required=False,
        help_text="The link goes there, and only this address can use it. Without one, anybody who has it can.",
    )


class LinkTokenSerializer(Strict):
    token = serializers.CharField(
        max_length=LONGEST_TOKEN, help_text="Of the link: what stands after `/join/`."
    )


class TakeUpSerializer(LinkTokenSerializer):
    birth_date = serializers.DateField(
        required=False,
        validators=[validate_birth_date],
        help_text="Of whom it is not known yet (`asks_birth_date`).",
    )
    timezone = serializers.CharField(
        max_length=64, required=False, validators=[validate_zone], help_text="Of an athlete."
    )


# --- How lists are narrowed down ---------------------------------------------------------------------


class InvitationFilter(drf_filters.FilterSet):
    club = drf_filters.UUIDFilter(field_name="club")
    squad = drf_filters.UUIDFilter(field_name="squad")
    athlete = drf_filters.UUIDFilter(field_name="athlete")
    role = drf_filters.MultipleChoiceFilter(choices=INVITED_AS)
    for_many = Flag()
    usable = Flag(method="is_usable", label="Whether it can be taken up now.")
    ordering = Ordering(fields=("created_at", "expires_at"))

    class Meta:
        model = Invitation
        fields: tuple[str, ...] = ()

    def is_usable(self, rows: Any, name: str, value: bool) -> Any:
        usable = rows.model.objects.usable().values("pk")
        return rows.filter(pk__in=usable) if value else rows.exclude(pk__in=usable)


# --- Endpoints ---------------------------------------------------------------------------------------


class Invitations(Scoped, mixins.ListModelMixin, mixins.RetrieveModelMixin):
    """Links into squads that I look after, the newest first."""

    scope: ClassVar[dict[str, str]] = {
        "*": "athletes",
        "look": "account:read",
        "take_up": "account:write",
    }
    queryset = Invitation.objects.select_related("created_by").order_by("-created_at", "-id")
    serializer_class = InvitationSerializer
    filterset_class = InvitationFilter

    @extend_schema(
        request=NewInvitationSerializer,
        responses={201: InvitedSerializer},
        examples=[NEW_INVITATION],
    )
    def create(self, request: Request) -> Response:
        """Make a link for one person into a squad that I run, good for three days. It is in this answer and nowhere else."""
        told = self.read(NewInvitationSerializer)
        invited = invitations.invite(by=request.user, **told)
        body = InvitedSerializer(invited, context=self.get_serializer_context())
        return Response(body.data, status=status.HTTP_201_CREATED)

    @extend_schema(request=None, filters=False)
    @action(detail=True, methods=["post"], filterset_class=None)
    def revoke(self, request: Request, pk: str) -> Response:
        """Put it out of use. One that was used stays used."""
        gone = invitations.revoke(by=request.user, invitation=self.get_object())
        return Response(self.get_serializer(gone).data)

    @extend_schema(
        request=LinkTokenSerializer,
        responses={200: OfferSerializer, **schema.errors(404)},
        examples=[LOOKING],
        filters=False,
    )
    @action(detail=False, methods=["post"], filterset_class=None)
    def look(self, request: Request) -> Response:
        """What a link offers, and from whom. The token stands in the body: addresses get into logs."""
        found = _usable(self.read(LinkTokenSerializer)["token"])
        return Response(OfferSerializer(found, context=self.get_serializer_context()).data)

    @extend_schema(
        request=TakeUpSerializer,
        responses={200: TakenUpSerializer, **schema.errors(404)},
        examples=[TAKING],
        filters=False,
    )
    @action(detail=False, methods=["post"], filterset_class=None, url_path="accept")
    def take_up(self, request: Request) -> Response:
        """Take a link up as who I am. Whatever is wrong with it: 404."""
        told = self.read(TakeUpSerializer)
        _require_birth_date(_usable(told["token"]), request.user, told)
        try:
            taken = invitations.accept(
                by=request.user,
                token=told["token"],
                name=str(request.user),
                timezone_name=told.get("timezone", ""),
                birth_date=told.get("birth_date"),
            )
        except invitations.UnusableInvitation:
            raise NotFound(UNUSABLE) from None
        return Response(TakenUpSerializer(taken).data)


def _usable(token: str) -> Invitation:
    try:
        return invitations.find_usable(token=token)
    except invitations.UnusableInvitation:
        raise NotFound(UNUSABLE) from None


def _require_birth_date(invitation: Invitation, user: Any, told: dict[str, Any]) -> None:
    """Of who may take it up at all."""
    known = invitations.birth_date_is_known(invitation=invitation, user=user)
    if invitation.is_for(user) and not known and "birth_date" not in told:
        raise ValidationError({"birth_date": ["Athletes tell when they were born."]})
