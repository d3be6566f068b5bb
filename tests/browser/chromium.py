"""Which browser drives the tests, and how it is started."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
QUIET = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
)


def find_browser(playwrights_own: str) -> str | None:
    """Playwright's own if it was installed, else the system's."""
    if Path(playwrights_own).exists():
        return playwrights_own
    return next((path for name in NAMES if (path := shutil.which(name))), None)


def flags() -> list[str]:
    """Nothing but the site is asked for anything; root has no sandbox to go into."""
    return [*QUIET, "--no-sandbox"] if os.geteuid() == 0 else list(QUIET)


def is_required() -> bool:
    return os.environ.get("REQUIRE_BROWSER", "") == "1"
