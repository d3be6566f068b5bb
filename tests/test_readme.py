"""README's commands and its map of the house agree with the tree."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
README = ROOT / "README.md"
FENCE = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)


def fences(text: str) -> list[tuple[str, str]]:
    return FENCE.findall(text)


def commands(text: str) -> list[str]:
    """Every line of the sh blocks, and every `make ...` in running text."""
    in_blocks = [
        line.split("#")[0].strip()
        for language, block in fences(text)
        if language in ("sh", "bash", "console")
        for line in block.splitlines()
        if line.strip()
    ]
    return in_blocks + re.findall(r"`((?:[A-Z_]+=\S+ )*make [^`]+)`", text)


def house_map(text: str) -> str:
    maps = [block for _, block in fences(text) if re.search(r"^guidance/", block, re.MULTILINE)]
    assert len(maps) == 1, "README needs one fenced map of the tree"
    return maps[0]


def mapped_paths(block: str) -> set[str]:
    """`coaching/` and, indented below it, `desk/`: `coaching`, `coaching/desk`."""
    found: set[str] = set()
    folder = ""
    for line in block.splitlines():
        indent = len(line) - len(line.lstrip())
        words = _path_words(line)
        if not words:
            continue
        if indent == 0:
            folder = words[0].rstrip("/") if words[0].endswith("/") else ""
            found |= {word.rstrip("/") for word in words}
        else:
            found |= {f"{folder}/{word.rstrip('/')}" for word in words}
    return found


def _path_words(line: str) -> list[str]:
    """Files and folders at the line's head; two spaces or prose end them."""
    paths = []
    for word in re.split(r"\s+", line.strip()):
        if not re.fullmatch(r"[\w.\-/]+", word) or not re.search(
            r"[./]|^LICENSE$|^Makefile$", word
        ):
            break
        if word.endswith((",", ".")):
            break
        paths.append(word)
    return paths


def tracked() -> set[str]:
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True, timeout=30
    ).stdout.splitlines()
    return {path for path in listed if (ROOT / path).exists()}


def make_targets() -> set[str]:
    return set(re.findall(r"^([a-z][\w-]*):", (ROOT / "Makefile").read_text(), re.MULTILINE))


@pytest.fixture(scope="module")
def readme() -> str:
    return README.read_text()


def test_every_make_command_is_a_target(readme: str) -> None:
    named = {
        word
        for line in commands(readme)
        if (after := re.search(r"\bmake\b(.*)$", line))
        for word in after.group(1).split()
        if not re.match(r"[A-Z_]+=|-", word)
    }
    assert {"run", "test"} <= named, "README must name make run and make test"
    assert not named - make_targets()


def test_every_file_in_a_command_is_there(readme: str) -> None:
    named = {
        word
        for line in commands(readme)
        for word in line.split()
        if re.match(r"(scripts|\.ci|docs|tests)/|manage\.py$", word)
    }
    assert not {path for path in named if not (ROOT / path).exists()}


def test_every_manage_command_exists(readme: str) -> None:
    from django.core.management import get_commands

    named = set(re.findall(r"manage\.py ([a-z_]+)", "\n".join(commands(readme))))
    assert not named - set(get_commands())


def test_the_map_names_only_what_is_there(readme: str) -> None:
    missing = {path for path in mapped_paths(house_map(readme)) if not (ROOT / path).exists()}
    assert not missing


def test_the_map_names_every_folder_at_the_top(readme: str) -> None:
    mapped = mapped_paths(house_map(readme))
    tops = {path.split("/")[0] for path in tracked() if "/" in path}
    assert not tops - {path.split("/")[0] for path in mapped}


def test_the_map_names_every_folder_of_the_floors(readme: str) -> None:
    mapped = mapped_paths(house_map(readme))
    folders = {
        "/".join(parts[:2])
        for path in tracked()
        if (parts := path.split("/"))[0] in ("coaching", "athletes", "guidance") and len(parts) > 2
    }
    assert not folders - mapped


def test_a_map_is_read_as_a_person_reads_it() -> None:
    block = (
        "manage.py  README.md  Makefile  LICENSE\n"
        ".ci/run\n"
        "coaching/          the site\n"
        "    settings.py  urls.py\n"
        "    desk/        the coach's pages     views.py forms.py\n"
        "    templates/   static/\n"
    )
    assert mapped_paths(block) == {
        "manage.py",
        "README.md",
        "Makefile",
        "LICENSE",
        ".ci/run",
        "coaching",
        "coaching/settings.py",
        "coaching/urls.py",
        "coaching/desk",
        "coaching/templates",
        "coaching/static",
    }


def read_by_the_code() -> set[str]:
    """Every variable that a person may set: what settings and starting read, less what they set themselves."""
    sources = [*ROOT.glob("coaching/*.py"), *ROOT.glob("coaching/serving/*.py")]
    pattern = r"""(?:env\.\w+|environ\.get)\(\s*["']([A-Z_]+)["']"""
    return {name for source in sources for name in re.findall(pattern, source.read_text())}


def in_the_table(text: str) -> set[str]:
    table = text.split("## Configuration")[1].split("\n## ")[0]
    rows = [line.split("|")[1] for line in table.splitlines() if line.startswith("|")]
    return set(re.findall(r"`([A-Z_]+)`", " ".join(rows)))


def test_the_table_of_variables_is_the_one_that_the_code_reads(readme: str) -> None:
    assert in_the_table(readme) == read_by_the_code() | {"REQUIRE_BROWSER"}
