"""The list of who was erased, beside the database: a backup from before, once restored, forgets them again.

It holds hashes of random keys and nothing else. Each erasure adds a line; housekeeping mends what is missing.
"""

from __future__ import annotations

import hashlib
import logging
import os
from collections.abc import Iterable
from pathlib import Path
from uuid import UUID

from django.conf import settings

from athletes.models import Forgotten

NAME = "erased.list"

logger = logging.getLogger(__name__)


def hash_of(key: UUID) -> str:
    return hashlib.sha256(key.bytes).hexdigest()


def path() -> Path:
    return Path(settings.DATA_DIR) / NAME


def note(hashes: Iterable[str]) -> None:
    """Add lines. A disk that is full or away stops no erasure: the rows in the database stay, and are added later."""
    lines = "".join(f"{one}\n" for one in hashes)
    try:
        path().parent.mkdir(parents=True, exist_ok=True)
        with open(path(), "a", opener=_only_ours) as file:
            file.write(lines)
    except OSError as fault:
        logger.warning("the list of erased people was not written: %s", type(fault).__name__)


def listed(*lists: Path) -> set[str]:
    """What stands in these files; one that is not there is empty."""
    found: set[str] = set()
    for file in lists:
        if file.exists():
            found |= {line.strip() for line in file.read_text().splitlines() if line.strip()}
    return found


def mend() -> None:
    """What only the database knows goes into the file."""
    known = set(Forgotten.objects.values_list("key_hash", flat=True))
    if missing := known - listed(path()):
        note(sorted(missing))


def _only_ours(name: str, flags: int) -> int:
    return os.open(name, flags, 0o600)
