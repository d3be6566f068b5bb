"""For tests of what can be read in another language."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.utils import translation

from tests.coaching import marked


@pytest.fixture(autouse=True)
def _english_afterwards() -> Iterator[None]:
    """A request leaves its language active in the thread that served it."""
    yield
    translation.activate("en")


@pytest.fixture(scope="session")
def folder_of_marked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return marked.write(tmp_path_factory.mktemp("locale"))


@pytest.fixture
def spanish(folder_of_marked: Path, settings: Any) -> None:
    """Spanish is «English in these marks»."""
    settings.LOCALE_PATHS = [folder_of_marked]
