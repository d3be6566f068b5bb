"""A production set-up that is not safe does not start."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SAFE = {"NIGGLE_PRODUCTION": "1", "SECRET_KEY": "k3y-" * 20}


def read_settings(folder, **variables):
    """How reading the settings ends, in a process of its own."""
    env = {"PATH": os.environ["PATH"], "NIGGLE_DATA_DIR": str(folder), **SAFE, **variables}
    return subprocess.run(
        [sys.executable, "-c", "import coaching.settings"],
        cwd=ROOT,
        env=env,
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_a_safe_one_does(tmp_path):
    assert read_settings(tmp_path).returncode == 0


@pytest.mark.parametrize(
    ("unsafe", "words"),
    [
        ({"SECRET_KEY": ""}, "does not start on a default secret"),
        ({"SECRET_KEY": "short"}, "too weak"),
        ({"DEBUG": "1"}, "unset it"),
    ],
    ids=["no secret", "weak secret", "debug"],
)
def test_an_unsafe_one_does_not(tmp_path, unsafe, words):
    refused = read_settings(tmp_path, **unsafe)
    assert refused.returncode != 0
    assert words in refused.stderr


def test_the_data_folder_is_nobody_elses_business(tmp_path):
    folder = tmp_path / "var"
    done = read_settings(folder, NIGGLE_PRODUCTION="0", SECRET_KEY="")
    assert done.returncode == 0, done.stderr
    assert folder.stat().st_mode & 0o077 == 0
