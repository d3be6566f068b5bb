"""Apps that were let in by OAuth: which may act for me, and none any more."""

from __future__ import annotations

from typing import Any

from allauth.idp.oidc.models import Client
from django.http import Http404
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from athletes.services import apps
from coaching.api.conventions import Endpoint
from coaching.api.pagination import WholePage
from coaching.api.present import refuse_apps
from coaching.api.schema import ITEM_ID

NOT_BY_APPS = "An app takes nothing back but its own keys, at /identity/o/api/revoke."

DIARY = OpenApiExample(
    "A training diary",
    value={
        "id": "sN5bVxY0kQ2n",
        "name": "Training diary",
        "scopes": ["openid", "reports:read"],
        "renewed_at": "2026-06-01T08:00:00Z",
        "ends_at": "2027-03-01T08:00:00Z",
    },
    response_only=True,
)


class AppSerializer(serializers.Serializer[apps.Allowed]):
    """An app that may act for me now."""

    id = serializers.CharField(source="app.pk", help_text="The `client_id` of the app.")
    name = serializers.CharField(source="app.name")
    scopes = serializers.ListField(
        child=serializers.CharField(),
        help_text="As those of tokens; besides `openid`, `profile`, `email`.",
    )
    renewed_at = serializers.DateTimeField(help_text="While it is used, within the hour.")
    ends_at = serializers.DateTimeField(help_text="At the latest, unless I allow it anew.")


class Apps(Endpoint, GenericViewSet[Any]):
    """Apps that may act for me now, by name."""

    scope = "account"
    queryset = Client.objects.none()
    serializer_class = AppSerializer
    pagination_class = WholePage
    filter_backends = ()
    lookup_field = "id"

    def list(self, request: Request) -> Response:
        page = self.paginate_queryset(apps.allowed_by(request.user))  # type: ignore[arg-type]
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    @extend_schema(parameters=[ITEM_ID], examples=[DIARY])
    def retrieve(self, request: Request, id: str) -> Response:
        return Response(self.get_serializer(self._allowed()).data)

    @extend_schema(parameters=[ITEM_ID], responses={204: None})
    def destroy(self, request: Request, id: str) -> Response:
        """Take back what it may: refused from its next request on. An app cannot do this (403)."""
        app = self.get_object()
        refuse_apps(request, NOT_BY_APPS)
        apps.take_back(by=request.user, app=app)
        return Response(status=status.HTTP_204_NO_CONTENT)

    def get_object(self) -> Client:
        return self._allowed().app

    def _allowed(self) -> apps.Allowed:
        for one in apps.allowed_by(self.request.user):  # type: ignore[arg-type]
            if one.app.pk == self.kwargs["id"]:
                return one
        raise Http404
