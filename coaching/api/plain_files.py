"""Files that a GET gives instead of JSON: CSV for spreadsheets, PDF for paper. What goes wrong is a problem as everywhere."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.request import Request

from coaching.csv_files import csv_file

CSV, PDF = "text/csv", "application/pdf"


class AnyAnswer(BaseContentNegotiation):
    """The file is sent whatever was asked for; problems are JSON."""

    def select_parser(self, request: Request, parsers: Any) -> Any:
        return parsers[0]

    def select_renderer(self, request: Request, renderers: Any, format_suffix: Any = None) -> Any:
        return renderers[0], renderers[0].media_type


def described(kind: str, says: str) -> dict[tuple[int, str], OpenApiResponse]:
    """For `extend_schema`."""
    shape = OpenApiTypes.STR if kind == CSV else OpenApiTypes.BINARY
    return {(200, kind): OpenApiResponse(shape, says)}


def csv_answer(name: str, heads: Sequence[str], rows: Iterable[Sequence[object]]) -> HttpResponse:
    """In one piece, so that it has an `ETag`: no squad is so large that it would have to be sent line by line."""
    streamed = csv_file(name, heads, rows)
    answer = HttpResponse(
        b"".join(streamed.streaming_content), content_type=f"{CSV}; charset=utf-8"
    )  # type: ignore[arg-type]
    answer["Content-Disposition"] = streamed["Content-Disposition"]
    return answer


def pdf_answer(name: str, content: bytes) -> HttpResponse:
    answer = HttpResponse(content, content_type=PDF)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
