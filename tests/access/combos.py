"""Every address × method × role × thing × channel, made from the URL map and the schema of the API."""

from __future__ import annotations

import os
import zlib
from collections.abc import Iterator
from functools import cache
from typing import Any, NamedTuple

from django.urls import NoReverseMatch, reverse

from tests.access.rules import BY_ROW, METHODS, NOTHING, OTHER, OWN, WRITES
from tests.access.targets import ABOUT, ADMIN, address, addresses, body
from tests.access.world import ABSENT, DELETED, OBJECTS, World, absent_key

EVERYTHING = os.environ.get("SECURITY_EVERYTHING", "") == "1"
ONE_IN = 600  # of what is not asked in any case, in `make test`
PAGE, HTMX, JSON, NESTED = "page", "htmx", "json", "nested id"
# In `make test` these are asked of each row in any case: who is nearest to what is not theirs.
NEAREST = {
    ("coach of another club", "own"),
    ("coach of another squad", "own"),
    ("former coach", "own"),
    ("mate", "own"),
}


class Combo(NamedTuple):
    name: str
    method: str
    role: str
    thing: str  # a cast, or absent or deleted; "" where the address is about nothing
    channel: str

    def __str__(self) -> str:
        return (
            f"{self.method} {self.name} · {self.role} · {self.thing or 'nothing'} · {self.channel}"
        )


@cache
def names() -> tuple[str, ...]:
    return tuple(sorted(set(addresses())))


def channels(name: str, method: str) -> tuple[str, ...]:
    if name.startswith("api:"):
        return (JSON, NESTED) if method in WRITES and (method, name) in BY_ROW else (JSON,)
    if method in WRITES and (method, name) in BY_ROW:
        return (PAGE, HTMX, NESTED)
    return (PAGE, HTMX) if method in ("GET", "POST") else (PAGE,)


def everything(world: World) -> Iterator[Combo]:
    for name in names():
        for method in METHODS:
            for channel in channels(name, method):
                # A body is about things also where the address is about none.
                is_about = (
                    name in ABOUT
                    or channel == NESTED
                    or ((method, name) in BY_ROW and method in WRITES)
                )
                for thing in OBJECTS if is_about else ("",):
                    for role in world.roles:
                        yield Combo(name, method, role, thing, channel)


def is_asked(combo: Combo, one_in: int = ONE_IN) -> bool:
    """In `make test`: the nearest of each row, and always the same few of all others."""
    if EVERYTHING:
        return True
    has_row = (combo.method, combo.name) in BY_ROW
    if has_row and (combo.role, combo.thing) in NEAREST and combo.channel in (PAGE, JSON):
        return True
    return zlib.crc32(str(combo).encode()) % one_in == 0


class Target(NamedTuple):
    path: str
    relation: str
    data: dict[str, Any]
    key: str  # that stands in the path
    is_shared: bool = False  # a squad's or a club's


def target(world: World, combo: Combo) -> Target:
    """Where the request goes, with what, and whose thing that is for this role."""
    role = world.roles[combo.role]
    if combo.name.startswith(ADMIN):
        return Target(_of_admin(combo.name), NOTHING, {}, "")
    home = world.casts[role.home]
    # A body is about the thing; so is the address, but where the id stands in the body alone.
    cast = world.casts[combo.thing if combo.thing in world.casts else role.home]
    data = body(combo.name, cast) if combo.method in WRITES else {}
    if combo.name not in ABOUT:
        is_own = combo.thing in ("", role.home)
        return Target(address(combo.name, home), NOTHING if is_own else OTHER, data, "")
    at = home if combo.channel == NESTED else cast
    thing = at[ABOUT[combo.name]]
    key, path = str(thing.pk), address(combo.name, at)
    # Its squad and club are still there: they were not made with it.
    was_deleted = combo.thing == DELETED and combo.channel != NESTED and world.is_gone(thing)
    is_gone = was_deleted or (combo.channel != NESTED and combo.thing == ABSENT)
    label = None if was_deleted else world.label_of(thing)
    relation = OWN if label in role.sees and not is_gone else OTHER
    if combo.thing == ABSENT and combo.channel != NESTED:
        key, path = absent_key(key), path.replace(f"/{key}/", f"/{absent_key(key)}/")
    of_squads = world.label_of(home[ABOUT[combo.name]])
    return Target(
        path, relation, data, key, of_squads is not None and of_squads[0] in ("squad", "club")
    )


def _of_admin(name: str) -> str:
    for args in ([], ["1"], ["1", "1"], ["athletes"]):
        try:
            return reverse(name, args=args)
        except NoReverseMatch:
            continue
    return "/admin/anything/"
