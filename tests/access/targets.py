"""The rows of all parts, where each address is, and what one would send there."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.access.parts import PARTS

ROLES = ("anon", "athlete", "mate", "coach", "foreign", "clinician", "token")
ADMIN = "admin:"  # Django's own pages: staff only, all alike


def _of_all(name: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for part in PARTS:
        told = getattr(part, name, {})
        if twice := found.keys() & told.keys():
            raise ValueError(f"{part.__name__}.{name}: {sorted(twice)} stand in another part too")
        found |= told
    return found


ABOUT: dict[str, str] = _of_all("ABOUT")
_ARGS = _of_all("ARGS")
_ADDRESSES = _of_all("ADDRESSES")


def rows() -> Iterator[tuple[str, str, dict[str, int]]]:
    for part in PARTS:
        lines = [line.split() for line in getattr(part, "ROWS", "").splitlines() if line.strip()]
        for method, name, *codes in lines[1:]:
            yield method, name, dict(zip(ROLES, map(int, codes), strict=True))


ROWS = list(rows())


def patterns(resolver: Any = None, space: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Every address of the site, by its name with its name space."""
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            inner = f"{space}{entry.namespace}:" if entry.namespace else space
            yield from patterns(entry, inner)
        elif isinstance(entry, URLPattern):
            yield f"{space}{entry.name}", entry


def addresses() -> Iterator[str]:
    for name, _ in patterns():
        yield name


@cache
def asks_nobody() -> frozenset[str]:
    """Of the API: where nobody is asked who they are, so that a spent token shuts nothing."""
    found = set()
    for name, pattern in patterns():
        view = getattr(pattern.callback, "cls", None)
        chosen = getattr(pattern.callback, "initkwargs", {})
        classes = chosen.get(
            "authentication_classes", getattr(view, "authentication_classes", None)
        )
        if classes is not None and not classes:
            found.add(name)
    return frozenset(found)


def address(name: str, cast: dict[str, Any]) -> str:
    if name in _ADDRESSES:
        return str(_ADDRESSES[name](cast))
    about = [cast[ABOUT[name]].pk] if name in ABOUT else []
    further = [arg(cast) if callable(arg) else arg for arg in _ARGS.get(name, [])]
    return reverse(name, args=[*about, *further])


def body(name: str, cast: dict[str, Any]) -> dict[str, Any]:
    """What a person would send there."""
    for part in PARTS:
        told: dict[str, Any] = part.bodies(cast) if hasattr(part, "bodies") else {}
        if name in told:
            return dict(told[name])
    return {}
