"""What we install is pinned, names no place to get it from, and fits together."""

from __future__ import annotations

import re
from importlib.metadata import requires, version
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parent.parent
FILES = (
    "requirements.txt",
    "requirements-dev.txt",
    "requirements-redis.txt",
    "requirements-security.txt",
    "requirements-contract.txt",
)
CHOSEN_BY_CELERY = {"redis", "kombu"}


def pins(name: str) -> list[str]:
    lines = (line.split("#")[0].strip() for line in (ROOT / name).read_text().splitlines())
    return [line for line in lines if line and not line.startswith("-r ")]


@pytest.mark.parametrize("name", FILES)
def test_every_line_is_pinned_and_names_no_index(name: str) -> None:
    odd = [
        line
        for line in pins(name)
        if not re.fullmatch(r"[A-Za-z0-9_.\-]+(\[[\w,-]+\])?==[\w.]+", line)
    ]
    assert pins(name)
    assert not odd
    assert "://" not in (ROOT / name).read_text()


@pytest.mark.parametrize("name", FILES)
def test_redis_is_never_chosen_apart_from_celery(name: str) -> None:
    chosen = {Requirement(line).name.lower() for line in pins(name)}
    assert not chosen & CHOSEN_BY_CELERY


def test_the_installed_redis_is_one_that_kombu_was_tested_with() -> None:
    asked = [Requirement(line) for line in requires("kombu") or []]
    redis = [r for r in asked if r.name == "redis"]
    assert redis, "kombu no longer says which redis it wants"
    for requirement in redis:
        assert requirement.specifier.contains(version("redis")), requirement


def test_what_is_installed_is_what_is_pinned() -> None:
    different = [
        f"{line} but {found} is installed"
        for name in ("requirements.txt", "requirements-dev.txt")
        for line in pins(name)
        if (wanted := Requirement(line)).specifier
        and not wanted.specifier.contains(found := version(wanted.name))
    ]
    assert not different
