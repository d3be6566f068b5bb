"""What I was told in the app, and what I have read of it."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext
from django_filters import rest_framework as drf_filters
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import mixins, serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from athletes.models import Notification
from athletes.models.escalations import TOPICS
from athletes.services import notices
from athletes.services.delivery import URGENT
from coaching.api.filters import Flag, Moment, Ordering, Since
from coaching.api.scoped import Scoped
from coaching.api.serializers import Strict

READ_UNTIL = OpenApiExample(
    "All that was there when the list was fetched",
    value={"until": "2026-06-01T08:00:00Z"},
    request_only=True,
)


class NotificationSerializer(serializers.ModelSerializer[Notification]):
    """A message: what it is about and where it leads. None says a word about anybody's health."""

    subject = serializers.SerializerMethodField()
    path = serializers.CharField(help_text="Of the page, at this site.")
    is_urgent = serializers.SerializerMethodField(help_text="It calls for somebody now or today.")

    class Meta:
        model = Notification
        fields = (
            "id",
            "topic",
            "subject",
            "path",
            "is_urgent",
            "created_at",
            "read_at",
            "updated_at",
        )
        read_only_fields = fields

    def get_subject(self, notice: Notification) -> str:
        return gettext(notice.subject)

    def get_is_urgent(self, notice: Notification) -> bool:
        return notice.level in URGENT


class ReadAllSerializer(Strict):
    until = serializers.DateTimeField(
        required=False,
        help_text="What came later stays new. Best the newest `created_at` that the person saw.",
    )


class UnreadSerializer(serializers.Serializer[Any]):
    unread = serializers.IntegerField(help_text="How many are new now.")


class NotificationFilter(drf_filters.FilterSet):
    unread = Flag(field_name="read_at", lookup_expr="isnull")
    topic = drf_filters.MultipleChoiceFilter(choices=TOPICS)
    created_at__gte = Moment(field_name="created_at", lookup_expr="gte")
    created_at__lte = Moment(field_name="created_at", lookup_expr="lte")
    updated_since = Since()
    ordering = Ordering(fields=("created_at", "updated_at"))

    class Meta:
        model = Notification
        fields: tuple[str, ...] = ()


class Notifications(Scoped, mixins.ListModelMixin, mixins.RetrieveModelMixin):
    """Messages to me, the newest first. To fetch them is not to read them: say so with `read/`."""

    scope = "notices"
    queryset = Notification.objects.in_app().order_by("-created_at", "-id")
    serializer_class = NotificationSerializer
    filterset_class = NotificationFilter

    @extend_schema(
        operation_id="notifications_read",
        request=None,
        responses=NotificationSerializer,
        filters=False,
    )
    @action(detail=True, methods=["post"], url_path="read", url_name="read", filterset_class=None)
    def mark_read(self, request: Request, pk: str) -> Response:
        """The person has seen it. Again: no change."""
        notice = self.get_object()
        notices.mark_read(by=request.user, notices=[notice])
        notice.refresh_from_db()
        return Response(self.get_serializer(notice).data)

    @extend_schema(
        operation_id="notifications_read_all",
        request=ReadAllSerializer,
        responses=UnreadSerializer,
        examples=[READ_UNTIL],
        filters=False,
    )
    @action(
        detail=False,
        methods=["post"],
        url_path="read",
        url_name="read-all",
        filterset_class=None,
        pagination_class=None,
    )
    def mark_all_read(self, request: Request) -> Response:
        """The person has seen all of them, or all until a time."""
        left = notices.mark_all_read(by=request.user, **self.read(ReadAllSerializer))
        return Response({"unread": left})
