"""Who agreed that reports are kept, and who answers for minors."""

from __future__ import annotations

from typing import Any, ClassVar

from django.utils import timezone
from django_filters import rest_framework as drf_filters
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, status
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from athletes import access
from athletes.consent import Standing
from athletes.consent_text import CONSENT
from athletes.models import Athlete, Consent, Guardianship, Invitation
from athletes.services import consents, guardians, invitations
from coaching.agreement import Shown
from coaching.api.conventions import Endpoint
from coaching.api.scoped import Scoped
from coaching.api.scopes import NO_LOG_IN
from coaching.api.serializers import PersonSerializer, Strict, VisibleRelated

# --- What is given out -------------------------------------------------------------------------------


class PointSerializer(serializers.Serializer[Any]):
    id = serializers.CharField()
    title = serializers.CharField()
    text = serializers.CharField()


class ConsentTextSerializer(serializers.Serializer[Any]):
    """What people agree to, in the language that was asked for. `version` is that of the English words."""

    version = serializers.CharField()
    title = serializers.CharField()
    lead = serializers.CharField()
    points = PointSerializer(many=True)


class ConsentSerializer(serializers.ModelSerializer[Consent]):
    given_by = PersonSerializer(allow_null=True)

    class Meta:
        model = Consent
        fields = (
            "id",
            "athlete",
            "version",
            "given_by",
            "given_as",
            "created_at",
            "withdrawn_at",
        )
        read_only_fields = fields


class ConsentDetailSerializer(ConsentSerializer):
    counts = serializers.SerializerMethodField(
        help_text="Whether reports are kept on the ground of this one now."
    )

    class Meta(ConsentSerializer.Meta):
        fields = (*ConsentSerializer.Meta.fields, "counts")
        read_only_fields = fields

    def get_counts(self, consent: Consent) -> bool:
        return Standing(consent.athlete, timezone.now()).consent == consent


class GuardianshipSerializer(serializers.ModelSerializer[Guardianship]):
    guardian = PersonSerializer(source="user")

    class Meta:
        model = Guardianship
        fields = ("id", "athlete", "guardian", "created_at", "ended_at")
        read_only_fields = fields


class AskedGuardianSerializer(serializers.ModelSerializer[Invitation]):
    """Who was asked. The link itself went by e-mail, and stands nowhere else."""

    class Meta:
        model = Invitation
        fields = ("id", "athlete", "email", "expires_at")
        read_only_fields = fields


# --- What is taken in --------------------------------------------------------------------------------


class NewConsentSerializer(Strict):
    athlete = VisibleRelated("athlete", queryset=Athlete.objects.select_related("club"))
    version = serializers.CharField(
        max_length=16, help_text="Of `/consents/text/`, as the person read it. Another: 409."
    )
    told_to_me = serializers.BooleanField(
        default=False, help_text="They have no log-in, and told me, who look after them."
    )


class AskGuardianSerializer(Strict):
    athlete = VisibleRelated("athlete", queryset=Athlete.objects.select_related("club"))
    email = serializers.EmailField(max_length=254)


# --- How lists are narrowed down ---------------------------------------------------------------------


class ConsentFilter(drf_filters.FilterSet):
    athlete = drf_filters.UUIDFilter(field_name="athlete")

    class Meta:
        model = Consent
        fields: tuple[str, ...] = ()


class GuardianFilter(drf_filters.FilterSet):
    athlete = drf_filters.UUIDFilter(field_name="athlete")

    class Meta:
        model = Guardianship
        fields: tuple[str, ...] = ()


# --- Endpoints ---------------------------------------------------------------------------------------


class ConsentWords(Endpoint):
    """What people agree to before their reports are kept."""

    scope = NO_LOG_IN
    authentication_classes = ()
    permission_classes = (AllowAny,)

    @extend_schema(operation_id="consent_text", responses=ConsentTextSerializer)
    def get(self, request: Request) -> Response:
        return Response(ConsentTextSerializer(Shown()).data)


class Consents(Scoped, mixins.ListModelMixin, mixins.RetrieveModelMixin):
    """Who agreed to what, newest first. Rows are added and taken back, never changed."""

    scope: ClassVar[dict[str, str]] = {
        "*": "athletes",
        "create": "account:write",
        "withdraw": "account:write",
    }
    queryset = Consent.objects.select_related("given_by", "athlete__club").order_by(
        "-created_at", "-id"
    )
    serializer_class = ConsentSerializer
    filterset_class = ConsentFilter

    def get_serializer_class(self) -> type[serializers.Serializer[Any]]:
        return ConsentSerializer if self.action == "list" else ConsentDetailSerializer

    @extend_schema(request=NewConsentSerializer, responses={201: ConsentDetailSerializer})
    def create(self, request: Request) -> Response:
        """Agree: for myself, as a guardian, or as told to me. Again: the same."""
        told = self.read(NewConsentSerializer)
        if told["told_to_me"]:
            if told["version"] != CONSENT.version:
                raise consents.TextChanged
            given = consents.note_told(by=request.user, athlete=told["athlete"])
        else:
            given = consents.give(by=request.user, athlete=told["athlete"], version=told["version"])
        row = self.get_queryset().get(pk=given.pk)
        return Response(self.get_serializer(row).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=None, responses=ConsentDetailSerializer, filters=False)
    @action(detail=True, methods=["post"], filterset_class=None)
    def withdraw(self, request: Request, pk: str) -> Response:
        """Take it back: no new report of the athlete is kept. Again: no change."""
        consents.withdraw(by=request.user, athlete=self.get_object().athlete)
        return Response(self.get_serializer(self.get_object()).data)


class Guardians(Scoped, mixins.ListModelMixin, mixins.RetrieveModelMixin):
    """Who answers for which minor."""

    scope = "athletes"
    queryset = Guardianship.objects.select_related("user", "athlete__club").order_by(
        "created_at", "id"
    )
    serializer_class = GuardianshipSerializer
    filterset_class = GuardianFilter

    @extend_schema(request=AskGuardianSerializer, responses={201: AskedGuardianSerializer})
    def create(self, request: Request) -> Response:
        """Ask a parent or guardian: they get a link by e-mail, for three days."""
        told = self.read(AskGuardianSerializer)
        athlete = told["athlete"]
        squad = athlete.squads.first() or athlete.club.squads.first()
        if squad is None:
            raise ValidationError({"athlete": ["This athlete is in no squad."]})
        asked = invitations.invite(
            by=request.user,
            squad=squad,
            role=access.GUARDIAN,
            athlete=athlete,
            email=told["email"],
        )
        body = AskedGuardianSerializer(asked.invitation).data
        return Response(body, status=status.HTTP_201_CREATED)

    @extend_schema(request=None, responses=GuardianshipSerializer, filters=False)
    @action(detail=True, methods=["post"], filterset_class=None)
    def end(self, request: Request, pk: str) -> Response:
        """End it: the guardian, the athlete, or an owner of the club. Again: no change."""
        row = self.get_object()
        guardians.end(by=request.user, guardianship=row)
        row.refresh_from_db()
        return Response(self.get_serializer(row).data)
