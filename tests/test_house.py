"""The rules of the house: what may import what, no timers in broker messages, no locks that block others.

Read from the sources, so that an import inside a function or under TYPE_CHECKING counts like any other.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

import guidance

ROOT = Path(__file__).resolve().parent.parent
FLOORS = ("guidance", "athletes", "coaching")  # from the ground up
FACES = ("coaching.desk", "coaching.phone", "coaching.api")
GUIDANCE_WITH_DJANGO = ("guidance.checks", "guidance.apps", "guidance.management")
NEEDS_WHAT_MAY_LACK = (
    "coaching.management.commands.translations",
)  # polib: says so where it lacks
DELETES = ("athletes.services.erasure",)
TIMERS = (
    "countdown", "eta", "autoretry_for", "retry_backoff", "retry_jitter", "default_retry_delay",
)  # fmt: skip
SCHEDULES = ("crontab", "solar")


@dataclass(frozen=True)
class Import:
    module: str  # guidance.engine
    names: tuple[str, ...]  # what `from ... import` takes out of it
    line: int
    is_in_function: bool = False

    @property
    def everything(self) -> Iterator[str]:
        """The module, and each name in it, which may be a module too."""
        yield self.module
        for name in self.names:
            yield f"{self.module}.{name}"


def is_in(module: str, *packages: str) -> bool:
    return any(module == package or module.startswith(f"{package}.") for package in packages)


def imports_of(tree: ast.AST, module: str, *, is_package: bool) -> Iterator[Import]:
    inside = set(_lines_in_functions(tree))
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield Import(alias.name, (), node.lineno, node.lineno in inside)
        elif isinstance(node, ast.ImportFrom):
            base = _absolute(node, module, is_package=is_package)
            names = tuple(alias.name for alias in node.names)
            yield Import(base, names, node.lineno, node.lineno in inside)
        elif isinstance(node, ast.Call) and (named := _imported_by_call(node)):
            yield Import(named, (), node.lineno)


def _lines_in_functions(tree: ast.AST) -> Iterator[int]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield from range(node.lineno, (node.end_lineno or node.lineno) + 1)


def _absolute(node: ast.ImportFrom, module: str, *, is_package: bool) -> str:
    if not node.level:
        return node.module or ""
    parts = module.split(".")
    above = parts[: len(parts) - node.level + is_package]
    return ".".join([*above, *([node.module] if node.module else [])])


def _imported_by_call(node: ast.Call) -> str:
    """`import_module("x")` and `__import__("x")` are imports like any other."""
    called = node.func
    name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
    first = node.args[0] if node.args else None
    if name in ("import_module", "__import__") and isinstance(first, ast.Constant):
        return str(first.value)
    return ""


def offences(source: str, module: str, *, is_package: bool = False) -> list[str]:
    """What in `source` breaks a rule, as `line: what`."""
    tree = ast.parse(source)
    found = []
    for taken in imports_of(tree, module, is_package=is_package):
        reasons = list(_why_not(module, taken)) or list(_why_not_in_a_function(module, taken))
        found += [f"{taken.line}: {why}" for why in reasons]
    return [*found, *_timers(tree), *_strong_locks(tree, module)]


def _why_not(module: str, taken: Import) -> Iterator[str]:
    floor = module.split(".")[0]
    for upper in FLOORS[FLOORS.index(floor) + 1 :]:
        if is_in(taken.module, upper):
            yield f"rule 1: {floor} imports from {taken.module}, a floor above"
    if floor == "guidance":
        yield from _why_not_in_guidance(module, taken)
    elif is_in(taken.module, "guidance"):
        yield from _why_not_that_door(taken)
    for own in FACES:
        for other in FACES:
            reaches_over = any(is_in(name, other) for name in taken.everything)
            if own != other and is_in(module, own) and reaches_over:
                yield f"rule 3: {own} imports {other}"


def _why_not_in_a_function(module: str, taken: Import) -> Iterator[str]:
    if taken.is_in_function and is_in(taken.module, *FLOORS) and module not in NEEDS_WHAT_MAY_LACK:
        yield f"rule 1: {taken.module} is imported inside a function, to dodge a circle"


def _why_not_in_guidance(module: str, taken: Import) -> Iterator[str]:
    root = taken.module.split(".")[0]
    if root in sys.stdlib_module_names or root in FLOORS:
        return
    if root == "django" and is_in(module, *GUIDANCE_WITH_DJANGO):
        return
    yield f"rule 2: guidance imports {taken.module}"


def _why_not_that_door(taken: Import) -> Iterator[str]:
    if taken.module != "guidance":
        yield f"rule 3: {taken.module} is not the door; import from guidance itself"
    for name in taken.names:
        if name not in guidance.__all__:
            yield f"rule 3: guidance does not offer {name}"


def _timers(tree: ast.AST) -> Iterator[str]:
    """A due time in a broker message runs late, twice or never: due times live in the database.

    `crontab()` goes silent for an hour when the clocks change; a task that retries itself does it by a timer.
    """
    for node in ast.walk(tree):
        for name in _timers_named(node):
            yield f"{node.lineno}: {name} puts a timer into a broker message"  # type: ignore[attr-defined]


def _timers_named(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Call):
        yield from (f"{word.arg}=" for word in node.keywords if word.arg in TIMERS)
        if isinstance(node.func, ast.Attribute) and node.func.attr == "retry":
            yield ".retry()"
    elif isinstance(node, ast.Dict):
        yield from (repr(key.value) for key in node.keys if _is_timer(key))  # type: ignore[union-attr]
    elif isinstance(node, ast.Subscript) and _is_timer(node.slice):
        yield f"[{ast.unparse(node.slice)}]"
    elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("celery"):
        yield from (name.name for name in node.names if name.name in SCHEDULES)
    elif isinstance(node, ast.Attribute) and node.attr in SCHEDULES:
        yield node.attr


def _strong_locks(tree: ast.AST, module: str) -> Iterator[str]:
    """A row locked for its deletion also holds up whoever writes a row that points to it: two that lock
    in different orders then wait for each other (PostgreSQL ends one of them)."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            is_weak = any(word.arg == "no_key" for word in node.keywords)
            if node.func.attr == "select_for_update" and not is_weak and module not in DELETES:
                yield f"{node.lineno}: select_for_update() without no_key=True"


def _is_timer(node: ast.AST | None) -> bool:
    return isinstance(node, ast.Constant) and node.value in TIMERS


def sources() -> list[Path]:
    return sorted(path for floor in FLOORS for path in (ROOT / floor).rglob("*.py"))


def module_of(path: Path) -> str:
    parts = list(path.relative_to(ROOT).with_suffix("").parts)
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def test_the_house_keeps_its_rules() -> None:
    broken = [
        f"{path.relative_to(ROOT)}:{offence}"
        for path in sources()
        for offence in offences(
            path.read_text(), module_of(path), is_package=path.name == "__init__.py"
        )
    ]
    assert len(sources()) > 50, "the sources were not found"
    assert not broken, "\n".join(broken)


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("athletes.services.reports", "from coaching.desk import views"),
        ("athletes.models", "def f():\n    import coaching"),
        ("guidance.engine", "from athletes.models import Athlete"),
        ("guidance.engine", "import django.conf"),
        ("guidance.engine", "import requests"),
        ("guidance.engine", "import importlib\nimportlib.import_module('athletes.models')"),
        ("athletes.tasks", "from guidance.engine import assess"),
        ("athletes.tasks", "from guidance import engine"),
        ("athletes.tasks", "import guidance.engine"),
        ("athletes.services.care", "if TYPE_CHECKING:\n    from coaching.desk.views import today"),
        ("coaching.desk.views", "from coaching.api.serializers import X"),
        ("coaching.desk.views", "from coaching import phone"),
        ("coaching.api.views", "from ..desk import views"),
        ("athletes.services.clock", "def f():\n    from athletes.dispatcher import SWEEPS"),
        ("athletes.services.clock", "def f():\n    from . import reports"),
        ("athletes.dispatcher", "task.apply_async(args=[1], countdown=60)"),
        ("athletes.dispatcher", "task.apply_async(eta=later)"),
        ("athletes.dispatcher", "task.apply_async(**{'countdown': 1})"),
        ("athletes.dispatcher", "task.apply_async(args, options={'eta': later})"),
        ("athletes.dispatcher", "options['eta'] = later"),
        ("athletes.dispatcher", "task.apply_async(**dict(countdown=1))"),
        ("athletes.dispatcher", "task.s(1).set(eta=later).delay()"),
        ("athletes.tasks", "raise self.retry()"),
        ("athletes.tasks", "@shared_task(autoretry_for=(OSError,))\ndef send(): pass"),
        ("athletes.tasks", "@shared_task(default_retry_delay=5)\ndef send(): pass"),
        ("athletes.services.care", "Athlete.objects.select_for_update().get(pk=key)"),
        ("coaching.settings", "from celery.schedules import crontab"),
        ("coaching.settings", "import celery.schedules\nX = celery.schedules.crontab(hour=3)"),
        ("coaching.settings", "CELERY_BEAT_SCHEDULE = {'x': {'options': {'countdown': 5}}}"),
    ],
)
def test_a_broken_rule_is_seen(module: str, source: str) -> None:
    assert len(offences(source, module)) == 1


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("guidance.checks", "from django.core import checks"),
        (
            "guidance.engine",
            "from . import logic\nimport math\nfrom guidance.schema import Finding",
        ),
        ("athletes.services.reports", "from guidance import KNOWLEDGE, screen"),
        (
            "coaching.desk.views",
            "from athletes.services import reports\nfrom coaching import words",
        ),
        ("coaching.desk.views", "from .forms import X"),
        ("athletes.dispatcher", "def f():\n    import psycopg"),
        ("athletes.services.care", "Athlete.objects.select_for_update(no_key=True).get(pk=key)"),
        ("athletes.services.erasure", "Athlete.objects.select_for_update().get(pk=key)"),
        ("athletes.dispatcher", "task.apply_async(args=[1], retry=False, expires=60)"),
        ("coaching.settings", "X = {'tidy-up': {'schedule': timedelta(hours=6)}}"),
    ],
)
def test_what_the_rules_allow(module: str, source: str) -> None:
    assert offences(source, module) == []


# --- Settings that were measured, and must not be changed by who does not know why


def settings_without_reason(source: str) -> list[str]:
    """The lines that set something for Celery without a comment on them or right above."""
    lines = source.splitlines()
    is_reasoned = [_says_why(line) for line in lines]
    bare = []
    for number in _celery_lines(ast.parse(source)):
        above = number >= 2 and lines[number - 2].lstrip().startswith("#")
        if not is_reasoned[number - 1] and not (above and is_reasoned[number - 2]):
            bare.append(f"{number}: {lines[number - 1].strip()}")
    return bare


def _says_why(line: str) -> bool:
    """“# seconds” is no reason."""
    return len(line.partition("#")[2].split()) >= 3


def _celery_lines(tree: ast.Module) -> Iterator[int]:
    """Of each CELERY_ setting; of the transport's options each by itself."""
    for node in tree.body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            name = node.targets[0].id
            if name.startswith("CELERY_"):
                yield node.lineno
            if name == "CELERY_BROKER_TRANSPORT_OPTIONS" and isinstance(node.value, ast.Dict):
                yield from (key.lineno for key in node.value.keys if key is not None)


def test_every_setting_of_celery_says_why() -> None:
    source = (ROOT / "coaching" / "settings.py").read_text()
    assert len(list(_celery_lines(ast.parse(source)))) > 20
    assert settings_without_reason(source) == []


@pytest.mark.parametrize(
    ("source", "bare"),
    [
        ("CELERY_X = 1", 1),
        ("CELERY_X = 1  # seconds", 1),
        ("Y = 1  # a reason for another\nCELERY_X = 1", 1),
        ("CELERY_BROKER_TRANSPORT_OPTIONS = {  # how it speaks\n    'socket_timeout': 5,\n}", 1),
        ("CELERY_X = 1  # so that nothing is lost", 0),
        ("# So that nothing is lost.\nCELERY_X = 1", 0),
    ],
)
def test_a_setting_without_a_reason_is_seen(source: str, bare: int) -> None:
    assert len(settings_without_reason(source)) == bare


def flags_without_reason(config: str) -> list[str]:
    """Flags of the programs' commands that no comment above their section names."""
    bare, said = [], ""
    for line in config.splitlines():
        if line.startswith(";"):
            said += f" {line}"
        elif line.startswith("command"):
            for flag in re.findall(r"(?<=\s)--[a-z][\w-]*", line):
                known = re.search(rf"{re.escape(flag)}(?![\w-])", said)
                bare += [] if known else [flag]
    return bare


def test_every_flag_of_a_program_is_explained() -> None:
    config = (ROOT / "supervisord.conf").read_text()
    assert config.count("\ncommand") >= 6
    assert flags_without_reason(config) == []


def test_a_flag_without_a_reason_is_seen() -> None:
    config = "; --dir is where it lies\n[program:x]\ncommand = x --dir /y --directory /z --quiet"
    assert flags_without_reason(config) == ["--directory", "--quiet"]
