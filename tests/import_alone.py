"""Imports each module of the house as the first one after Django's own start; prints the ones that cannot be.

A process of its own (`python -m tests.import_alone`), which forks once a module: so one start of Django will do.
"""

from __future__ import annotations

import importlib
import multiprocessing
import pkgutil
import sys

import django

PACKAGES = ("guidance", "athletes", "coaching")


def main() -> int:
    django.setup()
    names = [name for package in PACKAGES for name in _modules(package)]
    failed = [name for name in names if not _can_be_first(name)]
    print(f"{len(names)} modules, {len(failed)} that cannot be imported first: {' '.join(failed)}")
    return bool(failed)


def _modules(package: str) -> list[str]:
    path = importlib.import_module(package).__path__
    found = [module.name for module in pkgutil.walk_packages(path, f"{package}.")]
    return [name for name in found if ".migrations." not in name]


def _can_be_first(name: str) -> bool:
    child = multiprocessing.get_context("fork").Process(
        target=importlib.import_module, args=(name,)
    )
    child.start()
    child.join()
    return child.exitcode == 0


if __name__ == "__main__":
    sys.exit(main())
