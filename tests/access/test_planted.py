"""Each fault that is planted in the code that says who may what makes the matrix fail: else it would prove nothing."""

from __future__ import annotations

import sys

import pytest

from tests.access.asking import fingerprint
from tests.access.checking import faults
from tests.access.combos import JSON, PAGE, Combo
from tests.access.plants import PLANTS, Plant
from tests.access.world import World
from tests.stack import ROOT

pytestmark = pytest.mark.django_db

AT_LEAST = 20


def found(world: World, plant: Plant) -> list[str]:
    before = fingerprint(world)
    return [
        fault
        for method, name, role, thing in plant.asked
        for fault in faults(
            world,
            Combo(name, method, role, thing, JSON if name.startswith("api:") else PAGE),
            before,
        )
    ]


@pytest.mark.parametrize("plant", PLANTS, ids=lambda plant: plant.name)
def test_a_planted_fault_is_caught(plant: Plant, world: World, monkeypatch: pytest.MonkeyPatch):
    assert found(world, plant) == [], "without the fault nothing may be wrong"
    with monkeypatch.context() as patched:
        patched.setattr(plant.at, plant.attribute, plant.instead)
        caught = found(world, plant)
    print(f"planted: {plant.name}: {'caught' if caught else 'NOT CAUGHT'}", file=sys.stderr)
    assert caught


def test_there_are_enough_and_the_page_names_each() -> None:
    page = (ROOT / "docs/security.md").read_text(encoding="utf-8")
    assert len({plant.name for plant in PLANTS}) >= AT_LEAST
    assert [plant.name for plant in PLANTS if f"- {plant.name}\n" not in page] == []
