"""The rows, addresses and bodies of the matrix, a file for each part of the site; every file here is found by itself."""

from __future__ import annotations

import importlib
import pkgutil
from types import ModuleType

PARTS: list[ModuleType] = [
    importlib.import_module(f"{__name__}.{found.name}")
    for found in sorted(pkgutil.iter_modules(__path__), key=lambda found: found.name)
]
