"""A query parameter that is not one, or is empty, is refused, never ignored: a filter that does not filter shows too much."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.http import QueryDict
from rest_framework.views import APIView

from coaching.api.problems import WrongRequest

MAY_BE_EMPTY = ("cursor",)  # the first page


def refuse_unknown(view: APIView, sent: QueryDict) -> None:
    known = set(known_to(view))
    for name in sent:
        if name not in known:
            raise WrongRequest("There is no such parameter here.", parameter=name)
        if name not in MAY_BE_EMPTY and any(_is_empty(name, told) for told in sent.getlist(name)):
            raise WrongRequest("This is empty. Leave it out, or say what.", parameter=name)


def _is_empty(name: str, told: str) -> bool:
    """Of an order, any part of it."""
    return "" in (told.split(",") if name == "ordering" else [told])


def known_to(view: Any) -> Iterator[str]:
    """What this request to `view` takes: what it names itself, and for a list its filters and pages."""
    yield from getattr(view, "query_parameters", ())
    if getattr(view, "detail", True):  # plain views and views of one thing
        return
    if filterset := getattr(view, "filterset_class", None):
        yield from filterset.base_filters
    if view.paginator is not None:
        yield from view.paginator.query_parameters
