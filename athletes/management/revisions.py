"""Takes an old version of the `guidance` package out of git."""

from __future__ import annotations

import io
import subprocess
import zipfile
from pathlib import Path

_SECONDS_AT_MOST = 60


class NoSuchVersion(Exception):
    """There is no such version here; the message says why."""


def take_out(revision: str, repository: Path, into: Path) -> Path:
    """Write the `guidance` package of a revision below `into`, which is returned."""
    commit = _git(
        repository, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}"
    )
    if commit is None:
        raise NoSuchVersion(f"There is no revision {revision!r} in {repository.name}.")
    packed = _git(repository, "archive", "--format=zip", commit.decode().strip(), "guidance")
    if packed is None:
        raise NoSuchVersion(f"The revision {revision!r} has no folder guidance/.")
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        archive.extractall(into)
    return into


def _git(repository: Path, *arguments: str) -> bytes | None:
    """What git says, or None where it refuses."""
    try:
        done = subprocess.run(  # nosec B607
            ["git", "-C", str(repository), *arguments],  # noqa: S607 - whichever git the person uses
            capture_output=True,
            timeout=_SECONDS_AT_MOST,
            check=False,
        )
    except FileNotFoundError as missing:
        raise NoSuchVersion("git is not installed, so no old version can be read.") from missing
    if b"not a git repository" in done.stderr:
        raise NoSuchVersion(
            f"{repository.name} is not a git checkout, so no old version can be read."
        )
    return None if done.returncode else done.stdout
