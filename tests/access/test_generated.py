"""The matrix that is made from the URL map and the schema: every address × method × role × thing × channel.

`make test` asks those nearest to what is not theirs, and always the same few of all others; `make security` asks all.
"""

from __future__ import annotations

import logging
import sys
import uuid
import zlib
from collections.abc import Iterator
from typing import Any

import pytest

from tests.access.asking import ask, fingerprint, without_key
from tests.access.checking import answer_to, faults
from tests.access.combos import EVERYTHING, JSON, PAGE, Combo, everything, is_asked
from tests.access.rules import BY_ROW
from tests.access.schema import name_at, narrowings, operations
from tests.access.targets import ABOUT
from tests.access.world import ABSENT, DELETED, NOT_TYPED, TEXTS, World, texts_of_models

pytestmark = pytest.mark.django_db

SHARES = 32 if EVERYTHING else 4
COUNTED = 500_000  # as docs/security.md says
STRANGERS = ("coach of another club", "mate", "former coach")


@pytest.fixture(autouse=True)
def without_log() -> Iterator[None]:
    """A line for each request would take longer than some of them; tests/coaching/test_logs.py reads the log."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


def told(wrong: list[str]) -> str:
    return "\n".join(wrong[:40]) + f"\n({len(wrong)} in all)"


@pytest.fixture(scope="module")
def chosen(world: World) -> list[list[Combo]]:
    """What is asked, in shares."""
    count, shares = 0, [[] for _ in range(SHARES)]  # type: ignore[var-annotated]
    for combo in everything(world):
        count += 1
        if is_asked(combo):
            shares[zlib.crc32(combo.name.encode()) % SHARES].append(combo)
    asked = sum(map(len, shares))
    print(f"{count:,} combinations, {asked:,} of them asked", file=sys.stderr)
    assert count > COUNTED
    return shares


@pytest.mark.parametrize("share", range(SHARES))
def test_each_gets_what_is_theirs_and_nothing_else(
    share: int, world: World, chosen: list[list[Combo]]
) -> None:
    """The code that the rows and rules say, no canary of others, no row of others changed."""
    before = fingerprint(world)
    wrong = [fault for combo in chosen[share] for fault in faults(world, combo, before)]
    assert len(chosen[share]) > 100
    assert not wrong, told(wrong)


def test_what_is_not_theirs_looks_as_if_it_were_not_there(world: World) -> None:
    """Another's, a deleted and an absent thing get the same answer to the letter, but for the key that was asked for."""
    wrong, compared = [], 0
    for name in sorted(ABOUT):
        method = "GET" if ("GET", name) in BY_ROW else "POST"
        channel = JSON if name.startswith("api:") else PAGE
        for role in STRANGERS if EVERYTHING else STRANGERS[:1]:
            plain = {}
            for thing in ("own", DELETED, ABSENT):
                where, answer = answer_to(world, Combo(name, method, role, thing, channel))
                plain[thing] = (answer.code, without_key(answer.plain, where.key))
            if plain["own"][0] == 404:
                compared += 1
                wrong += [
                    f"{name} · {role} · {t}" for t in (DELETED, ABSENT) if plain[t] != plain["own"]
                ]

    assert compared > 100
    assert not wrong, told(wrong)


def values_of(parameter: dict[str, Any], world: World) -> Iterator[str]:
    kind = parameter.get("schema", {})
    kind = kind.get("items", kind)
    if kind.get("format") == "uuid":
        theirs = ("athlete", "episode", "report", "squad", "club")
        yield from (str(world.casts["other_club"][name].pk) for name in theirs)
    elif kind.get("enum"):
        yield from map(str, kind["enum"])
    elif parameter["name"] in ("search", "q"):
        yield "zq"  # every canary begins with it
    elif kind.get("format") in ("date", "date-time"):
        yield "2020-01-01T00:00:00Z" if kind["format"] == "date-time" else "2020-01-01"
    elif kind.get("type") == "boolean":
        yield from ("true", "false")
    elif kind.get("type") == "string":
        yield "zq"


def test_no_filter_order_or_search_of_a_list_finds_what_is_not_theirs(world: World) -> None:
    wrong, asked = [], 0
    people = (
        "coach",
        "athlete",
        "coach of another squad",
        "coach of who shares the status",
        "former coach",
    )
    for path, parameters in narrowings():
        for parameter in parameters:
            for value in values_of(parameter, world):
                for name in people if EVERYTHING else people[:2]:
                    role = world.roles[name]
                    asked += 1
                    query = f"{path}?{parameter['name']}="
                    answer = ask(world, role, "GET", query + value)
                    wrong += [
                        f"{query}{value} · {name}: shows {leak}"
                        for leak in world.leaks(role, answer.text)
                    ]
                    if answer.code >= 500:
                        wrong.append(f"{query}{value} · {name}: {answer.code}")
                    if parameter.get("schema", {}).get("format") == "uuid":
                        nobody = str(uuid.uuid5(uuid.NAMESPACE_URL, value))
                        absent = ask(world, role, "GET", query + nobody)
                        if without_key(answer.plain, value) != without_key(absent.plain, nobody):
                            wrong.append(
                                f"{query}{value} · {name}: another answer than for what is not there"
                            )
    assert asked > 100
    assert not wrong, told(wrong)


def test_every_operation_of_the_schema_has_a_row() -> None:
    missing = [
        (method, path) for method, path, _ in operations() if (method, name_at(path)) not in BY_ROW
    ]
    assert not missing, missing


def test_every_text_holds_a_canary_or_is_nobodys() -> None:
    """A new column of words is planted, or stands in NOT_TYPED."""
    known = {
        (model, name)
        for told in (TEXTS, NOT_TYPED)
        for model, names in told.items()
        for name in names
    }
    assert set(texts_of_models()) - known == set()
    assert known - set(texts_of_models()) == set()


def test_each_model_with_canaries_has_some(world: World) -> None:
    planted = {(one.model, one.field) for one in world.planted.values()}
    assert {model for model, _ in planted} == TEXTS.keys()
