"""No module may need that another was imported before it: Django's checks load what the settings name in any order."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def test_each_module_can_be_the_first_that_is_imported(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.import_alone"],
        cwd=ROOT,
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "coaching.settings",
            "NIGGLE_DATA_DIR": str(tmp_path),
        },
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert " 0 that cannot" in done.stdout
