"""How long lists are cut: pages with numbers to leaf through, a cursor to keep a copy up to date."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, ClassVar
from uuid import UUID

from django.core.exceptions import FieldError
from django.db.models import Q, QuerySet
from rest_framework.pagination import PageNumberPagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import remove_query_param, replace_query_param

from coaching.api.problems import WrongRequest

WRONG_CURSOR = "This is no cursor of this list. Begin with an empty one."
CURSOR_HELP = (
    "Instead of `page`: empty for the first rows, then as `next` has it. The longest unchanged come first; rows that change "
    "meanwhile come again, none is left out. `count` and `previous` are null."
)


class Page(PageNumberPagination):
    """Fifty rows at a time; a client may ask for up to 200."""

    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 200
    query_parameters: ClassVar[tuple[str, ...]] = ("page", "page_size", "cursor")
    by_cursor = False

    def paginate_queryset(
        self, queryset: Any, request: Request, view: Any = None
    ) -> list[Any] | None:
        self.by_cursor = "cursor" in request.query_params and isinstance(queryset, QuerySet)
        if not self.by_cursor:
            return super().paginate_queryset(queryset, request, view)
        for name in {"page", "ordering"} & set(request.query_params):
            raise WrongRequest("This cannot be said together with a cursor.", parameter=name)
        self.request = request
        size = self.get_page_size(request) or self.page_size
        found = list(_after(queryset, request.query_params["cursor"])[: size + 1])
        self.following = _cursor(found[size - 1]) if len(found) > size else None
        return found[:size]

    def get_page_size(self, request: Request) -> int | None:
        told = request.query_params.get(self.page_size_query_param)
        if told is not None and not (told.isascii() and told.isdigit() and int(told[:9]) > 0):
            raise WrongRequest("This is a number from 1 on.", parameter=self.page_size_query_param)
        return super().get_page_size(request)

    def get_paginated_response(self, data: Any) -> Response:
        if not self.by_cursor:
            return super().get_paginated_response(data)
        following = self._link(self.following) if self.following else None
        return Response({"count": None, "next": following, "previous": None, "results": data})

    def _link(self, cursor: str) -> str:
        here = remove_query_param(self.request.build_absolute_uri(), "cursor")
        return replace_query_param(here, "cursor", cursor)

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        size = {"type": "integer", "minimum": 1, "default": self.page_size}
        told = [
            ("page", {"type": "integer", "minimum": 1}, "From 1 on."),
            ("page_size", size, f"At most {self.max_page_size}; what is more counts as that."),
            ("cursor", {"type": "string"}, CURSOR_HELP),
        ]
        return [
            {
                "name": name,
                "in": "query",
                "required": False,
                "allowEmptyValue": name == "cursor",
                "schema": shape,
                "description": text,
            }
            for name, shape, text in told
            if name in self.query_parameters
        ]

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        """As OpenAPI 3.1 writes it: a link or null, and every part always there."""
        link = {"type": ["string", "null"], "format": "uri"}
        return {
            "type": "object",
            "required": ["count", "next", "previous", "results"],
            "properties": {
                "count": {"type": ["integer", "null"]},
                "next": link,
                "previous": link,
                "results": schema,
            },
        }


class WholePage(Page):
    """For the knowledge, which is short: normally all of it at once."""

    page_size = 500
    max_page_size = 500
    query_parameters = ("page", "page_size")


# --- Cursors ---------------------------------------------------------------------------------------
# A place in the list: time and id of the last row that was given out. DRF's cursors count rows of one time and give up after
# a thousand; an update in one go makes more than that.


def _after(rows: QuerySet[Any], cursor: str) -> QuerySet[Any]:
    time, key = time_of_change(rows)
    rows = rows.order_by(time, key)
    if not cursor:
        return rows
    at, last = _read(cursor)
    return rows.filter(Q(**{f"{time}__gt": at}) | Q(**{time: at, f"{key}__gt": last}))


def time_of_change(rows: QuerySet[Any]) -> Sequence[str]:
    """What says when a row has changed: what its view works out as `changed_at`, else its own column."""
    if "changed_at" in rows.query.annotations:
        return "changed_at", "pk"
    names = {field.name for field in rows.model._meta.get_fields()}
    for name in ("updated_at", "created_at"):
        if name in names:
            return name, "pk"
    raise FieldError(f"{rows.model.__name__} does not say when it was changed.")


def _cursor(row: Any) -> str:
    at = next(
        told
        for name in ("changed_at", "updated_at", "created_at")
        if (told := getattr(row, name, None)) is not None
    )
    told = json.dumps([at.astimezone(UTC).isoformat(), str(row.pk)])
    return base64.urlsafe_b64encode(told.encode()).decode().rstrip("=")


def _read(cursor: str) -> tuple[datetime, UUID]:
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        at, key = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
        moment = datetime.fromisoformat(at)
        if moment.tzinfo is None:
            raise ValueError(cursor)
        return moment.astimezone(UTC), UUID(key)
    except (ValueError, TypeError, AttributeError, OverflowError):
        raise WrongRequest(WRONG_CURSOR, parameter="cursor") from None
