"""Where one is logged in with a browser, and ending it from afar."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from allauth.usersessions.internal.flows import sessions as flows
from allauth.usersessions.models import UserSession
from django.http import Http404
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from coaching import devices
from coaching.api.conventions import Endpoint
from coaching.api.pagination import WholePage
from coaching.api.present import refuse_apps, require_present

NOT_BY_APPS = "An app logs nobody out: the person alone does."

A_PHONE = OpenApiExample(
    "A phone",
    value={
        "id": "5f2c1b8e-0f5a-4c3d-9a7e-2b6d1c0e9f84",
        "name": "Chrome, Android",
        "place": "203.0.113.*",
        "since": "2026-05-04T17:12:00Z",
        "last_seen_at": "2026-06-01T07:58:00Z",
        "is_this": False,
    },
    response_only=True,
)


class SessionSerializer(serializers.Serializer[devices.Device]):
    """A browser that is logged in. Its key is told to nobody."""

    id = serializers.UUIDField(source="key")
    name = serializers.CharField(help_text="Browser and system.")
    place = serializers.CharField(help_text="The first part of the address it came from last.")
    since = serializers.DateTimeField()
    last_seen_at = serializers.DateTimeField(source="seen", help_text="To ten minutes.")
    is_this = serializers.BooleanField(help_text="Whether this request came with it.")


class Sessions(Endpoint, GenericViewSet[Any]):
    """Browsers in which I am logged in: this one first, then the one that was used last."""

    scope = "account"
    queryset = UserSession.objects.none()
    serializer_class = SessionSerializer
    pagination_class = WholePage
    filter_backends = ()

    def list(self, request: Request) -> Response:
        page = self.paginate_queryset(self._devices())  # type: ignore[arg-type]
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    @extend_schema(examples=[A_PHONE])
    def retrieve(self, request: Request, pk: str) -> Response:
        found = [device for device in self._devices() if str(device.key) == pk]
        if not found:
            raise Http404
        return Response(self.get_serializer(found[0]).data)

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, pk: str) -> Response:
        """Log it out: refused from its next request on. In a browser, log in anew first; an app cannot (403)."""
        row = self.get_object()
        self._require_the_person()
        flows.end_sessions(request._request, [row])
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(request=None, responses={204: None}, filters=False)
    @action(detail=False, methods=["post"], url_path="end-others", pagination_class=None)
    def end_others(self, request: Request) -> Response:
        """Log out all browsers but the one that asks; with a token, all. Tokens and apps go on."""
        self._require_the_person()
        flows.end_other_sessions(request._request, request.user)
        return Response(status=status.HTTP_204_NO_CONTENT)

    def get_object(self) -> UserSession:
        for row in devices.open_rows(self.request.user):  # type: ignore[arg-type]
            if str(devices.key_of(row)) == self.kwargs["pk"]:
                return row
        raise Http404

    def _devices(self) -> Sequence[devices.Device]:
        session = self.request._request.session
        here = session.session_key if self.request.auth is None else None
        return devices.devices_of(self.request.user, here=here)  # type: ignore[arg-type]

    def _require_the_person(self) -> None:
        refuse_apps(self.request, NOT_BY_APPS)
        require_present(self.request)
