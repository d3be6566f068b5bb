"""What is wrong with one answer of the matrix."""

from __future__ import annotations

from typing import Any

from tests.access import rules
from tests.access.asking import Answer, ask
from tests.access.combos import HTMX, NESTED, Combo, Target, target
from tests.access.rules import NOTHING, OTHER
from tests.access.targets import ADMIN
from tests.access.world import STATUS, Role, World


def answer_to(world: World, combo: Combo, before: Any = None) -> tuple[Target, Answer]:
    where = target(world, combo)
    is_json = combo.name.startswith("api:")
    given = where.data if combo.method in rules.WRITES else None
    told = ask(
        world,
        world.roles[combo.role],
        combo.method,
        where.path,
        data=given,
        as_json=is_json or combo.method in ("PUT", "PATCH", "DELETE"),
        htmx=combo.channel == HTMX,
        before=before,
    )
    return where, told


def faults(world: World, combo: Combo, before: Any = None) -> list[str]:
    """Nothing, or what is wrong: the code, something read, something written."""
    role = world.roles[combo.role]
    where, answer = answer_to(world, combo, before)
    shown = rules.BY_LINK.get(combo.name, frozenset())
    found = [f"shows {leak}" for leak in world.leaks(role, answer.text, shown)]
    found += _wrong_code(role, combo, where, answer)
    found += _wrong_writes(world, role, combo, where, answer)
    return [f"{combo}: {fault}" for fault in found]


def _wrong_code(role: Role, combo: Combo, where: Target, answer: Answer) -> list[str]:
    if answer.code >= 500 and combo.name != "readyz":  # which says that a part stands still
        return [f"status {answer.code}"]
    is_free = combo.channel == NESTED or (where.relation == OTHER and not where.key)
    if is_free:  # a body about a stranger's thing, sent to one's own address: what matters is below
        return []
    codes = rules.expected(
        role,
        combo.method,
        combo.name,
        where.relation,
        is_shared=where.is_shared,
        is_status_only=combo.thing == STATUS,
    )
    if codes is None:
        return ["no row and no rule says what must come back"]
    if combo.channel == HTMX and answer.code in (200, 204):
        # A log-in or a redirect reaches htmx as a 200 with a header; what it shows is looked at above.
        codes |= {200, 204} if codes & {302} else set()
    if combo.channel != HTMX and rules.is_uncovered(
        combo.method, combo.name, answer.code, wrote=bool(answer.wrote)
    ):
        return [f"takes {combo.method} ({answer.code}), and no row says who may"]
    if answer.code not in codes:
        return [f"{answer.code}, expected {sorted(codes)}"]
    return []


def _wrong_writes(
    world: World, role: Role, combo: Combo, where: Target, answer: Answer
) -> list[str]:
    if where.relation == OTHER and where.key and combo.channel != NESTED and answer.wrote:
        return [f"writes {answer.wrote}"]
    if combo.name in rules.BY_LINK or not answer.touched:  # who has the link answers as the athlete
        return []
    if where.relation == NOTHING and combo.name.startswith(ADMIN):
        return [f"writes {answer.wrote}"]
    strange = (answer.touched & world.labels) - role.sees
    named = sorted(world.name_of(label) for label in strange)
    return [f"changes rows of {', '.join(named)}"] if strange else []
