"""Who I am, and what I chose for myself."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_serializer
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from athletes.models import Athlete, Membership, User
from athletes.models.users import UNITS
from athletes.services import choices, digests
from coaching.accounts import DESK, face_of
from coaching.api.conventions import Endpoint
from coaching.api.serializers import ClubSerializer, SquadNameSerializer, Strict

LONGEST_NAME = User._meta.get_field("name").max_length
NOT_ASKED = "Only an athlete is asked how it is."
NO_MORNING = "Only who looks after athletes has a morning page."

IN_SPANISH = OpenApiExample(
    "In Spanish, in miles, asked at six in the evening",
    value={"language": "es", "units": "mi", "ask_at": "18:00"},
    request_only=True,
)

# --- What is given out -------------------------------------------------------------------------------


@extend_schema_serializer(component_name="MyRole")
class RoleSerializer(serializers.ModelSerializer[Membership]):
    club = ClubSerializer(read_only=True)
    squads = SquadNameSerializer(many=True, read_only=True)

    class Meta:
        model = Membership
        fields = ("club", "role", "squads")


class MyAthleteSerializer(serializers.ModelSerializer[Athlete]):
    class Meta:
        model = Athlete
        fields = ("id", "name", "club")


class MeSerializer(serializers.Serializer[User]):
    id = serializers.UUIDField()
    email = serializers.EmailField()
    name = serializers.CharField(allow_blank=True)
    roles = RoleSerializer(many=True)
    athlete = serializers.UUIDField(
        allow_null=True, help_text="The athlete that I am; null if none, or more than one."
    )
    athletes = MyAthleteSerializer(many=True)
    language = serializers.ChoiceField(
        settings.LANGUAGES,
        allow_blank=True,
        help_text="Of pages and messages; empty: as each device asks for.",
    )
    units = serializers.ChoiceField(
        UNITS, help_text="Of distances on pages. Here all are in kilometres."
    )
    ask_at = serializers.TimeField(
        allow_null=True,
        help_text="When check-ins are asked, in `ask_zone`; null: as soon as they are due.",
    )
    ask_zone = serializers.CharField(
        allow_null=True,
        help_text="Of the athlete that I am; null if none. It is changed at `athletes/{id}/`.",
    )
    digest_at = serializers.TimeField(
        allow_null=True,
        help_text="When my morning page is announced, in `digest_zone`; null: I have none.",
    )
    digest_zone = serializers.CharField(allow_null=True, help_text="Of the club.")


# --- What is taken in --------------------------------------------------------------------------------


class ChangeMeSerializer(Strict):
    """What is left out stays as it is. The address, the password and the second factor are changed at `/accounts/` alone."""

    name = serializers.CharField(
        max_length=LONGEST_NAME,
        required=False,
        help_text="By which others know me. An athlete's is changed at `athletes/{id}/`.",
    )
    language = serializers.ChoiceField(settings.LANGUAGES, required=False, allow_blank=True)
    units = serializers.ChoiceField(UNITS, required=False)
    ask_at = serializers.TimeField(
        required=False, allow_null=True, help_text="By day. What follows a danger does not wait."
    )
    digest_at = serializers.TimeField(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        user: User = self.context["user"]
        if "ask_at" in attrs and not user.athletes.filter(left_at=None).exists():
            raise ValidationError({"ask_at": [NOT_ASKED]})
        if "digest_at" in attrs and face_of(user) != DESK:
            raise ValidationError({"digest_at": [NO_MORNING]})
        return attrs


# --- The endpoint ------------------------------------------------------------------------------------


class Me(Endpoint):
    """Who I am, my roles, the athlete that I am, and what I chose for myself."""

    scope = "account"

    @extend_schema(operation_id="me", responses=MeSerializer)
    def get(self, request: Request) -> Response:
        return _answer(request.user)  # type: ignore[arg-type]

    @extend_schema(
        operation_id="me_change",
        request=ChangeMeSerializer,
        responses=MeSerializer,
        examples=[IN_SPANISH],
    )
    def patch(self, request: Request) -> Response:
        """Choose my name, language, unit of distance, and the hours at which I am asked and told."""
        form = ChangeMeSerializer(data=request.data, context={"user": request.user})
        form.is_valid(raise_exception=True)
        choices.choose(by=request.user, **form.validated_data)
        return _answer(request.user)  # type: ignore[arg-type]


def _answer(user: User) -> Response:
    athletes = list(user.athletes.filter(left_at=None))
    roles = user.memberships.active().select_related("club").prefetch_related("squads")  # type: ignore[attr-defined]
    is_desk = face_of(user) == DESK
    me = {
        "id": user.uid,
        "email": user.email,
        "name": user.name,
        "roles": roles.order_by("club__name", "role"),
        "athlete": athletes[0].pk if len(athletes) == 1 else None,
        "athletes": athletes,
        "language": user.language,
        "units": user.units,
        "ask_at": user.ask_at if athletes else None,
        "ask_zone": athletes[0].timezone if athletes else None,
        "digest_at": user.digest_at if is_desk else None,
        "digest_zone": str(digests.zone_of(user)) if is_desk else None,
    }
    return Response(MeSerializer(me).data)
