"""Pages by number alone, of what is worked out anew each time and therefore has no time of change."""

from __future__ import annotations

from typing import Any

from coaching.api.pagination import Page


class Numbered(Page):
    query_parameters = ("page", "page_size")

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        """With what an example of a row stands in."""
        page = super().get_paginated_response_schema(schema)
        for name, value in (("count", 1), ("next", None), ("previous", None)):
            page["properties"][name] = {**page["properties"][name], "example": value}
        return page
