"""A club's webhooks, for its owners: addresses of their own programs, and what became of each sending."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django_filters import rest_framework as filters
from drf_spectacular.utils import (
    OpenApiExample,
    OpenApiParameter,
    extend_schema,
    extend_schema_view,
)
from rest_framework import mixins, serializers, status
from rest_framework.decorators import action
from rest_framework.generics import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response

from athletes.models import Club, WebhookDelivery, WebhookEndpoint
from athletes.models.webhooks import DELIVERY_STATES, EVENTS, SENT_EVENTS
from athletes.services.senders.webhook import LONGEST_URL
from athletes.services.webhooks import endpoints
from coaching.api.present import require_present
from coaching.api.scoped import Scoped
from coaching.api.serializers import Strict, VisibleRelated

WEBHOOK = OpenApiParameter("webhook", str, OpenApiParameter.PATH, description="Of the webhook.")

NEW_WEBHOOK = OpenApiExample(
    "Tell our board of escalations",
    value={
        "club": "0197c1d2-0000-7000-8000-000000000008",
        "name": "The board in the clubhouse",
        "url": "https://board.example.org/niggle",
        "events": ["escalation.opened", "escalation.acknowledged"],
    },
    request_only=True,
)

# --- What is given out -------------------------------------------------------------------------------


class WebhookSerializer(serializers.ModelSerializer[WebhookEndpoint]):
    """A webhook without its secret."""

    url = serializers.CharField()
    events = serializers.ListField(child=serializers.ChoiceField(choices=EVENTS))
    stopped_why = serializers.CharField(
        help_text="`owner`; `gone`: it answered 410; `failing`: it only failed for five days."
    )

    class Meta:
        model = WebhookEndpoint
        fields = (
            "id",
            "club",
            "name",
            "url",
            "events",
            "created_at",
            "stopped_at",
            "stopped_why",
            "failing_since",
            "old_secret_until",
        )
        read_only_fields = fields


class IssuedWebhookSerializer(WebhookSerializer):
    secret = serializers.CharField(help_text="Signs each sending. Shown this once.")

    class Meta(WebhookSerializer.Meta):
        fields = (*WebhookSerializer.Meta.fields, "secret")
        read_only_fields = fields


class WebhookDeliverySerializer(serializers.ModelSerializer[WebhookDelivery]):
    type = serializers.CharField(source="event")
    body = serializers.DictField(help_text="As it is sent: ids and times.")

    class Meta:
        model = WebhookDelivery
        fields = (
            "id",
            "event_id",
            "type",
            "body",
            "again_of",
            "state",
            "attempts",
            "created_at",
            "first_attempt_at",
            "next_attempt_at",
            "finished_at",
            "status",
            "took_ms",
            "error",
        )
        read_only_fields = fields


# --- What is taken in --------------------------------------------------------------------------------


class ChangeWebhookSerializer(Strict):
    name = serializers.CharField(
        max_length=WebhookEndpoint._meta.get_field("name").max_length, required=False
    )
    url = serializers.CharField(
        max_length=LONGEST_URL,
        required=False,
        help_text="`https://` and a public host; no user name, no fragment.",
    )
    events = serializers.ListField(
        child=serializers.ChoiceField(choices=EVENTS),
        required=False,
        allow_empty=False,
        max_length=len(EVENTS),
    )


class NewWebhookSerializer(ChangeWebhookSerializer):
    club = VisibleRelated("club", queryset=Club.objects.all())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.required = True


# --- How lists are narrowed down ---------------------------------------------------------------------


class WebhookFilter(filters.FilterSet):
    club = filters.UUIDFilter(field_name="club")

    class Meta:
        model = WebhookEndpoint
        fields: tuple[str, ...] = ()


class WebhookDeliveryFilter(filters.FilterSet):
    type = filters.MultipleChoiceFilter(field_name="event", choices=SENT_EVENTS)
    event_id = filters.UUIDFilter()
    state = filters.MultipleChoiceFilter(choices=DELIVERY_STATES)

    class Meta:
        model = WebhookDelivery
        fields: tuple[str, ...] = ()


# --- Endpoints ---------------------------------------------------------------------------------------


class Webhooks(Scoped, mixins.ListModelMixin, mixins.RetrieveModelMixin):
    """Addresses of a club's own programs. Only its owners see them."""

    scope = "club"
    queryset = WebhookEndpoint.objects.filter(removed_at=None).order_by("name", "id")
    serializer_class = WebhookSerializer
    filterset_class = WebhookFilter

    @extend_schema(
        request=NewWebhookSerializer,
        responses={201: IssuedWebhookSerializer},
        examples=[NEW_WEBHOOK],
    )
    def create(self, request: Request) -> Response:
        """Add an address. Its secret is in this answer, and never shown again."""
        require_present(request)
        issued = endpoints.add(by=request.user, **self.read(NewWebhookSerializer))
        return _secret_told(issued, status.HTTP_201_CREATED)

    @extend_schema(request=ChangeWebhookSerializer)
    def partial_update(self, request: Request, pk: str) -> Response:
        """Change name, address or events. What still waits goes to the new address."""
        endpoint = self.get_object()
        require_present(request)
        told = self.read(ChangeWebhookSerializer)
        changed = endpoints.change(by=request.user, endpoint=endpoint, **told)
        return Response(self.get_serializer(changed).data)

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, pk: str) -> Response:
        """Remove it: nothing more is sent, and its address and secret are forgotten."""
        endpoints.remove(by=request.user, endpoint=self.get_object())
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(request=None, responses={200: IssuedWebhookSerializer}, filters=False)
    @action(detail=True, methods=["post"], filterset_class=None)
    def rotate(self, request: Request, pk: str) -> Response:
        """A new secret, shown this once. For 24 hours the one before signs as well."""
        endpoint = self.get_object()
        require_present(request)
        issued = endpoints.rotate(by=request.user, endpoint=endpoint)
        assert issued is not None  # without a mark it always is
        return _secret_told(issued, status.HTTP_200_OK)

    @extend_schema(request=None, filters=False)
    @action(detail=True, methods=["post"], filterset_class=None)
    def stop(self, request: Request, pk: str) -> Response:
        """Send nothing until it is started again. What happens meanwhile is not kept for then."""
        endpoint = endpoints.stop(by=request.user, endpoint=self.get_object())
        return Response(self.get_serializer(endpoint).data)

    @extend_schema(request=None, filters=False)
    @action(detail=True, methods=["post"], filterset_class=None)
    def start(self, request: Request, pk: str) -> Response:
        """Send again what happens from now on."""
        endpoint = endpoints.start(by=request.user, endpoint=self.get_object())
        return Response(self.get_serializer(endpoint).data)

    @extend_schema(request=None, responses={201: WebhookDeliverySerializer}, filters=False)
    @action(detail=True, methods=["post"], filterset_class=None)
    def test(self, request: Request, pk: str) -> Response:
        """Send a `ping`. Its delivery soon says how it went."""
        sent = endpoints.ping(by=request.user, endpoint=self.get_object())
        return Response(WebhookDeliverySerializer(sent).data, status=status.HTTP_201_CREATED)


def _secret_told(issued: endpoints.Issued, code: int) -> Response:
    # `secret` of the row is the same; said here, so that no other answer has it by mistake.
    return Response(IssuedWebhookSerializer(issued.endpoint).data, status=code)


@extend_schema_view(
    list=extend_schema(parameters=[WEBHOOK]),
    retrieve=extend_schema(parameters=[WEBHOOK]),
    redeliver=extend_schema(parameters=[WEBHOOK]),
)
class WebhookDeliveries(Scoped, mixins.ListModelMixin, mixins.RetrieveModelMixin):
    """What was sent to a webhook in the last 30 days, the newest first, and what became of it."""

    scope = "club"
    queryset = WebhookDelivery.objects.order_by("-created_at", "-id")
    serializer_class = WebhookDeliverySerializer
    filterset_class = WebhookDeliveryFilter

    def get_queryset(self) -> QuerySet[WebhookDelivery]:
        if getattr(self, "swagger_fake_view", False):
            return WebhookDelivery.objects.none()
        seen = WebhookEndpoint.objects.visible_to(self.request.user).filter(removed_at=None)
        endpoint = get_object_or_404(seen, pk=self.kwargs["webhook"])
        return super().get_queryset().filter(endpoint=endpoint)

    @extend_schema(request=None, responses={201: WebhookDeliverySerializer}, filters=False)
    @action(detail=True, methods=["post"], filterset_class=None)
    def redeliver(self, request: Request, webhook: str, pk: str) -> Response:
        """Send the same event once more, with the same id. One that is still on its way is tried now."""
        sent = endpoints.redeliver(by=request.user, delivery=self.get_object())
        return Response(self.get_serializer(sent).data, status=status.HTTP_201_CREATED)
