"""Chat rooms and SMS gateways of a squad. Their addresses hold keys: they are taken in and never given out."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django_filters import rest_framework as drf_filters
from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_field
from rest_framework import mixins, serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from athletes.models import Notification, Squad, SquadChannel
from athletes.models.base import LEVELS
from athletes.services import channels
from coaching.api.filters import Ordering
from coaching.api.scoped import Scoped
from coaching.api.serializers import PersonSerializer, Strict, VisibleRelated
from guidance import Disposition

TOLD_FROM = [choice for choice in LEVELS if choice[0] != Disposition.SELF_CARE.value]
NEW_CHANNEL = OpenApiExample(
    "The milers' chat",
    value={
        "squad": "0197c1d2-0000-7000-8000-000000000007",
        "name": "Milers' chat",
        "url": "ntfys://a-topic-that-nobody-guesses",
        "least_level": "same_day",
    },
    request_only=True,
)


class LastMessageSerializer(serializers.Serializer[Any]):
    """What became of the newest message, a test or not."""

    state = serializers.ChoiceField(Notification._meta.get_field("state").choices)
    error = serializers.CharField(allow_blank=True)
    attempts = serializers.IntegerField()
    at = serializers.DateTimeField()


class SquadChannelSerializer(serializers.ModelSerializer[SquadChannel]):
    added_by = PersonSerializer(allow_null=True, help_text="null: somebody who has left.")
    last_message = serializers.SerializerMethodField(help_text="Null before the first.")

    class Meta:
        model = SquadChannel
        fields = ("id", "squad", "name", "least_level", "added_by", "created_at", "last_message")
        read_only_fields = fields

    @extend_schema_field(LastMessageSerializer(allow_null=True))
    def get_last_message(self, channel: Any) -> Any:
        if channel.last_state is None:
            return None
        told = {name: getattr(channel, f"last_{name}") for name in ("state", "error", "attempts")}
        return LastMessageSerializer({**told, "at": channel.last_created_at}).data


class NewSquadChannelSerializer(Strict):
    squad = VisibleRelated("squad", queryset=Squad.objects.all())
    name = serializers.CharField(max_length=80)
    url = serializers.CharField(
        max_length=500,
        write_only=True,
        help_text="As apprise writes it, such as `slack://…`, `tgram://…`. A public host; never shown again.",
    )
    least_level = serializers.ChoiceField(
        TOLD_FROM,
        default=Disposition.SAME_DAY.value,
        help_text="Everything from this level up is sent there.",
    )


class SquadChannelFilter(drf_filters.FilterSet):
    squad = drf_filters.UUIDFilter(field_name="squad")
    ordering = Ordering(fields=("name", "created_at"))

    class Meta:
        model = SquadChannel
        fields: tuple[str, ...] = ()


class SquadChannels(Scoped, mixins.ListModelMixin, mixins.RetrieveModelMixin):
    """Rooms that are told beside the people of a squad, for who runs it, by name."""

    scope = "club"
    queryset = SquadChannel.objects.select_related("added_by").order_by("name", "id")
    serializer_class = SquadChannelSerializer
    filterset_class = SquadChannelFilter

    def get_queryset(self) -> QuerySet[SquadChannel]:
        return super().get_queryset().with_last_message()  # type: ignore[attr-defined, no-any-return]

    @extend_schema(
        request=NewSquadChannelSerializer,
        responses={201: SquadChannelSerializer},
        examples=[NEW_CHANNEL],
    )
    def create(self, request: Request) -> Response:
        """Tell a room too, of a squad that I run. Send a test to see whether it arrives."""
        told = self.read(NewSquadChannelSerializer)
        channel = channels.add_squad_channel(by=request.user, **told)
        row = self.get_queryset().get(pk=channel.pk)
        return Response(self.get_serializer(row).data, status=status.HTTP_201_CREATED)

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, pk: str) -> Response:
        """Nothing more is sent there, and its address is forgotten."""
        channels.remove_squad_channel(by=request.user, channel=self.get_object())
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(request=None, responses={202: SquadChannelSerializer}, filters=False)
    @action(detail=True, methods=["post"], filterset_class=None)
    def test(self, request: Request, pk: str) -> Response:
        """Send a test. `last_message` soon says how it went."""
        channels.try_squad_channel(by=request.user, channel=self.get_object())
        body = self.get_serializer(self.get_object())
        return Response(body.data, status=status.HTTP_202_ACCEPTED)
