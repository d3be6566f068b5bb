"""Web Push: which browsers and apps of mine take messages."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError as Refused
from django.db.models import QuerySet
from django_filters import rest_framework as drf_filters
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import mixins, serializers, status
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from athletes.models import PushSubscription
from athletes.services import channels, keys
from athletes.services.channels import LONGEST_ENDPOINT
from coaching.api.filters import Ordering
from coaching.api.scoped import Scoped
from coaching.api.serializers import Strict
from coaching.notices.push import browser_of

LONGEST_NAME = PushSubscription._meta.get_field("browser").max_length

NEW_SUBSCRIPTION = OpenApiExample(
    "As a browser gives it: pushManager.subscribe(…).toJSON()",
    value={
        "endpoint": "https://push.example/send/dGhlIGJyb3dzZXI",
        "expirationTime": None,
        "keys": {
            "p256dh": "BPuyVfWyfiFoB2N8XoH8TJvQJ3K2zY7l0r7q5a1dYl3mX6Yh1o0mVw4nq0rWqkzq1yq7mQF2C4o9x0mJ1i8vE0s",
            "auth": "8eDyX_uCN0XRhSbY5hs7Hg",
        },
    },
    request_only=True,
)
SUBSCRIBED = OpenApiExample(
    "Without what only the push service and the browser know",
    value={
        "id": "0197c1d2-0000-7000-8000-000000000011",
        "browser": "Chrome, Android",
        "created_at": "2026-06-01T08:00:00Z",
    },
    response_only=True,
    status_codes=["201"],
)

# --- What is given out -------------------------------------------------------------------------------


class PushSubscriptionSerializer(serializers.ModelSerializer[PushSubscription]):
    """A browser that takes messages. Its address and keys are shown to nobody."""

    class Meta:
        model = PushSubscription
        fields = ("id", "browser", "created_at")
        read_only_fields = fields


class PushKeySerializer(serializers.Serializer[Any]):
    public_key = serializers.CharField(
        help_text="For `applicationServerKey`: VAPID (RFC 8292), URL-safe base64."
    )


# --- What is taken in --------------------------------------------------------------------------------


class PushKeysSerializer(Strict):
    p256dh = serializers.CharField(max_length=200, help_text="65 bytes in URL-safe base64.")
    auth = serializers.CharField(max_length=60, help_text="16 bytes in URL-safe base64.")


class NewPushSubscriptionSerializer(Strict):
    endpoint = serializers.CharField(
        max_length=LONGEST_ENDPOINT, help_text="`https://` and a public host."
    )
    keys = PushKeysSerializer()
    expirationTime = serializers.FloatField(
        required=False, allow_null=True, help_text="As browsers send it. It is not heeded."
    )
    browser = serializers.CharField(
        max_length=LONGEST_NAME,
        required=False,
        help_text="A name by which the person knows it. Left out: from `User-Agent`.",
    )


# --- How lists are narrowed down ---------------------------------------------------------------------


class PushSubscriptionFilter(drf_filters.FilterSet):
    ordering = Ordering(fields=("created_at", "browser"))

    class Meta:
        model = PushSubscription
        fields: tuple[str, ...] = ()


# --- Endpoints ---------------------------------------------------------------------------------------


class PushSubscriptions(Scoped, mixins.ListModelMixin, mixins.RetrieveModelMixin):
    """Browsers and apps of mine that take messages, the newest first. At most 20: the oldest makes room."""

    scope = "notices"
    queryset = PushSubscription.objects.order_by("-created_at", "-id")
    serializer_class = PushSubscriptionSerializer
    filterset_class = PushSubscriptionFilter

    def get_queryset(self) -> QuerySet[PushSubscription]:
        if getattr(self, "swagger_fake_view", False):
            return PushSubscription.objects.none()
        assert self.queryset is not None
        return self.queryset.filter(user=self.request.user.pk, gone_at=None)

    @extend_schema(
        request=NewPushSubscriptionSerializer,
        responses={201: PushSubscriptionSerializer},
        examples=[NEW_SUBSCRIPTION, SUBSCRIBED],
    )
    def create(self, request: Request) -> Response:
        """Send messages there from now on. The same browser again, or with another log-in, is one and moves."""
        told = self.read(NewPushSubscriptionSerializer)
        named = told.get("browser") or browser_of(request.headers.get("User-Agent", ""))
        try:
            made = channels.subscribe_push(
                by=request.user, endpoint=told["endpoint"], browser=named, **told["keys"]
            )
        except Refused as refused:
            raise ValidationError({"endpoint": refused.messages}) from refused
        return Response(self.get_serializer(made).data, status=status.HTTP_201_CREATED)

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, pk: str) -> Response:
        """No more messages there. What waited for it is withdrawn."""
        channels.unsubscribe_push(by=request.user, endpoint=self.get_object().endpoint)
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(responses=PushKeySerializer, filters=False)
    @action(detail=False, methods=["get"], pagination_class=None, filterset_class=None)
    def key(self, request: Request) -> Response:
        """The key by which push services know this site: a browser asks for it before it subscribes."""
        return Response({"public_key": keys.vapid()[1]})
