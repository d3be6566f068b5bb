"""How I am told: by e-mail and on the phone, topic by topic."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from athletes.models import User
from athletes.models.telling import CHOSEN_CHANNELS
from athletes.services import channels
from coaching.accounts import DESK, face_of
from coaching.api.conventions import Endpoint
from coaching.api.serializers import Strict
from coaching.notices.forms import AT_DESK, ON_THE_PHONE

CHANNELS = tuple(channel for channel, _name in CHOSEN_CHANNELS)
ALL_TOPICS = tuple(topic for topic, _label in AT_DESK)  # the phone's are among them
NOT_OFFERED = "You are never told of this."

NO_MAIL = OpenApiExample(
    "Messages only on the phone, check-ins on both",
    value={"talk": {"email": False}, "follow_up": {"email": True, "push": True}},
    request_only=True,
)


class WaysSerializer(Strict):
    email = serializers.BooleanField()
    push = serializers.BooleanField()


class HowToldSerializer(serializers.Serializer[Any]):
    """Whether I want each topic on each channel; null: of that I am never told. In the app everything stands."""

    urgent = WaysSerializer(
        help_text="What calls for somebody now or today: always both. Nobody can switch it off."
    )
    calls = WaysSerializer(
        allow_null=True, help_text="An athlete needs me in the next days; at a desk."
    )
    follow_up = WaysSerializer(help_text="Check-ins.")
    talk = WaysSerializer(help_text="Somebody wrote to me.")
    digest = WaysSerializer(allow_null=True, help_text="My morning page is ready; at a desk.")


class ChangedWaysSerializer(Strict):
    email = serializers.BooleanField(required=False)
    push = serializers.BooleanField(required=False)


class ChangeHowToldSerializer(Strict):
    """What is left out stays as it is."""

    urgent = WaysSerializer(read_only=True)
    calls = ChangedWaysSerializer(required=False)
    follow_up = ChangedWaysSerializer(required=False)
    talk = ChangedWaysSerializer(required=False)
    digest = ChangedWaysSerializer(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        offered = topics_of(self.context["user"])
        if wrong := {topic: [NOT_OFFERED] for topic in attrs if topic not in offered}:
            raise ValidationError(wrong)
        return attrs


class HowTold(Endpoint):
    """How I am told. In the app everything stands, whatever is chosen here."""

    scope = "notices"

    @extend_schema(operation_id="notification_preferences", responses=HowToldSerializer)
    def get(self, request: Request) -> Response:
        return Response(_told_to(request.user))  # type: ignore[arg-type]

    @extend_schema(
        operation_id="notification_preferences_choose",
        request=ChangeHowToldSerializer,
        responses=HowToldSerializer,
        examples=[NO_MAIL],
    )
    def patch(self, request: Request) -> Response:
        """Choose. What is urgent comes whatever is chosen; `urgent` cannot be set."""
        form = ChangeHowToldSerializer(data=request.data, context={"user": request.user})
        form.is_valid(raise_exception=True)
        wanted = {
            (topic, channel): is_wanted
            for topic, ways in form.validated_data.items()
            for channel, is_wanted in ways.items()
        }
        channels.choose_channels(by=request.user, wanted=wanted)
        return Response(_told_to(request.user))  # type: ignore[arg-type]


def topics_of(user: User) -> list[str]:
    """Of what this person is told at all, as on the page."""
    offered = AT_DESK if face_of(user) == DESK else ON_THE_PHONE
    return [topic for topic, _label in offered]


def _told_to(user: User) -> dict[str, Any]:
    off = set(user.channel_choices.filter(wanted=False).values_list("topic", "channel"))
    offered = topics_of(user)
    told: dict[str, Any] = {
        topic: {channel: (topic, channel) not in off for channel in CHANNELS}
        if topic in offered
        else None
        for topic in ALL_TOPICS
    }
    return {"urgent": dict.fromkeys(CHANNELS, True), **told}
