"""How long lists are cut: `count`, `next`, `previous`, `results`."""

from __future__ import annotations

from typing import Any

from rest_framework.pagination import PageNumberPagination


class Page(PageNumberPagination):
    """Fifty rows at a time; a client may ask for up to 200."""

    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 200

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        """As OpenAPI 3.1 writes it: a link or null, and every part always there."""
        link = {"type": ["string", "null"], "format": "uri"}
        return {
            "type": "object",
            "required": ["count", "next", "previous", "results"],
            "properties": {
                "count": {"type": "integer"},
                "next": link,
                "previous": link,
                "results": schema,
            },
        }


class WholePage(Page):
    """For the knowledge, which is short: normally all of it at once."""

    page_size = 500
    max_page_size = 500
