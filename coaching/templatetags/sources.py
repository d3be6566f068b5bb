"""Where it comes from, for the partial `parts/sources.html`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import template

from coaching.sources import from_memory, titled

register = template.Library()


@register.simple_tag
def titled_sources(sources: Iterable[Any]) -> list[dict[str, Any]]:
    """Each source with `title`, `locator` and `from_memory`."""
    lines = titled(sources or ())
    return [{**line, "from_memory": from_memory(line["id"])} for line in lines]
