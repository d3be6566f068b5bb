"""One's own data as a file: ask for it, see how it stands, fetch it."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import mixins, serializers, status
from rest_framework.decorators import action
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.request import Request
from rest_framework.response import Response

from athletes.models import Athlete, DataExport
from athletes.services import exports
from coaching.api.scoped import Scoped
from coaching.api.serializers import Strict
from coaching.own_data.taking import attachment


class ExportSerializer(serializers.ModelSerializer[DataExport]):
    """A file that was asked for; it can be fetched while `state` is `ready`, until `expires_at`."""

    class Meta:
        model = DataExport
        fields = ("id", "athlete", "state", "created_at", "finished_at", "expires_at", "fetched_at")
        read_only_fields = fields


class NewExportSerializer(Strict):
    athlete = serializers.PrimaryKeyRelatedField(
        queryset=Athlete.objects.none(),
        required=False,
        error_messages={"does_not_exist": "There is no such athlete."},
        help_text="For a guardian: whose data. Left out: all of one's own.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if request := self.context.get("request"):
            wards = Athlete.objects.whose_data_is_of(request.user).exclude(user=request.user)
            self.fields["athlete"].queryset = wards  # type: ignore[attr-defined]


class AnyAnswer(BaseContentNegotiation):
    """A ZIP is sent whatever was asked for; errors are JSON as everywhere."""

    def select_parser(self, request: Request, parsers: Any) -> Any:
        return parsers[0]

    def select_renderer(self, request: Request, renderers: Any, format_suffix: Any = None) -> Any:
        return renderers[0], renderers[0].media_type


class Exports(Scoped, mixins.ListModelMixin, mixins.RetrieveModelMixin):
    """Files of my own data that I asked for, the newest first."""

    scope = "data:read"
    queryset = DataExport.objects.defer("content").order_by("-created_at", "-id")
    serializer_class = ExportSerializer
    filter_backends = ()

    @extend_schema(request=NewExportSerializer, responses={202: ExportSerializer})
    def create(self, request: Request) -> Response:
        """Ask for a file of everything. While one is being made, that one is given back."""
        export = exports.ask(by=request.user, **self.read(NewExportSerializer))
        return Response(self.get_serializer(export).data, status=status.HTTP_202_ACCEPTED)

    @extend_schema(
        responses={(200, "application/zip"): OpenApiResponse(OpenApiTypes.BINARY, "The ZIP.")},
        filters=False,
    )
    @action(detail=True, methods=["get"], content_negotiation_class=AnyAnswer)
    def file(self, request: Request, pk: str) -> HttpResponse:
        """Fetch it: only whoever asked for it, for seven days. 404 while it is being made, and after."""
        return attachment(request.user, self.get_object())
