"""What the schema of the API says: its operations, which scope each needs, by what its lists are narrowed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from django.urls import resolve
from drf_spectacular.generators import SchemaGenerator

VERBS = ("get", "post", "put", "patch", "delete")
A_KEY = "01a20687-c2b7-7511-8ac1-3e2f6f1d2c3b"


@cache
def schema() -> dict[str, Any]:
    made: dict[str, Any] = SchemaGenerator().get_schema(request=None, public=True)
    return made


def operations() -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Method, path and operation of all that the schema names."""
    for path, at in schema()["paths"].items():
        for verb in VERBS:
            if verb in at:
                yield verb.upper(), path, at[verb]


def name_at(path: str) -> str:
    """The name of the address that the schema writes with `{…}`."""
    named = path.replace("{what}", "answers")  # of a season's files
    return str(resolve(re.sub(r"\{\w+\}", A_KEY, named)).view_name)


@cache
def scopes_needed() -> dict[tuple[str, str], tuple[str, ...]]:
    found = {}
    for method, path, operation in operations():
        for way in operation.get("security", ()):
            if "token" in way:
                found[method, name_at(path)] = tuple(way["token"])
    return found


def _whole(parameter: dict[str, Any]) -> dict[str, Any]:
    """What stands under `components` where a parameter only refers to it."""
    where = parameter.get("$ref", "")
    found: dict[str, Any] = (
        schema()["components"]["parameters"][where.split("/")[-1]] if where else parameter
    )
    return found


def narrowings() -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Lists with what they can be narrowed, ordered and searched by."""
    for method, path, operation in operations():
        named = (_whole(one) for one in operation.get("parameters", ()))
        told = [one for one in named if one["in"] == "query"]
        if method == "GET" and "{" not in path and told:
            yield path, told
