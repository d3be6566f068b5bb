"""The file of a backup: a ZIP with a manifest, the data as the database gives it, and the site's secret."""

from __future__ import annotations

import hashlib
import json
import shutil
import zipfile
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any

FORMAT = 1
MANIFEST = "manifest.json"
SECRET = "secret.key"
CHUNK_BYTES = 1 << 20


class CannotBackUp(Exception):
    """The backup was not made; nothing was left behind."""


class CannotRestore(Exception):
    """Nothing was restored, and nothing was changed."""


@dataclass(frozen=True)
class Manifest:
    """What a backup says of itself. `rows`: how many in each table; `sha256`: of each part."""

    kind: str  # sqlite, postgresql
    made_at: str  # ISO 8601, UTC
    migrations: list[tuple[str, str]]  # (app, name) of each that was applied
    rows: dict[str, int]
    sha256: dict[str, str]
    format: int = FORMAT

    def as_json(self) -> str:
        return json.dumps(asdict(self), indent=1)


def write_part(archive: zipfile.ZipFile, name: str, chunks: Iterable[bytes]) -> str:
    """Store `chunks` as part `name`; the SHA-256 of it."""
    digest = hashlib.sha256()
    with archive.open(name, "w", force_zip64=True) as part:
        for chunk in chunks:
            digest.update(chunk)
            part.write(chunk)
    return digest.hexdigest()


def chunks_of(path: Path) -> Iterable[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(CHUNK_BYTES):
            yield chunk


def read_manifest(archive: zipfile.ZipFile) -> Manifest:
    """What the backup says of itself. Raises CannotRestore where it is no backup of ours."""
    try:
        told: dict[str, Any] = json.loads(archive.read(MANIFEST))
    except (KeyError, ValueError) as fault:
        raise CannotRestore("This is not a backup of Niggle: it has no manifest.") from fault
    if told.get("format") != FORMAT:
        raise CannotRestore("This backup was made by another version of Niggle: use that one.")
    return Manifest(**{**told, "migrations": [(app, name) for app, name in told["migrations"]]})


def take_out(archive: zipfile.ZipFile, manifest: Manifest, folder: Path) -> None:
    """Every part into `folder`, compared with what the manifest says before anything is restored."""
    for name, expected in manifest.sha256.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with archive.open(name) as part, path.open("wb") as file:
                _copy(part, file)
        except (KeyError, zipfile.BadZipFile) as fault:
            raise CannotRestore(f"The backup is damaged: {name} cannot be read.") from fault
        digest = hashlib.sha256()
        for chunk in chunks_of(path):
            digest.update(chunk)
        if digest.hexdigest() != expected:
            raise CannotRestore(f"The backup is damaged: {name} is not what was stored.")


def _copy(part: IO[bytes], file: IO[bytes]) -> None:
    shutil.copyfileobj(part, file, CHUNK_BYTES)
